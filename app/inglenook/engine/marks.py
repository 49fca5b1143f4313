"""How families of models set apart their thinking, their answers and their tool calls."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Marks:
    """How a family of models sets its thinking apart.

    Attributes:
        starts: What opens a thinking part. No mark may be the beginning of another.
        ends: What closes it.
        silent: What may stand before the answer and is shown to nobody.
        resumes: What may stand in or after an answer, is shown to nobody, and lets another
            part begin.
        header: What begins and ends a line that says what follows: thinking, the answer, or
            a tool call; empty if the family has none.
        opening: What a prompt opens a thinking part with.
        closing: What a prompt closes it with, up to where the answer's text begins.
        answer: What a prompt leads to the text of an answer with that had no thinking.
        everywhere: Its marks are control tokens and no text: they count in the middle of an
            answer too.
    """

    starts: tuple[str, ...]
    ends: tuple[str, ...]
    silent: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()
    header: tuple[str, str] | tuple[()] = ()
    opening: str = ""
    closing: str = ""
    answer: str = ""
    everywhere: bool = False

    @property
    def all(self) -> tuple[str, ...]:
        """Every mark."""
        return (*self.starts, *self.ends, *self.silent, *self.resumes, *self.header)


NO_MARKS = Marks((), ())
THINK = Marks(
    ("<think>", "<thinking>"),
    ("</think>", "</thinking>"),
    opening="<think>\n",
    closing="\n</think>\n\n",
)
MISTRAL = Marks(
    ("[THINK]",), ("[/THINK]",), opening="[THINK]", closing="[/THINK]", everywhere=True
)
COHERE = Marks(
    ("<|START_THINKING|>",),
    ("<|END_THINKING|>",),
    silent=("<|START_RESPONSE|>", "<|START_TEXT|>"),
    resumes=("<|END_RESPONSE|>", "<|END_TEXT|>"),
    opening="<|START_THINKING|>",
    closing="<|END_THINKING|><|START_RESPONSE|>",
    answer="<|START_RESPONSE|>",
    everywhere=True,
)
HARMONY = Marks(
    (),
    ("<|end|>", "<|eom|>"),
    silent=("<|start|>assistant",),
    resumes=("<|end|>", "<|eom|>"),
    header=("<|channel|>", "<|message|>"),
    opening="<|channel|>analysis<|message|>",
    closing="<|end|><|start|>assistant<|channel|>final<|message|>",
    answer="<|channel|>final<|message|>",
    everywhere=True,
)
MUSE = replace(
    HARMONY,
    opening=" to=self<|message|>",
    closing="<|eom|><|start|>assistant to=user<|message|>",
    answer=" to=user<|message|>",
)
GEMMA = Marks(
    ("<|channel>thought",),
    ("<channel|>",),
    resumes=("<channel|>",),
    opening="<|channel>thought\n",
    closing="\n<channel|>",
    everywhere=True,
)
SEED = Marks(
    ("<seed:think>",), ("</seed:think>",), opening="<seed:think>", closing="</seed:think>"
)
MINIMAX = Marks(("<mm:think>",), ("</mm:think>",), opening="<mm:think>", closing="</mm:think>")
HUNYUAN = Marks(
    ("<think:opensource>",),
    ("</think:opensource>",),
    opening="<think:opensource>",
    closing="</think:opensource>",
)
APERTUS = Marks(
    ("<|inner_prefix|>",),
    ("<|inner_suffix|>",),
    opening="<|inner_prefix|>",
    closing="<|inner_suffix|>",
    everywhere=True,
)
APRIEL = Marks(
    ("Here are my reasoning steps:",),
    ("[BEGIN FINAL RESPONSE]",),
    resumes=("[END FINAL RESPONSE]",),
    opening="Here are my reasoning steps:\n",
    closing="\n[BEGIN FINAL RESPONSE]\n",
)
GRANITE = Marks(
    ("<think>",),
    ("</think>",),
    silent=("<response>",),
    resumes=("</response>",),
    opening="<think>",
    closing="</think>\n\n<response>",
)
SOLAR = Marks(
    ("<|think|>",),
    ("<|end|>",),
    silent=("<|begin|>assistant", "<|content|>"),
    resumes=("<|end|>",),
    opening="<|think|>",
    closing="<|end|><|begin|>assistant<|content|>",
    answer="<|content|>",
    everywhere=True,
)
KIMI = Marks(
    ("<|open|>think<|sep|>",),
    ("<|close|>think<|sep|>",),
    silent=("<|open|>response<|sep|>",),
    resumes=("<|close|>response<|sep|>",),
    opening="<|open|>think<|sep|>",
    closing="<|close|>think<|sep|><|open|>response<|sep|>",
    answer="<|open|>response<|sep|>",
    everywhere=True,
)

FAMILIES = (
    ("<|channel|>", HARMONY),
    ("to=self<|message|>", MUSE),
    ("<|channel>", GEMMA),
    ("[THINK]", MISTRAL),
    ("<|START_THINKING|>", COHERE),
    ("<seed:think>", SEED),
    ("<mm:think>", MINIMAX),
    ("<think{}>", HUNYUAN),
    ("<|inner_prefix|>", APERTUS),
    ("[BEGIN FINAL RESPONSE]", APRIEL),
    ("<response></response>", GRANITE),
    ("<|think|>", SOLAR),
    ("<|open|>", KIMI),
)


def marks_for(template: str) -> Marks:
    """Return the marks that a chat template speaks of."""
    return next((marks for sign, marks in FAMILIES if sign in template), THINK)
