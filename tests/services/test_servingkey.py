"""The key of programs: made once, kept in the keyring, compared in constant time."""

import hmac
import re

import pytest
from tests.services.test_serving import Memory

from inglenook.services.servingkey import AccessKey


class Nowhere(Memory):
    """No keyring at all."""

    def keep(self, name, secret):
        return False


def test_the_key_is_made_once_and_found_again():
    keyring = Memory()
    key, is_kept = AccessKey(keyring).read()
    assert re.fullmatch(r"ik-[A-Za-z0-9_-]{43}", key)
    assert is_kept
    again = AccessKey(keyring)
    assert again.read() == again.read() == (key, True)
    assert again.kept() == key


def test_what_is_no_key_of_ours_is_replaced():
    keyring = Memory()
    first = AccessKey(keyring).read()[0]
    (name,) = keyring.kept
    for spoiled in (first[:-1], f"{first}x", "ik-" + "é" * 43, "hf_token"):
        keyring.kept[name] = spoiled
        assert AccessKey(keyring).read()[0] not in {first, spoiled}


def test_without_a_keyring_the_key_ends_with_the_process():
    key = AccessKey(Nowhere())
    assert key.read()[1] is False
    assert key.renew()[1] is False


def test_nothing_is_accepted_before_there_is_a_key():
    key = AccessKey(Memory())
    for shown in ("", "ik-", "x"):
        assert not key.accepts(shown)
    assert key.accepts(key.read()[0])


@pytest.mark.parametrize("shown", ["", "é", "\udc80", "x" * 100_000])
def test_strange_keys_are_refused_and_compared_as_all_others(monkeypatch, shown):
    compared = []

    def compare(one, other):
        compared.append((len(one), len(other)))
        return one == other

    key = AccessKey(Memory())
    key.read()
    monkeypatch.setattr(hmac, "compare_digest", compare)
    assert not key.accepts(shown)
    assert compared == [(32, 32)]
