from dataclasses import replace

from findmatter import COMMIT, REPO, SPLIT_FILES, coming, installed, page

from inglenook.models.offers import offers_of
from inglenook.ui.models.stock import Stock

ROWS = page().offers.models


def test_a_download_belongs_to_the_row_whose_files_come():
    row = coming(ROWS[2])
    stock = Stock((row,))
    assert stock.coming(REPO, ROWS[2]) is row
    assert stock.coming(REPO, ROWS[1]) is None
    assert stock.coming("other/Qwen3-8B-GGUF", ROWS[2]) is None


def test_a_split_model_is_one_download_whatever_comes_along():
    split = offers_of(SPLIT_FILES).models[1]
    row = coming(split)
    along = replace(row, files=(*row.files, "mmproj-Big-70B-F16.gguf"))
    assert Stock((along,)).coming(REPO, split) is along


def test_an_installed_file_is_known_by_its_repository_and_name():
    model = installed(ROWS[0])
    stock = Stock(installed=(model,))
    assert stock.path_of(REPO, ROWS[0]) == model.path
    assert not stock.path_of(REPO, ROWS[1])
    elsewhere = replace(model, source=f"other/Qwen3-8B-GGUF@{COMMIT}")
    assert not Stock(installed=(elsewhere,)).path_of(REPO, ROWS[0])
    assert not Stock(installed=(replace(model, source=""),)).path_of(REPO, ROWS[0])
