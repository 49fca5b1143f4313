"""An answer that does nothing, for tests of what comes before it begins."""

from inglenook.engine.task import Task


class Silent(Task):
    """An answer that only waits."""

    def begin(self):
        pass

    def picked(self, branch, token):
        pass

    def run_out(self):
        pass

    def fail(self, problem):
        pass

    def stop(self):
        pass
