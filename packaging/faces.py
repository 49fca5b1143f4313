"""Lays the fonts of the window into a bundle: those faces that it writes with, and no more.

They are taken from `resources/fonts/`, where whoever builds may lay them, or from Debian's
packages `fonts-inter` and `fonts-jetbrains-mono`, which `./dev` installs.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = (
    ROOT / "resources" / "fonts",
    Path("/usr/share/fonts/opentype/inter"),
    Path("/usr/share/fonts/truetype/jetbrains-mono"),
)
"""Where they are looked for, in this order."""
# Weights 400, 500, 600 and 700 of text, large headings, and code; ui/theme.py has the scale.
# Bold words in an answer have the weight 600, in code too.
FACES = (
    "Inter-Regular", "Inter-Italic", "Inter-Medium",
    "Inter-SemiBold", "Inter-SemiBoldItalic", "Inter-Bold",
    "InterDisplay-SemiBold", "InterDisplay-SemiBoldItalic",
    "JetBrainsMono-Regular", "JetBrainsMono-Italic",
    "JetBrainsMono-SemiBold", "JetBrainsMono-SemiBoldItalic",
)  # fmt: skip
_ENDINGS = (".otf", ".ttf")


def lay_fonts(target: Path, folders: Sequence[Path] = FOLDERS) -> tuple[str, ...]:
    """Copy every face into a folder, and say what came of it; return those that are missing."""
    found = {name: _file(name, folders) for name in FACES}
    target.mkdir(parents=True, exist_ok=True)
    files = [each for each in found.values() if each is not None]
    for each in files:
        shutil.copyfile(each, target / each.name)
    missing = tuple(name for name, file in found.items() if file is None)
    size = sum(each.stat().st_size for each in files)
    print(f"fonts: {len(files)} faces of {len(FACES)}, {size / 1_000_000:.1f} MB")
    if missing:
        print(f"  MISSING {', '.join(missing)}: the system's own fonts take their place")
        print("  install fonts-inter and fonts-jetbrains-mono, or fill resources/fonts")
    return missing


def _file(name: str, folders: Sequence[Path]) -> Path | None:
    places = (folder / f"{name}{ending}" for folder in folders for ending in _ENDINGS)
    return next((each for each in places if each.is_file()), None)
