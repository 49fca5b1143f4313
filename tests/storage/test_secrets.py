"""Tokens are kept in a real keyring, or for as long as the process lives."""

import keyring
import keyring.errors
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring

from inglenook.core.errors import BadArgumentError
from inglenook.storage.secrets import TOKEN_VARIABLE, Tokens
from inglenook.storage.systemkeyring import SystemKeyring

HOST = "huggingface.co"


class Safe(KeyringBackend):
    """A keyring that works, unless told otherwise."""

    priority = 9

    def __init__(self, trouble: Exception | None = None) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.trouble = trouble

    def _try(self) -> None:
        if self.trouble:
            raise self.trouble

    def get_password(self, service: str, username: str) -> str | None:
        self._try()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._try()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._try()
        if (service, username) not in self.kept:
            raise keyring.errors.PasswordDeleteError("not there")
        del self.kept[service, username]


@pytest.fixture
def use():
    before = keyring.get_keyring()

    def set_to(backend):
        keyring.set_keyring(backend)
        return backend

    yield set_to
    keyring.set_keyring(before)


def test_a_token_outlives_the_process_in_the_keyring(use):
    safe = use(Safe())
    assert Tokens().keep(HOST, "  hf_abc\n")
    assert safe.kept == {("inglenook", HOST): "hf_abc"}
    again = Tokens()
    assert again.get(HOST) == "hf_abc"
    again.forget(HOST)
    again.forget(HOST)
    assert (again.get(HOST), Tokens().get(HOST)) == ("", "")


def test_a_token_is_for_one_hub_only(use):
    use(Safe())
    tokens = Tokens()
    tokens.keep(HOST, "hf_abc")
    assert tokens.get("mirror.example") == ""


def test_without_a_keyring_it_stays_in_memory(use):
    use(Keyring())
    tokens = Tokens()
    assert not tokens.keep(HOST, "hf_abc")
    assert tokens.get(HOST) == "hf_abc"
    tokens.forget(HOST)
    assert tokens.get(HOST) == ""
    assert Tokens().get(HOST) == ""


@pytest.mark.parametrize("module", ["keyrings.alt.file", "keyring.backends.null"])
def test_a_keyring_that_keeps_no_secret_is_not_used(use, module):
    backend = use(type("Open", (Safe,), {"__module__": module})())
    assert not Tokens().keep(HOST, "hf_abc")
    assert backend.kept == {}
    backend = use(Safe())
    backend.backends = [type("Open", (Safe,), {"__module__": module})()]
    assert not Tokens().keep(HOST, "hf_abc")


@pytest.mark.parametrize(
    "trouble",
    [
        keyring.errors.KeyringLocked("no"),
        keyring.errors.InitError("no"),
        OSError(),
        RuntimeError(),
    ],
)
def test_a_keyring_in_trouble_is_no_trouble(use, trouble):
    use(Safe(trouble))
    tokens = Tokens()
    assert tokens.get(HOST) == ""
    assert not tokens.keep(HOST, "hf_abc")
    assert tokens.get(HOST) == "hf_abc"
    tokens.forget(HOST)


def test_a_keyring_that_cannot_be_found_is_no_trouble():
    class Library:
        errors = keyring.errors

        def get_keyring(self):
            raise keyring.errors.InitError("no bus")

    assert Tokens(Library()).get(HOST) == ""


@pytest.mark.parametrize("token", ["", "  ", "hf a", "hf_\x00", "hf_é", "x" * 501, "a\nb"])
def test_what_cannot_be_a_token_is_refused(use, token):
    use(Safe())
    with pytest.raises(BadArgumentError):
        Tokens().keep(HOST, token)


def test_rubbish_in_the_keyring_is_no_token(use):
    use(Safe()).kept["inglenook", HOST] = "a\nb"
    assert Tokens().get(HOST) == ""


def test_the_environment_gives_one_for_the_public_hub_alone(use, monkeypatch):
    use(Safe())
    monkeypatch.setenv(TOKEN_VARIABLE, "hf_env")
    assert Tokens().get(HOST) == "hf_env"
    assert Tokens().get("mirror.example") == ""


def test_what_keeps_secrets_is_told_by_its_name(use):
    safe = use(Safe())
    assert SystemKeyring().told() == safe.name
    use(Keyring())
    assert SystemKeyring().told() == ""
