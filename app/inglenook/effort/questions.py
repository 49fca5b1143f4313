"""Questions with known answers, and families that make them from a seed."""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

TUNING_SEEDS = range(10)
"""For choosing prompts and knobs; what is reported comes from ``REPORT_SEED`` on."""
REPORT_SEED = 100

MOST_QUESTIONS = 100_000
_MOST_TRIES = 1_000
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Example:
    """A question and how it is worked out; also the form in which the shots are shown.

    Attributes:
        text: The question.
        working: Steps as sentences, the last of which says "The answer is …".
        answer: As the working gives it.
    """

    text: str
    working: str
    answer: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a set.

    Attributes:
        name: Unique in its set; what a journal calls it.
        text: What is asked.
        answer: What is right; equal in value is right as well.
    """

    name: str
    text: str
    answer: str


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions of one kind, and what the model is shown before each.

    Attributes:
        name: For charts and journals.
        questions: In the order in which they are asked.
        shots: Worked examples, the same before every question.
        task: Put below every question; ``""`` for nothing.
        step_mark: What ends a step of its working, for searches that grow step by step.
        most_tokens: A draft that is longer leads nowhere.
    """

    name: str
    questions: tuple[Question, ...]
    shots: tuple[Example, ...] = ()
    task: str = ""
    step_mark: str = "\n"
    most_tokens: int = 512


@dataclass(frozen=True, slots=True)
class Difficulty:
    """The dials of a family.

    Attributes:
        numbers: How many numbers are worked with, 2 to 12: one step less.
        largest: The largest of them, 2 to 999.
    """

    numbers: int
    largest: int = 9

    def __post_init__(self) -> None:
        if not 2 <= self.numbers <= 12 or not 2 <= self.largest <= 999:
            raise ValueError("a family takes 2 to 12 numbers, the largest from 2 to 999")


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of question that can be made in any number.

    Attributes:
        name: As the command line calls it.
        about: What is asked, in a sentence.
        make: Makes one question from dice and dials.
        usual: Its dials unless others are asked for.
        shots: How many worked examples the model is shown.
        tokens_a_step: A working takes at most so many for each step, with the starter model.
    """

    name: str
    about: str
    make: Callable[[random.Random, Difficulty], Example]
    usual: Difficulty
    shots: int = 6
    tokens_a_step: int = 16

    def questions(
        self, count: int, *, seed: int, difficulty: Difficulty | None = None
    ) -> QuestionSet:
        """Return so many different questions; the same seed gives the same ones.

        The shots do not depend on the seed, and none of them is asked. No number of a
        question is its answer.

        Raises:
            ValueError: the count is out of range, or the dials allow too few questions.
        """
        if not 0 < count <= MOST_QUESTIONS:
            raise ValueError(f"a set has 1 to {MOST_QUESTIONS:,} questions, not {count}")
        dials = difficulty or self.usual
        # The dice of the shots are no seed's: seeds are whole numbers.
        shots = tuple(self._different(self.shots, "shots", dials, frozenset()))
        shown = frozenset(each.text for each in shots)
        made = self._different(count, str(seed), dials, shown)
        called = f"{self.name}-{dials.numbers}-{dials.largest}/{seed}"
        return QuestionSet(
            self.name,
            tuple(
                Question(f"{called}/{at}", each.text, each.answer)
                for at, each in enumerate(made)
            ),
            shots,
            step_mark=".",
            most_tokens=self.tokens_a_step * dials.numbers + self.tokens_a_step,
        )

    def harder(self, *, numbers: int | None = None, largest: int | None = None) -> "Family":
        """Return the family with other dials as its usual ones.

        Raises:
            ValueError: a dial is out of its range.
        """
        usual = self.usual
        return replace(
            self,
            usual=Difficulty(
                usual.numbers if numbers is None else numbers,
                usual.largest if largest is None else largest,
            ),
        )

    def _different(
        self, count: int, seed: str, dials: Difficulty, without: frozenset[str]
    ) -> Iterator[Example]:
        """Give different questions that do not tell their answer.

        Raises:
            ValueError: there are hardly so many.
        """
        # Seeded with text, the dice are the same in every version of Python since 3.2.
        dice = random.Random(f"{self.name} {dials.numbers} {dials.largest} {seed}")  # noqa: S311 -- no secret
        seen = set(without)
        tries = 0
        while count:
            one = self.make(dice, dials)
            tries += 1
            if one.text not in seen and not tells_its_answer(one):
                seen.add(one.text)
                count, tries = count - 1, 0
                yield one
            elif tries == _MOST_TRIES:
                raise ValueError(f"{self.name} has hardly more questions with these dials")


def tells_its_answer(example: Example) -> bool:
    """Tell whether a number of the question is its answer already."""
    return example.answer in _NUMBER.findall(example.text)
