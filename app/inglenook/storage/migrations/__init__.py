"""Every step the database's layout has taken, oldest first.

Step number n takes ``user_version`` from n-1 to n. A released step is never edited.
"""

from inglenook.storage.migrations import (
    v0001_chats_and_library,
    v0002_answers_that_go_on,
    v0003_where_models_come_from,
    v0004_answers_of_several_drafts,
    v0005_a_finished_interface,
)

Step = tuple[str, ...]
"""SQL statements that run in one transaction."""

MIGRATIONS: tuple[Step, ...] = (
    v0001_chats_and_library.STATEMENTS,
    v0002_answers_that_go_on.STATEMENTS,
    v0003_where_models_come_from.STATEMENTS,
    v0004_answers_of_several_drafts.STATEMENTS,
    v0005_a_finished_interface.STATEMENTS,
)
