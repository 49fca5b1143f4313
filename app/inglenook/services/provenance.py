"""Where a model file comes from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a model file comes from, as far as it is known.

    Attributes:
        name: What it is called there; "" for the name in the file.
        origin: The program whose file it is; "" for the person's own.
        source: Where on the Hub: ``"org/name@commit"``.
        sha256: What each part must hash to.
    """

    name: str = ""
    origin: str = ""
    source: str = ""
    licence: str = ""
    sha256: tuple[str, ...] = ()


UNKNOWN = Provenance()
