"""Draw every page and state of the window to PNG files, in light and dark.

./dev pictures [FOLDER] [--only WORD] [--ratio 1|2]
./dev pictures --compare  draws a selection and tells what changed, as the tests do
./dev pictures --keep     keeps how the selection looks now
./dev pictures --docs     renews the pictures of the README (needs ImageMagick)
./dev pictures --sheet    renews the overview in docs/pictures (needs ImageMagick)
"""

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs" / "pictures"
sys.path[:0] = [str(ROOT / "tests" / "ui"), str(Path(__file__).parent)]

# Before Qt is imported: no screen, and no density of a real one.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["QT_FONT_DPI"] = "96"


def main(argv: list[str] | None = None) -> int:
    """Draw and return 0."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", default=str(ROOT / ".cache" / "pictures"))
    parser.add_argument("--only", default="", help="only pictures whose name has this word")
    parser.add_argument("--ratio", default="1", choices=("1", "2"), help="pixel density")
    verb = parser.add_mutually_exclusive_group()
    for name in ("compare", "keep", "docs", "sheet"):
        verb.add_argument(f"--{name}", action="store_true")
    chosen = parser.parse_args(argv)
    os.environ["QT_SCALE_FACTOR"] = chosen.ratio

    import drawing  # noqa: PLC0415  (Qt reads the environment above when it starts)

    folder = Path(chosen.folder)
    if chosen.compare:
        return drawing.compare(folder, chosen.only)
    if chosen.keep:
        return drawing.keep(chosen.only)
    if chosen.docs:
        return drawing.draw_readme(DOCS)
    if chosen.sheet:
        return drawing.draw_sheets(DOCS)
    return drawing.draw_all(folder, chosen.only)


if __name__ == "__main__":
    sys.exit(main())
