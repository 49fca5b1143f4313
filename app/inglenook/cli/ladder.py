"""Several files on the same questions, as a table or as JSON."""

from collections.abc import Sequence

from inglenook.cli.output import put, put_json, put_table
from inglenook.effort.ladder import Ladder, Rung, best_within
from inglenook.effort.report import Figure


def put_ladders(ladders: Sequence[Ladder], *, as_json: bool) -> None:
    """Print what each file reaches with each number of drafts, and how long that takes."""
    if as_json:
        put_json({"ladders": list(ladders)})
        return
    for each in ladders:
        put()
        put(f"{each.set}: {each.questions} questions")
        head = ("file", "drafts", "right", "95 %", "tokens", "seconds")
        rows = [_row(rung, figure) for rung in each.rungs for figure in rung.figures]
        put_table([head, *rows])
        put(at_equal_seconds(each.rungs))


def at_equal_seconds(rungs: Sequence[Rung]) -> str:
    """Say which file is best in the time in which the slowest one writes a single draft."""
    alone = [(each.figures[0].seconds or 0.0, each.name) for each in rungs if each.figures]
    seconds, slowest = max(alone)
    best = best_within(rungs, seconds)
    if not seconds or best is None:
        return ""
    rung, figure = best
    many = f"{figure.drafts:.0f} drafts" if figure.drafts > 1 else "one draft"
    return (
        f"In the {seconds:.2f} s of one draft of {slowest}, {rung.name} is right most often: "
        f"{figure.accuracy.value:.1%} with {many}."
    )


def _row(rung: Rung, figure: Figure) -> tuple[str, ...]:
    accuracy = figure.accuracy
    return (
        rung.name,
        f"{figure.drafts:.0f}",
        f"{accuracy.value:.1%}",
        f"{accuracy.low:.1%} to {accuracy.high:.1%}",
        f"{figure.tokens:.0f}",
        "" if figure.seconds is None else f"{figure.seconds:.2f}",
    )
