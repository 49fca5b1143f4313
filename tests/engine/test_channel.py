import os
import struct
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.engine.channel import (
    ChannelClosedError,
    ChannelError,
    PipeChannel,
    queue_channels,
)
from inglenook.engine.protocol import MOST_MESSAGE_BYTES


class Pipes:
    """A channel whose other end is two plain descriptors."""

    def __init__(self) -> None:
        their_read, our_write = os.pipe()
        our_read, their_write = os.pipe()
        self.channel = PipeChannel(
            os.fdopen(our_read, "rb", buffering=0), os.fdopen(our_write, "wb", buffering=0)
        )
        self.reads = os.fdopen(their_read, "rb", buffering=0)
        self.writes = os.fdopen(their_write, "wb", buffering=0)

    def close(self) -> None:
        self.channel.close()
        self.reads.close()
        self.writes.close()


@pytest.fixture
def pipes():
    both = Pipes()
    yield both
    both.close()


def test_a_message_arrives_as_it_was_sent(pipes):
    other = PipeChannel(pipes.reads, pipes.writes)
    pipes.channel.send(b"warm")
    other.send("früh".encode())
    assert other.receive() == b"warm"
    assert pipes.channel.receive() == "früh".encode()


@pytest.mark.parametrize("size", [0, 1, 65_536, 65_537, 5_000_000])
def test_messages_of_any_size_arrive_whole(pipes, size):
    message = os.urandom(size)
    other = PipeChannel(pipes.reads, pipes.writes)
    sender = threading.Thread(target=pipes.channel.send, args=(message,))
    sender.start()
    assert other.receive() == message
    sender.join()


def test_the_end_between_messages_is_a_clean_one(pipes):
    PipeChannel(pipes.reads, pipes.writes).send(b"last")
    pipes.writes.close()
    assert pipes.channel.receive() == b"last"
    assert pipes.channel.receive() is None


@pytest.mark.parametrize("cut", [b"\x05", b"\x05\x00\x00", b"\x05\x00\x00\x00war"])
def test_the_end_within_a_message_is_said(pipes, cut):
    pipes.writes.write(cut)
    pipes.writes.close()
    with pytest.raises(ChannelError, match="ended"):
        pipes.channel.receive()


def test_a_length_beyond_the_limit_is_refused_before_anything_is_read(pipes):
    pipes.writes.write(struct.pack("<I", MOST_MESSAGE_BYTES + 1))
    with pytest.raises(ChannelError, match="is more than"):
        pipes.channel.receive()


def test_a_message_beyond_the_limit_is_not_sent(pipes):
    with pytest.raises(ChannelError, match="is more than"):
        pipes.channel.send(bytes(MOST_MESSAGE_BYTES + 1))


def test_sending_to_nobody_is_said(pipes):
    pipes.reads.close()
    with pytest.raises(ChannelClosedError):
        pipes.channel.send(b"hello?")


def test_a_closed_channel_neither_sends_nor_receives(pipes):
    pipes.channel.close()
    pipes.channel.close()
    with pytest.raises(ChannelClosedError):
        pipes.channel.send(b"hello?")
    with pytest.raises(ChannelError):
        pipes.channel.receive()


@given(st.lists(st.binary(max_size=300), max_size=8), st.integers(1, 50))
def test_how_the_bytes_are_cut_up_does_not_matter(messages, step):
    pipes = Pipes()
    stream = b"".join(struct.pack("<I", len(each)) + each for each in messages)
    for start in range(0, len(stream), step):
        pipes.writes.write(stream[start : start + step])
    pipes.writes.close()
    assert [pipes.channel.receive() for _ in messages] == messages
    assert pipes.channel.receive() is None
    pipes.close()


def test_queues_carry_messages_both_ways_and_end_for_both():
    ours, theirs = queue_channels()
    ours.send(b"one")
    theirs.send(b"two")
    assert theirs.receive() == b"one"
    assert ours.receive() == b"two"
    ours.close()
    ours.close()
    assert theirs.receive() is None
    assert ours.receive() is None
    with pytest.raises(ChannelClosedError):
        ours.send(b"three")


def test_messages_that_are_sent_together_arrive_one_by_one_in_one_write(pipes):
    pipes.channel.send(b"one", b"", b"three")
    waiting = pipes.reads.read(4096)
    assert waiting == b"\x03\0\0\0one\0\0\0\0\x05\0\0\0three"


def test_of_messages_sent_together_none_is_sent_if_one_is_too_large(pipes):
    with pytest.raises(ChannelError):
        pipes.channel.send(b"one", bytes(MOST_MESSAGE_BYTES + 1))
    pipes.channel.send(b"two")
    assert pipes.reads.read(4096) == b"\x03\0\0\0two"
