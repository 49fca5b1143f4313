"""A branch picks several tokens of one step where they were guessed; nothing else changes."""

import pytest
from tests.data.strict_guesses import Guessing
from tests.data.strict_llama import Fault
from tests.data.strict_tasks import Written, as_ids
from tests.engine.scene import Scene, lasting

from inglenook.core.errors import ComputeError
from inglenook.engine.context import Decoded
from inglenook.engine.giveway import GiveWay

PROMPT = (1, 2, 3)


def scene(right=1.0, **options):
    speculation = Guessing(8, right=right, seed=3)
    return Scene(sequences=8, speculation=speculation, **options), speculation


def is_sound(made):
    """Whether each sequence holds what its table says, and no guess."""
    return all(
        each.resident().tolist() == made.memory.tokens(each.number)
        for each in made.cache.sequences
    )


@pytest.mark.parametrize("right", [0.0, 0.6, 1.0])
def test_an_answer_is_the_same_however_many_guesses_are_right(right):
    made, _ = scene(right)
    task = made.ask(PROMPT, limit=40, salt=lasting(PROMPT, 40))
    made.run()
    assert task.written == task.alone
    assert is_sound(made)


def test_right_guesses_save_steps_and_wrong_ones_cost_none():
    steps = {}
    for right in (0.0, 1.0):
        made, _ = scene(right)
        made.ask(PROMPT, limit=40, salt=lasting(PROMPT, 40))
        made.run()
        steps[right] = made.context.steps
    assert steps[0.0] == 40
    assert steps[1.0] < 20


def test_it_is_told_how_guesses_turned_out():
    made, speculation = scene(0.5)
    made.ask(PROMPT, limit=40, salt=lasting(PROMPT, 40))
    made.run()
    assert {was_wrong for _, _, was_wrong in speculation.settled} == {True, False}
    for tried, right, was_wrong in speculation.settled[:-1]:
        assert (right < tried) == was_wrong
    assert made.context.steps + sum(right for _, right, _ in speculation.settled) == 40


def test_an_answer_that_ends_within_a_guess_leaves_nothing_of_it():
    made, _ = scene()
    task = made.ask(PROMPT, limit=3, salt=lasting(PROMPT, 3))
    made.run()
    assert len(task.written) == 3
    assert is_sound(made)


def test_a_branch_that_pauses_within_a_guess_picks_no_more_until_it_goes_on():
    class Pausing(Written):
        def picked(self, branch, token):
            super().picked(branch, token)
            branch.is_paused = True

    made, _ = scene()
    task = made.ask(PROMPT, limit=20, salt=lasting(PROMPT, 20), task=Pausing)
    for count in range(1, 20):
        made.step(3)
        assert len(task.written) == count
        assert is_sound(made)
        task.branches[0].is_paused = False
    made.step()
    assert task.written == task.alone


def test_a_branch_that_another_one_sends_to_read_forgets_its_guess():
    class Pushing(Written):
        """The first branch now and then has the second read something else."""

        def picked(self, branch, token):
            first, second = self.branches
            if branch is not first:
                return
            super().picked(branch, token)
            if len(self.written) % 5 == 4:
                self.desk.extend(second, as_ids([7, 7]))
                second.chain.line += [7, 7]

    made, _ = scene()
    made.ask(PROMPT, limit=40, salt=lasting(PROMPT, 40), task=Pushing, width=2)
    while made.scheduler.is_busy:
        made.step()
        assert is_sound(made)


def test_a_branch_that_cannot_pick_ends_alone_and_its_guess_with_it():
    made, _ = scene()
    one, other = (
        made.ask((5, each), chat=str(each), limit=20, salt=lasting((5, each), 20))
        for each in (6, 7)
    )
    made.step(3)

    def refuse(_context, _row):
        raise ComputeError("It cannot", "Ask again.")

    one.branches[0].chain.pick = refuse
    made.run()
    assert made.ends()[0] == (one.request, "failed")
    assert other.written == other.alone
    assert is_sound(made)


@pytest.mark.parametrize("outcome", [Decoded.ABORTED, Decoded.NO_ROOM, ComputeError])
def test_a_step_that_could_not_be_done_leaves_no_guess(outcome):
    made, _ = scene()
    task = made.ask(PROMPT, limit=30, salt=lasting(PROMPT, 30))
    made.step(3)
    made.context.fault = Fault(outcome, 0)
    made.step(2)
    if outcome is Decoded.NO_ROOM:
        assert made.rows == [1]
    made.run()
    assert is_sound(made)
    assert task.written == task.alone[: len(task.written)]
    if outcome is not ComputeError:
        assert len(task.written) == 30


def test_no_guess_takes_a_cell_or_a_row_that_others_need():
    made, _ = scene(cells=40)
    tasks = [
        made.ask((each, 1), chat=str(each), limit=6, salt=lasting((each, 1), 6))
        for each in range(1, 5)
    ]
    made.run()
    assert [each.written for each in tasks] == [each.alone for each in tasks]
    assert not any(each.has_run_out for each in tasks)


def test_nobody_waits_for_the_guesses_of_those_who_come_after():
    made, speculation = scene()
    made.scheduler.put_in_front("front")
    first = made.ask(PROMPT, chat="front", limit=20, salt=lasting(PROMPT, 20))
    other = made.ask((4, 1), chat="other", limit=40, salt=lasting((4, 1), 40))
    alone = []
    guess = speculation.guess

    def watched(writing, cells, *, beside=0):
        guess(writing, cells, beside=beside)
        if not first.is_over:
            assert all(each.guess is None for each in other.branches)
        alone.append((len(writing), beside))

    speculation.guess = watched
    made.run()
    assert (first.written, other.written) == (first.alone, other.alone)
    assert {(1, 1), (1, 0)} <= set(alone)
    assert first.guessed_tokens
    assert other.guessed_tokens


def test_a_task_knows_how_many_of_its_tokens_took_no_step():
    made, _ = scene(0.5)
    task = made.ask(PROMPT, limit=40, salt=lasting(PROMPT, 40))
    made.run()
    assert 0 < task.guessed_tokens == 40 - made.context.steps


def test_programs_get_their_share_of_steps_as_they_are_without_guesses(monkeypatch):
    made, speculation = scene()
    told = []
    monkeypatch.setattr(speculation, "took", lambda _seconds, _writers, rows: float(rows))
    monkeypatch.setattr(GiveWay, "took", lambda _way, seconds: told.append(seconds))
    made.ask(PROMPT, limit=40, salt=lasting(PROMPT, 40))
    made.run()
    assert max(told) > 1.0  # what the speculation says, not the clock of the scene


def test_steps_with_guesses_are_told_as_if_they_had_none():
    made, _ = scene()
    made.ask(PROMPT, limit=40, salt=lasting(PROMPT, 40))
    made.run()
    assert made.context.steps < 20
    assert {rows for _, rows in made.wrote} == {1}
