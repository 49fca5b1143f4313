"""What a model is told before a conversation, and how it is asked: an assistant, filled in."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from inglenook.chat.assistant import AS_USUAL, MOST_TEXT_CHARS, Assistant, Tuning
from inglenook.chat.elsewhere import HERE, Choice
from inglenook.chat.made import Made
from inglenook.chat.message import Role
from inglenook.chat.sampling import Sampling
from inglenook.chat.variables import expand
from inglenook.core.ids import ChatId
from inglenook.effort.level import Level
from inglenook.effort.thinking import Thinking
from inglenook.engine.protocol import PromptOptions, Turn
from inglenook.services.assistantnews import ChatBriefed
from inglenook.services.assistants import AssistantService
from inglenook.services.bus import Bus
from inglenook.services.made import made_of
from inglenook.services.store import Store
from inglenook.services.terms import thinking_options
from inglenook.storage.assistants import Assistants, Setup

ROUND_MINUTES = 15
"""Instructions with ``{{time}}`` in them are read anew by the model so often, not each time."""

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August",
           "September", "October", "November", "December")  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


USUAL = PromptOptions()


@dataclass(frozen=True, slots=True)
class Briefing:
    """How one answer is asked for.

    Attributes:
        turns: Come before the conversation: one system turn, or none.
        tuning: What is changed of the usual sampling.
        effort: None for the usual one.
        options: How long to think.
        assistant: Its name, for the answer to remember; "" for none in particular.
        choice: The engine that answers.
        engine: What that is called where it is elsewhere: model and host; "" for here.
    """

    turns: tuple[Turn, ...] = ()
    tuning: Tuning = AS_USUAL
    effort: Level | None = None
    options: PromptOptions = USUAL
    assistant: str = ""
    choice: Choice = HERE
    engine: str = ""

    def level(self, asked: Level | None, usual: Callable[[], Level]) -> Level:
        """Return the effort of an answer: engines elsewhere write one draft."""
        if self.choice.is_elsewhere:
            return Level.QUICK
        return asked or self.effort or usual()

    def made(self, sampling: Sampling, effort: str = "") -> Made:
        """Return what is known of an answer when it is asked for."""
        return made_of(sampling, effort, self.assistant, self.engine)


NOTHING = Briefing()


class BriefingService:
    """Which assistant and which instructions each chat has.

    What is chosen for a chat that is not stored yet waits here for its first message.

    Threads: ``choose``, ``instruct`` and ``tell`` on any; ``for_answer`` and the work are the
    store's worker's.

    Attributes:
        language: The name of the person's language, for ``{{language}}``.
    """

    def __init__(
        self,
        bus: Bus,
        store: Store,
        assistants: AssistantService,
        *,
        name: Callable[[], str] = str,
        model: Callable[[], str] = str,
        thinks: Callable[[], str] = str,
        thinking: Callable[[], Thinking] = lambda: Thinking.FREE,
        elsewhere: Callable[[Choice], str] = lambda choice: choice.model,
        for_new: Callable[[], Choice] = lambda: HERE,
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        """Know whom to ask.

        Args:
            bus: Told what a chat has.
            store: Keeps it; closed by its owner.
            assistants: All there are.
            name: Returns what the person wants to be called.
            model: Returns the name of the model that is loaded.
            thinks: Returns whether that thinks, as in EngineState.
            thinking: Returns how long it shall think as a rule.
            elsewhere: Returns what a model elsewhere is called, its host included.
            for_new: Returns the engine that new chats begin with.
            now: Returns the local time.
        """
        self._bus, self._store, self._assistants = bus, store, assistants
        self._name, self._model, self._now = name, model, now
        self._thinks, self._usual_thinking = thinks, thinking
        self._elsewhere, self._for_new = elsewhere, for_new
        self._waiting: dict[ChatId, Setup] = {}
        self._preferred: dict[ChatId, Level] = {}
        self._thinking: dict[ChatId, Thinking] = {}
        self.language = "English"

    def choose(self, chat: ChatId, assistant: str) -> None:
        """Have the next answers of a chat given by another assistant, with its effort."""
        self._store.post(partial(self._choose, chat, assistant))

    def instruct(self, chat: ChatId, instructions: str) -> None:
        """Tell the model something in this chat alone, from the next answer on."""
        text = instructions[:MOST_TEXT_CHARS]
        self._store.post(partial(self._instruct, chat, text))

    def prefer(self, chat: ChatId, effort: Level) -> None:
        """Take another effort than the assistant's, until another assistant is chosen."""
        self._store.post(partial(self._prefer, chat, effort))

    def think(self, chat: ChatId, thinking: Thinking) -> None:
        """Have the model think so long in this chat, until another assistant is chosen."""
        self._store.post(partial(self._think, chat, thinking))

    def use(self, chat: ChatId, choice: Choice) -> None:
        """Have the next answers of a chat written by another engine, or by this computer."""
        self._store.post(partial(self._use, chat, choice))

    def tell(self, chat: ChatId) -> None:
        """Announce what a chat has."""
        self._store.post(partial(self._tell, chat))

    def values(self, engine: str = "") -> dict[str, str]:
        """Return what variables stand for now.

        Args:
            engine: What the engine is called that is asked elsewhere; "" for this computer's.
        """
        now = self._now()
        rounded = now.replace(minute=now.minute - now.minute % ROUND_MINUTES)
        return {
            "date": f"{now.day} {_MONTHS[now.month - 1]} {now.year}",
            "time": f"{rounded:%H:%M}",
            "weekday": _DAYS[now.weekday()],
            "name": self._name(),
            "model": engine or self._model(),
            "language": self.language,
        }

    # --- on the store's worker ---

    def for_answer(self, chat: ChatId) -> Briefing:
        """Return how an answer in a chat is asked for now.

        Raises:
            StorageError: what the chat has cannot be read.
        """
        setup = self._begun(chat)
        if chat in self._waiting:
            # A job of its own: by then the chat is stored.
            self._store.post(partial(self._keep, chat))
        assistant = self._assistants.get_or_plain(setup.assistant)
        choice = setup.choice
        engine = self._elsewhere(choice) if choice.is_elsewhere else ""
        values = self.values(engine)
        texts = (expand(assistant.instructions, values), expand(setup.instructions, values))
        told = "\n\n".join(each.strip() for each in texts if each.strip())
        return Briefing(
            (Turn(Role.SYSTEM, told),) if told else (),
            assistant.tuning,
            self._effort(chat, assistant),
            thinking_options(
                self._thinks_for(chat, assistant) or self._usual_thinking(),
                "choice" if engine else self._thinks(),
            ),
            assistant.name if setup.assistant else "",
            choice,
            engine,
        )

    def choice(self, chat: ChatId) -> Choice:
        """Return which engine a chat has.

        Raises:
            StorageError: what the chat has cannot be read.
        """
        return self._setup(chat).choice

    def _begun(self, chat: ChatId) -> Setup:
        """Return what a chat has; a new one keeps from now on what it begins with."""
        if chat not in self._waiting and self._kept().setup(chat) is None:
            self._waiting[chat] = self._setup(chat)
        return self._setup(chat)

    def _setup(self, chat: ChatId) -> Setup:
        kept = self._waiting.get(chat) or self._kept().setup(chat)
        return kept or Setup(choice=self._for_new())

    def _kept(self) -> Assistants:
        return Assistants(self._store.database)

    def _effort(self, chat: ChatId, assistant: Assistant) -> Level | None:
        asked = Level(assistant.effort) if assistant.effort in _LEVELS else None
        return self._preferred.get(chat) or asked

    def _thinks_for(self, chat: ChatId, assistant: Assistant) -> Thinking | None:
        asked = Thinking(assistant.thinking) if assistant.thinking in _THINKING else None
        return self._thinking.get(chat) or asked

    def _choose(self, chat: ChatId, assistant: str) -> None:
        self._preferred.pop(chat, None)
        self._thinking.pop(chat, None)
        self._put(chat, replace(self._setup(chat), assistant=assistant))

    def _prefer(self, chat: ChatId, effort: Level) -> None:
        self._preferred[chat] = effort
        self._tell(chat)

    def _think(self, chat: ChatId, thinking: Thinking) -> None:
        self._thinking[chat] = thinking
        self._tell(chat)

    def _instruct(self, chat: ChatId, instructions: str) -> None:
        self._put(chat, replace(self._setup(chat), instructions=instructions))

    def _use(self, chat: ChatId, choice: Choice) -> None:
        self._put(chat, replace(self._setup(chat), choice=choice))

    def _put(self, chat: ChatId, setup: Setup) -> None:
        self._waiting[chat] = setup
        self._keep(chat)
        self._tell(chat)

    def _keep(self, chat: ChatId) -> None:
        setup = self._waiting.get(chat)
        if setup is not None and self._kept().set_up(chat, setup):
            del self._waiting[chat]

    def _tell(self, chat: ChatId) -> None:
        setup = self._setup(chat)
        assistant = self._assistants.get_or_plain(setup.assistant)
        effort = self._effort(chat, assistant)
        thinking, choice = self._thinks_for(chat, assistant), setup.choice
        self._bus.publish(
            ChatBriefed(chat, assistant, setup.instructions, effort, thinking, choice)
        )


_LEVELS = frozenset(each.value for each in Level)
_THINKING = frozenset(each.value for each in Thinking)
