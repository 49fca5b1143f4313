"""The families of questions that come with the program."""

from inglenook.effort.families import functions, runs, signed, stories, sums
from inglenook.effort.questions import Family

FAMILIES: dict[str, Family] = {
    each.name: each
    for each in (
        sums.SUM3, sums.SUM4, signed.SIGNED4, stories.STORY, runs.RUN, functions.CODE,
    )
}  # fmt: skip
"""By name, the easiest first."""
