"""The promise about simultaneous starts, tried a few times; ./dev promises tries all."""

import sys

import pytest
from tests.promises.instances import ROWS

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills processes by signals")


@pytest.mark.parametrize("row", ROWS, ids=[row.promise for row in ROWS])
def test_a_promise_is_kept(row):
    outcome = row.run(row.short)
    assert outcome.tried == row.short
    assert outcome.failures == []
