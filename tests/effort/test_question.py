"""A look at a question tells whether its answers can be compared."""

import time

import pytest

from inglenook.effort.question import Look, look_at


@pytest.mark.parametrize(
    "question",
    ["", "  ", "Hello!", "hi there", "Danke!", "Merci", "¿Qué tal?", "你好", "привет, как дела?",  # noqa: E501
     "How are you doing today?", "thank you"],
)  # fmt: skip
def test_small_talk(question):
    assert look_at(question) is Look.SMALL_TALK


@pytest.mark.parametrize(
    "question",
    ["What is 5 + 8 + 4?", "How many eggs are left?", "Wie viele Tage hat ein Jahr?", "12*7",
     "Combien coûtent trois pains ?", "¿Cuántos años tiene?", "这里有多少个苹果?", "Сколько будет?",  # noqa: E501
     "りんごはいくつ?", "Solve for x: 2x = 8", "Is it true or false: the sun is a star",
     "Which is it?\nA) Rome\nB) Paris\nC) Oslo", "A train leaves at 9 and arrives at 12.",
     "Calculate the average", "What is 7 times itself?"],
)  # fmt: skip
def test_what_can_be_checked(question):
    assert look_at(question) is Look.CHECKABLE


@pytest.mark.parametrize(
    "question",
    ["Write a story of 300 words about 2 cats", "Explain how 5 + 8 works", "Who wrote Faust?",
     "Please tell me about 1969 and 1970", "Erkläre mir, wie viele Arten es gibt",
     "What should I cook tonight?", "Is a tomato a fruit?", "Raconte-moi les années 60 à 70"],
)  # fmt: skip
def test_open_questions(question):
    assert look_at(question) is Look.OPEN


@pytest.mark.parametrize(
    "question", ["A) " * 300_000, "1" * 1_000_000, "( " * 500_000, "a. b" * 300_000]
)
def test_a_long_question_takes_no_time(question):
    began_s = time.thread_time()
    look_at(question)
    assert time.thread_time() - began_s < 0.5


TABLE = {
    "English": {
        Look.SMALL_TALK: [
            "Hi there!",
            "Good morning, how are you?",
            "Thanks, that's great!",
        ],
        Look.CHECKABLE: [
            "A shirt costs $25 and is 20% off. What do I pay?",
            "How many minutes are there in a day?",
            "Which is larger, 3/7 or 4/9?",
            "Write a Python function that returns the n-th prime number.",
        ],
        Look.OPEN: [
            "Write a birthday poem for my aunt who turns 80 in 2027.",
            "What do you think about remote work?",
            "Can you help me plan a weekend in Lisbon?",
        ],
    },
    "German": {
        Look.SMALL_TALK: [
            "Hallo, wie geht es dir?",
            "Vielen Dank!",
            "Guten Abend",
        ],
        Look.CHECKABLE: [
            "Ein Zug fährt um 9:15 los und braucht 2 Stunden 50 Minuten. Wann kommt er an?",
            "Wie viele Sekunden hat eine Woche?",
            "Was ist 17 mal 23?",
            "Schreibe eine Python-Funktion, die eine Liste umdreht.",
        ],
        Look.OPEN: [
            "Schreib mir einen Brief an meinen Vermieter wegen der 2 kaputten Fenster.",
            "Was hältst du von Homeoffice?",
            "Kannst du mir erklären, wie Fotosynthese funktioniert?",
        ],
    },
    "French": {
        Look.SMALL_TALK: [
            "Bonjour, comment ça va ?",
            "Merci beaucoup !",
            "Bonne nuit",
        ],
        Look.CHECKABLE: [
            "Combien de jours y a-t-il en février 2024 ?",
            "Un livre coûte 12 euros et un stylo 3 euros. Quel est le prix total ?",
            "Calcule l'aire d'un carré de côté 5.",
            "Écris une fonction Python qui compte les voyelles.",
        ],
        Look.OPEN: [
            "Écris une lettre de motivation pour un stage de 6 mois à partir du 3 mars.",
            "Que penses-tu de Victor Hugo ?",
            "Peux-tu m'expliquer la Révolution de 1789 et celle de 1848 ?",
        ],
    },
    "Spanish": {
        Look.SMALL_TALK: [
            "¡Hola! ¿Cómo estás?",
            "Muchas gracias",
            "Buenas noches",
        ],
        Look.CHECKABLE: [
            "¿Cuántos lados tiene un hexágono?",
            "Si compro 3 manzanas a 2 euros, ¿qué pago?",
            "Resuelve 2x + 6 = 10",
            "Escribe una función en Python que sume una lista.",
        ],
        Look.OPEN: [
            "Escribe un cuento sobre 2 gatos y 3 ratones.",
            "¿Qué opinas del cambio climático?",
            "¿Puedes explicarme las guerras de 1914 y 1939?",
        ],
    },
    "Italian": {
        Look.SMALL_TALK: [
            "Ciao, come stai?",
            "Grazie mille!",
            "Buona notte",
        ],
        Look.CHECKABLE: [
            "Quanti secondi ci sono in un'ora?",
            "Quanto fa 48 diviso 6?",
            "Vero o falso: il Po è il fiume più lungo d'Italia.",
            "Scrivi una funzione Python che inverte una stringa.",
        ],
        Look.OPEN: [
            "Scrivi una poesia di 14 versi, 4 strofe, sul mare.",
            "Cosa ne pensi del calcio?",
            "Puoi raccontarmi gli anni dal 1960 al 1969?",
        ],
    },
    "Russian": {
        Look.SMALL_TALK: [
            "Привет! Как дела?",
            "Большое спасибо!",
            "Доброе утро",
        ],
        Look.CHECKABLE: [
            "Сколько будет 15 умножить на 4?",
            "У Маши 5 яблок, у Пети 7. Сколько всего?",
            "Вычисли площадь круга радиуса 3",
            "Напиши функцию на Python, которая считает гласные.",
        ],
        Look.OPEN: [
            "Напиши письмо соседу о 2 собаках и 3 кошках.",
            "Что ты думаешь о театре?",
            "Можешь объяснить события 1917 и 1991 года?",
        ],
    },
}
SIXTY = [
    pytest.param(question, look, id=f"{language}: {question[:30]}")
    for language, looks in TABLE.items()
    for look, questions in looks.items()
    for question in questions
]


@pytest.mark.parametrize(("question", "look"), SIXTY)
def test_sixty_questions_in_six_languages(question, look):
    assert look_at(question) is look


@pytest.mark.parametrize(
    "question",
    ["Explain how a Python function works", "Write a poem about a python in the garden",
     "Write a letter to the council about 2 trees, please"],
)  # fmt: skip
def test_writing_about_code_is_no_code(question):
    assert look_at(question) is Look.OPEN
