import queue
import threading

from hypothesis import given
from hypothesis import strategies as st

from inglenook.chat.message import Timings
from inglenook.engine.channel import ChannelClosedError, queue_channels
from inglenook.engine.outbox import Outbox, joined
from inglenook.engine.protocol import Delta, Done, Fatal, Tick, event_from


class Wire:
    """An outbox with the end where its events arrive."""

    def __init__(self, *, busy: bool = False) -> None:
        ours, self.far = queue_channels()
        self.closed = threading.Event()
        self.outbox = Outbox(ours, busy=lambda: busy, on_closed=self.closed.set)
        self.ours = ours

    def receive(self):
        return event_from(self.far.receive())


def test_neighbouring_text_becomes_one_delta_with_all_its_tokens():
    events = [Delta("a", "war", 1), Delta("a", "", 1), Delta("a", "m", 1)]
    assert list(joined(events)) == [Delta("a", "warm", 3)]


def test_text_of_another_request_or_of_thinking_is_not_mixed_in():
    events = [Delta("a", "x", 1), Delta("b", "y", 1), Delta("b", "z", 1, thinking=True)]
    assert list(joined(events)) == events


def test_texts_of_answers_that_take_turns_are_joined_by_answer():
    events = [Delta(name, str(at), 1) for at in range(3) for name in "ab"]
    assert list(joined(events)) == [Delta("a", "012", 3), Delta("b", "012", 3)]


def test_an_event_between_texts_keeps_its_place():
    done = Done("a", "end", Timings())
    assert list(joined([Delta("a", "x", 1), done, Delta("b", "y", 1)])) == [
        Delta("a", "x", 1),
        done,
        Delta("b", "y", 1),
    ]


@given(
    st.lists(
        st.builds(Delta, st.sampled_from("ab"), st.text(max_size=3), st.just(1), st.booleans())
    )
)
def test_joining_loses_nothing_and_reorders_nothing_within_an_answer(events):
    def by_kind(some, request):
        return "".join(
            f"{each.thinking:d}{c}"
            for each in some
            if each.request == request
            for c in each.text
        )

    out = list(joined(events))
    for request in "ab":
        assert by_kind(out, request) == by_kind(events, request)
    assert sum(each.tokens for each in out) == len(events)


def test_first_text_goes_out_at_once_and_the_rest_together():
    wire = Wire()
    wire.outbox.start()
    wire.outbox.put(Delta("a", "first", 1))
    assert wire.receive() == Delta("a", "first", 1)
    for _ in range(5_000):
        wire.outbox.put(Delta("a", "x", 1))
    texts = []
    while sum(map(len, texts)) < 5_000:
        texts.append(wire.receive().text)
    assert len(texts) < 50  # one, where nothing holds this thread up for 20 ms
    wire.outbox.close()


def test_an_end_does_not_wait_and_comes_after_its_text():
    wire = Wire()
    wire.outbox.put(Delta("a", "x", 1))
    wire.outbox.put(Done("a", "end", Timings()))
    wire.outbox.start()
    assert wire.receive() == Delta("a", "x", 1)
    assert wire.receive() == Done("a", "end", Timings())
    wire.outbox.close()


def test_it_shows_that_it_lives_and_whether_it_is_busy():
    wire = Wire(busy=True)
    wire.outbox.start()
    assert wire.receive() == Tick(busy=True)
    wire.outbox.close()


def test_closing_sends_what_is_left():
    wire = Wire()
    wire.outbox.start()
    wire.outbox.put(Delta("a", "x", 1))
    wire.outbox.put(Delta("a", "y", 1))
    wire.outbox.close()
    wire.ours.close()
    text = ""
    while (data := wire.far.receive()) is not None:
        text += event_from(data).text
    assert text == "xy"


def test_last_words_come_after_all_that_was_said_before():
    wire = Wire()
    wire.outbox.put(Delta("a", "x", 1))
    wire.outbox.last_words("it is over")
    assert wire.receive() == Delta("a", "x", 1)
    assert wire.receive() == Fatal("it is over")


def test_last_words_to_nobody_are_lost_quietly():
    wire = Wire()
    wire.ours.close()
    wire.outbox.last_words("it is over")


class StuckChannel:
    """A pipe that nobody empties."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.free = threading.Event()

    def send(self, _message: bytes) -> None:
        self.reached.set()
        self.free.wait(30)
        raise ChannelClosedError("gone")


def test_a_full_pipe_stops_neither_those_who_put_nor_last_words():
    channel, closed = StuckChannel(), queue.SimpleQueue()
    outbox = Outbox(channel, busy=lambda: False, on_closed=lambda: closed.put(None))
    outbox.start()
    outbox.put(Delta("a", "x", 1))
    assert channel.reached.wait(10)
    outbox.put(Delta("a", "y", 1))
    outbox.last_words("it is over")
    channel.free.set()
    closed.get(timeout=10)


def test_text_waits_as_long_as_it_is_told_but_not_for_the_first_text_of_another():
    wire = Wire()
    wire.outbox.send([Delta("a", "1", 1)], gap_s=60.0)
    assert wire.receive() == Delta("a", "1", 1)
    wire.outbox.send([Delta("a", "2", 1)], gap_s=60.0)
    wire.outbox.send([Delta("a", "3", 1), Delta("b", "1", 1)], gap_s=60.0, urgent=True)
    assert wire.receive() == Delta("a", "23", 2)
    assert wire.receive() == Delta("b", "1", 1)
