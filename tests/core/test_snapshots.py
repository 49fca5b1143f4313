"""Names of snapshot files: told apart, never a path."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.core.snapshots import chat_of, draft_name, is_draft, snapshot_name

CHAT = "0" * 26


def test_a_snapshot_bears_the_name_of_its_chat():
    assert snapshot_name(CHAT) == f"{CHAT}.kv"
    assert chat_of(f"{CHAT}.kv") == CHAT
    assert not is_draft(f"{CHAT}.kv")


def test_a_draft_belongs_to_its_chat_too():
    draft = draft_name(CHAT, "ab12")
    assert chat_of(draft) == CHAT
    assert is_draft(draft)


@pytest.mark.parametrize(
    "chat", ["", ".", "..", "../x", "a/b", "a\\b", "a.b", "-a", "x" * 65, "é"]
)
def test_an_id_that_is_no_plain_name_gets_no_file(chat):
    assert snapshot_name(chat) is None


@pytest.mark.parametrize("name", ["", "a", ".kv", "a.txt", "a.b.kv", "../a.kv", "notes.md"])
def test_other_files_belong_to_no_chat(name):
    assert chat_of(name) is None


@given(st.text())
def test_every_name_given_leads_back_to_its_chat(chat):
    name = snapshot_name(chat)
    assert name is None or chat_of(name) == chat
