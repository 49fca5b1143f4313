"""The usual effort is kept, and a chat asks for it anew each time."""

from inglenook.effort.level import Level
from inglenook.services.bus import Bus
from inglenook.services.settings import SettingsService
from inglenook.storage.settings import SettingsFile


def test_the_usual_effort_is_quick_and_another_is_kept(tmp_path):
    path = tmp_path / "settings.json"
    settings = SettingsService(Bus(), SettingsFile(path))
    assert settings.effort is Level.QUICK
    settings.set_effort(Level.CAREFUL)
    assert SettingsService(Bus(), SettingsFile(path)).effort is Level.CAREFUL


def test_a_level_nobody_knows_is_the_usual_one(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text('{"effort": "heroic"}')
    assert SettingsService(Bus(), SettingsFile(path)).effort is Level.QUICK
