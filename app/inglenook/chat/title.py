"""Titles of chats: from the first question, or asked of a model and checked."""

import re
import unicodedata
from collections import Counter

MOST_CHARACTERS = 60
LONGEST_EXCERPT = 600
"""Of question and answer each, in characters: enough to tell what a chat is about."""

_ASK = """\
Name the conversation below in three to six words, in its own language. \
Reply with the name alone: no quotation marks, no full stop.

Question: {question}

Answer: {answer}"""
_LABEL = re.compile(
    r"^(title|name|titel|titre|título|nombre|标题|عنوان)\s*[:：]\s*", re.IGNORECASE
)
_MARKS = re.compile(r"^(?:[#>*+-]+\s+|\d+[.)]\s+)+")
_EMPHASIS = re.compile(r"\*\*|__|[*`]|(?<!\w)_|_(?!\w)")
_QUOTES = "\"'“”„‟‘’‚«»‹›「」『』"
_NO_TITLE = (
    "i'm sorry", "i am sorry", "sorry", "i can't", "i cannot", "i'm unable", "as an ai",
    "sure", "certainly", "of course", "here is", "here's", "the conversation",
    "this conversation", "question", "answer", "name the conversation", "reply with",
    "no title", "untitled", "no quotation", "ich kann", "es tut mir", "leider", "natürlich",
    "je ne peux", "désolé", "bien sûr", "lo siento", "no puedo", "claro", "抱歉", "对不起",
    "当然", "عذر", "آسف",
)  # fmt: skip
"""How refusals, small talk and repetitions of what was asked begin, in our languages."""


def title_from(question: str) -> str:
    """Return a title: the first line of a question, cut at a word where possible."""
    line = " ".join(next((each for each in question.splitlines() if each.strip()), "").split())
    if len(line) <= MOST_CHARACTERS:
        return line or "New chat"
    cut = line[:MOST_CHARACTERS]
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) > MOST_CHARACTERS // 2 else cut) + "…"


def request_for_title(question: str, answer: str) -> str:
    """Return what a model is asked, given a chat's first question and its answer."""
    return _ASK.format(question=_excerpt(question), answer=_excerpt(answer))


def title_in(reply: str, question: str, answer: str) -> str:
    """Return the title a model gave, or ``""`` if it gave none that is better than none.

    Args:
        reply: All it said; anything may stand there.
        question: The chat's first one, in whose script a title must be.
        answer: The one to it; a title that only begins it again is none.
    """
    title = _tidy(_line_with_title(reply))
    is_whole = any(map(str.isalnum, title)) and len(title) <= MOST_CHARACTERS
    is_new = _bare(title) != _bare(_tidy(question)) and not _bare(answer).startswith(
        _bare(title)
    )
    is_title = not title.casefold().startswith(_NO_TITLE) and "<" not in title
    is_ours = _script(question) in {"", _script(title)}
    return title if is_whole and is_new and is_title and is_ours else ""


def _excerpt(text: str) -> str:
    line = " ".join(text[: 2 * LONGEST_EXCERPT].split())
    return line if len(line) <= LONGEST_EXCERPT else line[:LONGEST_EXCERPT].rstrip() + "…"


def _line_with_title(reply: str) -> str:
    """Return the first line that says something; one that ends in a colon only leads to it."""
    lines = [each.strip() for each in reply.splitlines() if each.strip()]
    if len(lines) > 1 and lines[0].rstrip("* ").endswith((":", "：")):
        return lines[1]
    return lines[0] if lines else ""


def _tidy(line: str) -> str:
    """Return a line without Markdown, label, quotation marks, full stop and hidden signs."""
    seen = "".join(" " if each.isspace() else each for each in line if _is_seen(each))
    plain = _EMPHASIS.sub("", _MARKS.sub("", " ".join(seen.split())))
    bare = _LABEL.sub("", plain.strip()).strip(_QUOTES + " ")
    return bare.rstrip(".。 ").strip(_QUOTES + " ")


def _bare(text: str) -> str:
    return " ".join(text.split()).casefold().rstrip("?!,… ")


def _is_seen(sign: str) -> bool:
    return sign.isspace() or unicodedata.category(sign)[0] != "C"


def _script(text: str) -> str:
    """Return the script of most letters, as Unicode names it; ``""`` without letters."""
    names = (unicodedata.name(each, "").split() for each in text if each.isalpha())
    counted = Counter(_FAMILY.get(name[0], name[0]) for name in names if name)
    return counted.most_common(1)[0][0] if counted else ""


_FAMILY = {"HIRAGANA": "CJK", "KATAKANA": "CJK"}
"""Scripts that one language mixes."""
