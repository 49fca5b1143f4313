"""A loaded model: its weights, vocabulary and pieces of text."""

import ctypes
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from inglenook.core.errors import ModelFileError, ModelLoadError
from inglenook.engine.lib import Handle, api, array_pointer, checked, log
from inglenook.engine.load_failure import load_failure
from inglenook.engine.placing import model_params
from inglenook.models.fit import EngineSettings

Ids = npt.NDArray[np.int32]

_FIRST_PIECE_BYTES = 64
_MOST_TEXT_BYTES = 2**31 - 1  # llama_tokenize counts in 32 bits


def checked_file(path: str) -> Path:
    """Return a path that may be a model.

    Raises:
        ModelFileError: nothing is there, or it is no readable, regular file with content.
    """
    file = Path(path)
    try:
        if not file.exists():
            raise ModelFileError(
                "The model file is not there", "Choose it again in its new place.", path=path
            )
        if not file.is_file():
            raise ModelFileError(
                "This is not a model file", "Choose a file that ends in .gguf.", path=path
            )
        with file.open("rb") as opened:
            start = opened.read(4)
    except (OSError, ValueError) as cause:  # ValueError: a NUL in the path
        raise ModelFileError(
            "The model file cannot be read",
            "Check that it may be opened and that its disk is connected.",
            path=path,
            cause=cause,
        ) from cause
    if start != b"GGUF":
        title = "The model file is empty" if not start else "This file is not a GGUF model"
        raise ModelFileError(
            title, "Choose a file that ends in .gguf and comes from a model page.", path=path
        )
    return file


class Model:
    """Weights and vocabulary, owned until ``free``.

    Threads: the engine's main thread only.

    Attributes:
        vocab: llama.cpp's handle on the vocabulary.
        vocab_size: Number of tokens it has.
    """

    def __init__(self, handle: Handle) -> None:
        self.handle = handle
        self.vocab: Handle = api.llama_model_get_vocab(handle)
        self.vocab_size: int = api.llama_vocab_n_tokens(self.vocab) if self.vocab else 0
        self._controls: npt.NDArray[np.bool_] | None = None
        self._attributes: npt.NDArray[np.int32] | None = None

    @classmethod
    def load(
        cls, path: str, settings: EngineSettings, on_progress: Callable[[float], bool]
    ) -> "Model":
        """Read a model from a file.

        ``on_progress`` is told 0 to 1; returning False gives up.

        Raises:
            ModelFileError: the file is missing, damaged or no model.
            ModelLoadError: it is not supported, memory is short, or loading was given up.
        """
        file = checked_file(path)
        given_up = False

        def progressed(fraction: float, _data: object) -> bool:
            nonlocal given_up
            given_up = given_up or not on_progress(fraction)
            return not given_up

        params = model_params(settings)
        callback = api.llama_progress_callback(progressed)
        params.native.progress_callback = callback
        log.clear()
        handle = api.llama_model_load_from_file(str(file).encode(), params.native)
        if given_up:
            if handle:
                api.llama_model_free(handle)
            raise ModelLoadError(
                "Loading was stopped", "Open the model again when you want it.", cancelled=True
            )
        checked(handle, load_failure(path, log.lines()))
        return cls(handle)

    def free(self) -> None:
        """Give the memory back; every context must be freed before."""
        if self.handle:
            api.llama_model_free(self.handle)
            self.handle = self.vocab = None

    def check_it_can_chat(self, path: str) -> None:
        """Refuse what loads but cannot continue a text.

        Raises:
            ModelLoadError: there is no vocabulary, or the model only makes embeddings.
        """
        self.check_it_can_read(path)
        if api.llama_model_has_encoder(self.handle) or not api.llama_model_has_decoder(
            self.handle
        ):
            raise ModelLoadError(
                "This model cannot hold a conversation",
                "Choose a chat model; this one is made for other tasks.",
                path=path,
            )

    def check_it_can_read(self, path: str) -> None:
        """Refuse what loads but cannot make tokens of a text.

        Raises:
            ModelFileError: there is no vocabulary.
        """
        if not self.vocab_size or api.llama_vocab_type(self.vocab) == 0:
            raise ModelFileError(
                "This model has no usable vocabulary",
                "Download the model again, or choose another conversion of it.",
                path=path,
            )

    # --- what it is ---

    @property
    def description(self) -> str:
        """Architecture, size and type in llama.cpp's words."""
        buffer = ctypes.create_string_buffer(256)
        api.llama_model_desc(self.handle, buffer, len(buffer))
        return buffer.value.decode("utf-8", "replace")

    @property
    def train_context_tokens(self) -> int:
        """Tokens of context the model was trained for; 0 if it does not say."""
        return max(0, int(api.llama_model_n_ctx_train(self.handle)))

    @property
    def sliding_window_tokens(self) -> int:
        """How far back its windowed layers look; 0 if every layer sees everything."""
        return max(0, int(api.llama_model_n_swa(self.handle)))

    @property
    def chat_template(self) -> str | None:
        """The template that came with the model."""
        template = api.llama_model_chat_template(self.handle, None)
        return template.decode("utf-8", "replace") if template else None

    def metadata(self, key: str) -> str:
        """Return a value of the file's header as text, or ``""``."""
        size = 1024
        while True:
            buffer = ctypes.create_string_buffer(size)
            needed = api.llama_model_meta_val_str(self.handle, key.encode(), buffer, size)
            if needed < size:
                return buffer.value.decode("utf-8", "replace") if needed > 0 else ""
            size = needed + 1

    # --- its vocabulary ---

    @property
    def adds_bos(self) -> bool:
        """Whether a prompt is to start with the beginning-of-text token."""
        return bool(api.llama_vocab_get_add_bos(self.vocab)) and self.bos >= 0

    @property
    def bos(self) -> int:
        """The beginning-of-text token, or -1."""
        return int(api.llama_vocab_bos(self.vocab))

    @property
    def eos(self) -> int:
        """The end-of-text token, or -1."""
        return int(api.llama_vocab_eos(self.vocab))

    def is_control(self, token: int) -> bool:
        """Whether a token steers the model and is no text."""
        return bool(api.llama_vocab_is_control(self.vocab, token))

    @property
    def attributes(self) -> npt.NDArray[np.int32]:
        """What kind of token each is, as llama.cpp's bits, shape (vocab_size,)."""
        if self._attributes is None:
            ids = range(self.vocab_size)
            asked = map(partial(api.llama_vocab_get_attr, self.vocab), ids)
            self._attributes = np.fromiter(asked, np.int32, self.vocab_size)
        return self._attributes

    @property
    def controls(self) -> npt.NDArray[np.bool_]:
        """Which tokens are control tokens, shape (vocab_size,)."""
        if self._controls is None:
            self._controls = (self.attributes & api.LLAMA_TOKEN_ATTR_CONTROL) != 0
        return self._controls

    def label(self, at: int) -> str:
        """Return what a number of the model's head means, or ``""``."""
        label = api.llama_model_cls_label(self.handle, at)
        return label.decode("utf-8", "replace") if label else ""

    def tokens(self, text: str, *, special: bool, ends: bool = False) -> Ids:
        """Turn text into tokens.

        Args:
            text: The text.
            special: The spelling of a control token is read as that token: only for text
                that no person and no model wrote.
            ends: Add at its ends what the model's file asks for.

        Raises:
            ModelLoadError: the text is larger than llama.cpp can count.
        """
        data = text.encode("utf-8", "replace")
        room = len(data) + 8
        if room > _MOST_TEXT_BYTES:
            raise ModelLoadError("This text is too large", "Send less text.", bytes=len(data))
        ids = np.empty(room, np.int32)
        count = self._tokenize(data, ids, special=special, ends=ends)
        if count < 0:
            ids = np.empty(-count, np.int32)
            count = self._tokenize(data, ids, special=special, ends=ends)
        return ids[: max(count, 0)].copy()

    def _tokenize(self, data: bytes, ids: Ids, *, special: bool, ends: bool) -> int:
        pointer = array_pointer(ids, api.llama_token)
        return int(
            api.llama_tokenize(self.vocab, data, len(data), pointer, len(ids), ends, special)
        )

    def piece(self, token: int, *, special: bool = False) -> bytes:
        """Return the bytes of a token: perhaps part of a character, perhaps none.

        With ``special`` control tokens are spelled out, which are silent otherwise.
        """
        if not 0 <= token < self.vocab_size:
            return b""
        size = _FIRST_PIECE_BYTES
        while True:
            buffer = ctypes.create_string_buffer(size)
            count = api.llama_token_to_piece(self.vocab, token, buffer, size, 0, special)
            if count >= 0:
                return buffer.raw[:count]
            size = -count  # a piece may be any length; the call says how long
