"""The hash beside the writing is the hash of what was given, in order."""

import hashlib
import threading

from hypothesis import given
from hypothesis import strategies as st

from inglenook.downloads.digest import Digest


@given(st.lists(st.binary(max_size=200), max_size=60))
def test_the_hash_is_that_of_all_in_order(chunks):
    digest = Digest()
    for chunk in chunks:
        digest.update(chunk)
    assert (
        digest.hexdigest() == digest.hexdigest() == hashlib.sha256(b"".join(chunks)).hexdigest()
    )


def test_it_can_be_fed_after_it_was_read_and_leaves_no_thread():
    before = set(threading.enumerate())
    digest = Digest()
    digest.update(b"a")
    digest.hexdigest()
    digest.update(b"b")
    assert digest.hexdigest() == hashlib.sha256(b"ab").hexdigest()
    digest.close()
    assert set(threading.enumerate()) <= before
