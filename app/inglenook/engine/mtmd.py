"""The door to libmtmd, llama.cpp's own library that makes pictures readable for a model."""

import ctypes
import os
from functools import cache
from pathlib import Path

from inglenook.core.errors import PictureError
from inglenook.engine.lib import Handle, api, bindings, log_callback


@cache
def mtmd() -> Handle:
    """Return the bindings; the library is opened when it is first asked for.

    Raises:
        PictureError: this build comes without it.
    """
    # Beside the library of llama.cpp that is in use, or a second one of those would be loaded.
    os.environ["MTMD_CPP_LIB"] = str(Path(api._lib._name).parent)  # noqa: SLF001 (no public name)
    try:
        found = bindings("mtmd_cpp")
    except (ImportError, OSError, RuntimeError, AttributeError) as cause:
        raise PictureError(
            "This build cannot see pictures",
            "Install Inglenook anew, or build llama-cpp-python with LLAVA_BUILD switched on.",
            cause=type(cause).__name__,
        ) from cause
    # Its own output goes elsewhere than llama.cpp's unless it is told.
    found.mtmd_helper_log_set(log_callback, ctypes.c_void_p(0))
    return found
