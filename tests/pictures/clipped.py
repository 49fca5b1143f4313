"""Print what does not fit where the texts are longer than in English: `clipped.py SCENE…`.

Without names it looks at every scene, which takes some minutes. Every text is replaced by one
with accents that is 40 % longer. Names of chats, models and files may be cut with an ellipsis;
what we say ourselves may not.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "ui"), str(Path(__file__).parent)]

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["QT_FONT_DPI"] = "96"
os.environ.setdefault("INGLENOOK_LANGUAGE", "pseudo")

MAY_BE_CUT = {
    "PillButton",  # the name of a model, and what is said behind it
    "AssistantButton",  # the name of an assistant
    "PictureRow",  # names and descriptions of assistants
    "DownloadCard",  # names of models
    "RecommendedRow",
    "CountRow",  # beside a count, in a side bar of a given width
    "KeyButton",
}


def main(names: list[str]) -> int:
    """Print a line for each text without room; return how many there are."""
    import scenes  # noqa: PLC0415  (Qt reads the environment above when it starts)
    from PySide6.QtWidgets import QWidget  # noqa: PLC0415
    from shiboken6 import isValid  # noqa: PLC0415

    from inglenook.ui.app import make_application  # noqa: PLC0415
    from inglenook.ui.language import speak_language  # noqa: PLC0415
    from inglenook.ui.style import Look  # noqa: PLC0415

    application = make_application()
    speak_language(application, "system")
    look, found = Look(application), list[str]()
    for name in names or scenes.SCENES:
        play, size, scale = scenes.SCENES[name]
        look.begin("light", scale / 100)
        stage = scenes.Stage(look, "light", welcomed=play is not scenes.welcome)
        stage.window.resize(*size)
        stage.window.show()
        scenes.settle()
        stage.furnish()
        over = play(stage)
        if isinstance(over, QWidget):
            over.show()
        scenes.settle()
        for window in filter(None, (stage.window, over)):
            found += [f"{name}: {each}" for each in clipped(window)]
        if over is not None and isValid(over):
            over.deleteLater()
        stage.window.close()
        stage.window.deleteLater()
        scenes.settle()
    print(*found, sep="\n")
    return len(found)


def clipped(window: object) -> Iterator[str]:
    """Yield the labels and buttons whose text has no room."""
    from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget  # noqa: PLC0415
    from shiboken6 import isValid  # noqa: PLC0415

    if not isValid(window):  # a card that has closed by itself
        return
    assert isinstance(window, QWidget)
    for widget in window.findChildren(QWidget):
        kind = type(widget).__name__
        if not widget.isVisibleTo(window) or kind in MAY_BE_CUT or widget.width() < 2:
            continue
        if isinstance(widget, QLabel) and widget.text():
            if widget.wordWrap():
                lacks = widget.heightForWidth(widget.width()) - widget.height()
            else:
                lacks = widget.sizeHint().width() - widget.width()
        elif isinstance(widget, QAbstractButton) and widget.text().strip():
            lacks = widget.sizeHint().width() - widget.width()
        else:
            continue
        if lacks > 1:
            yield f"{kind} “{widget.text()}” lacks {lacks} px"


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 100))
