"""Documents of every kind, made here: honest ones, broken ones, bombs."""

import zipfile
from io import BytesIO

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def pdf(*pages: str, trailer: str = "") -> bytes:
    """Return a PDF with a line of text a page; an empty text draws a stroke only."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for number, text in enumerate(pages):
        drawn = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET" if text else "0 0 m 9 9 l S"
        bodies.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 3 0 R>>>>"
            + f"/Contents {5 + 2 * number} 0 R>>".encode()
        )
        bodies.append(f"<</Length {len(drawn)}>>stream\n{drawn}\nendstream".encode())
    return assembled(bodies, trailer)


def assembled(bodies: list[bytes], trailer: str = "") -> bytes:
    """Return a PDF made of these objects; the first is its catalogue."""
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    out += f"trailer<</Size {len(bodies) + 1}/Root 1 0 R{trailer}>>\n".encode()
    return bytes(out) + f"startxref\n{start}\n%%EOF".encode()


def deep_pdf(depth: int) -> bytes:
    """Return a PDF whose pages lie in a tree so deep, and which ends in a circle."""
    bodies = [b"<</Type/Catalog/Pages 2 0 R>>"]
    bodies += [
        f"<</Type/Pages/Kids[{number + 1} 0 R]/Count 1>>".encode()
        for number in range(2, depth + 2)
    ]
    return assembled([*bodies, b"<</Type/Pages/Kids[2 0 R]/Count 1>>"])


def many_objects_pdf(count: int) -> bytes:
    """Return a PDF of one page among so many objects that nothing needs."""
    first = pdf("Found it")
    bodies = [each.partition(b"\n")[2] for each in first.split(b"\nendobj\n")[:-1]]
    bodies[0] = b"<</Type/Catalog/Pages 2 0 R>>"
    return assembled([*bodies, *[b"null"] * count])


LOCKED = (
    "/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<" + "11" * 32 + ">/U<" + "22" * 32 + ">>>"
    "/ID[<00><00>]"
)
"""For the trailer of a PDF: locked with a password nobody knows."""


def docx(body: str, *, head: str = "", name: str = "word/document.xml") -> bytes:
    """Return a Word document with this XML as its body."""
    root = f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    xml = f'<?xml version="1.0"?>{head}{root}'
    return zipped({name: xml.encode()})


def claiming(size_bytes: int) -> bytes:
    """Return a Word document that unpacks to so many bytes, as far as it tells."""
    real = 31_337
    archive = zipped({"word/document.xml": b" " * real})
    return archive.replace(real.to_bytes(4, "little"), size_bytes.to_bytes(4, "little"))


def zipped(files: dict[str, bytes]) -> bytes:
    """Return a zip archive."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


LAUGHS = (
    "<!DOCTYPE w [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9))
    + "]>"
)
"""A billion laughs: each word stands for ten of the one before."""
