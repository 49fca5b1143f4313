"""What a bar shows adds up, whatever is planned."""

from hypothesis import given
from hypothesis import strategies as st

from inglenook.core.units import GIB
from inglenook.models.machine import DeviceFacts, DeviceKind, HostFacts, Machine
from inglenook.models.memory import MemoryPart
from inglenook.ui.running.amounts import amounts_of

sizes = st.integers(0, 40 * GIB)
parts = st.builds(MemoryPart, st.just("CUDA0"), sizes, sizes, sizes, sizes, sizes)


def computer(kind=DeviceKind.DISCRETE, total=16 * GIB, free=12 * GIB):
    return Machine(
        (DeviceFacts("CUDA0", "Card", kind, total, free),), HostFacts(32 * GIB, 20 * GIB, 4, 8)
    )


@given(parts, st.integers(1, 40 * GIB), st.integers(0, 100))
def test_slices_fill_the_bar_or_say_what_lacks(qapp, part, total, percent):
    free = total * percent // 100
    on_card, _ = amounts_of(computer(total=total, free=free), (part,))
    filled = sum(each.size_bytes for each in on_card.slices)
    assert all(each.size_bytes > 0 for each in on_card.slices)
    need = part.total_bytes + (part.margin_bytes if part.total_bytes else 0)
    assert on_card.lack_bytes == max(0, need - free) if part.total_bytes else filled == total
    assert filled >= total
    if not on_card.lack_bytes:
        assert filled == total


def test_a_device_without_a_part_is_free_but_for_others(qapp):
    on_card, memory = amounts_of(computer(), ())
    assert [each.kind for each in on_card.slices] == ["other", "free"]
    assert memory.in_words() == "Main memory: Other programs 12.0 GB, Free 20.0 GB, of 32.0 GB."


def test_what_graphics_share_is_counted_in_main_memory_too(qapp):
    part = MemoryPart("CUDA0", 2 * GIB, GIB, GIB, GIB)
    _, memory = amounts_of(computer(DeviceKind.INTEGRATED), (part,))
    found = {each.kind: each.size_bytes for each in memory.slices}
    assert found["graphics"] == 4 * GIB


def test_a_device_that_tells_no_memory_has_no_bar(qapp):
    assert len(amounts_of(computer(total=0, free=0), ())) == 1


def test_a_name_cannot_play_tricks(qapp):
    card = DeviceFacts("CUDA0", "Card\u202e\nX", DeviceKind.DISCRETE, 5, 5)
    machine = Machine((card,), HostFacts(1, 1, 1, 1))
    assert amounts_of(machine, ())[0].detail == "Card X"
