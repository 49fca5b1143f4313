"""A desktop for one test, and the application on it."""

import sys
from collections.abc import Iterator

import pytest
from tests.driven.desktop import Desktop, desktop, missing


@pytest.fixture
def desk() -> Iterator[Desktop]:
    """An X server with a window manager and the bus of screen readers."""
    if sys.platform != "linux":
        pytest.skip("asks as screen readers do on Linux")
    lacked = missing()
    assert not lacked, f"./dev test installs what this needs; here lacks: {lacked}"
    with desktop() as made:
        yield made
