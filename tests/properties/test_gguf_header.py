"""Whatever the bytes are, the header reader answers with a header or with a clear error."""

import io
import struct
import time

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.data.gguf_files import F32, gguf, scalar, string, strings, tiny_model

from inglenook.core.errors import ModelFileError
from inglenook.models.facts import facts_from
from inglenook.models.fit import plan
from inglenook.models.gguf import Header, read_header
from inglenook.models.machine import HostFacts

SMALL = tiny_model()
HOST = HostFacts(8 << 30, 6 << 30, 4, 8)
NASTY = [
    0, 1, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**40, 2**42 + 1, 2**63 - 1, 2**63, 2**64 - 1,
]  # fmt: skip


def survives(raw: bytes, size: int | None = None) -> Header | None:
    """Read, describe and plan; anything but a ModelFileError fails the test."""
    start = time.process_time()
    try:
        header = read_header(io.BytesIO(raw), size)
        assert sum(one.size_bytes for one in header.tensors) >= 0
        facts = facts_from(header)
        assert plan(facts, (), HOST).summary
    except ModelFileError as refusal:
        header, problem = None, refusal.problem
        words = len(problem.title.split())
        assert (words <= 9, bool(problem.advice)) == (True, True)
    assert time.process_time() - start < 2
    return header


def test_the_unharmed_file_passes():
    assert survives(SMALL, len(SMALL)) is not None


def test_every_number_in_the_header_may_be_nasty():
    end = SMALL.rindex(b"rope_freqs.weight") + 64
    for position in range(0, end, 2):
        for number in NASTY:
            harmed = SMALL[:position] + struct.pack("<Q", number) + SMALL[position + 8 :]
            survives(harmed, len(harmed))


def test_every_byte_may_be_flipped():
    end = SMALL.rindex(b"rope_freqs.weight") + 64
    for position in range(end):
        for bit in (1, 128):
            harmed = bytearray(SMALL)
            harmed[position] ^= bit
            survives(bytes(harmed))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=600))
def test_garbage_behind_a_good_start(rest):
    survives(rest, len(rest))
    survives(b"GGUF" + struct.pack("<IQQ", 3, 1, 2) + rest)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, len(SMALL) - 9), st.sampled_from(NASTY), st.sampled_from("BIQ")
        ),
        max_size=6,
    ),
    st.integers(0, len(SMALL)),
)
def test_several_harms_and_a_cut(harms, length):
    harmed = bytearray(SMALL)
    for position, number, width in harms:
        mask = (1 << 8 * struct.calcsize(width)) - 1
        struct.pack_into(f"<{width}", harmed, position, number & mask)
    survives(bytes(harmed[:length]), length)


keys = st.text(min_size=1, max_size=20)
values = st.one_of(
    st.integers(0, 2**32 - 1),
    st.booleans(),
    st.text(max_size=50),
    st.lists(st.integers(0, 2**32 - 1), max_size=20),
    st.integers(-(2**63), 2**63 - 1).map(lambda number: scalar("i64", number)),
    st.binary(max_size=20).map(string),
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(keys, values, max_size=20))
def test_what_is_well_formed_is_read_back(pairs):
    if "general.alignment" in pairs:
        return
    header = read_header(io.BytesIO(gguf(pairs, [("x", (3, 5), F32)])))
    assert list(header.values) == list(pairs)
    for key, value in pairs.items():
        if isinstance(value, int | str):
            assert header.values[key] == value
        if isinstance(value, list) and value:
            assert header.values[key] == tuple(value)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=200), max_size=400), st.booleans())
def test_strings_are_walked_exactly(words, long_ones):
    if long_ones:
        words = [word * 500 for word in words[:50]]
    header = read_header(io.BytesIO(gguf({"words": strings(words), "after": 7})))
    assert header.values["after"] == 7


architecture_keys = st.sampled_from(
    [
        "block_count", "context_length", "embedding_length", "feed_forward_length",
        "attention.head_count", "attention.head_count_kv", "attention.key_length",
        "attention.value_length", "attention.sliding_window",
        "attention.sliding_window_pattern", "attention.kv_lora_rank",
        "attention.key_length_mla", "attention.shared_kv_layers", "rope.dimension_count",
        "ssm.conv_kernel", "ssm.inner_size", "ssm.state_size", "ssm.group_count",
        "wkv.head_size", "token_shift_count", "shortconv.l_cache", "kda.head_dim",
        "expert_count", "expert_used_count", "vocab_size", "full_attention_interval",
        "attention.recurrent_layers", "expert_feed_forward_length",
    ]
)  # fmt: skip
odd = st.one_of(
    st.integers(0, 300),
    st.sampled_from(NASTY).map(lambda number: scalar("u64", number)),
    st.integers(-5, 5).map(lambda number: scalar("i32", number)),
    st.floats(width=32).map(lambda number: scalar("f32", number)),
    st.booleans(),
    st.text(max_size=5),
    st.lists(st.integers(0, 2**32 - 1), max_size=4),
    st.lists(st.booleans(), min_size=1, max_size=4),
)


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(["llama", "gemma3", "gemma4", "mamba", "qwen3next", "deepseek2", "laguna"]),
    st.dictionaries(architecture_keys, odd, max_size=12),
)
def test_any_numbers_make_a_plan_or_a_clear_error(architecture, pairs):
    keyed = {f"{architecture}.{key}": value for key, value in pairs.items()}
    base = {"general.architecture": architecture, f"{architecture}.block_count": 2}
    survives(gguf(base | keyed, [("token_embd.weight", (32, 8), F32)]))
