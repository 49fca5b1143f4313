"""Sets of characters as sequences of bytes in UTF-8."""

from collections.abc import Iterator

ByteRange = tuple[int, int]
"""Bytes from and to, both included."""

# Where the encoding changes its length; the surrogates D800 to DFFF have no encoding.
_SPANS = ((0, 0x7F), (0x80, 0x7FF), (0x800, 0xD7FF), (0xE000, 0xFFFF), (0x10000, 0x10FFFF))
_FOLLOWING = (0x80, 0xBF)


def utf8_sequences(ranges: tuple[tuple[int, int], ...]) -> list[tuple[ByteRange, ...]]:
    """Return the byte sequences that spell the code points of a set, and no others.

    A sequence is one range for each byte: any byte of the first, then any of the second,
    and so on.
    """
    return [
        sequence
        for low, high in ranges
        for start, end in _SPANS
        if max(low, start) <= min(high, end)
        for sequence in products(
            chr(max(low, start)).encode(), chr(min(high, end)).encode(), _FOLLOWING
        )
    ]


def products(low: bytes, high: bytes, following: ByteRange) -> Iterator[tuple[ByteRange, ...]]:
    """Cut what lies between two words of one length into products of byte ranges.

    ``following`` are the bytes that may stand anywhere but in front.
    """
    if len(low) == 1:
        yield ((low[0], high[0]),)
        return
    least, most = (bytes([each]) * (len(low) - 1) for each in following)
    if low[0] == high[0]:
        for tail in products(low[1:], high[1:], following):
            yield ((low[0], low[0]), *tail)
        return
    start, end = low[0], high[0]
    if low[1:] != least:
        yield from (((start, start), *tail) for tail in products(low[1:], most, following))
        start += 1
    if high[1:] != most:
        yield from (((end, end), *tail) for tail in products(least, high[1:], following))
        end -= 1
    if start <= end:
        yield ((start, end), *[following] * (len(low) - 1))
