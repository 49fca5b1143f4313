"""Who gets which rows of which batch, and what happens to the others."""

import pytest
from tests.data.strict_llama import (
    Fault,
    logprob_after,
)
from tests.data.strict_tasks import Written, as_ids
from tests.engine.scene import LONG, Scene, lasting

from inglenook.core.errors import BadArgumentError, ComputeError, Problem
from inglenook.engine.context import Decoded
from inglenook.engine.line import AGEING_S
from inglenook.engine.memory import MemoryKind
from inglenook.engine.pace import LEAST_TOKENS
from inglenook.engine.protocol import Queued


@pytest.fixture
def scene():
    return Scene()


def test_nothing_is_decoded_when_there_is_nothing_to_do(scene):
    assert not scene.scheduler.is_busy
    scene.step(3)
    assert scene.context.steps == 0


def test_all_that_write_share_one_batch_with_a_row_each(scene):
    prompts = [(1, 2, each) for each in (3, 4, 5)]
    tasks = [scene.ask(each, limit=20, salt=lasting(each, 20)) for each in prompts]
    scene.step(4)
    assert scene.rows == [1, 1, 1]
    scene.run()
    assert [task.written for task in tasks] == [task.alone for task in tasks]
    assert scene.context.steps <= 1 + 20 + 2


def test_a_prompt_is_read_beside_those_that_write(scene):
    first = scene.ask((1, 2), limit=60, salt=lasting((1, 2), 60))
    scene.step_s = 0.2
    scene.step(3)
    scene.ask(LONG)
    written = []
    while scene.memory.length(1) < len(LONG):
        before = len(first.written)
        scene.step()
        written.append(len(first.written) - before)
    assert set(written) == {1}
    assert len(written) >= len(LONG) // 64


def test_prompts_are_read_in_small_parts_while_somebody_writes(scene):
    scene.ask((1, 2), limit=60, salt=lasting((1, 2), 60))
    scene.step(2)
    scene.ask(LONG)
    scene.step()
    assert scene.rows == [LEAST_TOKENS, 1]


def test_steps_in_which_answers_only_wrote_are_told_with_their_rows(scene, monkeypatch):
    decode = scene.context.decode

    def slow():
        scene.now_s += 0.5
        return decode()

    monkeypatch.setattr(scene.context, "decode", slow)
    scene.ask((1, 2), limit=60, salt=lasting((1, 2), 60))
    scene.step()
    assert scene.wrote == []  # the prompt was read
    scene.step()
    assert scene.wrote == [(0.5, 1)]
    scene.ask(LONG[:10], limit=60, salt=lasting(LONG[:10], 60))
    scene.step()
    assert scene.rows == [10, 1]
    assert scene.wrote == [(0.5, 1)]
    scene.step(2)
    assert [rows for _, rows in scene.wrote] == [1, 2, 2]


def test_steps_of_an_answer_that_is_alone_are_not_told(scene):
    scene.ask((1, 2), is_alone=True)
    scene.run()
    assert scene.wrote == []


def test_steps_that_were_aborted_are_not_told(scene):
    scene.ask((1, 2), limit=60, salt=lasting((1, 2), 60))
    scene.step(3)
    told = len(scene.wrote)
    scene.context.fault = Fault(Decoded.ABORTED, 0)
    scene.step()
    assert len(scene.wrote) == told


def test_a_prompt_that_nobody_writes_beside_is_read_in_whole_batches(scene):
    scene.ask(LONG)
    scene.step()
    assert scene.rows == [64]


def test_a_lower_answer_does_not_slow_the_reading_of_a_higher_one(scene):
    scene.scheduler.put_in_front("front")
    scene.ask((1, 2), "back", is_background=True, limit=60, salt=lasting((1, 2), 60))
    scene.step(2)
    scene.ask(LONG, "front")
    scene.step()
    assert scene.rows == [63, 1]


def test_a_short_question_is_not_held_up_by_a_long_document(scene):
    document = scene.ask(LONG * 2, limit=5)
    scene.step()
    brief = scene.ask((9, 9), limit=5, salt=lasting((9, 9), 5))
    scene.step(2)
    assert brief.written
    assert not document.written


def test_common_beginnings_are_read_once(scene):
    scene.ask((*LONG, 1), limit=3)
    scene.run()
    read = scene.memory.used
    scene.ask((*LONG, 2), "another", limit=3)
    scene.step()
    assert scene.rows == [1]
    assert scene.memory.used <= read + 1


def test_the_chat_in_front_goes_first(scene):
    small = Scene(sequences=1)
    small.ask(limit=3)
    small.step()
    other, front = small.ask(chat="other"), small.ask(chat="front")
    small.scheduler.put_in_front("front")
    small.run()
    assert [name for name, _ in small.ends()] == [front.request, "r1", other.request]


def test_those_who_wait_are_told_how_many_are_before_them():
    scene = Scene(sequences=1)
    for at in range(3):
        scene.ask((1, at), limit=4, salt=lasting((1, at), 4))
    scene.step()
    assert scene.events == [Queued("r2", 1), Queued("r3", 2)]
    scene.run()
    assert Queued("r3", 1) in scene.events
    assert [name for name, _ in scene.ends()] == ["r1", "r2", "r3"]


def test_an_answer_that_would_not_fit_beside_the_others_waits():
    scene = Scene(cells=128)
    first = scene.ask(LONG, limit=20, salt=lasting(LONG, 20))
    second = scene.ask(range(1, 41), "other", limit=5, salt=lasting(range(1, 41), 5))
    scene.step(3)
    assert Queued("r2", 1) in scene.events
    assert not second.branches
    scene.run()
    assert [first.written, second.written] == [first.alone, second.alone]


def test_the_background_gives_way_and_goes_on_later_where_it_was():
    scene = Scene(cells=128)
    scene.scheduler.put_in_front("front")
    prompt = range(1, 41)
    back = scene.ask(prompt, "back", is_background=True, limit=30, salt=lasting(prompt, 30))
    scene.step(6)
    before = list(back.written)
    assert before
    front = scene.ask(LONG, "front", limit=5, salt=lasting(LONG, 5))
    scene.step()
    assert back.branches[0].sequence is None
    scene.run()
    assert [name for name, _ in scene.ends()] == [front.request, back.request]
    assert back.written == back.alone
    assert back.written[: len(before)] == before


def test_nobody_is_sent_back_where_that_would_not_make_room():
    scene = Scene(cells=128)
    scene.scheduler.put_in_front("front")
    first = scene.ask(range(1, 41), "front", limit=20, salt=lasting(range(1, 41), 20))
    back = scene.ask((1, 2), "back", is_background=True, limit=10)
    scene.step(3)
    late = scene.ask(LONG, "front", limit=5)
    scene.step()
    assert back.branches[0].sequence is not None
    scene.run()
    assert {name for name, _ in scene.ends()} == {
        first.request, back.request, late.request,
    }  # fmt: skip


def test_the_background_is_answered_although_the_front_never_rests():
    scene = Scene(cells=128, sequences=1)
    scene.step_s = 0.5
    scene.scheduler.put_in_front("front")
    back = scene.ask((1, 2), "back", is_background=True, limit=8, salt=lasting((1, 2), 8))
    for _ in range(40):
        for _ in range(2):
            scene.ask((3, 4), "front", limit=6, salt=lasting((3, 4), 6))
        scene.step(12)
    assert back.is_over, f"it wrote {len(back.written)} tokens in {scene.now_s} s"
    assert scene.now_s > 2 * AGEING_S


def test_stopping_one_leaves_the_others_as_they_would_have_been(scene):
    prompts = [(1, 2, each) for each in (3, 4, 5)]
    tasks = [scene.ask(each, limit=20, salt=lasting(each, 20)) for each in prompts]
    scene.step(5)
    scene.scheduler.stop("r2")
    scene.run()
    assert scene.ends() == [("r2", "stopped"), ("r1", "length"), ("r3", "length")]
    assert [tasks[0].written, tasks[2].written] == [tasks[0].alone, tasks[2].alone]


def test_one_that_waits_or_is_unknown_can_be_stopped_too():
    scene = Scene(sequences=1)
    scene.ask(limit=5, salt=lasting((1, 2, 3), 5))
    scene.ask()
    scene.step()
    scene.scheduler.stop("r2")
    scene.scheduler.stop("never heard of")
    scene.run()
    assert scene.ends() == [("r2", "stopped"), ("r1", "length")]


def test_all_can_be_ended_with_a_problem(scene):
    tasks = [scene.ask() for _ in range(6)]
    scene.step(2)
    problem = Problem("It broke", "Try again.")
    scene.scheduler.fail_all(problem)
    scene.events += scene.scheduler.events()
    assert sorted(scene.ends()) == [(task.request, "failed") for task in tasks]
    assert not scene.scheduler.is_busy
    assert not [each for each in scene.cache.sequences if each.is_held]


@pytest.mark.parametrize("kind", [MemoryKind.ATTENTION, MemoryKind.HYBRID])
def test_a_batch_that_fails_ends_those_in_it_and_leaves_nothing_of_them(kind):
    scene = Scene(kind=kind)
    scene.ask(LONG)
    scene.ask((1, 2), "other")
    scene.context.fault = Fault(ComputeError, 1)
    scene.step()
    assert sorted(scene.ends()) == [("r1", "failed"), ("r2", "failed")]
    assert scene.memory.used == 0
    again = scene.ask(LONG)
    scene.run()
    assert again.written == again.alone


class CannotPick(Written):
    def begin(self):
        super().begin()
        self.chains[0].pick = self._refuse

    def _refuse(self, _context, _row):
        raise BadArgumentError("The form is too wide", "Choose another.")


def test_a_chain_that_cannot_pick_ends_its_own_answer_alone(scene):
    other = scene.ask(limit=10, salt=lasting((1, 2, 3), 10))
    scene.ask((1, 2), "other", task=CannotPick)
    scene.run()
    assert scene.ends() == [("r2", "failed"), ("r1", "length")]
    assert other.written == other.alone


class CannotBegin(Written):
    def begin(self):
        raise BadArgumentError("No such form", "Choose another.")


def test_an_answer_that_cannot_begin_ends_alone(scene):
    other = scene.ask(limit=5, salt=lasting((1, 2, 3), 5))
    scene.ask(task=CannotBegin)
    scene.run()
    assert scene.ends() == [("r2", "failed"), ("r1", "length")]
    assert other.written == other.alone


@pytest.mark.parametrize("kind", list(MemoryKind))
def test_an_abort_loses_nothing(kind):
    scene = Scene(kind=kind)
    tasks = [
        scene.ask(LONG, limit=12, salt=lasting(LONG, 12)),
        scene.ask((1, 2), "other", limit=12, salt=lasting((1, 2), 12)),
    ]
    for parts in range(12):
        scene.context.fault = Fault(Decoded.ABORTED, parts)
        scene.step(2)
    scene.run()
    assert [task.written for task in tasks] == [task.alone for task in tasks]


def test_an_aborted_prompt_goes_on_from_what_was_read(scene):
    scene.ask(LONG)
    scene.context.fault = Fault(Decoded.ABORTED, 5)
    scene.step()
    assert scene.memory.length(0) == 5 * scene.context.ubatch
    scene.step()
    assert scene.memory.length(0) == 5 * scene.context.ubatch + 64


def test_a_full_cache_sends_the_last_back_and_ends_whoever_is_left_alone():
    scene = Scene(cells=64)
    first = scene.ask(range(1, 21), limit=100, salt=lasting(range(1, 21), 60), reserve_tokens=1)
    second = scene.ask(range(2, 22), "other", limit=100, salt=3, reserve_tokens=1)
    scene.step(10)
    assert first.written
    assert second.written
    scene.run()
    assert first.has_run_out
    assert len(first.prompt) + len(first.written) == 64 + 1  # the last is not decoded
    assert second.written == second.alone[: len(second.written)]


def test_no_room_where_the_table_sees_some_costs_what_is_idle_first(scene):
    scene.ask(LONG, "old", limit=1)
    scene.run()
    assert scene.memory.used
    asked = scene.ask((1, 2), "new", limit=5)
    scene.context.fault = Fault(Decoded.NO_ROOM)
    scene.step()
    assert scene.memory.used == 0
    scene.run()
    assert asked.written == asked.alone


def test_a_cache_that_holds_less_than_it_says_still_answers_everybody():
    scene = Scene(cells=64)
    scene.context.hidden = 20
    tasks = [
        scene.ask((at, *range(1, 15)), f"chat {at}", limit=15, salt=at) for at in (1, 2, 3)
    ]
    scene.run()
    assert [task.written for task in tasks] == [task.alone for task in tasks]


def test_one_that_must_be_alone_shares_no_step_and_no_cell(scene):
    first = scene.ask(LONG, limit=5, salt=lasting(LONG, 5))
    alone = scene.ask(LONG, limit=5, salt=lasting(LONG, 5), is_alone=True)
    last = scene.ask(LONG, limit=5, salt=lasting(LONG, 5))
    while not scene.scheduler._active or scene.scheduler._active[0] is not alone:
        scene.step()
    assert first.is_over
    assert not last.branches
    assert scene.memory.used == scene.memory.length(alone.branches[0].held.number)
    assert alone not in scene.recalled
    scene.run()
    assert last.written == last.alone


def test_the_place_before_the_last_token_of_a_prompt_can_be_come_back_to():
    scene = Scene(kind=MemoryKind.RECURRENT)
    scene.ask(LONG, limit=5, salt=lasting(LONG, 5))
    scene.run()
    scene.ask((*LONG[:-1], 9), limit=5)
    scene.step()
    assert scene.rows == [1]


def test_branches_are_freed_whatever_ended_them(scene):
    tasks = [scene.ask((1, 2, at), limit=4) for at in range(4, 7)]
    scene.step(3)
    scene.scheduler.stop("r3")
    scene.run()
    assert all(chain.is_freed for task in tasks for chain in task.chains)
    assert not [each for each in scene.cache.sequences if each.is_held]
    assert all(not task.branches for task in tasks)


def test_what_is_resident_is_looked_for_before_a_prompt_is_read(scene):
    def bring_back(task):
        sequence = scene.cache.empty()
        scene.memory.held[sequence.number] = scene.memory.held[0][:0]
        scene.recalled.append(task)

    scene.scheduler._recall = bring_back
    task = scene.ask(as_ids(LONG).tolist())
    scene.step()
    assert scene.recalled == [task]


class Scorer(Written):
    """Scores one text after its prompt."""

    text = tuple(range(20, 40))

    def ready(self, branch):
        self.desk.score(branch, as_ids(self.text))

    def scored(self, branch, scores):
        line = self.prompt.tolist()
        self.right = [
            logprob_after([*line, *self.text[:at]], token) for at, token in enumerate(self.text)
        ]
        self.scores = list(scores)
        self.end("end")


def test_scores_are_complete_although_the_text_was_resident_when_it_came_back(scene):
    prompt = [1, 2, 3, 4, 5]
    scene.ask([*prompt, *Scorer.text, 7], "old", limit=1)
    scene.run()
    scorer = scene.ask(prompt, "new", task=Scorer)
    scene.step(2)
    scene.scheduler._send_back(scorer)
    scene.run()
    assert scorer.scores == scorer.right


@pytest.mark.parametrize("kind", [MemoryKind.ATTENTION, MemoryKind.HYBRID])
@pytest.mark.parametrize("parts", range(5))
def test_scores_are_complete_although_the_reading_was_aborted(kind, parts):
    scene = Scene(kind=kind, sequences=16, rows=20)
    scorer = scene.ask([1, 2, 3, 4, 5], task=Scorer)
    while not (scorer.branches and scorer.branches[0].targets is not None):
        scene.step()
    scene.context.fault = Fault(Decoded.ABORTED, parts)
    scene.run()
    assert scorer.scores == scorer.right


def test_no_more_rows_have_logits_than_there_are_sequences():
    scene = Scene(sequences=3)
    scorers = [scene.ask([1, 2, at], f"chat {at}", task=Scorer) for at in range(3)]
    scene.run()
    assert all(each.scores == each.right for each in scorers)
