"""Every sentence about the local server: its state, its requests, and what went wrong."""

from typing import NamedTuple

from PySide6.QtCore import QDate, QDateTime, QLocale, Qt

from inglenook.core.errors import BadArgumentError
from inglenook.services.servingnews import (
    LiveRequest,
    ServedRequest,
    ServingPhase,
    ServingState,
)
from inglenook.ui.dates import moment_in_words
from inglenook.ui.units import grouped, rate_in_words, seconds_in_words
from inglenook.ui.words import one_line, tr, tr_n

_LONGEST_NAME = 60
_HUNG_UP = 499
_ISOLATED, _END = "\u2068", "\u2069"
"""First strong isolate and its end (UAX 9): a path keeps its stroke at the left."""


class Standing(NamedTuple):
    """How the state of the server looks.

    Attributes:
        icon: Name of an icon.
        word: What is said.
        tone: Palette colour of both.
    """

    icon: str
    word: str
    tone: str


def standing_of(state: ServingState) -> Standing:
    """Return how a state looks; never by its colour alone."""
    match state.phase:
        case ServingPhase.STARTING:
            return Standing("clock", tr("Starting"), "info")
        case ServingPhase.FAILED:
            return Standing("warning", tr("Could not start"), "bad")
        case ServingPhase.ON if state.is_open_to_network:
            return Standing("globe", tr("On, open to the network"), "warn")
        case ServingPhase.ON:
            return Standing("check", tr("On"), "ok")
        case _:
            return Standing("", "", "ok")


def port_words(state: ServingState, wanted_port: int) -> str:
    """Return that another port is used than was wanted; ``""`` if it is that one."""
    if state.phase is not ServingPhase.ON or state.port == wanted_port:
        return ""
    return tr(
        "Port {wanted} is taken by another program, so it is {port} until the next start."
    ).format(wanted=wanted_port, port=state.port)


def reach_words(state: ServingState, *, is_wanted: bool) -> str:
    """Return who can reach the server.

    Args:
        state: Of the server.
        is_wanted: The person has opened it to the network.
    """
    if not is_wanted:
        return tr("Only programs on this computer reach it, and nothing leaves this computer.")
    if state.phase is ServingPhase.ON and not state.others:
        return tr("This computer is in no network now, so nobody else can reach it.")
    return tr("Every computer in your network that has the key can reach it, too.")


def key_words(*, is_kept: bool) -> str:
    """Return how long the key lasts."""
    if is_kept:
        return tr("Every program needs it. It is kept in the system's keyring.")
    return tr("Every program needs it. There is no keyring here: the next start makes another.")


def live_title(request: LiveRequest) -> str:
    """Return what kind of thing a request asks, and which program does."""
    program = request.program or tr("a program without a name")
    return " · ".join((kind_of(request.route), _foreign(program)))


def live_facts(request: LiveRequest) -> str:
    """Return how far a request is, as far as that is known."""
    prompt, answer = grouped(request.prompt_tokens), grouped(request.answer_tokens)
    counts = tr("{prompt} tokens in, {answer} out").format(prompt=prompt, answer=answer)
    facts = (
        _foreign(request.model) if request.model else "",
        counts if request.prompt_tokens or request.answer_tokens else "",
        rate_in_words(request.tokens_s) if request.tokens_s > 0 else "",
        tr("since {time}").format(time=_time_of_day(request.began_s)),
        "" if is_here(request.client) else _foreign(request.client),
    )
    return " · ".join(each for each in facts if each)


def kind_of(route: str) -> str:
    """Return what is asked for at a route; the route itself where that says it best."""
    match route:
        case "/v1/chat/completions":
            return tr("Chat")
        case "/v1/responses":
            return tr("Answer")
        case "/v1/completions":
            return tr("Text to go on with")
        case "/v1/embeddings":
            return tr("Vectors of texts")
        case "/tokenize" | "/detokenize":
            return tr("Count of tokens")
        case _:
            return _foreign(route)


def is_here(client: str) -> bool:
    """Tell whether a program runs on this computer."""
    return client in {"127.0.0.1", "::1"}


def log_cells(request: ServedRequest) -> tuple[str, ...]:
    """Return the columns of a request that is over."""
    return (
        _foreign(request.route),
        _foreign(request.model),
        _from(request),
        _tokens(request.prompt_tokens, request.answer_tokens),
        seconds_in_words(request.spent_s),
        tr("Ended by you") if request.by_person else _status(request.status),
        _when(request.at_s),
    )


def live_words(count: int) -> str:
    """Return how many requests are being answered."""
    if not count:
        return tr("Nothing is being asked now.")
    return tr_n(
        "1 request is being answered", "{count} requests are being answered", count
    ).format(count=count)


def port_of(text: str) -> int:
    """Return a port as it was written.

    Raises:
        BadArgumentError: it is none from 1024 to 65535.
    """
    if not (text.isascii() and text.isdigit() and 1024 <= int(text[:6]) <= 65_535):
        raise BadArgumentError("There is no such port", "Choose one from 1024 to 65535.")
    return int(text)


def _from(request: ServedRequest) -> str:
    """Return the program, and its address where that is another computer's."""
    if request.program and is_here(request.client):
        return _foreign(request.program)
    return " · ".join(_foreign(each) for each in (request.program, request.client) if each)


def _foreign(text: str) -> str:
    """Return what programs sent, which keeps its own direction; a dash for nothing."""
    line = one_line(text, _LONGEST_NAME) or "–"
    is_rtl = QLocale().textDirection() is Qt.LayoutDirection.RightToLeft
    return f"{_ISOLATED}{line}{_END}" if is_rtl else line


def _tokens(prompt: int, answer: int) -> str:
    """Return what was read and what was written; a dash before either is known."""
    return f"{grouped(prompt)} + {grouped(answer)}" if prompt or answer else "–"


def _status(status: int) -> str:
    if status < 400:
        return tr("Answered")
    if status == _HUNG_UP:
        return tr("Hung up")
    return tr("Refused ({status})").format(status=status)


def _when(at_s: float) -> str:
    """Return the time of day, after the day where that is another one."""
    at_ms = round(at_s * 1000)
    is_today = QDateTime.fromMSecsSinceEpoch(at_ms).date() == QDate.currentDate()
    return _time_of_day(at_s) if is_today else moment_in_words(at_ms)


def _time_of_day(at_s: float) -> str:
    moment = QDateTime.fromMSecsSinceEpoch(round(at_s * 1000))
    return QLocale().toString(moment.time(), "HH:mm:ss")
