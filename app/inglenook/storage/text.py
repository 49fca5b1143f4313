"""Text as SQLite and JSON can keep it."""


def storable(text: str) -> str:
    """Return the text with lone surrogates, which no encoding has, replaced by U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return str(text)
