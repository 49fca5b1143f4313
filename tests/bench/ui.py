"""What the window costs while an answer streams, a chat opens, models come, and at the start.

Run it with `./dev bench ui`; `--json` prints a list of {name, value, unit, bar, holds}.
Processor time of the UI thread is what counts: on a busy machine the clock says little.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QAbstractEventDispatcher, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

from inglenook.chat.message import Message, Role, Status, Timings
from inglenook.chat.tree import Conversation
from inglenook.core.ids import ChatId, NodeId
from inglenook.services.events import LiveText
from inglenook.ui.chat.conversation_view import ConversationView
from inglenook.ui.chat.page import FRAME_MS
from progress import ROWS, update_ms

TOKENS, TOKENS_PER_S, WARM_UP_S = 1_200, 120, 1.0
STARTS = 9
BARE = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, app.quit)
app = QApplication(sys.argv)
window = Window()
window.resize(1440, 900)
window.show()
app.exec()
"""
ANSWER = """## A heading for part {n}

Some **bold** words, `code`, a [link](https://example.com/{n}) and plain text that goes on
for a while, long enough to wrap over the edge of the column at least once or twice.

```python
def area(width: int, height: int) -> int:
    # a comment
    return width * height  # {n}
```

| Name | Value |
|---|--:|
| one | 1 |
| two | 2 |

1. First
2. Second with *stress*
   - inside

> A quoted line.

"""


@dataclass(frozen=True)
class Figure:
    """One line of the result; ``bar`` None means it is only told."""

    name: str
    value: float
    unit: str
    bar: float | None = None
    holds: bool = True


def figure(name: str, value: float, unit: str, bar: float | None = None) -> Figure:
    """Round a value and hold it against its bar."""
    return Figure(name, round(value, 3), unit, bar, bar is None or value <= bar)


def conversation(messages: int) -> Conversation:
    """Return a chat of questions and answers whose last answer is being written."""
    made: list[Message] = []
    parent = None
    for number in range(messages):
        node = NodeId(f"{number:08}")
        asked = number % 2 == 0
        role = Role.USER if asked else Role.ASSISTANT
        last = number == messages - 1
        text = (
            f"Question {number}, and a little more of it?" if asked else ANSWER.format(n=number)
        )
        made.append(
            Message(
                node, parent, role, "" if last else text, number,
                status=Status.WRITING if last else Status.COMPLETE,
                model="" if asked else "Model", timings=Timings(50, 0, 100, 0.2, 40.0),
            )
        )  # fmt: skip
        parent = node
    return Conversation.of(ChatId("bench"), made)


class Writer(threading.Thread):
    """Appends tokens of four characters to a buffer, at a steady rate."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._text = "".join(ANSWER.format(n=n) for n in range(20))
        self.tokens = 0

    def run(self) -> None:
        """Write until all tokens are there."""
        begin, pause = time.monotonic(), threading.Event()
        while self.tokens < TOKENS:
            self.tokens = min(TOKENS, int((time.monotonic() - begin) * TOKENS_PER_S))
            pause.wait(1 / TOKENS_PER_S)

    def live(self) -> LiveText:
        """Return what is written so far."""
        tokens = self.tokens
        return LiveText(self._text[: tokens * 4], "", "", tokens, 120.0)


class Turns:
    """Processor time of each turn of the event loop, in milliseconds."""

    def __init__(self) -> None:
        self.taken: list[float] = []
        self._begin = time.thread_time()
        # From block to block: blocking itself costs no processor time.
        QAbstractEventDispatcher.instance().aboutToBlock.connect(self._block)

    def _block(self) -> None:
        now = time.thread_time()
        self.taken.append((now - self._begin) * 1000)
        self._begin = now


def stream(app: QApplication, messages: int) -> list[Figure]:
    """Open a chat, stream an answer into it, and measure both."""
    chat = conversation(messages)
    window = QMainWindow()
    view = ConversationView()
    window.setCentralWidget(view)
    window.resize(900, 900)
    window.show()
    app.processEvents()
    begin = time.thread_time()
    view.show_conversation(chat)
    app.processEvents()
    opened_ms = (time.thread_time() - begin) * 1000
    memory_mb = rss_mb()
    settled = time.monotonic() + WARM_UP_S
    while time.monotonic() < settled:
        app.processEvents()
    turns, busy = _run(app, view, chat)
    costs = sorted(turns.taken)
    assert len(view.column.views[-1].text) == TOKENS * 4
    grown_mb = rss_mb() - memory_mb
    window.close()
    name = f"{messages:,} messages: "
    return [
        figure(name + "UI thread a token", busy * 1000 / TOKENS, "ms CPU", 1.0),
        figure(name + "event-loop turn, p95", costs[int(len(costs) * 0.95)], "ms CPU", 8.0),
        figure(name + "event-loop turn, longest", costs[-1], "ms CPU", 50.0),
        figure(name + "open", opened_ms, "ms CPU", 100.0),
        figure(name + "memory grown while streaming", grown_mb, "MB", 40.0),
    ]


def _run(app: QApplication, view: ConversationView, chat: Conversation) -> tuple[Turns, float]:
    writer = Writer()
    turns = Turns()
    assert chat.head is not None
    head: NodeId = chat.head

    def flush() -> None:
        is_last = writer.tokens >= TOKENS  # asked first, or the end could be missed
        view.stream(head, writer.live())
        if is_last:
            QTimer.singleShot(100, app.quit)
            timer.stop()

    timer = QTimer()
    timer.setInterval(FRAME_MS)
    timer.timeout.connect(flush)
    timer.start()
    writer.start()
    begin = time.thread_time()
    app.exec()
    return turns, time.thread_time() - begin


def downloads(app: QApplication) -> list[Figure]:
    """Tell the window how five downloads stand, again and again."""
    mean, longest = update_ms(app)
    name = f"{ROWS} downloads: an update, "
    return [
        figure(name + "mean", mean, "ms CPU", 1.0),
        figure(name + "longest", longest, "ms CPU"),
    ]


def rss_mb() -> float:
    """Return the resident memory of this process."""
    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - a kernel file
        return int(statm.read().split()[1]) * resource.getpagesize() / 1e6


def first_paints() -> list[Figure]:
    """Start a bare window and ours in turn, and compare their medians.

    Ours is measured twice: to the first paint of its frame, which is the bar, and until the
    services are open and every control is in place, which is told.
    """
    ours = [sys.executable, "-m", "inglenook"]
    commands = (
        [sys.executable, "-c", BARE],
        [*ours, "--quit-after-first-paint"],
        [*ours, "--quit-when-furnished"],
    )
    rounds = [[_start(command) for command in commands] for _ in range(STARTS)]
    clock = [statistics.median(run[at][0] for run in rounds) for at in range(3)]
    cpu = [statistics.median(run[at][1] for run in rounds) for at in range(3)]
    return [
        figure("bare window: start to first paint and end", clock[0] * 1000, "ms"),
        figure("our window: start to first paint and end", clock[1] * 1000, "ms"),
        figure("our window: start until all is in place, and end", clock[2] * 1000, "ms"),
        figure("our window beside a bare one, processor", cpu[1] / cpu[0], "times"),
        figure("our window beside a bare one", clock[1] / clock[0], "times", 1.3),
    ]


def _start(command: Sequence[str]) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as home:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        begin = time.perf_counter()
        subprocess.run(
            command, check=True, timeout=60, env={**os.environ, "INGLENOOK_HOME": home},
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        clock = time.perf_counter() - begin
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return clock, cpu


def main(argv: Sequence[str]) -> int:
    """Measure, print, and return 0 when every bar holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print a list of figures")
    parser.add_argument("--no-start", action="store_true", help="leave the first paint out")
    chosen = parser.parse_args(argv)
    app = QApplication(sys.argv[:1])
    figures = [*stream(app, 200), *stream(app, 2_000), *downloads(app)]
    if not chosen.no_start:
        figures += first_paints()
    if chosen.json:
        print(json.dumps([asdict(each) for each in figures], indent=2))
    else:
        for each in figures:
            bar = (
                ""
                if each.bar is None
                else f"   bar {each.bar:g}, {'holds' if each.holds else 'MISSED'}"
            )
            print(f"{each.name:48} {each.value:10.2f} {each.unit}{bar}")
    return 0 if all(each.holds for each in figures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
