"""A cheap look at a question: whether several drafts of its answer could be compared.

The rules, the first that applies decides:

1. Nothing, or at most six words that are all of greetings and thanks: small talk.
2. A function in Python is to be written: checkable, by what it does.
3. The first three words ask for a text (write, tell, explain, translate…), or the first five
   if they begin politely (can you, kannst du…): open.
4. Lettered choices, or "true or false": checkable.
5. Two numbers or more, or a number and a sign of arithmetic, or one of the words that ask for
   a quantity (how many, wie viele, combien, cuántos, 多少…), or that name a calculation: it is
   checkable.
6. Everything else: open.

Words are looked for in English, German, French, Spanish, Italian, Portuguese, Russian, Chinese,
Japanese and Korean; digits and signs are the same in all of them. Being wrong costs some
seconds or some accuracy, never an answer.
"""

import re
from enum import StrEnum

MOST_LOOKED_AT = 4_000
"""Characters; what is asked stands at the beginning or at the end."""


class Look(StrEnum):
    """What a question seems to be."""

    SMALL_TALK = "small_talk"
    OPEN = "open"
    CHECKABLE = "checkable"


_GREETINGS = (
    "hi hello hey yo thanks thank you good morning evening night afternoon bye ok okay cool "
    "nice great please welcome sup there how are doing today what's up that's very so much "
    "hallo servus moin danke vielen dank schönen guten gute tag morgen abend nacht tschüss wie "
    "geht's geht dir ihnen es bitte "
    "bonjour salut merci beaucoup bonsoir bonne nuit journée soirée ça comment va vas tu allez "
    "vous hola gracias muchas muy buenos días buenas tardes noches qué tal cómo estás usted "
    "ciao grazie mille buongiorno buonasera buona buon notte giornata come stai sta va "
    "olá oi obrigado obrigada muito bom boa dia tarde noite tudo bem como vai você "
    "привет спасибо большое здравствуйте доброе добрый утро день вечер доброй ночи как дела "
    "你好 谢谢 こんにちは ありがとう 안녕하세요 감사합니다"
)
_OPEN = (
    "write compose tell explain describe summarize summarise translate rewrite imagine invent "
    "draft discuss chat brainstorm suggest recommend "
    "schreibe schreib erzähle erzähl erkläre erklär beschreibe übersetze fasse "
    "écris écrivez raconte explique décris traduis résume "
    "escribe cuéntame explica describe traduce resume "
    "scrivi racconta spiega descrivi traduci riassumi "
    "escreva conte explique descreva traduza resuma "
    "напиши расскажи объясни опиши переведи "
    # As they stand behind "can you":
    "erzählen erklären beschreiben übersetzen schreiben zusammenfassen "
    "expliquer m'expliquer raconter écrire m'écrire décrire traduire résumer "
    "explicar explicarme contar contarme escribir describir traducir resumir "
    "spiegare spiegarmi raccontare raccontarmi scrivere scrivermi descrivere tradurre "
    "escrever descrever traduzir resumir "
    "объяснить рассказать написать описать перевести"
)
_POLITE = (
    "can could would will please kannst können könntest könnten würdest peux pouvez pourrais "
    "pourriez puedes puede podrías podría puoi può potresti potrebbe pode poderia podes "
    "можешь можете пожалуйста bitte"
)
_FUNCTION = re.compile(
    r"(?=.{0,400}\bpython\b)(?=.{0,400}(?:\bfunction\b|funktion\b|\bfonction\b|\bfunci[óo]n\b"
    r"|\bfunzione\b|\bfun[çc][ãa]o\b|\bфункци[юя]\b|函数|関数|함수))"
    r".{0,100}(?:\bwrite\b|\bimplement\b|\bcreate\b|\bschreib|\bécri|\bescrib|\bscriv|\bescrev"
    r"|\bнапиши|\bреализуй|写|編|작성)",
    re.IGNORECASE | re.DOTALL,
)
_QUANTITY = re.compile(
    r"\bhow (?:many|much|old|far|long|tall|fast|often)\b|\bwie ?(?:viele?|oft|lange|alt|weit)\b"
    r"|\bcombien\b|\bcu[áa]nt[oa]s?\b|\bquant[iaoe]s?\b|\bсколько\b|多少|几个|いくつ|いくら|몇"
    r"|\b(?:calculate|compute|solve|evaluate|sum of|product of|remainder|percent(?:age)?|"
    r"probability|square root|average|equation|berechne|rechne|löse|calcule[rz]?|calcula|"
    r"résou[sd]re?|resuelve|calcola|risolvi|вычисли|посчитай|реши)\b|计算|計算",
    re.IGNORECASE,
)
_CHOICES = re.compile(r"(?:^|\s)\(?A[).:]\s.{1,400}?(?:^|\s)\(?B[).:]\s", re.DOTALL)
_TRUE_OR_FALSE = re.compile(
    r"\btrue or false\b|\byes or no\b|\bja oder nein\b|\b(?:richtig|wahr) oder falsch\b"
    r"|\bvrai ou faux\b|\boui ou non\b|\bverdadero o falso\b|\bs[íì] o no\b|\bvero o falso\b"
    r"|\bverdadeiro ou falso\b|\bsim ou não\b|\bда или нет\b|对还是错|正しいですか",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_ARITHMETIC = re.compile(
    r"\d\s?[-+*/×÷^%=]|[-+×÷√=]\s?\d|\d\s?(?:plus|minus|times|mal)\b", re.IGNORECASE
)
_GREETING_WORDS, _OPEN_WORDS, _POLITE_WORDS = (
    frozenset(each.split()) for each in (_GREETINGS, _OPEN, _POLITE)
)
_WORD = re.compile(r"[^\s.,;:!?¿¡。,!?-]+")


def look_at(question: str) -> Look:
    """Tell what a question seems to be; see the rules above."""
    seen = question[:MOST_LOOKED_AT]
    words = [each.casefold() for each in _WORD.findall(seen[:400])]
    if len(words) <= 6 and _GREETING_WORDS.issuperset(words):
        return Look.SMALL_TALK
    if _FUNCTION.match(seen):
        return Look.CHECKABLE
    if _OPEN_WORDS.intersection(words[: 5 if _POLITE_WORDS.intersection(words[:1]) else 3]):
        return Look.OPEN
    return Look.CHECKABLE if _is_checkable(seen) else Look.OPEN


def _is_checkable(text: str) -> bool:
    numbers = len(_NUMBER.findall(text))
    return bool(
        _CHOICES.search(text)
        or _TRUE_OR_FALSE.search(text)
        or numbers > 1
        or (numbers and _ARITHMETIC.search(text))
        or _QUANTITY.search(text)
    )
