"""Which engine elsewhere a terminal's chat is answered by, where one is asked for."""

import os
import queue
import sys

from inglenook.chat.elsewhere import HERE, Choice
from inglenook.core.errors import RemoteError
from inglenook.services.endpointnews import EndpointTested
from inglenook.services.endpoints import require_model
from inglenook.services.services import Services

KEY_VARIABLE = "INGLENOOK_ENDPOINT_KEY"
_PATIENCE_S = 60.0


def chosen_engine(services: Services, address: str, model: str) -> Choice:
    """Return the engine at an address; whoever types the address lets the chat go there.

    The key is the one that is kept for this address, or that of the environment: what is
    typed on a command line can be read by others on this computer.

    Args:
        services: Started.
        address: "" for the engine of this computer.
        model: As the engine names it; "" for the first one that it lists.

    Raises:
        InglenookError: it is no address, or nothing is there.
    """
    if not address:
        return HERE
    services.store.settle(_PATIENCE_S)  # what is kept of engines has been read then
    key = os.environ.get(KEY_VARIABLE, "")
    if not model:
        model = _first_model(services, address, key)
    endpoint = services.endpoints.use_once(address, require_model(model), key)
    sys.stderr.write(f"(Asking {model} at {endpoint.host}. This chat leaves this computer.)\n")
    sys.stderr.flush()
    return Choice(endpoint.id, model)


def _first_model(services: Services, address: str, key: str) -> str:
    told: queue.SimpleQueue[EndpointTested] = queue.SimpleQueue()
    leave = services.bus.subscribe(
        lambda each: told.put(each) if isinstance(each, EndpointTested) else None
    )
    try:
        kept = services.endpoints.kept_at(address)
        services.endpoints.test(address, key or None, kept)
        found = told.get()
    finally:
        leave()
    if found.problem is not None:
        problem = found.problem
        raise RemoteError(problem.title, problem.advice, **problem.facts)
    if not found.models:
        raise RemoteError(
            "This engine has no model for chats", "Name one with --endpoint-model."
        )
    return found.models[0].id
