"""Search finds words by their beginnings, in any spelling of accents, whatever is typed."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inglenook.chat.message import Message, Role, Status
from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId, NodeId
from inglenook.storage import search
from inglenook.storage.conversations import Conversations
from inglenook.storage.organised import Organised
from inglenook.storage.search import words_of


def say(chats: Conversations, chat: str, node: str, text: str, **more: object) -> Message:
    message = replace(Message(NodeId(node), None, Role.USER, text, 1), **more)
    chats.grow(Conversation(ChatId(chat), f"Title of {chat}"), [message])
    return message


def found(chats: Conversations, query: str) -> set[str | None]:
    return {hit.node for hit in chats.search(query)}


def test_beginnings_of_words_are_found_without_their_accents(chats: Conversations) -> None:
    say(chats, "A", "1", "Crème brûlée im Café")
    say(chats, "A", "2", "An apple")
    assert found(chats, "cafe") == found(chats, "BRULEE cr") == {"1"}
    assert found(chats, "cafe\N{COMBINING ACUTE ACCENT}") == {"1"}
    assert found(chats, "apple crème") == set()


def test_matches_are_marked_and_the_text_cannot_forge_a_mark(chats: Conversations) -> None:
    say(chats, "A", "1", "one \x02false\x03 fire two")
    [hit] = chats.search("fire")
    assert hit.snippet == "one  false  \x02fire\x03 two"
    assert (hit.chat, hit.title) == ("A", "Title of A")


def test_titles_are_found_first(chats: Conversations) -> None:
    say(chats, "A", "1", "on fire")
    say(chats, "Fire", "2", "nothing here")
    first, second = chats.search("fire")
    assert (first.chat, first.node) == ("Fire", None)
    assert first.snippet == "Title of \x02Fire\x03"
    assert (second.chat, second.node) == ("A", "1")


def test_the_better_match_comes_first(chats: Conversations) -> None:
    say(chats, "A", "1", "a fire among very many other words " * 3)
    say(chats, "A", "2", "fire fire")
    assert [hit.node for hit in chats.search("fire")] == ["2", "1"]


def test_no_more_than_the_limit_is_returned(chats: Conversations) -> None:
    for node in "123":
        say(chats, "Fire", node, "fire")
    assert len(chats.search("fire", 2)) == 2
    assert chats.search("fire", 0) == ()


def test_a_renamed_chat_is_found_by_its_new_title_only(
    chats: Conversations, organised: Organised
) -> None:
    say(chats, "A", "1", "x")
    organised.name(ChatId("A"), "Gardens", "person", over=("",))
    assert [hit.chat for hit in chats.search("gard")] == ["A"]
    assert chats.search("title") == ()
    organised.name(ChatId("A"), "", "person", over=("person",))
    assert chats.search("gard") == ()


def test_removed_chats_are_found_again_once_restored(
    chats: Conversations, organised: Organised
) -> None:
    say(chats, "Fire", "1", "fire")
    organised.remove([ChatId("Fire")], 5)
    assert chats.search("fire") == ()
    organised.restore([ChatId("Fire")])
    assert found(chats, "fire") == {"1", None}


def test_an_answer_is_found_once_it_has_ended(chats: Conversations) -> None:
    message = say(chats, "A", "1", "half a sentence", status=Status.WRITING)
    assert found(chats, "half") == set()
    ended = replace(message, text="half a sentence, then a whole one", status=Status.STOPPED)
    chats.update(ended)
    assert found(chats, "whole") == {"1"}
    assert found(chats, "half") == {"1"}


def test_an_answer_that_goes_on_is_found_again_at_its_end(chats: Conversations) -> None:
    message = say(chats, "A", "1", "half", role=Role.ASSISTANT, status=Status.CUT)
    chats.go_on(message)
    assert found(chats, "half") == set()
    chats.update(replace(message, text="half and whole", status=Status.COMPLETE))
    assert found(chats, "half") == found(chats, "whole") == {"1"}


def test_no_words_find_nothing(chats: Conversations) -> None:
    say(chats, "A", "1", '"*" AND (')
    for query in ("", "  ", '"*" (', "\0"):
        assert chats.search(query) == ()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(st.text(st.characters()) | st.text('"*()^:-+{}NEARANDOT \0'))
@pytest.mark.usefixtures("home")
def test_any_text_is_a_valid_query(chats: Conversations, query: str) -> None:
    chats.search(query)


def test_an_endless_query_is_cut() -> None:
    assert words_of("word " * 100_000) == ["word"] * 16
    assert words_of("w" * 1_000_000) == ["w" * 64]


def test_words_are_found_inside_scripts_without_spaces(chats: Conversations) -> None:
    say(chats, "A", "1", "今天的天气很好,我们去公园散步吧。")
    say(chats, "A", "2", "天气预报")
    say(chats, "A", "3", "天 100% llama", status=Status.WRITING)
    assert [hit.node for hit in chats.search("天气")] == ["2", "1"]
    assert found(chats, "公园 散步") == {"1"}
    assert chats.search("公园")[0].snippet == "今天的天气很好,我们去\x02公园\x03散步吧。"
    assert len(chats.search("天气", 1)) == 1
    assert found(chats, "公% 园") == set()


def test_a_long_text_without_spaces_is_cut_around_the_word(chats: Conversations) -> None:
    say(chats, "A", "1", "山" * 200 + "公园\x02" + "水" * 200)
    [hit] = chats.search("公园")
    assert hit.snippet == f"…{'山' * 30}\x02公园\x03 {'水' * 27}…"


def test_a_snippet_is_short_however_long_the_words_are(chats: Conversations) -> None:
    say(chats, "A", "1", f"{'x' * 900} fire {'y' * 900}")
    say(chats, "A", "2", "z" * 100_000)
    assert chats.search("fire")[0].snippet == f"{'x' * 29} \x02fire\x03 {'y' * 363}…"
    assert chats.search("zz")[0].snippet == f"\x02{'z' * 399}\x03…"


@pytest.mark.slow
def test_ten_thousand_messages_are_searched_in_a_tenth_of_a_second(
    chats: Conversations, long_chat: Callable[..., Conversation], benchmark_s
) -> None:
    chat = long_chat("big", 10_000, "the quick brown fox ")
    chats.grow(chat, chat.nodes.values())
    for query in ("t", "the quick", "says 77", "brow fo qui", "nowhere", "天气"):
        assert benchmark_s(lambda query=query: chats.search(query)) < 0.1


def test_of_very_many_messages_with_the_words_the_newest_come_first(
    chats: Conversations,
    long_chat: Callable[..., Conversation],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = long_chat("chat", 40)
    chats.grow(made, made.nodes.values())
    ranked = [hit.node for hit in chats.search("says", 5)]
    monkeypatch.setattr(search, "_MOST_RANKED", 20)
    newest = [hit.node for hit in chats.search("says", 5)]
    assert newest == list(made.nodes)[:-6:-1]
    assert ranked != newest
