"""Where the controls can stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.models.machine import DeviceFacts, DeviceKind, HostFacts, Machine
from inglenook.ui.running.stops import (
    context_stops,
    device_choices,
    layers_wished,
    pages_in_words,
)

HOST = HostFacts(1, 1, 1, 1)


def machine(*names, free=1):
    cards = [DeviceFacts(name, "Card", DeviceKind.DISCRETE, 2, free) for name in names]
    return Machine(tuple(cards), HOST)


@given(st.integers(0, 1 << 20), st.integers(0, 1 << 20))
def test_lengths_rise_in_whole_steps_up_to_the_longest(longest, other):
    stops = context_stops(longest, other)
    assert list(stops) == sorted(set(stops))
    assert stops[-1] == max(256, longest // 256 * 256)
    assert all(stop >= 256 for stop in stops)
    assert other in stops or not 256 <= other <= stops[-1]


def test_lengths_double():
    assert context_stops(10_000, 6144) == (1024, 2048, 4096, 6144, 8192, 9984)


@pytest.mark.parametrize(
    ("tokens", "words"),
    [(256, "about a page"), (8192, "about 12 pages"), (131072, "about 200 pages")],
)
def test_a_length_is_said_in_pages(qapp, tokens, words):
    assert pages_in_words(tokens) == words


def test_the_output_layer_comes_along():
    assert [layers_wished(shown) for shown in (0, 1, 36)] == [0, 2, 37]


def test_devices_are_offered_together_alone_or_not_at_all(qapp):
    def ways(computer):
        return [each.devices for each in device_choices(computer)]

    assert ways(machine()) == [None]
    assert ways(machine("CUDA0", free=0)) == [None]
    assert ways(machine("CUDA0")) == [None, ()]
    assert ways(machine("CUDA0", "CUDA1")) == [None, ("CUDA0",), ("CUDA1",), ()]
    assert ways(machine(*map(str, range(9)))) == [None, ()]
