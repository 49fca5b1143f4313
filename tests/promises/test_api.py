"""The promises about the server, tried a few times; ./dev promises tries all."""

import sys

import pytest
from tests.promises.api import ROWS

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="ends servers by signals")


# What schemathesis thinks up is tried in tests/server, without its start.
QUICK = [row for row in ROWS if row.short]


@pytest.mark.parametrize("row", QUICK, ids=[row.promise for row in QUICK])
def test_a_promise_is_kept(row):
    outcome = row.run(row.short)
    assert outcome.tried >= row.short
    assert outcome.failures == []
