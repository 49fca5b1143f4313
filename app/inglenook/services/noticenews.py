"""Announcements about notifications of the system."""

from dataclasses import dataclass

from inglenook.core.errors import Problem


@dataclass(frozen=True, slots=True)
class Notice:
    """What a person who looks elsewhere is told.

    Attributes:
        about: What it is about, for whoever showed it: a chat's id, ``"models"``.
        title: What happened, in plain text.
        words: More about it.
    """

    about: str
    title: str
    words: str


@dataclass(frozen=True, slots=True)
class NoticePressed:
    """The person pressed a notice."""

    notice: Notice


@dataclass(frozen=True, slots=True)
class NoticeRefused:
    """A notice cannot be shown by the desktop."""

    notice: Notice
    problem: Problem
