"""What is said of engines elsewhere."""

from inglenook.chat.elsewhere import Endpoint
from inglenook.services.endpointnews import EndpointTested
from inglenook.ui.words import one_line, tr, tr_n


def host_of(endpoint: Endpoint) -> str:
    """Return whom a chat is sent to."""
    return one_line(endpoint.host, 60)


def mark_words(endpoint: Endpoint) -> str:
    """Return the mark of a chat that is answered elsewhere."""
    if endpoint.is_here:
        return tr("Another program answers: this chat goes to {host}.").format(
            host=host_of(endpoint)
        )
    return tr("This chat leaves this computer: it goes to {host}.").format(
        host=host_of(endpoint)
    )


def new_chats_words(endpoint: Endpoint) -> str:
    """Return the mark of a choice for new chats."""
    if endpoint.is_here:
        return tr("Another program answers: new chats go to {host}.").format(
            host=host_of(endpoint)
        )
    return tr("New chats leave this computer: they go to {host}.").format(
        host=host_of(endpoint)
    )


def badge_words(endpoint: Endpoint) -> str:
    """Return the mark in the top bar."""
    return tr("Another program") if endpoint.is_here else tr("Leaves this computer")


def terms_of(endpoint: Endpoint, *, is_for_new: bool = False) -> tuple[tuple[str, str], ...]:
    """Return what a person agrees to, each with its icon.

    Args:
        endpoint: Whom chats go to.
        is_for_new: All new chats, in the place of the one on screen.
    """
    host = host_of(endpoint)
    goes = tr(
        "The whole chat goes to {host} with every question: what was said before, documents "
        "and pictures too."
    )
    if is_for_new:
        goes = tr(
            "Each new chat goes to {host} whole, with every question: what was said before, "
            "documents and pictures too."
        )
    lines = [
        ("external", goes.format(host=host)),
        ("eye", tr("Whoever runs that engine can read it and keep it.")),
    ]
    if not endpoint.base.startswith("https:") and not endpoint.is_here:
        lines.append(
            ("lock", tr("It travels unencrypted: others in that network can read it as well."))
        )
    once = tr("It writes one draft of each answer; more effort needs a model on this computer.")
    lines.append(("layers", once))
    stay = tr("Your other chats stay on this computer, and so do your files.")
    if is_for_new:
        stay = tr("Chats that you have already stay as they are, and files stay here.")
    lines.append(("shield-check", stay))
    return tuple(lines)


def found_words(told: EndpointTested) -> str:
    """Return what a test found, and how fast."""
    models = tr_n("1 model", "{count} models", len(told.models)).format(count=len(told.models))
    took = max(1, round(told.took_s * 1000))
    words = tr("It answers: {models}, after {count} ms").format(models=models, count=took)
    return f"{words} · {told.maker}" if told.maker else words


def about_words(endpoint: Endpoint) -> str:
    """Return a line on an engine of the list."""
    models = tr_n("1 model", "{count} models", len(endpoint.models))
    facts = [host_of(endpoint), models.format(count=len(endpoint.models))]
    if endpoint.has_key:
        facts.append(tr("with a key"))
    return " · ".join(facts)
