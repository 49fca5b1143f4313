"""`inglenook chat` beside a server that runs: no model is loaded twice."""

from types import SimpleNamespace

import pytest
from tests.data.fake_engine import FakeEngine, refused

from inglenook.cli.served import through_server
from inglenook.services.servernote import ServerNote
from inglenook.services.servingkey import AccessKey
from inglenook.services.servingnews import ServingChanged, ServingPhase, ServingState
from inglenook.storage.systemkeyring import SystemKeyring


@pytest.fixture
def fake():
    with FakeEngine() as made:
        yield made


@pytest.fixture
def home(tmp_path, fake):
    """A data folder whose server runs."""
    key = AccessKey(SystemKeyring())
    key.use("ik-a-key-of-this-test")
    note = ServerNote(tmp_path, key)
    state = ServingState(ServingPhase.ON, f"{fake.url}/v1", fake.port)
    note.told(ServingChanged(state))
    yield tmp_path
    note.told(ServingChanged(ServingState()))


def test_a_server_that_runs_is_asked_and_no_model_is_loaded(inglenook, home, fake):
    answer = inglenook(
        "chat", "--effort", "careful", "Hello", env={"INGLENOOK_HOME": str(home)}
    )
    assert (answer.code, answer.out) == (0, "Good day\n")
    assert answer.err == f"(Asking the server at {fake.url}/v1.)\n"
    listed, asked = fake.heard
    assert listed.path == "/v1/models"
    assert asked.headers["authorization"] == "Bearer ik-a-key-of-this-test"
    assert asked.asked["effort"] == "careful"
    shown = inglenook("chats", "list", env={"INGLENOOK_HOME": str(home)})
    assert "Hello" in shown.out


def test_where_it_does_not_answer_or_another_model_is_wanted_it_is_loaded_here(
    home, fake, capsys
):
    services = SimpleNamespace(is_echo=False, folders=SimpleNamespace(data=home))
    fake.lists = refused(503)
    with through_server(services, None, None) as is_served:
        assert not is_served
    assert capsys.readouterr().err == (
        f"(The server at {fake.url}/v1 does not answer. The model is loaded here.)\n"
    )
    with through_server(services, None, "/models/other.gguf") as is_served:
        assert not is_served
    assert capsys.readouterr().err == ""
    assert len(fake.heard) == 1
