"""The error for whatever would leave this computer while the network is switched off."""

from inglenook.core.errors import OfflineError


def switched_off() -> OfflineError:
    """Return it, with what to do."""
    return OfflineError(
        "The network is switched off",
        "Allow it in the settings, or answer on this computer.",
    )
