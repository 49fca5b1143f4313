"""What is written of an answer can be read whole at any moment."""

import threading

from hypothesis import given
from hypothesis import strategies as st

from inglenook.core.ids import ChatId, NodeId, RequestId
from inglenook.services.reply import LiveReply

PIECES = st.lists(st.tuples(st.text(), st.integers(0, 5), st.booleans(), st.floats(0, 10)))


def a_reply() -> LiveReply:
    return LiveReply(RequestId("r"), ChatId("c"), NodeId("n"))


@given(PIECES)
def test_the_pieces_make_the_text_whenever_it_is_read(pieces):
    reply, text, thinking, tokens, now_s = a_reply(), "", "", 0, 0.0
    for piece, count, thinks, later_s in pieces:
        now_s += later_s
        reply.add(piece, count, thinking=thinks, now_s=now_s)
        thinking, text = (thinking + piece, text) if thinks else (thinking, text + piece)
        tokens += count
        live = reply.live()
        assert (live.text, live.thinking, live.tokens) == (text, thinking, tokens)
        assert live.tokens_per_s >= 0


def test_it_says_what_it_waits_for_until_the_first_piece():
    reply = a_reply()
    assert reply.live().waiting_for == "Waiting"
    reply.wait_for("Reading the prompt")
    assert reply.live().waiting_for == "Reading the prompt"
    reply.add("Hi", 1, thinking=False, now_s=1)
    assert reply.live().waiting_for == ""


def test_the_speed_is_that_of_the_last_seconds():
    reply = a_reply()
    reply.add("a", 1, thinking=False, now_s=0)
    assert reply.live().tokens_per_s == 0
    for second in range(1, 10):
        reply.add("a", 2, thinking=False, now_s=second)
    for second in range(10, 20):
        reply.add("b", 50, thinking=False, now_s=second)
    assert reply.live().tokens_per_s == 50


def test_one_thread_may_read_while_another_writes():
    reply = a_reply()

    def write():
        for count in range(2000):
            reply.add("ab", 1, thinking=False, now_s=count / 1000)

    writer = threading.Thread(target=write)
    writer.start()
    while writer.is_alive():
        live = reply.live()
        assert live.text == "ab" * live.tokens
    writer.join()
    assert reply.live().text == "ab" * 2000


def test_how_long_it_thought_is_told_once_it_has_begun_to_answer():
    reply = a_reply()
    reply.add("Hm", 1, thinking=True, now_s=10.0)
    reply.add("Hm", 1, thinking=True, now_s=12.0)
    assert reply.thought_s == 0.0
    reply.add("It is", 1, thinking=False, now_s=14.5)
    reply.add(" so", 1, thinking=False, now_s=20.0)
    assert reply.thought_s == 4.5
