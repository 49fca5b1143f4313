"""How a download stands, in words: how much has come, how fast, how long still, and why not."""

from dataclasses import dataclass

from inglenook.services.events import Download
from inglenook.ui.units import bytes_in_words
from inglenook.ui.words import one_line, problem_words, tr

_UNDER_WAY = frozenset({"waiting", "running", "retrying"})
_FEW_S, _NEARLY_A_MINUTE_S, _MINUTE_S, _HOUR_S = 10, 57, 60, 3600


@dataclass(frozen=True, slots=True)
class DownloadFace:
    """A download as a row shows it.

    Attributes:
        fraction: Of the bar, 0 to 1.
        percent: The same in words.
        facts: One line: amount, speed and time, or what it waits for.
        tone: Palette colour of the bar.
        trouble: What went wrong and what to do; ``""`` if nothing did.
        is_grave: It does not go on by itself.
    """

    fraction: float
    percent: str
    facts: str
    tone: str = "accent"
    trouble: str = ""
    is_grave: bool = False


def is_under_way(download: Download) -> bool:
    """Tell whether it goes on by itself."""
    return download.state in _UNDER_WAY


def is_held(download: Download) -> bool:
    """Tell whether it waits for the person, because something went wrong."""
    return download.state == "failed" or (
        download.state == "paused" and download.problem is not None
    )


def face_of(download: Download, now_ms: int, *, is_offline: bool = False) -> DownloadFace:
    """Return how a download looks.

    Args:
        download: How it stands.
        now_ms: The moment, milliseconds since 1970.
        is_offline: The network is switched off, so that nothing goes on by itself.
    """
    whole = max(download.size_bytes, 1)
    fraction = min(download.done_bytes / whole, 1.0)
    grave = is_held(download)
    tone = "accent" if download.state == "running" else "bad" if grave else "edge"
    trouble = problem_words(download.problem) if download.problem is not None else ""
    return DownloadFace(
        fraction,
        f"{int(fraction * 100)} %",
        " · ".join(each for each in _facts(download, now_ms, is_offline) if each),
        tone,
        one_line(trouble, 600),
        grave,
    )


def amount_in_words(done_bytes: int, size_bytes: int) -> str:
    """Return how much of a size is done: ``"1.2 of 4.7 GB"``, ``"800 MB of 4.7 GB"``."""
    done, size = bytes_in_words(done_bytes), bytes_in_words(size_bytes)
    number, unit = done.rsplit(" ", 1)
    if size.endswith(f" {unit}"):
        done = number
    return tr("{done} of {size}").format(done=done, size=size)


def left_in_words(left_bytes: int, bytes_per_s: float) -> str:
    """Return how long the rest takes: ``"3 min left"``; ``""`` while nobody can tell."""
    if bytes_per_s <= 0 or left_bytes <= 0:
        return ""
    left_s = left_bytes / bytes_per_s
    if left_s < _FEW_S:
        return tr("a few seconds left")
    if left_s < _NEARLY_A_MINUTE_S:
        # In steps: a number that changes every second is no help.
        return tr("{count} s left").format(count=5 * round(left_s / 5))
    if left_s < _HOUR_S:
        return tr("{count} min left").format(count=round(left_s / _MINUTE_S))
    hours, minutes = divmod(round(left_s / _MINUTE_S), 60)
    if hours >= 24:
        return tr("more than a day left")
    return tr("{hours} h {minutes} min left").format(hours=hours, minutes=minutes)


def _facts(download: Download, now_ms: int, is_offline: bool) -> tuple[str, ...]:
    amount = amount_in_words(download.done_bytes, download.size_bytes)
    if is_offline and is_under_way(download):
        return amount, tr("offline")
    if download.state == "running":
        return _running(download, amount)
    if download.state == "retrying":
        return amount, retry_in_words(download.retry_at_ms - now_ms)
    if download.state == "waiting":
        is_held_back = download.problem is not None
        return amount, "" if is_held_back else tr("waiting for its turn")
    if download.state == "failed":
        return amount, tr("failed")
    return amount, tr("paused")


def retry_in_words(left_ms: int) -> str:
    """Return when it tries again: ``"trying again in 20 s"``."""
    left_s = round(left_ms / 1000)
    if left_s <= 0:
        return tr("trying again")
    if left_s < 2 * _MINUTE_S:
        return tr("trying again in {count} s").format(count=left_s)
    return tr("trying again in {count} min").format(count=round(left_s / _MINUTE_S))


def _running(download: Download, amount: str) -> tuple[str, ...]:
    match download.phase:
        case "checking":
            return tr("Checking the file"), amount
        case "elsewhere":
            return amount, tr("another program is getting this file")
        case "finishing":
            return (tr("Finishing"),)
        case "retrying":
            return amount, tr("the line broke, trying again")
        case "fetching" if download.bytes_per_s > 0:
            speed = f"{bytes_in_words(int(download.bytes_per_s))}/s"
            left = download.size_bytes - download.done_bytes
            return amount, speed, left_in_words(left, download.bytes_per_s)
        case _:
            return amount, tr("connecting")
