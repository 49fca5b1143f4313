"""Small pictures as files, made without any library that draws."""

import struct
import zlib


def png(colour: tuple[int, int, int], width: int = 40, height: int = 30) -> bytes:
    """Return a PNG of a colour that fades to black from top to bottom."""
    rows = b"".join(
        b"\0" + bytes(part * (height - y) // height for part in colour) * width
        for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_part(*each) for each in parts)


def _part(name: bytes, data: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(name + data))
    return struct.pack(">I", len(data)) + name + data + checksum
