"""What shows chats is loaded in small turns after the start."""

import sys
from importlib import import_module

from inglenook.ui.readying import VIEW_MODULES, Readying


def test_modules_are_loaded_one_by_one_until_it_is_stopped(qtbot, tmp_path, monkeypatch):
    names = [f"readied_{number}" for number in range(3)]
    for name in names:
        (tmp_path / f"{name}.py").write_text("")
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    readying = Readying(names)
    readying.start()
    assert not set(names) & set(sys.modules)
    qtbot.waitUntil(lambda: names[1] in sys.modules)
    assert names[2] not in sys.modules
    readying.stop()
    readying.start()
    qtbot.waitUntil(lambda: names[2] in sys.modules)
    readying.start()
    assert not readying.is_busy()


def test_all_that_is_loaded_exists():
    assert all(import_module(name) for name in VIEW_MODULES)
