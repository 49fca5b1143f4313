"""More lines of the palette: settings, assistants and saved prompts."""

from collections.abc import Callable, Sequence
from functools import partial

from inglenook.chat.assistant import Prompt
from inglenook.services.assistantnews import ListedAssistant
from inglenook.ui.pages import Pages
from inglenook.ui.palette.entries import Entry, Source, listed
from inglenook.ui.palette.fuzzy import Index
from inglenook.ui.settings.page import SettingsPage
from inglenook.ui.settings.registry import Setting, section_name
from inglenook.ui.words import one_line, tr

_MOST = 5
_PAGE = "settings"


def of_settings(settings: Sequence[Setting], pages: Pages) -> Source:
    """Return every setting; each is found by the other words that people have for it too."""
    entries = [
        Entry(
            key=f"setting {setting.key}",
            text=setting.title,
            run=partial(_show, pages, setting),
            detail=section_name(setting.section),
            icon="gear",
        )
        for setting in settings
    ]
    index = Index([f"{setting.title}  {setting.words}" for setting in settings])
    numbers = {entry.key: number for number, entry in enumerate(entries)}
    return Source(tr("Settings"), index, entries.__getitem__, numbers, most=_MOST)


def of_assistants(
    assistants: Sequence[ListedAssistant], begin: Callable[[str], object]
) -> Source:
    """Return the assistants that are offered; each begins a chat."""
    entries = [
        Entry(
            key=f"assistant {each.assistant.id}",
            text=tr("Ask {assistant}").format(assistant=one_line(each.assistant.name, 80)),
            run=partial(begin, each.assistant.id),
            detail=one_line(each.assistant.about, 80),
            icon=each.assistant.icon,
        )
        for each in assistants
        if not each.is_hidden
    ]
    return listed(entries, tr("Assistants"), most=_MOST)


def of_prompts(prompts: Sequence[Prompt], insert: Callable[[str], object]) -> Source:
    """Return the saved prompts; each goes into the message field."""
    entries = [
        Entry(
            key=f"prompt {prompt.id}",
            text=one_line(prompt.name, 80),
            run=partial(insert, prompt.text),
            detail=one_line(prompt.text, 80),
            icon="letter",
        )
        for prompt in prompts
    ]
    return listed(entries, tr("Saved prompts"), most=_MOST)


def _show(pages: Pages, setting: Setting) -> None:
    page = pages.open(_PAGE)
    if isinstance(page, SettingsPage):
        page.show_setting(setting)
