"""How large a tiny model is; known without JAX."""

from dataclasses import dataclass

from instrument.talk import vocabulary


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of its parts, which are named as in llama.cpp."""

    width: int
    layers: int
    heads: int
    inner: int
    vocabulary: int

    @property
    def head(self) -> int:
        """Numbers a head works with."""
        return self.width // self.heads


SIZES = {
    "small": Shape(64, 2, 4, 192, len(vocabulary())),
    "large": Shape(128, 3, 4, 384, len(vocabulary())),
}
"""The two that `./dev instrument` trains: some 150 and 730 thousand numbers."""
