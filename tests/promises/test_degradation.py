"""The promise about what is missing, tried a few times; ./dev promises tries all."""

import shutil
import sys

import pytest
from tests.promises.degradation import ROWS

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("Xvfb") is None, reason="mounts, limits, Xvfb"
)


@pytest.mark.parametrize("row", ROWS, ids=[row.promise for row in ROWS])
def test_a_promise_is_kept(row):
    outcome = row.run(row.short)
    assert outcome.tried == row.short
    assert outcome.failures == []
