"""Draws the application's icon, and writes it as Windows and macOS want it."""

import argparse
import os
import struct
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from inglenook.ui import theme

ROOT = Path(__file__).resolve().parents[1]
ICO_SIZES = (16, 20, 24, 32, 40, 48, 64, 256)
ICNS_KINDS = {16: b"icp4", 32: b"icp5", 64: b"icp6", 128: b"ic07", 256: b"ic08", 512: b"ic09",
              1024: b"ic10"}  # fmt: skip
"""What each size is called in an .icns file that holds PNG."""

_TILE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">'
    '<rect x="{edge}" y="{edge}" width="{side}" height="{side}" rx="{round}" fill="{back}"/>'
    '<g transform="translate(12 12) scale({scale}) translate(-12 -12)">{drawing}</g></svg>'
)


def main(argv: Sequence[str]) -> int:
    """Write an icon; the name of the file says which kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path, help="ends with .ico, .icns, .svg or .png")
    parser.add_argument("--size", type=int, default=256, help="of a .png, in pixels")
    asked = parser.parse_args(argv)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QGuiApplication.instance() or QGuiApplication([])
    kinds = {".ico": ico, ".icns": icns, ".svg": svg, ".png": lambda: png(asked.size)}
    asked.target.write_bytes(kinds[asked.target.suffix]())
    del application
    return 0


def svg(*, inset: float = 0.0) -> bytes:
    """Return the hearth of the window, light on a tile of the accent colour.

    Args:
        inset: Free room around the tile, in units of 24 to a side.
    """
    drawing = (ROOT / "resources" / "icons" / "flame.svg").read_text("utf-8").strip()
    drawing = "<g" + drawing.removeprefix("<svg").removesuffix("</svg>") + "</g>"
    side = 24 - 2 * inset
    return _TILE.format(
        edge=inset,
        side=side,
        round=side * 0.2237,  # as the icons of macOS are rounded
        back=theme.LIGHT.accent,
        scale=side / 24 * 0.66,
        drawing=drawing.replace("currentColor", theme.LIGHT.on_accent),
    ).encode()


def png(size: int, *, inset: float = 0.0) -> bytes:
    """Return the icon drawn at a size, in pixels."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(svg(inset=inset))).render(painter, QRectF(0, 0, size, size))
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs want bytes here
    return bytes(buffer.data().data())


def ico() -> bytes:
    """Return an icon for Windows: a table of sizes, and a PNG for each."""
    drawn = [(size, png(size)) for size in ICO_SIZES]
    offset = 6 + 16 * len(drawn)
    head = struct.pack("<HHH", 0, 1, len(drawn))
    for size, content in drawn:
        side = size % 256  # 256 is written as 0
        head += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(content), offset)
        offset += len(content)
    return head + b"".join(content for _, content in drawn)


def icns() -> bytes:
    """Return an icon for macOS: a chunk of PNG for each size, with room around the tile."""
    # 824 of 1024 pixels, as in Apple's templates for icons.
    drawn = {kind: png(size, inset=2.34) for size, kind in ICNS_KINDS.items()}
    chunks = b"".join(kind + struct.pack(">I", len(c) + 8) + c for kind, c in drawn.items())
    return b"icns" + struct.pack(">I", len(chunks) + 8) + chunks


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
