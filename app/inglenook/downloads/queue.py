"""The jobs in their order, and which of them run."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from inglenook.core.errors import NotFoundError
from inglenook.downloads.job import Job, JobState
from inglenook.downloads.source import RemoteFile


@dataclass(frozen=True, slots=True)
class Queue:
    """All jobs; every change is a new value.

    Attributes:
        jobs: The one to run first, first.
        at_once: How many may run, 1 or more.
    """

    jobs: tuple[Job, ...] = ()
    at_once: int = 2

    def job(self, an_id: str) -> Job:
        """Return a job.

        Raises:
            NotFoundError: it is finished, cancelled, or never was.
        """
        found = next((job for job in self.jobs if job.id == an_id), None)
        if found is None:
            raise NotFoundError("There is no such download", "It may have finished already.")
        return found

    def job_for(self, files: tuple[RemoteFile, ...]) -> Job | None:
        """Return the job that gets exactly these files; None if there is none."""
        return next((job for job in self.jobs if job.files == files), None)

    def with_job(self, job: Job) -> "Queue":
        """Return the queue with a new value of a job, or with a new job at its end."""
        if any(each.id == job.id for each in self.jobs):
            jobs = tuple(job if each.id == job.id else each for each in self.jobs)
        else:
            jobs = (*self.jobs, job)
        return replace(self, jobs=jobs)

    def without(self, an_id: str) -> "Queue":
        """Return the queue without a job."""
        return replace(self, jobs=tuple(job for job in self.jobs if job.id != an_id))

    def moved(self, an_id: str, place: int) -> "Queue":
        """Return the queue with a job in another place.

        Args:
            an_id: Which job.
            place: 0 for the first; past the end for the last.

        Raises:
            NotFoundError: there is no such job.
        """
        job = self.job(an_id)
        rest = list(self.without(an_id).jobs)
        rest.insert(max(place, 0), job)
        return replace(self, jobs=tuple(rest))

    def startable(self, now_ms: int) -> tuple[Job, ...]:
        """Return the jobs to start now, in order."""
        running = sum(job.state is JobState.RUNNING for job in self.jobs)
        ready = [job for job in self.jobs if job.may_start(now_ms)]
        return tuple(ready[: max(self.at_once - running, 0)])

    def gated(self) -> tuple[Job, ...]:
        """Return the jobs that wait for the person to say who they are."""
        return tuple(job for job in self.jobs if job.is_gated)

    def missing_bytes(self, come: Mapping[str, int]) -> int:
        """Return how much is still to come of all that goes on by itself.

        Args:
            come: Bytes that have come, by the ids of jobs.
        """
        going_on = {JobState.WAITING, JobState.RUNNING, JobState.RETRYING}
        jobs = [job for job in self.jobs if job.state in going_on]
        return sum(max(job.size_bytes - come.get(job.id, 0), 0) for job in jobs)

    def next_retry_ms(self) -> int | None:
        """Return when the next job tries again by itself; None if none does."""
        moments = [job.retry_at_ms for job in self.jobs if job.state is JobState.RETRYING]
        return min(moments, default=None)
