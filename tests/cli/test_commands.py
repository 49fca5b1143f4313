"""`inglenook models`, `plan`, `doctor`, and arguments that make no sense."""

import json
import os
import sys

import pytest
from tests.data import cards
from tests.data.gguf_files import tiny_model

import inglenook as package
from inglenook.models.settings import Wish
from inglenook.services.wishes import Wishes
from inglenook.storage.wishes import WishesFile


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "Mine-2B.gguf"
    path.write_bytes(tiny_model())
    return path


# --- models ---


def test_a_model_is_added_and_listed_where_it_lies(inglenook, model):
    added = inglenook("models", "add", str(model))
    assert added.code == 0
    assert "The file stays where it is." in added.out
    listed = inglenook("models", "list", "--json").json
    assert listed[0]["path"] == str(model)
    assert listed[0]["name"] == "Mine 2B"
    assert "Mine 2B" in inglenook("models", "list").out


def test_a_relative_path_is_kept_whole(inglenook, model):
    assert inglenook("models", "add", model.name, cwd=model.parent).code == 0
    assert inglenook("models", "list", "--json").json[0]["path"] == str(model)


def test_info_says_what_a_file_is_and_keeps_nothing(inglenook, model):
    info = inglenook("models", "info", str(model), "--json").json
    assert (info["architecture"], info["context_tokens"]) == ("llama", 2048)
    assert "4-bit (Q4_0)" in inglenook("models", "info", str(model)).out
    paths = [each["path"] for each in inglenook("models", "list", "--json").json]
    assert str(model) not in paths


@pytest.mark.parametrize(
    ("verb", "kind"),
    [
        (("plan",), "garbage"),
        (("plan",), "empty"),
        (("models", "add"), "folder"),
        (("models", "info"), "gone"),
    ],
)
def test_bad_files_are_told_in_words_and_in_json(inglenook, tmp_path, verb, kind):
    path = tmp_path / "x.gguf"
    if kind == "folder":
        path.mkdir()
    elif kind != "gone":
        path.write_bytes(b"rubbish" * 100 if kind == "garbage" else b"")
    told = inglenook(*verb, str(path))
    assert (told.code, told.out) == (1, "")
    assert told.err.endswith(".\n")
    as_json = inglenook(*verb, str(path), "--json")
    assert (as_json.code, as_json.err) == (1, "")
    assert set(as_json.json["problem"]) == {"title", "advice", "facts"}


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_a_name_that_is_no_text_is_no_trouble(inglenook, model, tmp_path):
    odd = os.fsencode(tmp_path) + b"/odd-\xff.gguf"
    name = os.fsdecode(odd)
    model.rename(name)
    assert inglenook("models", "add", name).code == 0
    listed = inglenook("models", "list", "--json")
    assert (listed.code, listed.json[0]["path"]) == (0, name)
    assert inglenook("models", "list").code == 0


def test_which_model_is_asked_for(inglenook):
    for verb in ("add", "info"):
        told = inglenook("models", verb, "--json")
        assert (told.code, told.json["problem"]["title"]) == (2, "Which model")


# --- plan ---


def test_a_plan_gives_its_reasons(inglenook, model):
    told = inglenook("plan", str(model))
    assert told.code == 0
    assert "threads." in told.out or "1 thread." in told.out
    plan = inglenook("plan", str(model), "--json").json
    assert plan["plan"]["reasons"]
    assert plan["plan"]["settings"]["threads"] >= 1
    assert plan["model"]["name"] == "Mine 2B"


def test_a_plan_is_that_of_the_next_load_with_what_is_kept_for_the_model(
    inglenook, model, home
):
    assert inglenook("plan", str(model), "--json").json["set_by_hand"] is None
    Wishes(WishesFile(home / "wishes.json")).keep(str(model), Wish(1024, threads=1))
    kept = inglenook("plan", str(model), "--json").json
    assert kept["plan"]["settings"]["context_tokens"] == 1024
    assert kept["set_by_hand"]["context_tokens"] == 1024
    told = inglenook("plan", str(model)).out
    assert "Set by hand for this model: a context of 1,024 tokens, 1 thread." in told
    other = inglenook("plan", str(model), "--context", "512", "--json").json
    assert other["plan"]["settings"]["context_tokens"] == 512
    assert other["plan"]["settings"]["threads"] == 1


def test_a_plan_for_another_computer_is_made_from_its_description(inglenook, model, tmp_path):
    here = inglenook("plan", str(model), "--json").json["machine"]
    card = {"name": "CUDA0", "description": "A card", "kind": "discrete"}
    card |= {"total_bytes": 8 << 30, "free_bytes": 8 << 30}
    path = tmp_path / "devices.json"
    path.write_text(json.dumps({**here, "devices": [card]}))
    told = inglenook("plan", str(model), "--context", "1024", "--devices", str(path), "--json")
    assert told.json["plan"]["verdict"] == "gpu"
    assert told.json["plan"]["settings"]["context_tokens"] == 1024
    assert told.json["machine"]["devices"] == [card | {"driver": "", "source": ""}]
    assert told.json["tokens_per_s"] == 0  # nobody knows how fast another computer is
    assert "All 2 layers fit on A card." in told.json["plan"]["reasons"]
    path.write_text("{}")
    assert inglenook("plan", str(model), "--devices", str(path)).code == 2


@pytest.mark.model
def test_a_plan_is_put_to_the_test(inglenook, starter):
    told = inglenook("plan", str(starter), "--context", "1024", "--load")
    assert (told.code, "from the plan):" in told.out) == (0, True)
    both = inglenook("plan", str(starter), "--context", "1024", "--load", "--json").json
    [planned], [taken] = both["plan"]["memory"], both["taken"]
    for part in ("weights_bytes", "kv_bytes", "compute_bytes"):
        assert taken[part] == pytest.approx(planned[part], rel=0.01)


@pytest.mark.model
@pytest.mark.skipif(sys.platform != "linux", reason="the fake card is built here")
def test_what_a_driver_takes_is_planned_once_an_answer_was_given(inglenook, starter):
    env = cards.environment([cards.card("CUDA0", 1500)]) | {"GGML_FAKE_GPU_OVERHEAD_MIB": "50"}
    arguments = ("plan", str(starter), "--context", "1024", "--json")
    before = inglenook(*arguments, env=env).json["plan"]["memory"][0]
    assert inglenook("chat", "Hello", "--model", str(starter), env=env).code == 0
    after = inglenook(*arguments, env=env).json["plan"]["memory"][0]
    assert (before["overhead_bytes"], after["overhead_bytes"]) == (0, 50 << 20)


# --- doctor ---


@pytest.mark.model
def test_doctor_looks_at_everything_and_shows_nothing_of_a_chat(inglenook, starter):
    inglenook("--echo", "chat", "/echo text=The heron nests here")
    told = inglenook("doctor")
    assert (told.code, told.err) == (0, "")
    assert told.out.count("\nok ") == 8
    assert "heron" not in told.out
    as_json = inglenook("doctor", "--json").json
    assert [each["what"] for each in as_json["findings"]] == [
        "data folder",
        "chats",
        "settings",
        "engine process",
        "llama.cpp",
        "graphics",
        "computer",
        "models",
    ]


def test_doctor_names_the_problem_and_fails(inglenook, home):
    home.mkdir(mode=0o755)
    home.chmod(0o755)
    told = inglenook("doctor", "--json")
    assert told.code == 1
    bad = [each for each in told.json["findings"] if not each["ok"]]
    assert [each["what"] for each in bad] == ["data folder"]
    assert "PROBLEM" in inglenook("doctor").out


# --- arguments ---


def test_the_version_is_said(inglenook):
    assert inglenook("--version").out == f"Inglenook {package.__version__}\n"


@pytest.mark.parametrize("arguments", [("fly",), ("plan",), ("models", "burn"), ("--what",)])
def test_arguments_that_make_no_sense_are_explained(inglenook, arguments):
    told = inglenook(*arguments)
    assert (told.code, told.out) == (2, "")
    assert told.err.startswith("usage:")


def test_and_explained_in_json(inglenook):
    told = inglenook("plan", "--json")
    assert (told.code, told.err) == (2, "")
    assert "MODEL" in told.json["problem"]["advice"]


def test_a_home_that_cannot_be_made_is_told(inglenook, tmp_path):
    (tmp_path / "file").touch()
    env = {"INGLENOOK_HOME": str(tmp_path / "file" / "home")}
    told = inglenook("models", "list", env=env)
    assert told.code == 1
    assert "INGLENOOK_HOME" in told.err
    assert inglenook("models", "list", "--json", env=env).json["problem"]["advice"]
