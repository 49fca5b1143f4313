"""The numbers a header keeps under its architecture's name, checked for type and range."""

from typing import NoReturn

from inglenook.core.errors import ModelFileError
from inglenook.models.gguf import Header, Value
from inglenook.models.stream import damaged

# llama.cpp refuses more layers (llama-hparams.h).
MOST_LAYERS = 512
MOST_WIDTH = 1 << 24
MOST_TOKENS = 1 << 31


class ArchitectureKeys:
    """Typed access to ``{architecture}.…`` keys.

    Threads: any; nothing changes after it is made.

    Attributes:
        header: Where they come from.
        architecture: ``"llama"``, ``"gemma3"``.
    """

    def __init__(self, header: Header) -> None:
        self.header = header
        self.architecture = header.text("general.architecture")
        if not self.architecture:
            raise ModelFileError(
                "This model file does not say what it is",
                "Get another file of this model, from a source you trust.",
            )

    def value(self, key: str) -> Value | None:
        """Return what is there, unchecked."""
        return self.header.values.get(f"{self.architecture}.{key}")

    def whole(
        self, key: str, default: int | None = None, least: int = 0, most: int = MOST_WIDTH
    ) -> int:
        """Return a whole number.

        Raises:
            ModelFileError: it is missing without a default, no number, or out of range.
        """
        value = self.value(key)
        if value is None and default is not None:
            return default
        if type(value) is not int or not least <= value <= most:
            self._refuse(key, value)
        return value

    def per_layer(self, key: str, layers: int, default: int | None = None) -> tuple[int, ...]:
        """Return a number for each layer, given as one for all or as an array.

        Raises:
            ModelFileError: as for ``whole``, or the array is too short.
        """
        value = self.value(key)
        if not isinstance(value, tuple):
            return (self.whole(key, default),) * layers
        if len(value) < layers:
            self._refuse(key, value)
        return tuple(self._checked(key, one) for one in value[:layers])

    def _checked(self, key: str, one: object) -> int:
        # Sliding-window patterns are arrays of booleans, hence isinstance.
        if not isinstance(one, int) or not 0 <= one <= MOST_WIDTH:
            self._refuse(key, one)
        return int(one)

    def _refuse(self, key: str, value: object) -> NoReturn:
        damaged(f"{self.architecture}.{key} is {value!r}"[:200])
