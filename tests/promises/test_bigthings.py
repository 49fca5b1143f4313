"""The promises about many chats, tried a few times; ./dev promises bigthings tries more."""

import pytest
from tests.promises.bigthings import ROWS


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("row", ROWS, ids=[row.promise for row in ROWS])
def test_a_promise_is_kept(row):
    outcome = row.run(row.short)
    assert outcome.tried == row.short
    assert outcome.failures == []
