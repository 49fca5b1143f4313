"""How installed models are called by other programs, and which one a name means."""

import string

from hypothesis import given
from hypothesis import strategies as some

from inglenook.services.served import ServedModel, ids_of, meant, not_found


def model(an_id, path="", name=""):
    return ServedModel(
        an_id,
        name or an_id,
        path or f"/m/{an_id}.gguf",
        size_bytes=1,
        context_tokens=8,
        is_loaded=False,
        kind="chat",
        sees=False,
    )


def test_an_id_is_the_name_of_the_file_without_its_ending():
    ids = ids_of(["/m/SmolLM2-135M.Q4_1.gguf", "/m/big-00001-of-00003.GGUF", "echo.gguf"])
    assert sorted(ids.values()) == ["SmolLM2-135M.Q4_1", "big", "echo"]


def test_what_programs_cannot_write_is_left_out_of_an_id():
    ids = ids_of(["/m/Café ☕ (best).gguf", "/m/模型.gguf"])
    assert ids["/m/Café ☕ (best).gguf"] == "Cafe-best"
    assert ids["/m/模型.gguf"].startswith("model-")


def test_files_of_the_same_name_have_ids_of_their_own_in_any_order():
    paths = ["/a/tiny.gguf", "/b/Tiny.gguf", "/c/other.gguf"]
    ids = ids_of(paths)
    assert ids == ids_of(reversed(paths))
    assert len(set(ids.values())) == 3
    assert ids["/c/other.gguf"] == "other"
    assert ids["/a/tiny.gguf"].startswith("tiny-")


@given(some.lists(some.text(max_size=20), max_size=6))
def test_ids_are_plain_and_no_two_are_the_same(names):
    ids = ids_of([f"/m/{name}.gguf" for name in names])
    assert len({each.casefold() for each in ids.values()}) == len(ids)
    allowed = set(string.ascii_letters + string.digits + "._-")
    assert all(each and set(each) <= allowed for each in ids.values())


def test_a_model_is_meant_by_its_id_file_or_title():
    models = [
        model("tiny-1", "/a/tiny.gguf", "Tiny 1B"), model("big", "/b/big-00001-of-00002.gguf")
    ]  # fmt: skip
    for name in ("tiny-1", " TINY-1 ", "tiny", "tiny.gguf", "Tiny 1b"):
        assert meant(name, models) is models[0]
    for name in ("big", "big.GGUF", "big-00001-of-00002.gguf"):
        assert meant(name, models) is models[1]
    assert meant("gpt-4o", models) is None


def test_of_two_files_of_one_name_the_same_is_always_meant():
    models = [model("tiny-2", "/b/tiny.gguf"), model("tiny-1", "/a/tiny.gguf")]
    assert meant("tiny", models) is meant("tiny.gguf", models[::-1]) is models[1]


def test_who_names_no_model_is_told_which_there_are():
    problem = not_found("gpt-4o", [model("tiny"), model("big")])
    assert problem.advice == "Ask for one of these: tiny, big."
    assert problem.facts == {"kind": "model_not_found", "model": "gpt-4o"}
    many = not_found("gpt-4o", [model(f"m{at}") for at in range(14)])
    assert many.advice.endswith("m11 and 2 more.")
    assert not_found("gpt-4o", []).advice == "Install a model first."
