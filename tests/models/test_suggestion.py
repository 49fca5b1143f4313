"""Which file of a repository is suggested."""

from io import BytesIO

import pytest
from tests.data.gguf_files import tiny_model

from inglenook.models.facts import facts_from
from inglenook.models.gguf import read_header
from inglenook.models.listing import ListedFile
from inglenook.models.offers import offers_of
from inglenook.models.search import Verdict
from inglenook.models.suggestion import Rated, best_that_fits, resized

SIZES = {"Q2_K": 3, "Q3_K_M": 4, "Q4_0": 45, "Q4_K_M": 50, "Q6_K": 65, "Q8_0": 85, "BF16": 160}
ROWS = offers_of(ListedFile(f"M-{quant}.gguf", size) for quant, size in SIZES.items()).models
BIG, SMALL = 8_000_000_000, 600_000_000


def suggested(parameters, **verdicts):
    rated = [Rated(row, verdicts.get(row.quant, Verdict.TOO_BIG)) for row in ROWS]
    best = best_that_fits(rated, parameters)
    return best.quant if best else None


@pytest.mark.parametrize(
    ("parameters", "verdict", "quant"),
    [
        (BIG, Verdict.CPU, "Q4_K_M"),
        (BIG, Verdict.GPU, "Q6_K"),
        (SMALL, Verdict.CPU, "Q8_0"),
        (0, Verdict.TIGHT, "Q4_K_M"),
    ],
)
def test_when_all_fit_it_is_the_usual_choice(parameters, verdict, quant):
    assert suggested(parameters, **dict.fromkeys(SIZES, verdict)) == quant


def test_four_bits_beside_the_card_are_better_than_two_on_it():
    assert suggested(BIG, Q2_K=Verdict.GPU, Q4_K_M=Verdict.SPLIT) == "Q4_K_M"


def test_four_bits_on_the_card_are_better_than_more_beside_it():
    assert suggested(BIG, Q4_K_M=Verdict.GPU, Q6_K=Verdict.SPLIT) == "Q4_K_M"


def test_what_fits_well_is_better_than_what_is_tight():
    assert suggested(BIG, Q3_K_M=Verdict.CPU, Q4_K_M=Verdict.TIGHT) == "Q3_K_M"


def test_where_nothing_fits_nothing_is_suggested():
    assert suggested(BIG) is None
    assert best_that_fits([], BIG) is None


def test_the_facts_of_one_file_tell_those_of_another():
    facts = facts_from(read_header(BytesIO(tiny_model())))
    offer = ROWS[-1]
    other = resized(facts, offer)
    assert other.quant == "BF16"
    assert other.layers == facts.layers
    assert other.weights.total_bytes <= offer.size_bytes
