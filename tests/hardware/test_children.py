"""What children hold is counted while they live."""

import subprocess
import sys

import psutil

from inglenook.core.units import MIB
from inglenook.hardware import children
from inglenook.hardware.children import held_by_children_bytes


def test_memory_of_a_child_is_counted_until_it_ends():
    before = held_by_children_bytes()
    code = "held = b'x' * (64 << 20); print('up', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout.readline() == b"up\n"
        assert held_by_children_bytes() - before > 60 * MIB
        child.kill()
        child.wait()
        assert abs(held_by_children_bytes() - before) < 30 * MIB


def test_a_child_that_ends_meanwhile_is_left_out(monkeypatch):
    class Gone:
        def memory_info(self):
            raise psutil.NoSuchProcess(1)

    class Own:
        def children(self):
            return [Gone()]

    monkeypatch.setattr(children.psutil, "Process", Own)
    assert held_by_children_bytes() == 0


def test_where_children_cannot_be_listed_none_are_counted(monkeypatch):
    def refuse():
        raise psutil.AccessDenied

    monkeypatch.setattr(children.psutil, "Process", refuse)
    assert held_by_children_bytes() == 0
