"""What people do with single messages: quote, fork, delete, look behind them."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt

from inglenook.chat.message import Message, Role
from inglenook.core.ids import NodeId
from inglenook.services.messagenews import BranchRemoved, OddsRead, PromptRendered
from inglenook.ui.actions import Actions
from inglenook.ui.bridge import Bridge
from inglenook.ui.chat.target import Act
from inglenook.ui.style import Look
from inglenook.ui.toast import Toast
from inglenook.ui.units import grouped
from inglenook.ui.words import one_line, tr

if TYPE_CHECKING:
    from inglenook.services.services import Services
    from inglenook.ui.chat.conversation_view import ConversationView
    from inglenook.ui.chat.oddssheet import OddsSheet
    from inglenook.ui.chat.page import ChatPage
    from inglenook.ui.chat.promptsheet import PromptSheet

_LONGEST_TITLE = 60


class MessageDesk(QObject):
    """Passes wishes about one message from the window to the services, and news back.

    Threads: the UI thread.
    """

    def __init__(self, look: Look, services: "Services") -> None:
        super().__init__()
        self._look, self._services = look, services
        self._page: ChatPage | None = None
        self._toast: Toast | None = None
        self._view: ConversationView | None = None
        self._prompt: tuple[NodeId, PromptSheet] | None = None
        self._odds: tuple[NodeId, OddsSheet] | None = None

    def watching(
        self, make_view: Callable[[], "ConversationView"]
    ) -> Callable[[], "ConversationView"]:
        """Return what makes the same view, heard from then on."""

        def make() -> "ConversationView":
            self._view = view = make_view()
            view.act_asked.connect(self._act)
            view.quoted.connect(self.quote)
            view.details_asked.connect(self._show_details)
            return view

        return make

    def furnish(self, page: "ChatPage", bridge: Bridge, actions: Actions, toast: Toast) -> None:
        """Join the parts."""
        self._page, self._toast = page, toast
        bridge.branch_removed.connect(self._offer_undo)
        bridge.prompt_rendered.connect(self._take_prompt)
        bridge.odds_read.connect(self._take_odds)
        actions.connect_all(
            quote=self._quote_selection, details=self._show_last, fork=self._fork_last
        )

    def quote(self, text: str) -> None:
        """Put a text into the message field with a mark before each line."""
        if self._page is None or not text.strip():
            return
        lines = [f"> {line}".rstrip() for line in text.strip("\n").split("\n")]
        composer = self._page.composer
        before = composer.field.toPlainText().rstrip()
        quoted = "\n".join(lines)
        start = f"{before}\n\n" if before else ""
        composer.add_text(f"{start}{quoted}\n\n", replaces=before)
        composer.field.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- what people do ---

    def _act(self, act: str, node: str) -> None:
        todo: dict[str, Callable[[Message], None]] = {
            Act.QUOTE_ALL.value: self._quote_all,
            Act.SAME_SEED.value: self._same_seed,
            Act.PROMPT.value: self._show_prompt,
            Act.ODDS.value: self._show_odds,
            Act.FORK.value: self._fork,
            Act.REMOVE.value: self._remove,
        }
        message = self._message(node)
        if message is not None:
            todo[act](message)

    def _quote_all(self, message: Message) -> None:
        self.quote(message.text)

    def _quote_selection(self) -> None:
        if self._view is not None and self._view.has_selection():
            self._view.quote_selection()
        elif self._page is not None and (answer := self._page.last_answer()):
            self.quote(answer)

    def _same_seed(self, message: Message) -> None:
        if message.made is not None and self._page and self._page.conversation:
            chat = self._page.conversation.id
            self._services.chat.regenerate(chat, message.id, seed=message.made.seed)

    def _fork(self, message: Message) -> None:
        if self._page is not None and self._page.conversation is not None:
            now = self._page.conversation
            title = one_line(now.title, _LONGEST_TITLE) or tr("New chat")
            title = tr("{title} (copy)").format(title=title)
            self._services.chat.branches.fork(now.id, message.id, title)

    def _fork_last(self) -> None:
        if (last := self._last()) is not None:
            self._fork(last)

    def _remove(self, message: Message) -> None:
        if self._page is not None and self._page.conversation is not None:
            chat = self._page.conversation.id
            self._services.chat.branches.remove(chat, message.id)

    # --- looking behind an answer ---

    def _show_last(self) -> None:
        last = self._last()
        if last is not None and last.role is Role.ASSISTANT and self._page is not None:
            composer = self._page.composer
            self._show_details(last.id, composer.mapToGlobal(QPoint(0, 0)))

    def _show_details(self, node: str, point: QPoint) -> None:
        from inglenook.ui.chat.details import DetailsCard  # noqa: PLC0415  (opens faster)

        message = self._message(node)
        if message is not None and self._page is not None:
            card = DetailsCard(self._look, message, self._page)
            card.prompt_asked.connect(partial(self._show_prompt, message))
            card.odds_asked.connect(partial(self._show_odds, message))
            card.open_above(point)

    def _show_prompt(self, message: Message) -> None:
        from inglenook.ui.chat.promptsheet import PromptSheet  # noqa: PLC0415  (opens faster)

        if self._page is not None and self._page.conversation is not None:
            sheet = PromptSheet(self._look, self._page, message.model)
            self._prompt = message.id, sheet
            sheet.finished.connect(self._forget_prompt)
            self._services.chat.lookback.render(self._page.conversation.id, message.id)
            sheet.open()

    def _show_odds(self, message: Message) -> None:
        from inglenook.ui.chat.oddssheet import OddsSheet  # noqa: PLC0415  (opens faster)

        if self._page is not None and self._page.conversation is not None:
            sheet = OddsSheet(self._look, self._page)
            self._odds = message.id, sheet
            sheet.finished.connect(self._forget_odds)
            self._services.chat.lookback.weigh(self._page.conversation.id, message.id)
            sheet.open()

    def _forget_prompt(self) -> None:
        self._prompt = None

    def _forget_odds(self) -> None:
        self._odds = None
        self._services.chat.lookback.stop()

    # --- announcements ---

    def _offer_undo(self, event: BranchRemoved) -> None:
        if self._toast is None:
            return
        said = tr("Deleted 1 message")
        if event.messages > 1:
            said = tr("Deleted {} messages").format(grouped(event.messages))
        undo = partial(self._services.chat.branches.put_back, event.node)
        self._toast.show_message(said, tr("Undo"), undo)

    def _take_prompt(self, event: PromptRendered) -> None:
        if self._prompt is not None and self._prompt[0] == event.node:
            self._prompt[1].take(event)

    def _take_odds(self, event: OddsRead) -> None:
        if self._odds is not None and self._odds[0] == event.node:
            self._odds[1].take(event)

    def _message(self, node: str) -> Message | None:
        conversation = self._page.conversation if self._page is not None else None
        return conversation.nodes.get(NodeId(node)) if conversation is not None else None

    def _last(self) -> Message | None:
        conversation = self._page.conversation if self._page is not None else None
        if conversation is None or conversation.head is None:
            return None
        return conversation.message(conversation.head)
