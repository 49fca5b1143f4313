"""Models whose weights stay as the file has them, so that our kernel computes all products."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from inglenook.engine import ggml, placing


@contextmanager
def plain_weights() -> Iterator[None]:
    """Let models be loaded so; it skips the test where there is no kernel of ours.

    With Intel's matrix unit the engine would choose another form, in which a row's numbers
    depend on the rows beside it (docs/decisions/0040, 0042).
    """
    if "INGLENOOK_MATMUL" not in ggml.processor_features():
        pytest.skip("llama.cpp was built for a processor for which we have no kernel")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(placing, "_wants_another_form", lambda: False)
        yield
