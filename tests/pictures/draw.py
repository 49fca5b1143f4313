"""Draw every page and state of the window to PNG files, in light and dark.

./dev pictures [FOLDER] [--only WORD] [--ratio 1|2] [--once]
./dev pictures --docs     renews the pictures of the README (needs ImageMagick)
"""

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
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
    parser.add_argument("--once", action="store_true", help="each in one theme, in turns")
    parser.add_argument("--docs", action="store_true", help="renew the README's pictures")
    chosen = parser.parse_args(argv)
    os.environ["QT_SCALE_FACTOR"] = chosen.ratio

    import scenes  # noqa: PLC0415  (Qt reads the environment above when it starts)

    if chosen.docs:
        return scenes.draw_readme(ROOT / "docs")
    return scenes.draw_all(Path(chosen.folder), chosen.only, once=chosen.once)


if __name__ == "__main__":
    sys.exit(main())
