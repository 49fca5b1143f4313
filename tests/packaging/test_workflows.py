"""The workflows of a public CI ask for what is here, and may do no more than they need."""

import importlib.machinery
import importlib.util
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.fixture(params=WORKFLOWS, ids=lambda path: path.stem)
def text(request):
    return request.param.read_text("utf-8")


@pytest.fixture
def jobs(text):
    return yaml.safe_load(text)["jobs"]


@pytest.fixture(scope="module")
def verbs():
    """Return what ./dev can do."""
    loader = importlib.machinery.SourceFileLoader("dev_verbs", str(ROOT / "dev"))
    module = importlib.util.module_from_spec(
        importlib.util.spec_from_loader("dev_verbs", loader)
    )
    loader.exec_module(module)
    return set(module.VERBS)


def steps(jobs):
    return [step for job in jobs.values() for step in job["steps"]]


def lines(jobs):
    """Return every command of every step."""
    return "\n".join(step.get("run", "") for step in steps(jobs))


def test_there_is_one_to_check_and_one_to_release():
    assert [path.stem for path in WORKFLOWS] == ["check", "release"]


def test_every_verb_that_is_asked_of_dev_is_there(jobs, verbs):
    asked = set(re.findall(r"(?:\./|python )dev (\w+)", lines(jobs)))
    assert asked <= verbs


def test_every_file_that_is_named_is_there(jobs):
    named = set(re.findall(r"(?<![\w$])(?:packaging|resources|tests)/[\w./-]+\w", lines(jobs)))
    named |= set(re.findall(r"(?<![\w/])[A-Z]+\.md|constraints\.txt", lines(jobs)))
    assert {each for each in named if not (ROOT / each).is_file()} == set()


def test_what_the_tool_of_releases_is_asked_for_it_does(jobs):
    told = (ROOT / "packaging" / "release.py").read_text("utf-8")
    for verb in re.findall(r"packaging/release\.py (\w+)", lines(jobs)):
        assert f'verb == "{verb}"' in told


def test_actions_are_pinned_and_come_from_the_service_itself(jobs):
    used = [step["uses"] for step in steps(jobs) if "uses" in step]
    assert [each for each in used if not re.fullmatch(r"actions/[\w-]+@v\d+", each)] == []


def test_nothing_may_be_written_but_by_the_job_that_drafts(text, jobs):
    assert yaml.safe_load(text)["permissions"] == {"contents": "read"}
    writing = {name for name, job in jobs.items() if "permissions" in job}
    assert writing <= {"draft"}
    for job in jobs.values():
        assert job.get("permissions", {"contents": "write"}) == {"contents": "write"}


def test_every_job_ends_some_time(jobs):
    assert all(0 < job["timeout-minutes"] <= 240 for job in jobs.values())


def test_secrets_are_given_to_single_steps_alone(text, jobs):
    for job in jobs.values():
        assert "secrets." not in str(job.get("env", ""))
        assert "secrets." not in "".join(step.get("run", "") for step in job["steps"])


def test_no_name_that_somebody_else_chose_becomes_part_of_a_command(jobs):
    assert re.findall(r"\$\{\{ *(?:github|secrets|vars)\b", lines(jobs)) == []


def test_it_is_said_that_they_are_untested(text):
    assert "# Untested" in text


def test_no_address_of_a_registry_is_in_them(text):
    assert re.findall(r"https?://|\b[\w-]+\.(?:io|com|org|net)\b", text) == []


def test_every_system_is_built_for_every_kind_of_device():
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text())["jobs"]
    built = {
        (name, each["flavour"])
        for name, job in jobs.items()
        for each in job.get("strategy", {}).get("matrix", {}).get("include", ())
    }
    assert built == {
        *(
            (system, kind)
            for system in ("linux", "windows")
            for kind in ("cpu", "vulkan", "cuda")
        ),
        ("macos", "metal"),
        ("macos", "cpu"),
    }


def test_every_build_tries_itself_before_it_is_kept():
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text())["jobs"]
    for name in ("linux", "windows", "macos"):
        done = [step.get("run", "") + step.get("uses", "") for step in jobs[name]["steps"]]
        tried = next(at for at, each in enumerate(done) if "--self-test" in each)
        kept = next(at for at, each in enumerate(done) if "upload-artifact" in each)
        assert tried < kept
    assert set(jobs["draft"]["needs"]) == {"linux", "windows", "macos"}
