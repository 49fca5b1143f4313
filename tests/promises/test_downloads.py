"""The promises about downloads, tried a few times; ./dev promises downloads tries all."""

import sys

import pytest
from tests.promises.downloads import ROWS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kills, mounts and limits")


@pytest.mark.parametrize("row", ROWS, ids=[row.promise for row in ROWS])
def test_a_promise_is_kept(row):
    outcome = row.run(row.short)
    assert outcome.tried == row.short
    assert outcome.failures == []
