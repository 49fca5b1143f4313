"""Bytes, rates and durations as text."""

KIB, MIB, GIB = 1024, 1024**2, 1024**3


def bytes_in_words(count: int) -> str:
    """Return a size as people read it: ``"0 B"``, ``"92 MB"``, ``"4.6 GB"``.

    Units are powers of 1024 under their everyday names, as memory is sold.
    """
    size = float(abs(count))
    sign = "-" if count < 0 else ""
    units = iter(("B", "KB", "MB", "GB", "TB"))
    unit = next(units)
    while size >= 999.5 and unit != "TB":
        size /= 1024
        unit = next(units)
    digits = 1 if unit in {"GB", "TB"} and size < 99.95 else 0
    return f"{sign}{size:.{digits}f} {unit}"


def seconds_in_words(duration_s: float) -> str:
    """Return a duration from ``"3 ms"`` over ``"0.4 s"`` to ``"2 min 5 s"``."""
    if duration_s < 0.0995:
        return f"{duration_s * 1000:.0f} ms"
    if duration_s < 9.95:
        return f"{duration_s:.1f} s"
    whole = round(duration_s)
    if whole < 60:
        return f"{whole} s"
    minutes, seconds = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {seconds} s" if seconds else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def energy_in_words(joules: float) -> str:
    """Return an energy in watt-hours, as bills have it: ``"0.3 Wh"``, ``"12 mWh"``."""
    hours = joules / 3600
    if hours < 0.0995:
        return f"{max(1, round(hours * 1000))} mWh"
    return f"{hours:.1f} Wh" if hours < 9.95 else f"{hours:.0f} Wh"


def rate_in_words(tokens_per_s: float) -> str:
    """Return a speed: ``"41 tokens/s"``, with one decimal below ten."""
    digits = 1 if tokens_per_s < 9.95 else 0
    return f"{tokens_per_s:.{digits}f} tokens/s"


def count_in_words(count: int) -> str:
    """Return a count with its thousands: ``"950"``, ``"3.1k"``, ``"128k"``, ``"1.2M"``."""
    if count < 1000:
        return str(count)
    if count < 9_950:
        return f"{count / 1000:.1f}k"
    if count < 999_500:
        return f"{count / 1000:.0f}k"
    return f"{count / 1_000_000:.1f}M"


def parameters_in_words(count: int) -> str:
    """Return how large a model is: ``"135M"``, ``"8.2B"``, ``"70B"``; "" if unknown."""
    if count <= 0:
        return ""
    if count < 999_500_000:
        return f"{max(1, round(count / 1_000_000))}M"
    billions = count / 1_000_000_000
    return (
        f"{billions:.0f}B" if billions >= 99.5 else f"{billions:.1f}".removesuffix(".0") + "B"
    )
