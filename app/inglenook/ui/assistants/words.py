"""Every sentence about assistants and prompts that is said in more than one place."""

from inglenook.chat.assistant import Assistant
from inglenook.chat.tokens import about_tokens, rounded
from inglenook.ui.units import grouped
from inglenook.ui.words import Words, one_line, tr

VARIABLES: tuple[tuple[str, Words], ...] = (
    ("date", "The date, such as 22 November 2026"),
    ("time", "The time, to a quarter of an hour"),
    ("weekday", "The day of the week"),
    ("name", "Your name, as the settings have it"),
    ("model", "The model that answers"),
    ("language", "The language of this window"),
)

_INCLUDED: dict[str, tuple[Words, Words]] = {
    "plain": ("Inglenook", "A plain, helpful conversation"),
    "writing": ("Writing coach", "Improves a text and says why"),
    "translator": ("Translator", "Translates, and keeps the tone"),
    "code": ("Code reviewer", "Finds faults and mends them"),
    "study": ("Study partner", "Helps you work it out yourself"),
    "summary": ("Summariser", "Long texts in a few lines"),
}


def name_of(assistant: Assistant) -> str:
    """Return the name of an assistant; that of an included one in the person's language."""
    name, _ = _INCLUDED.get(assistant.id, ("", ""))
    return tr(name) if assistant.name == name else one_line(assistant.name, 60)


def about_of(assistant: Assistant) -> str:
    """Return what an assistant is for, or how its instructions begin."""
    _, about = _INCLUDED.get(assistant.id, ("", ""))
    if assistant.about == about and about:
        return tr(about)
    return one_line(assistant.about or assistant.instructions, 120)


def tokens_in_words(text: str) -> str:
    """Return the estimate as it stands below a field."""
    tokens = rounded(about_tokens(text))
    return (
        tr("about {count} tokens").format(count=grouped(tokens)) if tokens else tr("no tokens")
    )
