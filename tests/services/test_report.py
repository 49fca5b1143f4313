"""A report says what every check found, and is made while the window goes on."""

import queue

from tests.services.ear import WAIT_S

from inglenook.core.errors import StorageError
from inglenook.hardware.devices import FoundDevices
from inglenook.services.licences import licences
from inglenook.services.report import (
    InstallationRead,
    ReportMade,
    Reports,
    ReportSaved,
    findings,
    in_lines,
    version_line,
)


def broken():
    raise StorageError("The disk reported an error", "Check the disk.", errno="EIO")


def test_what_fails_is_a_finding_too():
    found = findings({"disk": broken, "chats": lambda: ("sound", (("chats", "3"),))})
    assert [one.ok for one in found] == [False, True]
    lines = in_lines(found).splitlines()
    assert lines[0] == version_line()
    assert lines[1] == "PROBLEM  disk: The disk reported an error. Check the disk."
    assert lines[-1].split() == ["chats:", "3"]


def test_reports_are_told_and_the_worker_ends():
    heard: queue.SimpleQueue = queue.SimpleQueue()
    nothing = FoundDevices((), "nobody asked")
    reports = Reports(heard.put, lambda: nothing, tuple)
    reports.close()  # nothing was asked yet
    reports.look()
    assert heard.get(timeout=WAIT_S) == InstallationRead(nothing)
    reports.ask()
    assert heard.get(timeout=WAIT_S) == ReportMade(version_line())
    reports.save("report.zip")  # nobody has said how
    assert heard.get(timeout=WAIT_S) == ReportSaved("report.zip")
    reports.close()


def test_every_part_we_need_tells_its_licence():
    told = licences()
    names = [one.name.casefold().replace("_", "-") for one in told]
    assert names[0] == "inglenook"
    assert len(names) == len(set(names))
    assert {"pyside6-essentials", "shiboken6", "jinja2", "markupsafe", "numpy"} <= set(names)
    assert not {"pytest", "ruff", "mypy"} & set(names)
    assert all(one.text for one in told)
    qt = told[names.index("pyside6-essentials")]
    assert "Lesser General Public License" in qt.text
    assert "TERMS AND CONDITIONS" in qt.text  # of the GPL, which the LGPL builds on
    assert {"llama.cpp", "icons"} <= set(names)
    for font in ("inter", "jetbrains mono", "stix two math"):
        assert "SIL OPEN FONT LICENSE Version 1.1" in told[names.index(font)].text


def test_where_texts_are_missing_the_terms_are_told_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr("inglenook.services.licences.resources", lambda: tmp_path)
    told = {one.name: one.text for one in licences()}
    assert "llama.cpp" not in told  # nor the list of what is no distribution of Python
    assert "drawn for Inglenook" in told["Icons"]
    assert "GNU Lesser" in told["shiboken6"]
