"""A download at work, and how it is shown."""

import threading
from dataclasses import dataclass

from inglenook.downloads.job import Job, JobState
from inglenook.downloads.progress import Progress
from inglenook.services.events import Download


@dataclass(slots=True)
class Run:
    """A job at work.

    Threads: its owner's lock guards all but ``stop``.

    Attributes:
        stop: Set to end it.
        progress: How far it is; None before anything is known.
        after: What is wanted of it then: "" to wait for its turn again, "pause" or "cancel".
    """

    stop: threading.Event
    progress: Progress | None = None
    after: str = ""


def row_of(job: Job, run: Run | None, come_bytes: int) -> Download:
    """Return a job as it is shown.

    Args:
        job: As it stands.
        run: Its work; None while nothing is done for it.
        come_bytes: What has come of all its files.
    """
    progress = run.progress if run is not None else None
    if progress is None:
        phase, speed, problem = "", 0.0, job.problem
    else:
        phase, speed = progress.phase.value, progress.bytes_per_s
        come_bytes, problem = progress.done_bytes, progress.problem
    return Download(
        job.id, job.title, job.state, phase, come_bytes, job.size_bytes, speed, problem,
        job.files[0].repo, tuple(file.name for file in job.files),
        job.retry_at_ms if job.state is JobState.RETRYING else 0,
    )  # fmt: skip
