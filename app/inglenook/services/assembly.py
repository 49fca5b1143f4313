"""Services that are put together from several pieces."""

from functools import partial

from inglenook.effort.gain import Gain
from inglenook.services.bus import Bus
from inglenook.services.cards import Cards
from inglenook.services.chat import ChatService
from inglenook.services.connections import ConnectionLog
from inglenook.services.efforts import EffortService
from inglenook.services.endpoints import EndpointService
from inglenook.services.engine import EngineService
from inglenook.services.evaluating import EvaluatingService, MakeAsker
from inglenook.services.newchats import NewChats
from inglenook.services.planner import Planner
from inglenook.services.remote import RemoteService
from inglenook.services.settings import SettingsService
from inglenook.services.store import Store
from inglenook.services.wayout import way_out
from inglenook.storage.efforts import Measured
from inglenook.storage.endpoints import EndpointKeys
from inglenook.storage.kept import KeptValues
from inglenook.storage.paths import Folders
from inglenook.storage.systemkeyring import SystemKeyring


def chats(
    bus: Bus, engine: EngineService, store: Store, settings: SettingsService
) -> ChatService:
    """Return the chats, as the settings want them."""
    made = ChatService(bus, engine, store, settings.set_last_chat, lambda: settings.effort)
    made.organising.trash_days = lambda: settings.now.trash_days
    made.titles.is_wanted = lambda: settings.now.auto_titles
    return made


def measured_efforts(
    bus: Bus, where: Folders, chat: ChatService, cards: Cards | None
) -> EffortService:
    """Return what foretells the cost of answers, and learns from each.

    Args:
        bus: Tells what the engine runs.
        where: Its file is.
        chat: Foretells and learns with it.
        cards: Know the engine's build; None for an engine that has no builds.
    """
    build = str if cards is None else cards.fingerprint
    made = EffortService(KeptValues(where.efforts, Measured), build)
    bus.subscribe(made.told)
    chat.foresee = made.foresee
    chat.answers.learn = made.learn
    return made


def elsewhere(
    bus: Bus, store: Store, settings: SettingsService, log: ConnectionLog, chat: ChatService
) -> tuple[EndpointService, RemoteService, NewChats]:
    """Return the engines elsewhere, what asks them for a chat, and which new chats have."""
    way = partial(way_out, settings, log.add)
    endpoints = EndpointService(bus, store, EndpointKeys(SystemKeyring()), way)
    made = RemoteService(endpoints, way)
    chat.answers.engines.elsewhere = made
    bus.subscribe(made.told)
    new_chats = NewChats(settings, endpoints)
    bus.subscribe(new_chats.told)
    return endpoints, made, new_chats


def evaluation(
    bus: Bus, where: Folders, plan: Planner, make_asker: MakeAsker
) -> EvaluatingService:
    """Return what measures which effort pays."""
    gains = KeptValues(where.gains, Gain)
    made = EvaluatingService(bus, where.evaluations, plan, gains, make_asker)
    bus.subscribe(made.told)
    return made
