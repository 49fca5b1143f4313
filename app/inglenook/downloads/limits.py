"""How patient a transfer is, and what it leaves free on the disk."""

from dataclasses import dataclass

from inglenook.core.units import GIB, KIB, MIB


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers of a transfer; tests choose smaller ones.

    Attributes:
        connect_s: Until a connection stands.
        answer_s: Until the server has answered, looking up the link and redirects included.
        stall_s: Without a single byte, after which the line counts as broken.
        slow_s: A window; less than ``slow_bytes`` in it counts as broken too: a server that
            drips a byte a second would otherwise hold a place for ever.
        slow_bytes: A thirtieth of what the slowest modem brings in that time.
        tries: In a row without ``step_bytes`` of progress, before the transfer gives up.
        step_bytes: What counts as progress; less does not shorten the waiting.
        first_wait_s: Before the second try; doubled for each further one.
        longest_wait_s: Longest wait between tries.
        longest_asked_s: Longest wait that a server may ask for; beyond it the job waits, not
            the transfer.
        redirects: How many in a row are followed.
        reserve_bytes: Left free at least on the disk, for everything else on it.
        reserve_share: Of the disk, left free too, ...
        reserve_most_bytes: ... but no more than this: 5 % of a large disk is a lot of models.
        sync_s: How often what has come is made safe against a power cut, ...
        sync_bytes: ... and after how much, so that a fast line does not wait at its end.
    """

    connect_s: float = 10.0
    answer_s: float = 30.0
    stall_s: float = 20.0
    slow_s: float = 30.0
    slow_bytes: int = 6 * KIB
    tries: int = 7
    step_bytes: int = 64 * KIB
    first_wait_s: float = 0.5
    longest_wait_s: float = 15.0
    longest_asked_s: float = 60.0
    redirects: int = 5
    reserve_bytes: int = GIB
    reserve_share: float = 0.05
    reserve_most_bytes: int = 10 * GIB
    sync_s: float = 5.0
    sync_bytes: int = 128 * MIB

    def reserve(self, disk_bytes: int) -> int:
        """Return what stays free on a disk of this size."""
        share = min(int(disk_bytes * self.reserve_share), self.reserve_most_bytes)
        return max(self.reserve_bytes, share)

    def wait_s(self, failed: int) -> float:
        """Return how long to wait after so many failures in a row, 1 or more."""
        return min(self.first_wait_s * 2.0 ** (failed - 1), self.longest_wait_s)


USUAL = Limits()
