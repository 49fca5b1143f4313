"""The promise about hostile messages, tried a few times; ./dev promises renderer tries all."""

import shutil
import sys

import pytest
from tests.promises.renderer import ROWS

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("strace") is None, reason="listens by strace"
)


@pytest.mark.parametrize("row", ROWS, ids=[row.promise for row in ROWS])
def test_a_promise_is_kept(row):
    outcome = row.run(row.short)
    assert outcome.tried == row.short
    assert outcome.failures == []
