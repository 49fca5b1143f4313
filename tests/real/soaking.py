"""Everything at once, at random, with one real engine process, and what must hold meanwhile."""

import os
import queue
import random
import shutil
import signal
from collections import deque
from dataclasses import replace
from pathlib import Path

from inglenook.chat.message import Role
from inglenook.chat.sampling import Sampling
from inglenook.engine.client import Death, EngineClient
from inglenook.engine.protocol import (
    Answer,
    Cancel,
    CancelLoad,
    Delta,
    Done,
    Failed,
    Forget,
    Front,
    Load,
    Loaded,
    LoadFailed,
    PromptOptions,
    PromptProgress,
    Queued,
    Ready,
    SetThreads,
    SnapshotSaved,
    Started,
    ToolCalled,
    Turn,
    Unload,
)
from inglenook.models.settings import EngineSettings

PATIENCE_S = 60.0
MOST_AT_ONCE = 12
WORDS = (
    "the",
    "fire",
    "hello",
    "kettle",
    "sings",
    "é",
    "日本",
    "<think>",
    "</think>",
    "1",
    "...",
)
FORMS = (
    {"json_schema": '{"type": "object", "properties": {"a": {"type": "integer"}}}'},
    {"grammar": 'root ::= "yes" | "no"'},
    {"grammar": 'root ::= [a-z]+ "!"'},
)
TOO_LONG = {"This message is too long for the model", "This answer is too long to go on"}
PROBES = 4


class Asked:
    """One question, and all that was heard of it."""

    def __init__(self, request: str, chat: str, sampling: Sampling) -> None:
        self.request, self.chat, self.sampling = request, chat, sampling
        self.probe: int | None = None
        self.may_stop = False
        self.started: Started | None = None
        self.end: Done | Failed | Death | None = None
        self.deltas: list[Delta | ToolCalled] = []

    @property
    def tokens(self) -> int:
        return sum(each.tokens for each in self.deltas if isinstance(each, Delta))

    def said(self) -> list[tuple]:
        """Return the texts, and the odds to the last bit, however they were cut."""
        deltas = [each for each in self.deltas if isinstance(each, Delta)]
        return [
            "".join(each.text for each in deltas if each.thinking),
            "".join(each.text for each in deltas if not each.thinking),
            [odds for each in deltas for odds in each.odds],
        ]

    def hear(self, event) -> None:
        """Check that an event may come now."""
        assert self.end is None, "nothing comes after the end"
        match event:
            case Queued():
                pass  # also in the middle: it was sent back
            case Started():
                assert self.started is None
                assert event.reused_tokens < event.prompt_tokens
                self.started = event
            case PromptProgress():
                assert self.started is not None
                assert not self.deltas
                assert event.done_tokens <= event.total_tokens == self.started.prompt_tokens
            case Delta() | ToolCalled():
                assert self.started is not None
                self.deltas.append(event)
            case Done():
                self._ended(event)
            case Failed(problem=problem):
                assert problem.title in TOO_LONG or self.may_stop, problem
                assert "mistake" not in problem.title, problem
                self.end = event

    def _ended(self, done: Done) -> None:
        assert done.timings.answer_tokens == self.tokens
        assert self.tokens <= (self.sampling.answer_limit_tokens or self.tokens)
        if done.reason in {"stopped", "unloaded"}:
            assert self.may_stop
        else:
            assert self.started is not None
        self.end = done


class Soak:
    """One engine process with a model, asked for everything at random."""

    def __init__(self, path: Path, folder: Path, seed: int, settings: EngineSettings) -> None:
        self.random = random.Random(seed)
        self.load_command = Load(str(path), settings, str(folder))
        self.folder = folder
        self.trail: deque = deque(maxlen=60)
        self.asked: dict[str, Asked] = {}
        self.said_first: dict[int, list] = {}
        self._heard: queue.SimpleQueue = queue.SimpleQueue()
        self._chats: dict[str, tuple[Turn, ...]] = {}
        self._forgotten: set[str] = set()
        self._loads = self._kills = self.pid = 0
        self.client = EngineClient(self._heard.put, lambda death, _: self._heard.put(death))
        self.client.start()
        self._load()
        self.settle()

    @property
    def open(self) -> list[Asked]:
        return [each for each in self.asked.values() if each.end is None]

    # --- what is heard ---

    def settle(self) -> None:
        """Hear everything until all has ended; an engine that hangs fails here."""
        while self.open or self._loads > 0:
            self._take(self._heard.get(timeout=PATIENCE_S))

    def hear_some(self, wait_s: float) -> None:
        """Hear what comes until nothing has for so long."""
        while True:
            try:
                self._take(self._heard.get(timeout=wait_s))
            except queue.Empty:
                return

    def _take(self, event) -> None:
        self.trail.append(event)
        match event:
            case Ready(pid=pid):
                self.pid = pid
            case Loaded():
                self._loads -= 1
            case LoadFailed():
                assert event.cancelled, event
                self._loads -= 1
            case Death():
                self._mourn(event)
            case Queued() | Started() | PromptProgress() | Delta() | ToolCalled():
                self.asked[event.request].hear(event)
            case Done() | Failed():
                asked = self.asked[event.request]
                asked.hear(event)
                if asked.probe is not None and not asked.may_stop:
                    assert self.said_first.setdefault(asked.probe, asked.said()) == asked.said()
            case SnapshotSaved(chat=chat):
                assert chat in self._chats or chat in self._forgotten

    def _mourn(self, death: Death) -> None:
        assert self._kills, death
        self._kills -= 1
        assert {*death.requests} == {each.request for each in self.open}
        for each in self.open:
            each.end = death
        assert death.restarting
        self._loads += 1

    # --- what is asked ---

    def ask(self, chat: str, turns: tuple[Turn, ...], sampling: Sampling, **more) -> Asked:
        asked = Asked(f"r{len(self.asked)}", chat, sampling)
        self.asked[asked.request] = asked
        self._chats.setdefault(chat, ())
        self._forgotten.discard(chat)
        self._send(Answer(asked.request, chat, turns, sampling, **more))
        return asked

    def question(self) -> None:
        """Go on with a chat in any way, unless enough is going on."""
        if len(self.open) >= MOST_AT_ONCE:
            return
        pick = self.random
        chat = f"chat{pick.randrange(5)}"
        turns, more = self._turns(self._chats.get(chat, ()))
        self._chats[chat] = turns
        if pick.random() < 0.3:
            limit = pick.choice([None, 1, 5])
            thinking = pick.choice([None, True, False])
            more["options"] = PromptOptions(thinking, limit)
        self.ask(chat, turns, self._sampling(), background=pick.random() < 0.2, **more)

    def probe(self, number: int | None = None) -> None:
        """Ask what must be answered the same each time, in a chat that may have more."""
        if len(self.open) >= MOST_AT_ONCE:
            return
        if number is None:
            number = self.random.randrange(PROBES)
        words = " ".join(WORDS[at * 7 % len(WORDS)] for at in range(4 + 14 * number))
        drawn = Sampling(seed=number, odds=2, temperature=1.2, answer_limit_tokens=20)
        chat = f"chat{self.random.randrange(5)}"
        self.ask(chat, (Turn(Role.USER, words),), drawn).probe = number

    def cancel(self) -> None:
        if self.open:
            asked = self.random.choice(self.open)
            asked.may_stop = True
            self._send(Cancel(asked.request))

    def front(self) -> None:
        self._send(Front(self.random.choice(["", *self._chats])))

    def forget(self) -> None:
        chat = self.random.choice(sorted(self._chats) or ["none"])
        for each in self.open:
            if each.chat == chat:
                each.may_stop = True
                self._send(Cancel(each.request))
        self._send(Forget(chat))
        self._chats.pop(chat, None)
        self._forgotten.add(chat)

    def threads(self) -> None:
        self._send(SetThreads(1))

    def load_again(self) -> None:
        self._load()
        if self.random.random() < 0.3:
            self._send(CancelLoad())
            self._load()

    def unload(self) -> None:
        self._let_stop()
        self._send(Unload())
        if self.random.random() < 0.5:
            self.forget()
        self._load()

    def disturb_folder(self) -> None:
        """Remove the snapshots, put back an empty folder or none, or damage what is there."""
        choice = self.random.randrange(3)
        if choice:
            shutil.rmtree(self.folder, ignore_errors=True)
        if choice == 1:
            self.folder.mkdir(exist_ok=True)
        for each in self.folder.glob("*/*.kv"):
            os.truncate(each, 5000)

    def kill(self) -> None:
        """Kill the process, once it has the model, and wait for the next one."""
        while self._loads:
            self._take(self._heard.get(timeout=PATIENCE_S))
        self._kills += 1
        os.kill(self.pid, signal.SIGKILL)
        while self._kills:
            self._take(self._heard.get(timeout=PATIENCE_S))
        self.settle()

    # --- what must hold when all is quiet ---

    def check_room(self) -> None:
        """The whole context belongs to one answer: nothing of the others is left in it."""
        self.settle()
        never_end = tuple((token, -100.0) for token in (0, 2, 4))
        asked = self.ask("full", (Turn(Role.USER, "x " * 60),), Sampling(logit_bias=never_end))
        self.settle()
        assert isinstance(asked.end, Done), asked.end
        if asked.end.reason == "context":
            all_tokens = asked.started.prompt_tokens + asked.tokens
            assert all_tokens - self.load_command.settings.context_tokens in {0, 1}

    def check_forgotten(self) -> None:
        """What was forgotten before this is gone from the disk."""
        self.check_room()
        left = {each.name.partition(".")[0] for each in self.folder.glob("*/*.kv")}
        assert not left & self._forgotten

    # --- parts ---

    def _send(self, command) -> None:
        self.trail.append(command)
        self.client.send(command)

    def _let_stop(self) -> None:
        for each in self.open:
            each.may_stop = True

    def _load(self) -> None:
        self._let_stop()
        self._loads += 1
        self._send(self.load_command)

    def _words(self) -> str:
        count = self.random.choice([1, 2, 5, 20, 60])
        return " ".join(self.random.choice(WORDS) for _ in range(count))

    def _turns(self, turns: tuple[Turn, ...]) -> tuple[tuple[Turn, ...], dict]:
        """Return a chat that went on, was edited or asked again, and how to ask it."""
        asked = Turn(Role.USER, self._words())
        match self.random.randrange(6):
            case 0 if turns:
                return (*turns[: self.random.randrange(len(turns)) // 2 * 2], asked), {}
            case 1 if turns:
                return turns, {}
            case 2 if turns:
                return (*turns, Turn(Role.ASSISTANT, self._words())), {"continues": True}
            case 3:
                return (asked,), {}
        if turns and turns[-1].role is Role.USER:
            turns = (*turns, Turn(Role.ASSISTANT, self._words()))
        return (*turns, asked), {}

    def _sampling(self) -> Sampling:
        pick = self.random
        sampling = Sampling(
            temperature=pick.choice([0.0, 0.7, 1.5]),
            answer_limit_tokens=pick.choice([1, 2, 5, 20, 60, None]),
            odds=pick.choice([0, 0, 0, 3]),
            stop=pick.choice([(), (), (), ("e", "the")]),
            dry_multiplier=pick.choice([0.0, 0.0, 0.8]),
        )
        return replace(sampling, **pick.choice(FORMS)) if pick.random() < 0.2 else sampling
