"""A repository's files become rows that a person can choose from."""

from hypothesis import given
from hypothesis import strategies as st

from inglenook.models.listing import ListedFile
from inglenook.models.offers import best_projector, offers_of
from inglenook.models.quant import file_type_named


def listed(**sizes):
    return [ListedFile(name, size) for name, size in sizes.items()]


def test_each_file_type_is_a_row_in_words_the_smallest_first():
    found = offers_of(listed(**{"M-8B-Q8_0.gguf": 9, "M-8B-Q4_K_M.gguf": 5, "M-8B.gguf": 16}))
    assert [row.quant for row in found.models] == ["Q4_K_M", "Q8_0", ""]
    assert found.models[0].words.startswith("4-bit (Q4_K_M): half the size")
    assert (found.models[2].bits, found.models[2].words) == (0, "")


def test_the_parts_of_a_split_model_are_one_row_with_their_sum():
    found = offers_of(
        listed(**{
            "Q8_0/M-Q8_0-00002-of-00002.gguf": 30,
            "Q8_0/M-Q8_0-00001-of-00002.gguf": 40,
            "BF16/M-BF16-00001-of-00002.gguf": 80,
            "BF16/M-BF16-00002-of-00002.gguf": 80,
        })
    )  # fmt: skip
    assert [row.size_bytes for row in found.models] == [70, 160]
    assert found.models[0].name == "Q8_0/M-Q8_0-00001-of-00002.gguf"
    assert [file.size_bytes for file in found.models[0].files] == [40, 30]


def test_a_split_model_that_is_not_whole_is_no_row():
    found = offers_of(
        listed(**{"M-Q8_0-00001-of-00003.gguf": 1, "M-Q8_0-00003-of-00003.gguf": 1})
    )
    assert found.models == ()
    assert found.broken == ("M-Q8_0-00001-of-00003.gguf",)


def test_a_claim_of_very_many_parts_is_no_row():
    assert offers_of(listed(**{"M-Q8_0-00001-of-09999.gguf": 1})).models == ()


def test_a_projector_is_recognised_and_is_no_model():
    found = offers_of(listed(**{"mmproj-F16.gguf": 1, "M-Q4_0.gguf": 5}))
    assert [row.name for row in found.projectors] == ["mmproj-F16.gguf"]
    assert [row.name for row in found.models] == ["M-Q4_0.gguf"]


def test_what_is_no_model_is_hidden():
    names = [
        "README.md", "imatrix.dat", "M.imatrix.gguf", "ggml-vocab-llama.gguf", "config.json",
        "lora/adapter.gguf", "M-lora-f16.gguf", "../M-Q4_0.gguf", "empty.gguf",
    ]  # fmt: skip
    found = offers_of([ListedFile(name, 0 if name == "empty.gguf" else 5) for name in names])
    assert (found.models, found.projectors) == ((), ())
    assert [row.name for row in offers_of(listed(**{"Flora-7B-Q4_0.gguf": 1})).models]


def test_a_row_is_found_by_file_type_file_or_path():
    found = offers_of(
        listed(**{"a/M-Q4_0.gguf": 1, "b/M-Q4_0.gguf": 2, "M-Q8_0.gguf": 3, "mmproj-M.gguf": 1})
    )
    assert found.find("q8_0").name == "M-Q8_0.gguf"
    assert found.find("a/M-Q4_0.gguf").size_bytes == 1
    assert found.find("mmproj-M.gguf").is_projector
    assert found.find("Q4_0") is None
    assert found.find("M-Q4_0.gguf") is None
    assert found.find("Q5_K_M") is None


def test_mixes_that_only_their_maker_knows_have_bits_too():
    assert file_type_named("Q4_K_XL").bits == 4
    assert file_type_named("Q4_K_M").words == file_type_named("Q4_K_XL").words.replace(
        "_XL", "_M"
    )
    assert file_type_named("Q7_X") is None
    assert file_type_named("BF17") is None


names = st.from_regex(
    r"[a-z]{1,3}(-Q4_0|-Q8_0|)(-0000[1-3]-of-0000[1-3])?\.gguf", fullmatch=True
)


@given(st.lists(st.builds(ListedFile, names, st.integers(0, 9)), max_size=12))
def test_no_file_is_in_two_rows_and_none_is_invented(files):
    found = offers_of(files)
    shown = [file for row in (*found.models, *found.projectors) for file in row.files]
    assert len(shown) <= len(files)
    assert set(shown) <= set(files)


def test_the_projector_of_16_bits_is_taken():
    def best(*names):
        rows = offers_of(listed(**dict.fromkeys(names, 5))).projectors
        return best_projector(rows).name

    assert best("mmproj-F16.gguf", "mmproj-BF16.gguf", "mmproj-F32.gguf") == "mmproj-F16.gguf"
    assert best("mmproj-BF16.gguf", "mmproj-Q8_0.gguf") == "mmproj-BF16.gguf"
    assert best("mmproj-F32.gguf", "mmproj-Q8_0.gguf") == "mmproj-Q8_0.gguf"
    assert best("mmproj-model-f16.gguf", "mmproj.gguf") == "mmproj-model-f16.gguf"
    assert best_projector(()) is None
