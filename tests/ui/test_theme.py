from itertools import product

import pytest

from inglenook.ui.theme import DARK, HIGH_DARK, HIGH_LIGHT, LIGHT, Palette

GROUNDS = ("ground", "side", "raised", "inset")
TEXTS = ("text", "text_muted", "text_faint", "accent", "ok", "warn", "bad", "info", "away")
CODE = ("code_keyword", "code_name", "code_string", "code_number", "text_faint")
PAIRS = [
    *product(TEXTS, GROUNDS),
    *product(CODE, ("inset",)),
    *product(("text", "text_muted"), ("hover", "selected")),
    ("on_accent", "accent"),
    ("on_accent_soft", "accent_soft"),
    ("text", "accent_soft"),
    ("text_muted", "accent_soft"),
    ("text", "bad_soft"),
    ("text_muted", "bad_soft"),
    *((tone, f"{tone}_soft") for tone in ("ok", "warn", "bad", "info", "away")),
]


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda each: each.name)
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_can_be_read_on_its_ground(palette: Palette, text: str, ground: str):
    assert contrast(getattr(palette, text), getattr(palette, ground)) >= 4.5


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda each: each.name)
@pytest.mark.parametrize("ground", ["ground", "side", "raised", "inset"])
def test_edges_of_controls_can_be_seen(palette: Palette, ground: str):
    assert contrast(palette.edge, getattr(palette, ground)) >= 3
    assert contrast(palette.accent, getattr(palette, ground)) >= 3


HIGH = pytest.mark.parametrize("palette", [HIGH_LIGHT, HIGH_DARK], ids=lambda each: each.name)


@HIGH
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_in_high_contrast_text_meets_the_stricter_level(
    palette: Palette, text: str, ground: str
):
    assert contrast(getattr(palette, text), getattr(palette, ground)) >= 7


@HIGH
@pytest.mark.parametrize("ground", ["ground", "side", "raised", "inset", "hover", "selected"])
def test_in_high_contrast_edges_are_as_clear_as_text(palette: Palette, ground: str):
    assert contrast(palette.edge, getattr(palette, ground)) >= 4.5
    assert contrast(palette.line, getattr(palette, ground)) >= 3


def test_black_on_white_has_the_contrast_that_wcag_says():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
