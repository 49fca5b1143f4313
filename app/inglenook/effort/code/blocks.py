"""The code that a draft gives as its answer, among all that it writes."""

import re

_FENCED = re.compile(
    r"```[ \t]{0,4}([A-Za-z0-9+#]{0,12})[^\n]{0,40}\n(.*?)(?:```|\Z)", re.DOTALL
)
_PYTHON = {"", "py", "python", "python3"}
_DEFINES = re.compile(r"^(?:async )?(?:def|class) \w", re.MULTILINE)


def code_in(text: str, question: str = "") -> str | None:
    """Return the Python code that is the answer: all blocks that define something, in order.

    None if there is none. What stands in the question already is only repeated by the draft,
    and blocks that define nothing show how to use the others.

    Args:
        text: Of the draft.
        question: That it answers.
    """
    asked = _without_blanks(question)
    blocks = [
        body.strip("\n")
        for tag, body in _FENCED.findall(text)
        if tag.lower() in _PYTHON and _DEFINES.search(body)
    ]
    own = [each for each in blocks if _without_blanks(each) not in asked]
    if own:
        return "\n".join(own)
    return text if not blocks and text.startswith(("def ", "class ")) else None


def _without_blanks(text: str) -> str:
    return "".join(text.split())
