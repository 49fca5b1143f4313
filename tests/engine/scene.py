"""A scheduler over a strict decoder, for tests of who gets which rows of which batch."""

from tests.data.strict_llama import END, StrictContext, StrictMemory, picked_after
from tests.data.strict_tasks import Written

from inglenook.engine.kv import KvCache
from inglenook.engine.memory import MemoryKind
from inglenook.engine.pace import Pace
from inglenook.engine.protocol import Done, Failed
from inglenook.engine.scheduler import Scheduler
from inglenook.engine.speculation import Speculation


class Scene:
    """A scheduler over a strict decoder, and what it decoded at each step."""

    def __init__(
        self, *, cells=256, sequences=4, rows=64, kind=MemoryKind.ATTENTION, speculation=None
    ):
        self.now_s = 0.0
        self.step_s = 0.01
        self.memory = StrictMemory(cells, sequences, kind)
        self.context = StrictContext(self.memory, rows)
        self.cache = KvCache(self.memory, tokens=cells, sequences=sequences)
        self.recalled = []
        self.wrote = []
        self.scheduler = Scheduler(
            self.context,
            self.cache,
            Pace(rows),
            recall=self.recalled.append,
            wrote=lambda seconds, rows: self.wrote.append((seconds, rows)),
            speculation=speculation or Speculation(sequences, most_ahead=0),
            clock=lambda: self.now_s,
        )
        self.events = []
        self.count = 0

    def ask(self, prompt=(1, 2, 3), chat="chat", *, task=Written, **options):
        self.count += 1
        made = task(f"r{self.count}", chat, list(prompt), **options)
        self.scheduler.add(made)
        return made

    def step(self, times=1):
        for _ in range(times):
            self.scheduler.step()
            self.now_s += self.step_s
            self.events += self.scheduler.events()

    def run(self, most=2000):
        for _ in range(most):
            if not self.scheduler.is_busy:
                return
            self.step()
        raise AssertionError("not done")

    @property
    def rows(self):
        """How many rows each sequence had in the last batch, most first."""
        native, count = self.context.batch.native, self.context.batch.count
        numbers = [native.seq_id[row][0] for row in range(count)]
        return sorted((numbers.count(each) for each in set(numbers)), reverse=True)

    def ends(self):
        return [
            (each.request, each.reason if isinstance(each, Done) else "failed")
            for each in self.events
            if isinstance(each, Done | Failed)
        ]


def lasting(prompt, limit):
    """Return a salt with which an answer reaches its limit."""

    def ends_early(salt):
        line = list(prompt)
        for _ in range(limit):
            line.append(picked_after(line, salt))
        return END in line[len(prompt) :]

    return next(salt for salt in range(256) if not ends_early(salt))


LONG = tuple([5, 6, 7, 8] * 25)
