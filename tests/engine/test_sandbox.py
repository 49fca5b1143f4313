"""The sandbox refuses by itself what would grow without end, and leaves the rest alone."""

import subprocess
import sys
import time

import pytest

from inglenook.engine import sandbox
from inglenook.engine.sandbox import Sandbox, bounded


def rendered(source):
    """Render without limits of time and memory, so that only the sandbox can refuse."""
    return Sandbox().from_string(source).render()


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ 'ab' * 3 }}", "ababab"),
        ("{{ 3 * [1] }}", "[1, 1, 1]"),
        ("{{ 2 ** 10 }}", "1024"),
        ("{{ 7 % 4 }}{{ 7 // 2 }}{{ 7 - 2 }}", "335"),
        ("{{ 'a' + 'b' }}", "ab"),
        ("{{ '%s is %d' % ('x', 3) }}", "x is 3"),
        ("{{ '%.2f' | format(1.5) }}", "1.50"),
        ("{{ '* **%s** 100000' % 'x' }}", "* **x** 100000"),
        ("{{ '{} {}'.format(1, 2) }}", "1 2"),
        ("{{ 'a'.ljust(3) }}|", "a  |"),
        ("{{ 'a\tb'.expandtabs(2) }}", "a b"),
        ("{{ 'aXb'.replace('X', '-') }}{{ 'aXb' | replace('X', '+') }}", "a-ba+b"),
        ("{{ ','.join(['a', 'b']) }}{{ ['a', 'b'] | join('.') }}", "a,ba.b"),
        ("{{ 'a\nb' | indent(2) }}", "a\n  b"),
        ("{{ [1, 2, 3] | batch(2, 0) | list }}", "[[1, 2], [3, 0]]"),
        ("{{ 1.26 | round(1) }}", "1.3"),
    ],
)
def test_what_templates_really_do_works(source, text):
    assert rendered(source) == text


@pytest.mark.parametrize(
    "source",
    [
        "{{ 'ab' * 10**8 }}",
        "{{ 10**8 * 'ab' }}",
        "{{ [1] * 10**8 }}",
        "{{ 2 ** 65 }}",
        "{{ (2 ** 64) ** 64 * 2 ** 64 * 2 ** 64 * (2 ** 64) ** 64 }}",
        "{{ ('a' * 4000000) + ('b' * 4000000) }}",
        "{{ '%99999d' % 1 }}",
        "{{ '%*d' % (99999, 1) }}",
        "{{ '%99999d' | format(1) }}",
        "{{ '{:99999}'.format(1) }}",
        "{{ '{:{}}'.format(1, 99999) }}",
        "{{ '%.99999f' % 1 }}",
        "{{ 'a'.ljust(10**8) }}",
        "{{ 'a'.zfill(10**8) }}",
        "{{ '\t'.expandtabs(10**8) }}",
        "{{ ('a' * 10000).replace('a', 'b' * 10000) }}",
        "{{ ('a' * 10000).replace('', 'b' * 10000) }}",
        "{{ ('a' * 10000) | replace('a', 'b' * 10000) }}",
        "{{ ('a' * 10000).join('b' * 10000) }}",
        "{{ ('\n' * 10000) | indent(90000) }}",
        "{{ [1] | slice(10**8) | list }}",
        "{{ [1] | batch(10**8, 0) | list }}",
    ],
)
def test_what_would_grow_without_end_is_refused_at_once(source):
    began = time.thread_time()
    with pytest.raises((MemoryError, OverflowError)):
        rendered(source)
    assert time.thread_time() - began < 1


def test_work_within_its_limits_gives_its_result():
    assert bounded(lambda: 5) == 5


def test_work_that_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr(sandbox, "MOST_SECONDS", 0.1)

    def endless():
        while True:
            pass

    with pytest.raises(TimeoutError):
        bounded(endless)


def test_calls_alone_are_enough_to_stop_work_made_of_calls(monkeypatch):
    monkeypatch.setattr(sandbox, "MOST_SECONDS", 0.1)

    def nothing():
        return None

    def endless():
        while True:
            nothing()

    with pytest.raises(TimeoutError):
        bounded(endless, every_line=False)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can limit the address space")
def test_work_that_takes_too_much_memory_is_stopped():
    with pytest.raises(MemoryError):
        bounded(lambda: bytearray(2 * sandbox.MOST_BYTES))


def test_a_tracer_of_before_is_put_back():
    before = sys.gettrace()
    bounded(lambda: 5)
    assert sys.gettrace() is before


def test_one_call_that_never_returns_ends_the_process():
    code = (
        "from inglenook.engine import sandbox\n"
        "sandbox.SECONDS_BEFORE_THE_END = 0.3\n"
        "sandbox.bounded(lambda: sum(iter(int, 1)))\n"  # endless, and inside C
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, timeout=30, check=False
    )
    assert done.returncode == 1
    assert b"Timeout" in done.stderr
