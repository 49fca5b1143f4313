"""Assistants and prompts as a window might have them."""

from dataclasses import replace
from pathlib import Path

from inglenook.chat.assistant import Assistant, Prompt, Tuning
from inglenook.services.assistantnews import AssistantsChanged, ListedAssistant, PromptsChanged
from inglenook.storage.assistantfile import read_included

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "assistants"
INCLUDED = read_included(FOLDER)
OWN = Assistant(
    "own", "Letters to the council", "letter", "Polite, short, with dates",
    "You write letters for {{name}}. Today is {{weekday}}, {{date}}. Keep them under a page.",
    "Qwen3-8B-Q4_K_M.gguf", Tuning(0.7, top_p=0.9, answer_limit_tokens=1024), "careful",
)  # fmt: skip
VALUES = {
    "date": "22 November 2026", "time": "14:15", "weekday": "Sunday", "name": "Ada",
    "model": "Qwen3 8B", "language": "English",
}  # fmt: skip


def listed() -> tuple[ListedAssistant, ...]:
    """Return all: the second is changed, the last but one hidden, the last our own."""
    rows = [ListedAssistant(each, is_included=True) for each in INCLUDED]
    rows[1] = replace(rows[1], is_changed=True)
    rows[-1] = replace(rows[-1], is_hidden=True)
    return (*rows, ListedAssistant(OWN))


def by_id(assistant: str) -> Assistant:
    """Return one of them."""
    return next(each.assistant for each in listed() if each.assistant.id == assistant)


ALL = AssistantsChanged(listed())
PROMPTS = PromptsChanged((
    Prompt("p1", "Explain", "Explain {{topic}} to {{reader}}, with one example."),
    Prompt("p2", "Reply", "Write a short, friendly reply to this message:\n\n{{message}}"),
    Prompt("p3", "Plan the day", "It is {{weekday}}. Make a plan for {{what}}, with times."),
))  # fmt: skip
NO_PROMPTS = PromptsChanged(())
