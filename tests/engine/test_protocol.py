import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inglenook.chat.message import Role, Timings
from inglenook.chat.sampling import Sampling
from inglenook.core.errors import Problem
from inglenook.effort.strategy import Kind, Reason, Score, Stop, Strategy
from inglenook.engine import draftevents as d
from inglenook.engine import protocol as p
from inglenook.models.fit import EngineSettings

COMMANDS = [
    p.Load("/m/x.gguf", EngineSettings(context_tokens=8192)),
    p.CancelLoad(),
    p.Render("r1", (p.Turn(Role.USER, "Hi"),), last_start=2),
    p.Weigh("r1", (p.Turn(Role.USER, "Hi"), p.Turn(Role.ASSISTANT, "Ho")), 3),
    p.Unload(),
    p.Answer("r1", "c1", (p.Turn(Role.USER, "Grüß Gott 👋"),), Sampling(seed=3, stop=("a",))),
    p.Answer(
        "r2",
        "c1",
        (),
        Sampling(),
        p.PromptOptions(
            thinking=True,
            thinking_limit_tokens=9,
            thinking_least_tokens=3,
            effort="low",
            tools=("{}",),
        ),
        continues=True,
        background=True,
    ),
    p.Answer(
        "r3", "c1", (), Sampling(), strategy=Strategy(Kind.VOTE, 8, Score.MEAN, Stop.BETA)
    ),
    p.Load("/m/x.gguf", EngineSettings(context_tokens=512), embeds=True),
    p.Tokenise("r1", "Grüß", special=False),
    p.Detokenise("r1", (1, 2)),
    p.Embed("r1", ("one", "two")),
    p.Rank("r1", "why?", ("because", "so")),
    p.Answer(
        "r5",
        "c1",
        (
            p.Turn(Role.ASSISTANT, "", calls=(p.Call("f", '{"a": 1}', "c1"),)),
            p.Turn(Role.USER, "7", result_of=p.ResultOf("c1", "f")),
        ),
        Sampling(),
    ),
    p.Answer("r4", "c1", (p.Turn(Role.USER, "Once upon"),), Sampling(), raw=True),
    p.Answer("r5", "c1", (), Sampling(), raw=True, ids=(1, 2)),
    p.Weigh("r6", (p.Turn(Role.USER, "Hi"),), raw=True, ids=(1, 2), chat="c1"),
    p.Cancel("r1"),
    p.TakeLeading("r1"),
    p.Front("c1"),
    p.Forget("c1"),
    p.SetThreads(4),
    p.Shutdown(),
]
PROBLEM = Problem("It broke", "Mend it.", {"where": "here"})
EVENTS = [
    p.Ready(p.VERSION, "echo", 7),
    p.LoadProgress(0.5),
    p.Loaded("/m/x.gguf", "llama", 4096, 8192, template="own", load_s=0.4),
    p.LoadFailed(PROBLEM, cancelled=True),
    p.Unloaded(),
    p.Queued("r1", 2),
    p.Started("r1", 10, 3, 0),
    p.PromptProgress("r1", 5, 10),
    p.Delta("r1", "text", 2, thinking=True),
    p.Delta("r1", "a", 1, odds=(p.TokenOdds("a", -0.1, (("a", -0.1), ("b", -2.5))),)),
    p.ToolCalled("r1", "weather", '{"city": "Oslo"}'),
    d.DraftProgressed("r1", 2, 40, "thinking"),
    d.DraftEnded("r1", 2, "It is 12.", "Hm.", "12", -0.5, 9, "end"),
    d.TreeGrew("r1", (d.TreeNode(1, -1, 0, None, 12, "growing", "3 + 5 = 8."),)),
    d.Compared("r1", 2, (d.Vote("12", 1.0, (0, 2)),), Reason.AGREEMENT, is_decided=True),
    p.Done("r1", "end", Timings(10, 3, 5, 0.1, 50.0)),
    p.Failed("r1", PROBLEM),
    p.Rendered("r1", "<s>Hi", 2, 1),
    p.Rendered("r1", problem=PROBLEM),
    p.Weighed("r1", (p.TokenOdds("a", -0.5, (("a", -0.5), ("b", -1.0))),), 9),
    p.Loaded("/m/x.gguf", "bert", 512, 512, template="", load_s=0.1, embeds=384, ranks=True),
    p.Tokenised("r1", (1, 2)),
    p.Tokenised("r1", problem=PROBLEM),
    p.Detokenised("r1", "Grüß"),
    p.Embedded("r1", 3, b"\x00\x00\x80\x3f", 5),
    p.Ranked("r1", (0.5, -1.5), 12),
    p.SnapshotSaved("c1", 4096),
    p.Fatal("GGML_ASSERT"),
    p.Tick(busy=True),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda each: type(each).__name__)
def test_a_command_comes_back_as_it_went(command):
    assert p.command_from(p.to_bytes(command)) == command


@pytest.mark.parametrize("event", EVENTS, ids=lambda each: type(each).__name__)
def test_an_event_comes_back_as_it_went(event):
    assert p.event_from(p.to_bytes(event)) == event


def test_every_kind_of_message_is_tried_here():
    assert {type(each) for each in COMMANDS} == set(p.Command.__args__)
    assert {type(each) for each in EVENTS} == set(p.Event.__args__)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b"\xff\xfe",
        b'{"type":"Format"}',
        b'{"type":"Cancel"}',
        b'{"type":"Cancel","request":5}',
        b'{"type":"Ready","version":1,"engine":"x","pid":1}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_command_is_refused(data):
    with pytest.raises(p.ProtocolError):
        p.command_from(data)


def test_a_knob_out_of_its_range_is_refused():
    message = json.loads(p.to_bytes(COMMANDS[5]))
    message["sampling"]["temperature"] = 5
    with pytest.raises(p.ProtocolError):
        p.command_from(json.dumps(message).encode())


def test_an_event_is_no_command_and_a_command_no_event():
    with pytest.raises(p.ProtocolError):
        p.command_from(p.to_bytes(EVENTS[0]))
    with pytest.raises(p.ProtocolError):
        p.event_from(p.to_bytes(COMMANDS[0]))


@given(
    st.binary(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("type"), inner),
    ).map(lambda value: json.dumps(value).encode())
)
def test_no_bytes_raise_anything_else(data):
    for read in (p.command_from, p.event_from):
        with pytest.raises(p.ProtocolError):
            read(data)
