"""A model that only reads gets what memory the chat has left."""

import io

import pytest
from tests.data.gguf_files import tiny_model

from inglenook.core.errors import ModelLoadError
from inglenook.core.units import MIB
from inglenook.models.facts import facts_from
from inglenook.models.gguf import read_header
from inglenook.models.machine import HostFacts
from inglenook.models.reader import reader_bytes, reader_settings


def facts(context=8192):
    raw = tiny_model(llama__pooling_type=1, llama__context_length=context)
    return facts_from(read_header(io.BytesIO(raw)), chats=False)


def host(free_bytes):
    return HostFacts(16 << 30, free_bytes, physical_cores=4, logical_cores=8)


def test_texts_are_as_long_as_the_model_was_trained_for_where_there_is_room():
    settings = reader_settings(facts(2048), host(8 << 30))
    assert (settings.context_tokens, settings.ubatch_tokens, settings.threads) == (
        2048,
        2048,
        4,
    )
    assert settings.gpu_layers == 0
    assert reader_settings(facts(1 << 20), host(64 << 30)).context_tokens == 8192
    assert reader_settings(facts(0), host(8 << 30)).context_tokens == 512


def test_texts_get_shorter_where_memory_is_short():
    model = facts()
    room = reader_bytes(model, 1024) + 512 * MIB
    assert reader_settings(model, host(room)).context_tokens == 1024
    assert reader_settings(model, host(room - 1)).context_tokens == 512


def test_no_memory_at_all_is_said_with_what_is_needed():
    with pytest.raises(ModelLoadError) as refused:
        reader_settings(facts(), host(100 * MIB))
    assert int(refused.value.problem.facts["needed_bytes"]) == reader_bytes(facts(), 256)
