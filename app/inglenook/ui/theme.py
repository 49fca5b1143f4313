"""The design system "ember": colours, spacing, radii and type, light and dark.

Every pair of text and ground meets WCAG 2.2 AA (4.5:1 for text, 3:1 for edges of
controls); in high contrast text meets AAA (7:1), and edges have the contrast of text.
``tests/ui/test_theme.py`` computes the ratios.
"""

from typing import NamedTuple

# Named tuples, not dataclasses: this is imported before the first paint, and making the
# dataclasses alone takes 7 ms (measured 2026-11).


class Palette(NamedTuple):
    """One colour scheme; each value is ``#RRGGBB``."""

    name: str
    ground: str
    side: str
    raised: str
    inset: str
    hover: str
    selected: str
    line: str
    edge: str
    """Border of a control that must be seen: 3:1 on every ground."""
    text: str
    text_muted: str
    text_faint: str
    accent: str
    on_accent: str
    accent_soft: str
    on_accent_soft: str
    ok: str
    ok_soft: str
    warn: str
    warn_soft: str
    bad: str
    bad_soft: str
    info: str
    info_soft: str
    away: str
    """What leaves this computer, and nothing else, wears this colour."""
    away_soft: str
    code_keyword: str
    code_name: str
    code_string: str
    code_number: str


LIGHT = Palette(
    name="light",
    ground="#FDFCFA", side="#F6F3EE", raised="#FFFFFF", inset="#F3EFE8",
    hover="#ECE7DE", selected="#E6DFD3", line="#E5DED3", edge="#8E8575",
    text="#25211C", text_muted="#5C554B", text_faint="#70685C",
    accent="#B0461A", on_accent="#FFFFFF", accent_soft="#FBE8DD", on_accent_soft="#8A3410",
    ok="#2B7044", ok_soft="#E2F1E6", warn="#855600", warn_soft="#FBEFD6",
    bad="#B3261E", bad_soft="#FBE5E2", info="#2A5FA3", info_soft="#E3EDF9",
    away="#6D3BA8", away_soft="#F0E7FA",
    code_keyword="#8A3AA8", code_name="#1F62B0", code_string="#2B7044", code_number="#A34A12",
)  # fmt: skip

DARK = Palette(
    name="dark",
    ground="#1D1B19", side="#171513", raised="#262320", inset="#242120",
    hover="#2C2926", selected="#37322D", line="#38332E", edge="#8C8274",
    text="#EFEAE3", text_muted="#BAB1A5", text_faint="#9A9184",
    accent="#F0935F", on_accent="#2B1206", accent_soft="#3B2519", on_accent_soft="#F7B48C",
    ok="#83CC9B", ok_soft="#1F2F24", warn="#E6B95F", warn_soft="#33290F",
    bad="#F58D82", bad_soft="#3A1F1C", info="#8FBBF2", info_soft="#1C2A3B",
    away="#CDA9F7", away_soft="#33244A",
    code_keyword="#CF9BE8", code_name="#8FBBF2", code_string="#93D0A4", code_number="#F0A574",
)  # fmt: skip

HIGH_LIGHT = Palette(
    name="light",
    ground="#FFFFFF", side="#FFFFFF", raised="#FFFFFF", inset="#F4F4F2",
    hover="#E6E6E3", selected="#DADAD6", line="#6B6B66", edge="#3A3A37",
    text="#000000", text_muted="#242422", text_faint="#3D3D3A",
    accent="#7F2C0A", on_accent="#FFFFFF", accent_soft="#FFEFE6", on_accent_soft="#6B2205",
    ok="#0E4A24", ok_soft="#E6F6EA", warn="#573600", warn_soft="#FFF4DC",
    bad="#86120C", bad_soft="#FFECEA", info="#123F78", info_soft="#E8F1FC",
    away="#4B1A82", away_soft="#F5EDFF",
    code_keyword="#5E1F77", code_name="#0F4280", code_string="#0E4A24", code_number="#6B2205",
)  # fmt: skip

HIGH_DARK = Palette(
    name="dark",
    ground="#000000", side="#000000", raised="#0C0C0B", inset="#141413",
    hover="#262624", selected="#333330", line="#8F8F89", edge="#D2D2CC",
    text="#FFFFFF", text_muted="#E4E4DF", text_faint="#CFCFC9",
    accent="#FFB488", on_accent="#200A00", accent_soft="#331B0D", on_accent_soft="#FFD0B3",
    ok="#9FE6B5", ok_soft="#0C2414", warn="#FFD98A", warn_soft="#2B2105",
    bad="#FFB3AB", bad_soft="#331210", info="#B3D4FF", info_soft="#0E2036",
    away="#DCC2FF", away_soft="#24123D",
    code_keyword="#E5BFFF", code_name="#B3D4FF", code_string="#B0EBC0", code_number="#FFC9A3",
)  # fmt: skip

SPACE_1, SPACE_2, SPACE_3, SPACE_4, SPACE_5, SPACE_6, SPACE_7 = 4, 8, 12, 16, 24, 32, 48
RADIUS_CHIP, RADIUS_ROW, RADIUS_FIELD, RADIUS_CARD, RADIUS_COMPOSER = 6, 8, 10, 12, 16
COLUMN_WIDTH, BUBBLE_WIDTH, COMPOSER_WIDTH, SIDE_WIDTH, TOP_HEIGHT = 744, 520, 776, 264, 56
FAMILIES = (
    "Inter",
    "Inter Variable",
    "Segoe UI Variable Text",
    "Segoe UI",
    ".AppleSystemUIFont",
)
MONO_FAMILIES = ("JetBrains Mono", "Cascadia Mono", "SF Mono", "Menlo", "Consolas")


class TypeStyle(NamedTuple):
    """A size of the type scale, in pixels at 100 % text size, and its weight (400 to 700)."""

    size: int
    line: int
    weight: int = 400


CAPTION = TypeStyle(12, 16)
NOTE = TypeStyle(13, 18)
LABEL = TypeStyle(13, 18, 500)
UI = TypeStyle(14, 20)
BODY = TypeStyle(15, 24)
H3 = TypeStyle(16, 24, 600)
H2 = TypeStyle(18, 26, 600)
H1 = TypeStyle(22, 30, 600)
DISPLAY = TypeStyle(28, 36, 600)
CODE = TypeStyle(13, 20)
