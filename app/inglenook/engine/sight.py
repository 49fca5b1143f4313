"""The eyes of a loaded model: a projector, and what it makes of pictures."""

import ctypes
import hashlib
import re
from collections import OrderedDict
from pathlib import Path

import numpy as np

from inglenook.core.errors import PictureError
from inglenook.core.units import MIB
from inglenook.engine.context import Context
from inglenook.engine.lib import Handle, api, log
from inglenook.engine.model import Ids, Model, checked_file
from inglenook.engine.mtmd import mtmd
from inglenook.engine.picture import Stretch, checked_picture, stand_ins
from inglenook.engine.rowbatch import Rows
from inglenook.models.fit import EngineSettings

_MOST_PICTURES_BYTES = 256 * MIB
_MOST_ROWS_BYTES = 64 * MIB
_HEAD_BYTES = MIB
_COMPUTE = re.compile(r"compute buffer size\s*=\s*([0-9.]+) MiB")


class Sight:
    """A projector, and the pictures that prompts speak of.

    Pictures are kept packed as they came, so that one which has to be read again need not be
    sent again; what was made of the last ones is kept as well.

    Threads: the engine's main thread only.

    Attributes:
        weights_bytes: What the projector's weights take.
        compute_bytes: What its graph takes, as llama.cpp told.
    """

    def __init__(
        self, handle: Handle, context: Context, path: Path, compute_bytes: int
    ) -> None:
        self._handle = handle
        self._context = context
        self._width = int(api.llama_model_n_embd_inp(api.llama_get_model(context.handle)))
        self._name = _identity(path)
        self._pictures: OrderedDict[bytes, bytes] = OrderedDict()
        self._prompts: dict[bytes, Ids] = {}
        self._stretches: dict[bytes, list[Stretch]] = {}
        self._of: dict[int, tuple[Stretch, int]] = {}  # by id: where in which stretch
        self._rows: OrderedDict[tuple[bytes, int], Rows] = OrderedDict()
        self.weights_bytes = path.stat().st_size
        self.compute_bytes = compute_bytes

    @classmethod
    def open(
        cls, path: str, model: Model, context: Context, settings: EngineSettings
    ) -> "Sight":
        """Load a projector for a model.

        Raises:
            ModelFileError: there is no such file, or it is no GGUF.
            PictureError: this build, this model or this projector cannot do it.
        """
        file = checked_file(path)
        door = mtmd()
        params = door.mtmd_context_params_default()
        params.use_gpu = settings.gpu_layers > 0
        params.n_threads = settings.threads
        params.print_timings = False
        log.clear()
        handle = door.mtmd_init_from_file(str(file).encode(), model.handle, params)
        if not handle:
            raise PictureError(
                "This projector does not fit the model",
                "Choose the projector that comes with this very model.",
                path=path,
                engine=" | ".join(log.lines()[-4:])[:2000],
            )
        sizes = [float(each) for line in log.lines() for each in _COMPUTE.findall(line)]
        sight = cls(handle, context, file, int(sum(sizes) * MIB))
        problem = sight._problem()
        if problem is not None:
            sight.free()
            raise problem
        return sight

    def _problem(self) -> PictureError | None:
        door = mtmd()
        if not door.mtmd_support_vision(self._handle):
            return PictureError(
                "This projector is not for pictures", "Choose another one, or use text alone."
            )
        if door.mtmd_decode_use_mrope(self._handle):
            return PictureError(
                "Pictures are not supported with this family of models",
                "Use it for text, or choose a model like Gemma 3 or LLaVA for pictures.",
            )
        return None

    def free(self) -> None:
        """Give the memory back; harmless a second time."""
        if self._handle:
            mtmd().mtmd_free(self._handle)
            self._handle = None

    # --- what a prompt says of a picture ---

    def ids(self, picture: bytes) -> Ids:
        """Return what stands for a picture in a prompt, shape (n,): stand-ins and tokens.

        Raises:
            PictureError: it is no picture, too large, or more than the model reads at once.
        """
        key = hashlib.sha256(self._name + picture).digest()
        if key not in self._pictures:
            self._pictures[key] = checked_picture(picture)
            try:
                self._learn(key)
            except PictureError:
                del self._pictures[key]
                raise
        self._pictures.move_to_end(key)
        self._forget_oldest()
        return self._prompts[key]

    def stretch_at(self, token: int) -> tuple[Stretch, int]:
        """Return what a stand-in is a part of, and how far within it is.

        Raises:
            PictureError: the picture is not at hand any more.
        """
        found = self._of.get(token)
        if found is None:
            raise PictureError(
                "A picture of this chat is not here anymore", "Ask the question again."
            )
        return found

    def rows(self, stretch: Stretch) -> Rows:
        """Return the embeddings of a stretch, shape (n, width).

        Raises:
            PictureError: the projector failed.
        """
        key = stretch.picture, stretch.part
        known = self._rows.get(key)
        if known is None:
            known = self._rows[key] = self._made(stretch)
        self._rows.move_to_end(key)
        while len(self._rows) > 1 and sum(each.nbytes for each in self._rows.values()) > (
            _MOST_ROWS_BYTES
        ):
            self._rows.popitem(last=False)
        return known

    def _forget_oldest(self) -> None:
        sizes = sum(map(len, self._pictures.values()))
        while len(self._pictures) > 1 and sizes > _MOST_PICTURES_BYTES:
            key, picture = self._pictures.popitem(last=False)
            sizes -= len(picture)
            del self._prompts[key]
            for stretch in self._stretches.pop(key):
                for token in stretch.ids:
                    self._of.pop(int(token), None)

    # --- llama.cpp's side of it ---

    def _learn(self, key: bytes) -> None:
        """Find out how many tokens a picture takes, and of what kind they are."""
        door = mtmd()
        parts: list[Ids] = []
        stretches: list[Stretch] = []
        with _Chunks(self._handle, self._pictures[key]) as chunks:
            for part, chunk in enumerate(chunks):
                if door.mtmd_input_chunk_get_type(chunk) == door.MTMD_INPUT_CHUNK_TYPE_TEXT:
                    parts.append(_text_of(chunk))
                else:
                    stretches.append(self._stretch(key, part, chunk))
                    parts.append(stretches[-1].ids)
        if not stretches:
            raise PictureError("This picture shows nothing", "Attach another one.")
        self._stretches[key] = stretches
        self._prompts[key] = np.concatenate(parts)
        for stretch in stretches:
            self._of |= {int(each): (stretch, at) for at, each in enumerate(stretch.ids)}

    def _stretch(self, key: bytes, part: int, chunk: Handle) -> Stretch:
        door = mtmd()
        count = int(door.mtmd_input_chunk_get_n_tokens(chunk))
        looks_ahead = bool(door.mtmd_decode_use_non_causal(self._handle, chunk))
        if int(door.mtmd_input_chunk_get_n_pos(chunk)) != count:
            raise PictureError(
                "Pictures are not supported with this family of models",
                "Use it for text, or choose another model for pictures.",
            )
        most = min(self._context.ubatch_tokens, self._context.batch.capacity)
        if looks_ahead and count > most:
            raise PictureError(
                "This picture does not fit into one step",
                "Load the model with a larger batch, or attach a smaller picture.",
                tokens=count,
                batch=most,
            )
        return Stretch(key, part, stand_ins(key + part.to_bytes(4), count), looks_ahead)

    def _made(self, stretch: Stretch) -> Rows:
        door = mtmd()
        count = len(stretch.ids)
        with _Chunks(self._handle, self._pictures[stretch.picture]) as chunks:
            chunk = list(chunks)[stretch.part]
            log.clear()
            made = None
            if door.mtmd_encode_chunk(self._handle, chunk) == 0:
                made = door.mtmd_get_output_embd(self._handle)
            if not made:
                raise PictureError(
                    "The projector failed on this picture",
                    "Try another picture, or ask without it.",
                    engine=" | ".join(log.lines()[-4:])[:2000],
                )
            return np.ctypeslib.as_array(made, (count, self._width)).copy()


class _Chunks:
    """A picture, unpacked and cut as the projector wants it; freed at the end of the block."""

    def __init__(self, handle: Handle, picture: bytes) -> None:
        self._context = handle
        self._picture = picture
        self._handle: Handle = None

    def __enter__(self) -> list[Handle]:
        door = mtmd()
        self._handle = door.mtmd_input_chunks_init()
        bitmap = self._bitmap()
        try:
            self._cut(bitmap)
        except PictureError:
            self.__exit__()
            raise
        finally:
            door.mtmd_bitmap_free(bitmap)
        count = door.mtmd_input_chunks_size(self._handle)
        return [door.mtmd_input_chunks_get(self._handle, at) for at in range(count)]

    def __exit__(self, *_: object) -> None:
        mtmd().mtmd_input_chunks_free(self._handle)
        self._handle = None

    def _bitmap(self) -> Handle:
        door = mtmd()
        data = np.frombuffer(self._picture, np.uint8)
        pointer = data.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8))
        is_placeholder = False
        bitmap = door.mtmd_helper_bitmap_init_from_buf(
            self._context, pointer, len(data), is_placeholder
        )
        if not bitmap:
            self.__exit__()
            raise PictureError(
                "This picture is damaged",
                "Open it in another program, save it anew, and attach that.",
            )
        return bitmap

    def _cut(self, bitmap: Handle) -> None:
        door = mtmd()
        mark = door.mtmd_default_marker()
        text = door.mtmd_input_text(mark, len(mark), False, True)  # noqa: FBT003 (a C struct)
        bitmaps = (ctypes.c_void_p * 1)(bitmap)
        if door.mtmd_tokenize(self._context, self._handle, ctypes.byref(text), bitmaps, 1):
            raise PictureError(
                "The projector cannot use this picture",
                "Try another picture, or ask without it.",
                engine=" | ".join(log.lines()[-4:])[:2000],
            )


def _text_of(chunk: Handle) -> Ids:
    count = ctypes.c_size_t()
    tokens = mtmd().mtmd_input_chunk_get_tokens_text(chunk, ctypes.byref(count))
    return np.array(tokens[: count.value], np.int32)


def _identity(path: Path) -> bytes:
    """Return what tells this projector from another: its size and its header."""
    with path.open("rb", buffering=0) as file:
        head = file.read(_HEAD_BYTES)
    return hashlib.sha256(path.stat().st_size.to_bytes(8) + head).digest()
