"""Choices are kept at once, announced, and a file that cannot be written is told of once."""

import pytest

from inglenook.core.errors import BadArgumentError
from inglenook.services.bus import Bus
from inglenook.services.events import ProblemArose, SettingsChanged
from inglenook.services.settings import PUBLIC_ENDPOINT, SettingsService
from inglenook.storage.settings import SettingsFile


@pytest.fixture(autouse=True)
def _usual_environment(monkeypatch):
    monkeypatch.delenv("INGLENOOK_OFFLINE")
    monkeypatch.delenv("HF_ENDPOINT", raising=False)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "settings.json"


@pytest.fixture
def bus():
    return Bus()


@pytest.fixture
def heard(bus, hear):
    return hear(bus).all


@pytest.fixture
def settings(bus, heard, path):
    return SettingsService(bus, SettingsFile(path))


def test_a_change_is_kept_and_announced(settings, bus, heard, path):
    settings.set_theme("dark")
    settings.set_welcomed()
    settings.set_last_chat("c")
    settings.set_last_model("/m.gguf")
    again = SettingsService(bus, SettingsFile(path))
    assert (again.theme, again.welcomed) == ("dark", True)
    assert (again.now.last_chat, again.now.last_model) == ("c", "/m.gguf")
    assert heard[0] == SettingsChanged("dark", welcomed=False)
    assert heard[1] == SettingsChanged("dark", welcomed=True)


def test_the_size_of_text_is_kept(settings, bus, path):
    settings.set_text_scale(1.25)
    assert SettingsService(bus, SettingsFile(path)).now.text_scale == 1.25
    with pytest.raises(BadArgumentError):
        settings.set_text_scale(9)


def test_how_long_an_idle_model_stays_is_kept(settings, bus, path):
    assert settings.now.idle_unload_minutes == 30
    settings.set_idle_unload(0)
    assert SettingsService(bus, SettingsFile(path)).now.idle_unload_minutes == 0
    for minutes in (-1, 1441):
        with pytest.raises(BadArgumentError):
            settings.set_idle_unload(minutes)


def test_the_same_choice_again_is_no_change(settings, heard):
    settings.set_theme("system")
    assert heard == []


def test_an_unknown_theme_is_refused(settings):
    with pytest.raises(BadArgumentError):
        settings.set_theme("pink")


def test_a_damaged_file_is_told_of_when_the_settings_are_announced(bus, heard, path):
    path.write_text("{ not json")
    SettingsService(bus, SettingsFile(path)).announce()
    assert heard[0] == SettingsChanged("system", welcomed=False)
    assert isinstance(heard[1], ProblemArose)


def test_announcing_good_settings_tells_of_no_problem(settings, heard):
    settings.announce()
    assert heard == [SettingsChanged("system", welcomed=False)]


def test_what_cannot_be_written_is_told_once_and_kept_in_memory(settings, heard, path):
    path.mkdir()
    settings.set_theme("dark")
    settings.set_theme("light")
    assert settings.theme == "light"
    assert len([each for each in heard if isinstance(each, ProblemArose)]) == 1
    path.rmdir()
    settings.set_theme("dark")
    path.unlink()
    path.mkdir()
    settings.set_theme("light")
    assert len([each for each in heard if isinstance(each, ProblemArose)]) == 2


def test_the_size_of_text_is_kept_and_announced(settings, heard):
    settings.set_text_scale(1.5)
    assert settings.now.text_scale == 1.5
    assert heard == [SettingsChanged("system", welcomed=False, text_scale=1.5)]


def test_the_network_can_be_switched_off_and_on(settings):
    settings.set_offline(is_offline=True)
    assert settings.now.offline
    settings.set_offline(is_offline=False)
    assert not settings.now.offline


def test_downloads_have_a_number_and_a_speed(settings):
    settings.set_downloads(at_once=3)
    settings.set_downloads(limit_bytes_s=1_000_000)
    assert (settings.now.downloads_at_once, settings.now.download_limit_bytes_s) == (
        3,
        1_000_000,
    )
    for wrong in ({"at_once": 0}, {"at_once": 9}, {"limit_bytes_s": -1}):
        with pytest.raises(BadArgumentError):
            settings.set_downloads(**wrong)


def test_a_proxy_is_an_address_or_none(settings):
    settings.set_proxy("http://proxy:3128")
    assert settings.now.proxy == "http://proxy:3128"
    settings.set_proxy("")
    with pytest.raises(BadArgumentError):
        settings.set_proxy("proxy")


# --- the network and the models' place ---


def test_offline_is_told_whether_chosen_or_forced(settings, heard, monkeypatch):
    settings.announce()
    settings.set_offline(is_offline=True)
    settings.set_offline(is_offline=False)
    monkeypatch.setenv("INGLENOOK_OFFLINE", "1")
    settings.tell()
    assert [each.offline for each in heard] == [False, True, False, True]


def test_a_mirror_is_kept_and_the_environment_goes_before_it(settings, bus, path, monkeypatch):
    assert settings.endpoint == PUBLIC_ENDPOINT
    settings.set_endpoint(" http://127.0.0.1:8080/hub/ ")
    again = SettingsService(bus, SettingsFile(path))
    assert again.endpoint == "http://127.0.0.1:8080/hub"
    monkeypatch.setenv("HF_ENDPOINT", "https://example.org")
    assert again.endpoint == "https://example.org"
    settings.set_endpoint("")
    assert settings.now.endpoint == ""


@pytest.mark.parametrize(
    "endpoint",
    [
        "example.org", "ftp://example.org", "https://", "https://a@example.org",
        "https://example.org?x=1", "https://example.org#x", "https://example.org:99999",
        "https://exa mple.org", "https://ex\u00e4mple.org", "https://[", "https://" + "a" * 400,
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(settings, endpoint):
    with pytest.raises(BadArgumentError):
        settings.set_endpoint(endpoint)
    assert settings.endpoint == PUBLIC_ENDPOINT


def test_the_folder_of_models_is_kept(settings, bus, path, tmp_path):
    settings.set_models_folder(str(tmp_path))
    assert SettingsService(bus, SettingsFile(path)).now.models_folder == str(tmp_path)
    for folder in ("models", "/a\0b", "/\udcff", "/" + "a" * 5000):
        with pytest.raises(BadArgumentError):
            settings.set_models_folder(folder)
    settings.set_models_folder("")
    assert settings.now.models_folder == ""


def test_a_choice_of_its_own_is_kept_and_announced(settings, heard, path):
    settings.choose("density", "compact")
    settings.choose("keys", {"new_chat": "Ctrl+T"})
    assert [type(each) for each in heard] == [SettingsChanged, SettingsChanged]
    assert SettingsFile(path).read().keys == {"new_chat": "Ctrl+T"}
    with pytest.raises(BadArgumentError):
        settings.choose("density", "airy")
    assert settings.now.density == "compact"
