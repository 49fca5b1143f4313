"""What this computer is called in the networks it is in."""

import ipaddress
import platform
import re

import psutil

_MOST = 8
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def own_addresses() -> tuple[str, ...]:
    """Return its IPv4 addresses that other computers may reach, in the system's order."""
    found = (
        each.address
        for card in psutil.net_if_addrs().values()
        for each in card
        if each.family.name == "AF_INET" and _is_reachable(each.address)
    )
    return tuple(dict.fromkeys(found))[:_MOST]


def own_names() -> frozenset[str]:
    """Return its name in small letters, alone and as networks at home know it.

    Only the first part is taken: what follows is given by the network, not by its owner.
    """
    name = platform.node().lower().partition(".")[0]
    return frozenset({name, f"{name}.local"}) if _LABEL.fullmatch(name) else frozenset()


def _is_reachable(address: str) -> bool:
    found = ipaddress.ip_address(address)
    return not (found.is_loopback or found.is_link_local or found.is_unspecified)
