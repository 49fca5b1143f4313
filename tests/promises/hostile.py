"""Answers that try to fetch, open, run or stall: the corpus of promise S4."""

import random
from collections.abc import Callable

CANARY = "canary"
"""Stands in every path and address; no call of the system may ever name it."""

# What an address may stand in; {} is where it goes.
_FORMS = (
    "![a picture]({})",
    "![a picture](<{}> 'a title')",
    "![a][ref] and [b][ref]\n\n[ref]: {}",
    "[![inside a link]({0})]({0})",
    "<{}>",
    "{} stands bare, and again: ({})",
    "[press here]({})",
    '<img src="{}">',
    "<img src={} onerror=alert(1)>",
    '<a href="{}">press here</a>',
    '<link rel="stylesheet" href="{}">',
    "<style>@import url({}); body {{ background: url({}) }}</style>",
    '<base href="{}"><img src="x.png">',
    '<object data="{}"></object><embed src="{}">',
    '<svg xmlns="http://www.w3.org/2000/svg"><image href="{0}"/><use href="{0}#a"/></svg>',
    '<iframe src="{}"></iframe><video src="{}" autoplay></video><audio src="{}">',
    '<meta http-equiv="refresh" content="0;url={}">',
    "| a | b |\n|---|---|\n| ![x]({}) | <img src='{}'> |",
    "> ![quoted]({})\n> - ![in a list]({})",
    "```html\n<img src='{}'>\n```",
    "A note[^1].\n\n[^1]: ![in a note]({})",
    "# ![in a heading]({})",
    "$$\\includegraphics{{{}}} \\input{{{}}} \\href{{{}}}{{x}}$$",
)


def _addresses(folder: str, port: int) -> list[str]:
    """Return what each of the forms is tried with.

    Args:
        folder: Holds a picture, a pipe nobody writes to, and a link to a device.
        port: On this computer; somebody listens there.
    """
    return [
        f"{folder}/picture.png", f"file://{folder}/picture.png", f"{folder}/pipe",
        f"file://{folder}/pipe", f"{folder}/zero", f"file:{folder}/zero?{CANARY}",
        f"http://127.0.0.1:{port}/{CANARY}.png", f"http://{CANARY}.invalid/a.png",
        f"https://{CANARY}.invalid/?q=secret", f"//{CANARY}.invalid/share/x.png",
        f"\\\\{CANARY}.invalid\\share\\x.png", f"file://{CANARY}.invalid/share/x.png",
        f"ftp://{CANARY}.invalid/x", f"smb://{CANARY}.invalid/x",
        f"data:image/svg+xml,<svg><image href='http://{CANARY}.invalid/'/></svg>",
        f"javascript:fetch('http://{CANARY}.invalid/')", f"qrc:/{CANARY}.png",
        f":/{CANARY}.png", f"../{CANARY}/picture.png", f"%2e%2e/{CANARY}.png",
    ]  # fmt: skip


def _bombs(folder: str) -> list[Callable[[], str]]:
    """Return what may cost more to show than to say; made one at a time, they are large."""
    picture = f"![x]({folder}/picture.png)"
    return [
        lambda: "> " * 5_000 + picture,
        lambda: "".join("  " * n + f"- item {n}\n" for n in range(600)),
        lambda: "*" * 20_000 + "x" + "_" * 20_000,
        lambda: "[" * 20_000 + "x" + "](" * 2_000,
        lambda: "![" * 8_000 + picture,
        lambda: "`" * 9_999 + "x" + "`" * 9_998,
        lambda: "".join(f"{'`' * n} " for n in range(1, 300)),
        lambda: "<" * 50_000 + picture,
        lambda: "a" * 1_000_000,
        lambda: "a " * 500_000,
        lambda: "語" * 300_000,
        lambda: "```\n" + "x" * 1_000_000 + "\n```",
        lambda: "```python\n" + "(" * 50_000 + "'" * 50_000 + "\n```",
        lambda: "```\n" + "x\n" * 100_000 + "```",
        lambda: _table(40, 400, "cell"),
        lambda: _table(400, 20, "c"),
        lambda: _table(3, 3, "w" * 50_000),
        lambda: "|" * 30_000 + "\n" + "|-" * 15_000 + "\n" + "|x" * 15_000,
        lambda: "$" + "\\frac{1}{" * 500 + "x" + "}" * 500 + "$",
        lambda: "$$" + "x^{" * 2_000 + "}" * 2_000 + "$$",
        lambda: "$$\\def\\a{\\a\\a}\\a \\newcommand{\\b}{\\b\\b}\\b$$",
        lambda: "$$" + "\\sqrt" * 3_000 + "{2}$$",
        lambda: "$$\\begin{matrix}" + "1 & 2 \\\\" * 3_000 + "\\end{matrix}$$",
        lambda: "$" * 20_001,
        lambda: " ".join(f"$x_{{{n}}}$" for n in range(2_000)),
        lambda: "".join(f"word[^{n}] " for n in range(2_000))
        + "\n\n"
        + "".join(f"[^{n}]: see [^{n + 1}]\n" for n in range(2_000)),
        lambda: "[^1]: " * 3_000,
        lambda: "Z" + "".join(chr(0x300 + n % 112) for n in range(20_000)),
        lambda: ("e" + "\u0301" * 40) * 3_000,
        lambda: "\u202eevil\u202c " * 5_000 + "\u2066" * 5_000,
        lambda: "\u200f\u202b" * 10_000 + "שלום abc " * 1_000,
        lambda: "a\0b\0" * 5_000 + "\x1b[2J\x07" * 100 + "\x85\u2028\u2029" * 500,
        lambda: "\ufffe\uffff\U0010ffff" * 3_000,
        lambda: "".join(f"[r{n}]: /{CANARY}/{n}\n" for n in range(5_000)) + "[r1]" * 5_000,
        lambda: "\n".join("#" * (n % 7) + f" heading {n}" for n in range(5_000)),
        lambda: "\n\n".join(["---"] * 5_000),
        lambda: "https://" + "a." * 100_000,
        lambda: "http://x/ " * 20_000,
        lambda: "👩\u200d" * 20_000,
        lambda: "&#x41;" * 50_000 + "&amp;" * 50_000,
    ]  # fmt: skip


def _table(rows: int, columns: int, cell: str) -> str:
    line = "|" + f" {cell} |" * columns
    return "\n".join([line, "|" + "-|" * columns, *[line] * rows])


LOOKALIKES = (
    ("https://\u0430pple.com/", "xn--pple-43d.com"),
    ("https://g\u043e\u043egle.com/login", "xn--ggle-55da.com"),
    ("https://\u0440\u0430y\u0440\u0430l.com", "xn--yl-7kcb0ca.com"),
    ("https://example.com.\u0435vil.net/", "example.com.xn--vil-ygd.net"),
    ("https://\uff45xample.com/", "example.com"),
    ("https://b\u00fccher.example/", "xn--bcher-kva.example"),
    ("https://EXAMPLE.com/A", "example.com"),
    ("https://example.com:8443/x", "example.com"),
)
"""Addresses that look like others, and the host each really leads to."""

REFUSED = (
    "https://bank.example@evil.net/", "https://bank.example\\@evil.net/",
    "https://exam\u200bple.com/", "https://\u202emoc.elpmaxe/", "javascript:alert(1)",
    "file:///etc/passwd", "\\\\host\\share", "//host/share", "data:text/html,x",
    "vbscript:x", "ms-settings:", "tel:110", "https:///x", "http://[::1", "inglenook:x",
)  # fmt: skip
"""Addresses that may not even be offered."""


def hostile_messages(count: int, folder: str, port: int) -> list[str]:
    """Return so many answers, spread over all kinds."""
    addresses, bombs = _addresses(folder, port), _bombs(folder)
    dice = random.Random(4)
    plain = [_filled(form, address) for form in _FORMS for address in addresses]
    links = [f"[https://example.com]({address})" for address, _ in LOOKALIKES]
    links += [f"[ok]({each}) <{each}> {each}" for each in REFUSED]
    dice.shuffle(plain)
    share = max(1, count // 6)
    chosen = [make() for make in bombs[: max(share, count - len(plain) - len(links))]]
    chosen += links[:share]
    return [*chosen, *plain[: count - len(chosen)]]


def _filled(form: str, address: str) -> str:
    return form.format(address, address, address)
