"""What this computer is called: what other computers can reach, and no more."""

import platform
import socket
from types import SimpleNamespace

import psutil
import pytest

from inglenook.hardware.addresses import own_addresses, own_names


def test_only_addresses_that_others_can_reach_are_told(monkeypatch):
    def at(address, family=socket.AF_INET):
        return SimpleNamespace(family=family, address=address)

    cards = {
        "lo": [at("127.0.0.1"), at("::1", socket.AF_INET6)],
        "eth0": [at("192.168.0.7"), at("fe80::1", socket.AF_INET6)],
        "eth1": [at("169.254.3.4"), at("192.168.0.7"), at("10.0.0.2")],
    }
    monkeypatch.setattr(psutil, "net_if_addrs", lambda: cards)
    assert own_addresses() == ("192.168.0.7", "10.0.0.2")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Nook", {"nook", "nook.local"}),
        ("nook.evil.example", {"nook", "nook.local"}),
        ("", set()),
        ("a b", set()),
        ("-x", set()),
    ],
)
def test_only_the_first_part_of_its_name_is_believed(monkeypatch, name, expected):
    monkeypatch.setattr(platform, "node", lambda: name)
    assert own_names() == expected
