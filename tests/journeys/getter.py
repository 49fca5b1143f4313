"""Gets a model by the services in a process that a test kills in the middle.

Arguments: the repository. Prints a line for each step once it is written down that the job is
under way; ends only when it is killed, or when the model is there.
"""

import queue
import sys

from inglenook.downloads.job import JobState
from inglenook.downloads.jobfiles import JobFiles
from inglenook.services.events import DownloadFinished, DownloadsChanged, RepositoryRead
from inglenook.services.services import Services


def main(repo: str) -> None:
    heard: queue.SimpleQueue[object] = queue.SimpleQueue()
    with Services.open(backend="echo") as services:
        services.bus.subscribe(heard.put)
        jobs = JobFiles(services.folders.downloads)
        services.start()
        services.browse.look(repo)
        while not isinstance(told := heard.get(), DownloadFinished):
            if isinstance(told, RepositoryRead):
                services.browse.get(told.page, told.page.offers.models[0])
            if isinstance(told, DownloadsChanged) and is_written(jobs):
                for row in told.downloads:
                    sys.stdout.write(f"{row.done_bytes}\n")
                    sys.stdout.flush()


def is_written(jobs: JobFiles) -> bool:
    """Tell whether another start would go on by itself."""
    return [job.state for job in jobs.read()] == [JobState.RUNNING]


if __name__ == "__main__":
    main(*sys.argv[1:])
