"""What the pictures show: chats, models, plans and answers as frozen values."""

from dataclasses import replace
from datetime import datetime, timedelta

from inglenook.chat.message import Message, Role, Status, Timings
from inglenook.chat.tree import Conversation
from inglenook.core.errors import Problem
from inglenook.core.ids import ChatId, NodeId, sortable_id
from inglenook.core.units import GIB, MIB
from inglenook.models.fit import EngineSettings, MemoryPart, Plan, Verdict
from inglenook.services.events import (
    ChatSummary,
    EnginePhase,
    EngineState,
    LiveText,
    SearchHit,
)
from inglenook.services.installed import InstalledModel

_TITLES = (
    (0, "How many layers fit on the GPU?"),
    (0, "Rewrite cover letter, warmer tone"),
    (0, "Bread that rises in a cold kitchen"),
    (1, "SQL window functions, explained"),
    (1, "Names for a lighthouse keeper"),
    (1, "Tax letter in plain German, second draft"),
    (4, "Compare heat pump quotes"),
    (6, "Unit tests for the parser"),
    (40, "Reading list for the winter"),
)


def chats(titles: tuple[tuple[int, str], ...] = _TITLES) -> tuple[ChatSummary, ...]:
    """Return chats of so many days ago."""
    now = datetime.now().astimezone()
    return tuple(
        ChatSummary(
            ChatId(f"CHAT{number}"), title, int((now - timedelta(days=days)).timestamp() * 1000)
        )
        for number, (days, title) in enumerate(titles)
    )


HITS = (
    SearchHit(
        ChatId("CHAT0"), _TITLES[0][1], NodeId("N"), "…room for the \x02layers\x03 of the model"
    ),
    SearchHit(
        ChatId("CHAT3"),
        _TITLES[3][1],
        NodeId("N"),
        "A window \x02layers\x03 an order over rows",
    ),
    SearchHit(ChatId("CHAT2"), _TITLES[2][1], NodeId("N"), "fold the dough in \x02layers\x03"),
)

STARTER = InstalledModel(
    "/models/SmolLM2-135M-Instruct.gguf", "SmolLM2 135M Instruct", "4-bit (Q4_1)",
    98 * MIB, "llama", 2048, starter=True,
)  # fmt: skip
QWEN = InstalledModel(
    "/models/Qwen3-8B-Q4_K_M.gguf", "Qwen3 8B", "4-bit (Q4_K_M)", 5 * GIB, "qwen3", 40960
)

_CPU_PLAN = Plan(
    Verdict.CPU,
    EngineSettings(threads=4),
    (MemoryPart("CPU", 92 * MIB, 45 * MIB, 60 * MIB, 256 * MIB),),
    "running on CPU",
    (
        "No graphics device was found, so everything runs on the processor.",
        "4 threads: one for each physical core.",
        "The context is 2,048 tokens, all that this model was trained for.",
    ),
)
_GPU_PLAN = replace(
    _CPU_PLAN,
    verdict=Verdict.GPU,
    summary="all 36 layers on GPU",
    settings=EngineSettings(gpu_layers=37, context_tokens=8192, threads=4),
    longest_context_tokens=32_768,
)

READY = EngineState(EnginePhase.READY, QWEN, _GPU_PLAN)
STATES = {
    "no-model": EngineState(),
    "loading": EngineState(EnginePhase.LOADING, QWEN, None, 0.42),
    "ready-gpu": READY,
    "ready-cpu": EngineState(EnginePhase.READY, STARTER, _CPU_PLAN),
    "resting": EngineState(EnginePhase.RESTING, QWEN, _GPU_PLAN),
    "restarting": EngineState(EnginePhase.RESTARTING, QWEN, _GPU_PLAN),
    "failed": EngineState(
        EnginePhase.FAILED, QWEN, None, 0.0,
        Problem("This model needs more memory", "Open a smaller model, or close programs."),
    ),
    "broken": EngineState(
        EnginePhase.BROKEN, QWEN, None, 0.0,
        Problem("The model stopped three times", "Try again, or open another model file."),
    ),
}  # fmt: skip

ANSWER = """\
**All 36 layers fit, with room to spare.** You have 8 GB and keep 1.5 GB for the context, \
which leaves 6.5 GB for weights. The layers need about 36 × 128 MB = 4.5 GB.

```python
def layers_that_fit(vram_mb: int, reserve_mb: int, layer_mb: int, n_layers: int) -> int:
    usable = max(0, vram_mb - reserve_mb)   # keep head-room for the context
    return min(n_layers, usable // layer_mb)

print(layers_that_fit(8192, 1536, 128, 36))  # 36
```

| part | size | where |
|---|---:|---|
| weights | 4.6 GB | graphics memory |
| context | 1.1 GB | graphics memory |
| work space | 0.3 GB | graphics memory |

1. Close other programs that use the graphics card.
2. Load the model again, and look at the [plan](https://example.org/plan).
"""
_SECOND = """\
The 6-bit file is larger: each layer grows from 128 MB to about 184 MB, so the weights need \
6.6 GB. That is just over your 6.5 GB, so **35 layers** would go to the GPU and one"""


def _node(number: int) -> NodeId:
    return NodeId(sortable_id(1_760_000_000_000 + number, 1))


def talk(*, writing: bool = False) -> Conversation:
    """Return a chat of one or two questions."""
    first = Message(_node(1), None, Role.USER, "How many layers of Qwen3 8B fit on my GPU?", 1)
    answer = Message(
        _node(2), first.id, Role.ASSISTANT, ANSWER, 2, model="Qwen3 8B",
        timings=Timings(412, 380, 612, 0.4, 41.0),
    )  # fmt: skip
    messages = [first, answer]
    if writing:
        more = Message(
            _node(3), answer.id, Role.USER, "What if I switch to the 6-bit version?", 3
        )
        last = Message(
            _node(4), more.id, Role.ASSISTANT, "", 4, Status.WRITING, model="Qwen3 8B"
        )
        messages += [more, last]
    return Conversation.of(ChatId("CHAT0"), messages, title=_TITLES[0][1])


def waiting(what: str) -> LiveText:
    return LiveText("", "", what, 0, 0.0)


def left_out() -> Conversation:
    """Return a long talk of which the model is not given the beginning."""
    said = (
        "How many layers of Qwen3 8B fit on my GPU?",
        "All 36 layers fit. You have 8 GB, and the weights need 4.5 GB of them.",
        "And with the 6-bit file?",
        "Then 35 layers fit: each grows from 128 MB to about 184 MB.",
        "Which of the two would you choose for long letters?",
        "The 4-bit file. The 1.5 GB that it leaves are worth more as a longer context.",
    )
    messages: list[Message] = []
    for number, text in enumerate(said, 1):
        parent = messages[-1].id if messages else None
        role = Role.USER if number % 2 else Role.ASSISTANT
        model = "" if number % 2 else "Qwen3 8B"
        messages.append(Message(_node(number), parent, role, text, number, model=model))
    note = "The 2 oldest messages were left out: not all fits the model's context."
    messages[-1] = replace(
        messages[-1], left_out=2, note=note, timings=Timings(3980, 0, 24, 3.1, 41.0)
    )
    return Conversation.of(ChatId("CHAT0"), messages, title=_TITLES[0][1])


def too_long() -> Conversation:
    """Return a chat whose only message is longer than the context."""
    note = (
        "This message is too long for the model. It takes about 11k tokens and the model "
        "has room for 7.2k: shorten it, or load the model with a longer context."
    )
    question = "Summarise this report:\n\n" + "The committee met on Tuesday and agreed. " * 12
    talk = ended("", question, Status.FAILED, note)
    failed = replace(talk.path()[-1], needs_tokens=12_000)
    return Conversation.of(talk.id, [talk.path()[0], failed], title="Summary of the report")


def live() -> LiveText:
    return LiveText(_SECOND, "", "", 58, 41.0)


README_ANSWER = """\
Read the file row by row and add as you go. The numbers arrive as text, so turn each one into \
a number first:

```python
import csv

with open("expenses.csv", newline="") as file:
    rows = csv.DictReader(file)
    total = sum(float(row["amount"]) for row in rows)
print(f"{total:.2f}")  # 61.40
```

| date | what | amount |
|---|---|---:|
| 3 May | train ticket | 42.00 |
| 4 May | lunch | 19.40 |
"""


def readme_talk() -> Conversation:
    """Return what the pictures in the README show."""
    first = Message(
        _node(1), None, Role.USER, "How do I add up a column of a CSV file in Python?", 1
    )
    answer = Message(
        _node(2), first.id, Role.ASSISTANT, README_ANSWER, 2, model=STARTER.name,
        timings=Timings(61, 0, 148, 0.4, 63.0),
    )  # fmt: skip
    return Conversation.of(ChatId("CHAT0"), [first, answer], title=README_TITLES[0][1])


README_TITLES = (
    (0, "Adding up a column of a CSV file"),
    (0, "A warmer tone for the cover letter"),
    (0, "Bread that rises in a cold kitchen"),
    (1, "What the notary's letter means"),
    (1, "Names for a lighthouse keeper"),
    (4, "Questions for the heat pump offer"),
    (6, "Tests for the date parser"),
    (40, "Reading list for the winter"),
)


WRITING_NODE = _node(4)
POEM = """\
Here is a short one:

The kettle hums, the window streams,
a robin keeps the gate;
the garden folds its summer dreams
and tells the frost to wait.

**To**
Mrs Ada Byron
12 St James's Square
London
"""
ARABIC = """\
## مرحبا بك

النموذج يعمل على **هذا الحاسوب** ولا يرسل شيئًا إلى الخارج. حجم الملف 98 MB.

1. افتح نافذة جديدة.
2. اكتب `inglenook plan` ثم اضغط Enter.

> لا شيء يغادر هذا الجهاز.
"""


def ended(text: str, question: str, status: Status, note: str = "") -> Conversation:
    """Return a chat whose answer ended in some way."""
    first = Message(_node(1), None, Role.USER, question, 1)
    answer = Message(
        _node(2), first.id, Role.ASSISTANT, text, 2, status, model="Qwen3 8B", note=note
    )
    return Conversation.of(ChatId("CHAT0"), [first, answer], title=_TITLES[0][1])


EMPTY = Conversation(ChatId("EMPTY"))
LONG_PASTE = "Die Gemeinde teilt mit, dass der Bescheid geändert wurde.\n" * 18_000
