"""Whether the terminal asks a server that runs already, or loads the model itself."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from inglenook.effort.level import Level
from inglenook.services.servernote import find_server
from inglenook.services.services import Services
from inglenook.services.servingkey import AccessKey
from inglenook.services.throughserver import answers, through
from inglenook.storage.systemkeyring import SystemKeyring


@contextmanager
def through_server(
    services: Services, effort: Level | None, model: str | None
) -> Iterator[bool]:
    """Have answers written by the server of this data folder, if one runs; tell whether.

    What is done is said on standard error, where there is a choice.

    Args:
        services: Not started yet.
        effort: Of each answer; None for the usual one.
        model: A file that was asked for: it is loaded here, whatever the server has.
    """
    server = None
    if not services.is_echo and model is None:
        server = find_server(services.folders.data, AccessKey(SystemKeyring()))
    if server is None:
        yield False
        return
    if not answers(server):
        _say(f"The server at {server.address} does not answer. The model is loaded here.")
        yield False
        return
    _say(f"Asking the server at {server.address}.")
    remote = through(server, effort or services.settings.effort)
    services.chat.answers.engines.send_through(remote)
    try:
        yield True
    finally:
        remote.close()


def _say(words: str) -> None:
    sys.stderr.write(f"({words})\n")
    sys.stderr.flush()
