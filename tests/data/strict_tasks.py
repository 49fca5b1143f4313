"""Answers that check at each turn that they were told what they should be told."""

import random
from collections.abc import Sequence as Many

import numpy as np
from tests.data.strict_llama import END, VOCABULARY, StrictChain, logprob_after, picked_after

from inglenook.chat.message import Timings
from inglenook.core.errors import Problem
from inglenook.engine.branch import Branch
from inglenook.engine.protocol import Done, Failed
from inglenook.engine.task import Task


def as_ids(tokens: Many[int]) -> np.ndarray:
    return np.array(tokens, np.int32)


def answer_alone(prompt: Many[int], limit: int, salt: int) -> list[int]:
    """Return what is written if nobody else is there and nothing goes wrong."""
    line = list(prompt)
    written: list[int] = []
    while len(written) < limit and END not in written:
        written.append(picked_after(line, salt))
        line.append(written[-1])
    return written


class Written(Task):
    """One branch from the prompt to the limit.

    Attributes:
        written: Tokens so far.
        chains: All that were made.
        has_run_out: There was no room for more.
    """

    def __init__(self, request: str, chat: str, prompt: Many[int], **options: int) -> None:
        self.limit = options.pop("limit", 10)
        self.salt = options.pop("salt", 0)
        options.setdefault("reserve_tokens", self.limit)
        super().__init__(request, chat, as_ids(prompt), **options)
        self.written: list[int] = []
        self.chains: list[StrictChain] = []
        self.has_run_out = False

    def begin(self) -> None:
        for at in range(self.width):
            chain = StrictChain(self.prompt.tolist(), self.salt + at, self.chains)
            self.desk.open(self, chain, self.prompt)

    def picked(self, branch: Branch, token: int) -> None:
        assert not self.is_over
        self.written.append(token)
        if token == END:
            self.end("end")
        elif len(self.written) == self.limit:
            self.end("length")

    def run_out(self) -> None:
        self.has_run_out = True
        self.end("context")

    def fail(self, problem: Problem) -> None:
        assert not self.is_over
        self.is_over = True
        self.emit(Failed(self.request, problem))

    def stop(self) -> None:
        self.end("stopped")

    def end(self, reason: str) -> None:
        assert not self.is_over
        self.is_over = True
        self.emit(Done(self.request, reason, Timings()))

    @property
    def alone(self) -> list[int]:
        """What it would write alone."""
        return answer_alone(self.prompt.tolist(), self.limit, self.salt)


class Tree(Written):
    """Branches that fork, read, score, pause and end by the throws of a seeded dice.

    Its limit is for the tokens of all branches together. It does to any of its branches, at
    any time, whatever the interface allows.
    """

    def __init__(self, *args: object, most_branches: int = 4, **options: int) -> None:
        self.dice = random.Random(options.get("salt", 0))
        self.most_branches = most_branches
        self.expected: dict[int, list[float]] = {}
        super().__init__(*args, **options)

    def ready(self, branch: Branch) -> None:
        assert not self.is_over
        assert branch in self.branches
        assert branch.held.resident().tolist() == branch.chain.line
        self._act(branch)

    def picked(self, branch: Branch, token: int) -> None:
        super().picked(branch, token) if token != END else self._drop(branch)
        self._act(branch)

    def scored(self, branch: Branch, scores: Many[float]) -> None:
        assert not self.is_over
        assert branch.is_paused
        assert list(scores) == self.expected.pop(id(branch))
        assert [*branch.held.resident().tolist(), branch.token] == branch.chain.line
        if self.dice.random() < 0.7:
            branch.is_paused = False
        self._act(branch)

    # --- what it does ---

    def _act(self, told: Branch) -> None:
        for _ in range(2):
            if self.is_over:
                return
            others = [each for each in self.branches if each.targets is None]
            if others and self.dice.random() < 0.5:
                one = told if told in others and self.dice.random() < 0.6 else None
                self._do_something(one or self.dice.choice(others))
        if not self.is_over and all(each.is_paused for each in self.branches):
            self.branches[0].is_paused = False

    def _do_something(self, branch: Branch) -> None:
        deed = self.dice.choice(("fork", "fork", "extend", "score", "drop", "pause"))
        if deed == "fork" and len(self.branches) < self.most_branches:
            self._fork(branch)
        elif deed == "extend":
            more = self._tokens()
            self.desk.extend(branch, as_ids(more))
            branch.chain.line += more
        elif deed == "score":
            self._score(branch)
        elif deed == "drop" and len(self.branches) > 1:
            self._drop(branch)
        elif deed == "pause":
            branch.is_paused = not branch.is_paused

    def _fork(self, branch: Branch) -> None:
        self.salt += 1
        chain = branch.chain.fork(self.salt)
        child = self.desk.fork(branch, chain)
        if child is None:
            chain.free()
        else:
            assert child.held.resident().tolist() == branch.held.resident().tolist()

    def _score(self, branch: Branch) -> None:
        more, line = self._tokens(), branch.chain.line
        self.expected[id(branch)] = [
            logprob_after([*line, *more[:at]], token) for at, token in enumerate(more)
        ]
        self.desk.score(branch, as_ids(more))
        line += more

    def _drop(self, branch: Branch) -> None:
        self.expected.pop(id(branch), None)
        self.desk.drop(branch)
        if not self.branches:
            self.end("end")

    def _tokens(self) -> list[int]:
        count = self.dice.randint(1, 5)
        return [self.dice.randrange(1, VOCABULARY) for _ in range(count)]
