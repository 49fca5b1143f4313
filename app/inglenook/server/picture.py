"""Pictures that a program sends along: only inside the request, never fetched."""

import base64
import binascii
import re

from inglenook.server.refusal import bad

MOST_PICTURES = 32
_HEAD = re.compile(r"data:image/(png|jpeg|jpg);base64,", re.IGNORECASE)
_PNG = b"\x89PNG\r\n\x1a\n"  # PNG specification, 5.2
_JPEG = b"\xff\xd8\xff"  # JPEG's SOI and the first byte of the next marker
_LONGEST_HEAD = 40


def picture_from(url: str, param: str) -> bytes:
    """Return the picture in a ``data:`` address: a PNG or JPEG file, unread so far.

    Raises:
        RefusedError: it is somewhere else, or of another kind.
    """
    head = _HEAD.match(url[:_LONGEST_HEAD])
    if head is None:
        raise bad(
            "A picture comes inside the request, as data:image/png;base64,… or "
            "data:image/jpeg;base64,…; nothing is fetched.",
            param,
        )
    try:
        found = base64.b64decode(url[head.end() :], validate=True)
    except (binascii.Error, ValueError):
        raise bad("The picture is no Base64.", param) from None
    if not found.startswith((_PNG, _JPEG)):
        raise bad("The picture is no PNG or JPEG file.", param)
    return found
