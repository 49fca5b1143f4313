"""The window's own client asks our own server: two of us on one network."""

import threading
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest
from tests.server.room import KEY, WAIT_S, Room

from inglenook.core.errors import RemoteError
from inglenook.remote.address import address_from
from inglenook.remote.body import Ask, Told
from inglenook.remote.call import Call, StoppedCall, Way
from inglenook.remote.chunk import Piece, Usage
from inglenook.remote.engine import answer, look_at

WAY = Way()


@pytest.fixture(scope="module")
def room() -> Iterator[Room]:
    with closing(Room()) as made:
        yield made


def ask(room: Room, text: str, *before: Told, key: str = KEY, **more):
    heard: list = []
    call = Call(WAY, address_from(room.address), key)
    question = Ask("Echo", (*before, Told("user", text)), {}, **more)
    return heard, answer(call, WAY, question, heard.append)


def said(heard: list, *, thinking: bool = False) -> str:
    return "".join(
        each.text for each in heard if isinstance(each, Piece) and each.thinking is thinking
    )


def test_what_is_there_is_found_with_what_it_reads(room: Room):
    found = look_at(Call(WAY, address_from(room.address), KEY), WAY)
    (model,) = found.models  # the one that makes vectors is not for chats
    assert model.context_tokens == 8192
    assert found.maker


def test_an_answer_comes_whole_with_thinking_and_counts(room: Room):
    heard, ended = ask(room, "/echo think=3 text=Grüße aus dem Büro", Told("system", "Be."))
    assert said(heard) == "Grüße aus dem Büro"
    assert said(heard, thinking=True)
    assert ended.reason == "end"
    (counted,) = (each for each in heard if isinstance(each, Usage))
    assert counted.prompt_tokens > 0
    assert counted.answer_tokens > 0


def test_the_limit_is_told_as_such(room: Room):
    call = Call(WAY, address_from(room.address), KEY)
    question = Ask("Echo", (Told("user", "one two three four five six"),), {"max_tokens": 2})
    assert answer(call, WAY, question, lambda _said: None).reason == "length"


@pytest.mark.parametrize(
    ("key", "model", "title"),
    [
        ("", "Echo", "The engine wants a key"),
        ("ik-wrong", "Echo", "The engine does not accept the key"),
        (KEY, "none", "The engine does not know this model"),
    ],
)
def test_what_it_refuses_is_told_in_a_sentence(room: Room, key: str, model: str, title: str):
    call = Call(WAY, address_from(room.address), key)
    with pytest.raises(RemoteError) as caught:
        answer(call, WAY, Ask(model, (Told("user", "Hello"),), {}), lambda _said: None)
    assert caught.value.problem.title == title


def test_stop_ends_the_answer_over_there(room: Room):
    call = Call(WAY, address_from(room.address), KEY)
    began, over = threading.Event(), threading.Event()

    def go() -> None:
        question = Ask("Echo", (Told("user", "/echo tokens=100000 rate=200"),), {})
        with suppress(StoppedCall):
            answer(call, WAY, question, lambda _said: began.set())
        over.set()

    threading.Thread(target=go, daemon=True).start()
    assert began.wait(WAIT_S)
    call.hang_up()
    assert over.wait(WAIT_S)
    room.notes.wait(lambda: any(status == 499 for _, status in room.notes.ends))
    _, ended = ask(room, "/echo text=free")  # the place is free again
    assert ended.reason == "end"
