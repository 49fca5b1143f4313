"""When to stop starting an engine that keeps dying."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Breaker:
    """Counts deaths; open means that a person must ask for the next start.

    Times are seconds of one monotonic clock and never go back.

    Attributes:
        most_deaths: The death that opens it, if all lie within the window.
        window_s: How long a death counts.
        deaths: When the counted deaths happened, oldest first.
        is_open: No more starts by themselves.
    """

    most_deaths: int = 3
    window_s: float = 60.0
    deaths: tuple[float, ...] = ()
    is_open: bool = False

    def after_death(self, now_s: float) -> "Breaker":
        """Return the breaker with one more death."""
        recent = (*(each for each in self.deaths if now_s - each < self.window_s), now_s)
        kept = recent[-self.most_deaths :]
        return replace(self, deaths=kept, is_open=self.is_open or len(kept) >= self.most_deaths)

    def opened(self) -> "Breaker":
        """Return it open: starting again cannot help."""
        return replace(self, is_open=True)

    def after_retry(self) -> "Breaker":
        """Return it closed and forgetful: a person wants to try again."""
        return replace(self, deaths=(), is_open=False)
