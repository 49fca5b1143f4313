"""Scenes of the conversation: searching it, formulas, scripts of all kinds, menus, details."""

import matter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from scenes import Stage, scene

from inglenook.chat.message import Message, Role, Timings
from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId, NodeId
from inglenook.services.events import ConversationOpened
from inglenook.services.formulas import Formula, FormulaDrawn, draw_formula
from inglenook.ui.chat.details import DetailsCard
from inglenook.ui.chat.target import Act
from inglenook.ui.widgets.shadow import REACH


def talk(*texts: str) -> Conversation:
    """Return a chat of these texts, a question first."""
    messages: list[Message] = []
    for number, text in enumerate(texts):
        mine = number % 2 == 0
        messages.append(
            Message(
                NodeId(f"{number:06}"),
                messages[-1].id if messages else None,
                Role.USER if mine else Role.ASSISTANT,
                text,
                1_763_000_000_000 + number * 60_000,
                model="" if mine else "Qwen3 8B",
                timings=None if mine else Timings(412, 380, 612, 0.4, 41.0),
            )
        )
    return Conversation.of(ChatId("CHAT0"), messages, title="How many layers fit on the GPU?")


MORE = """\
The layers that stay on the processor are read from main memory, so each of them costs about \
as much time as ten layers on the graphics card.

> Fewer layers on the card means slower words, never wrong ones.

- One layer less costs about 3 % of the speed.
- Ten layers less halve it.
"""


def opened(stage: Stage, conversation: Conversation) -> None:
    stage.tell(ConversationOpened(conversation))
    QTest.qWait(120)


@scene("60-find")
@scene("61-find-narrow", (760, 560))
@scene("63-find-text-200", (1180, 900), 200)
def find(stage: Stage) -> None:
    opened(stage, talk("How many layers fit?", matter.ANSWER, "And if some stay out?", MORE))
    stage.window.page.open_find()
    stage.window.page._finding.bar.field.setText("layer")
    QTest.qWait(500)


@scene("62-find-nothing")
def find_nothing(stage: Stage) -> None:
    opened(stage, matter.talk())
    stage.window.page.open_find()
    stage.window.page._finding.bar.field.setText("xylophone")
    QTest.qWait(300)


LONG_CODE = """\
```python
def greet(names: list[str]) -> str:
    return ", ".join(f"Hello {name}, nice to see you again on this fine morning" \
 for name in sorted(names))  # long

print(greet(["Ada", "Grace"]))
```

| part | what it is for | where it is kept | how it grows |
|---|---|---|---|
| weights | everything that the model has learned | graphics memory, or main memory | never |
| context | what was said in this chat so far | beside the weights | with every token |

| part | size |
|---|---:|
| weights | 4.6 GB |
"""


@scene("64-code-and-tables")
@scene("65-code-and-tables-narrow", (760, 800))
def code_and_tables(stage: Stage) -> None:
    opened(stage, talk("Show me", LONG_CODE))


@scene("66-code-wrapped-and-table-menu")
def table_menu(stage: Stage) -> QWidget:
    opened(stage, talk("Show me", LONG_CODE))
    view = stage.window.page._view
    targets = {each.act: each for each in view.targets_of(1)}
    view.press(1, targets[Act.WRAP])
    menu = view._menus.table_menu(1, 2)
    target = next(each for each in view.targets_of(1) if each.value == "2")
    corner = view.seen(1, target.rect).bottomLeft().toPoint()
    menu.move(view.viewport().mapTo(stage.window, corner))
    return menu


MATH = r"""
The roots of $ax^2 + bx + c = 0$ with $a \neq 0$ are

$$
x_{1,2} = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}
$$

and the discriminant $D = b^2 - 4ac$ says how many there are.
A fraction such as \(\frac{1}{1 + e^{-x}}\) makes its line a little higher,
while $5 and $6 stay money.

\[
\int_0^1 \frac{x^4 (1 - x)^4}{1 + x^2}\,dx = \frac{22}{7} - \pi
\]

1. The sum $\sum_{k=1}^{n} k = \frac{n(n+1)}{2}$ grows with $n^2$.
2. A matrix:

   $$\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix} \begin{pmatrix} x \\ y \end{pmatrix}$$

| what | formula |
|---|---|
| circle | $\pi r^2$ |
| broken | $\unknown{x}$ |

> Not closed: $$ x + 1
"""


def draw_at_once(stage: Stage) -> None:
    page = stage.window.page

    def ask(formula: Formula) -> None:
        page.take_formula(FormulaDrawn(formula, draw_formula(formula)))

    page.draw_formula = ask


@scene("67-formulas", (1180, 1000))
@scene("68-formulas-narrow", (560, 1000))
@scene("69-formulas-200", (1180, 1400), 200)
def formulas(stage: Stage) -> None:
    draw_at_once(stage)
    opened(stage, talk("How do I solve it?", MATH))
    QTest.qWait(500)


SCRIPTS = """\
## 你好，世界

模型在**这台电脑**上运行，文件大小为 98 MB。日本語も한국어も問題ありません。 👩‍👩‍👧 🇫🇮 👍🏽 ✅

مرحبا: النموذج يعمل على **هذا الحاسوب** وحجمه 98 MB، والصيغة $x^2 + 1$ في السطر.

1. افتح نافذة جديدة.
2. اكتب `inglenook plan` ثم اضغط Enter.

> שלום, זה ציטוט בעברית עם English באמצע.

| الاسم | 大小 |
|---|---:|
| نموذج | 4.6 GB |

```python
print("שלום")  # 注释 🙂
name = "مرحبا"
```
"""


@scene("70-scripts", (1180, 1000))
@scene("71-scripts-narrow", (560, 1100))
def scripts(stage: Stage) -> None:
    draw_at_once(stage)
    opened(stage, talk("اشرح لي هذا، 请", SCRIPTS))
    QTest.qWait(300)


NOTES = """\
Quotes stand inside each other[^1], with code in them:

> One says so.
>
> > And another answers:
> > - with a list
> >
> > ```sh
> > make all
> > ```
>
> Back to the first.

A note may come with a link[^two].

[^1]: The first note.
[^two]: See [the page](https://example.org).
"""


@scene("72-quotes-and-notes")
def quotes(stage: Stage) -> None:
    opened(stage, talk("Quote something", NOTES))


@scene("73-details")
def details(stage: Stage) -> QWidget:
    opened(stage, matter.talk())
    view = stage.window.page._view
    target = next(each for each in view.targets_of(1) if each.act is Act.DETAILS)
    view.press(1, target)
    card = stage.window.page.findChild(DetailsCard)
    corner = view.seen(1, target.rect).topLeft().toPoint()
    place = view.viewport().mapTo(stage.window, corner)
    card.hide()
    card.move(place.x() - REACH, place.y() - card.height() + REACH)
    return card
