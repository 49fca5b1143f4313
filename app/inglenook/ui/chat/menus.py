"""The menus of a conversation: for what is selected, for code, for tables, for links."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING
from weakref import proxy

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtWidgets import QMenu

from inglenook.chat.message import Role
from inglenook.effort.level import Level
from inglenook.ui.chat.block import Block, Kind
from inglenook.ui.chat.clipboard import put_on_clipboard, put_table_on_clipboard
from inglenook.ui.chat.message_view import MessageView
from inglenook.ui.chat.messagemenu import fill
from inglenook.ui.chat.tabletext import as_csv, as_markdown, as_tabs, whole_table
from inglenook.ui.chat.target import CODE_ACTS, Act, Target
from inglenook.ui.effort.words import AGAIN, level_name
from inglenook.ui.words import tr

if TYPE_CHECKING:
    from inglenook.ui.chat.conversation_view import ConversationView


class Menus:
    """Builds menus for a place in a conversation.

    Threads: the window's.
    """

    def __init__(self, view: "ConversationView") -> None:
        # A strong reference would be a cycle, which only the garbage collector could end.
        self._view: ConversationView = proxy(view)

    def open_at(self, point: QPoint) -> None:
        """Open the menu for what stands at a point of the viewport."""
        menu = self.menu_at(QPointF(point))
        menu.popup(self._view.viewport().mapToGlobal(point))

    def open_table(self, number: int, target: Target) -> None:
        """Open the menu of a table below its button."""
        menu = self.table_menu(number, int(target.value))
        corner = self._view.seen(number, target.rect).bottomLeft().toPoint()
        menu.popup(self._view.viewport().mapToGlobal(corner))

    def open_again(self, number: int, target: Target) -> None:
        """Open the menu of levels of effort below its button."""
        menu = self.again_menu(number)
        corner = self._view.seen(number, target.rect).bottomLeft().toPoint()
        menu.popup(self._view.viewport().mapToGlobal(corner))

    def open_message(self, number: int, target: Target) -> None:
        """Open the menu of a message below its button."""
        menu = self.message_menu(number)
        corner = self._view.seen(number, target.rect).bottomLeft().toPoint()
        menu.popup(self._view.viewport().mapToGlobal(corner))

    def message_menu(self, number: int) -> QMenu:
        """Return all that can be done with a message."""
        menu = self._menu()
        self._add_message(menu, number)
        return menu

    def again_menu(self, number: int) -> QMenu:
        """Return the levels of effort with which an answer may be written again."""
        menu, node = self._menu(), self._view.column.views[number].message.id
        if self._view.column.reach.is_away:
            self._add_one_draft(menu, node)
            return menu
        for level in AGAIN:
            words = tr("Answer again with {}").format(level_name(level))
            self._add(menu, "", words, self._view.again_asked.emit, node, level.value)
        return menu

    def table_menu(self, number: int, index: int) -> QMenu:
        """Return what can be done with a table."""
        menu = self._menu()
        self._add_table(menu, whole_table(self._view.column.views[number].blocks, index))
        return menu

    def menu_at(self, point: QPointF) -> QMenu:
        """Return what can be done at a point of the viewport."""
        menu = self._menu()
        number, target = self._view.target_at(point)
        if target is not None and target.act is Act.LINK:
            self._add(menu, "external", tr("Open link…"), self._view.press, number, target)
            copy = partial(put_on_clipboard, target.value, target.value)
            self._add(menu, "copy", tr("Copy link address"), copy)
            menu.addSeparator()
        self._add_block(menu, point)
        if self._view.has_selection():
            self._add(menu, "copy", tr("Copy"), self._view.copy_selection)
            marked = partial(self._view.copy_selection, as_markdown=True)
            self._add(menu, "", tr("Copy as Markdown"), marked)
            words = tr("Quote in the message field")
            self._add(menu, "quote", words, self._view.quote_selection)
        self._add(menu, "", tr("Select everything"), self._view.select_all)
        number = self._view.message_at(point)
        if number >= 0 and not self._view.column.views[number].writing:
            title = tr("This message")
            if self._view.column.views[number].message.role is Role.ASSISTANT:
                title = tr("This answer")
            self._add_message(menu.addMenu(title), number)
        return menu

    # Inside

    def _menu(self) -> QMenu:
        menu = QMenu(self._view.viewport())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def _add(
        self, menu: QMenu, icon: str, words: str, slot: Callable[..., object], *given: object
    ) -> None:
        action = menu.addAction(words)
        if icon:
            action.setIcon(self._view.menu_icon(icon))
        action.triggered.connect(_without_arguments(partial(slot, *given)))

    def _add_one_draft(self, menu: QMenu, node: str) -> None:
        """Offer what an engine elsewhere can do, and say why there is no more of it."""
        again = self._view.again_asked.emit
        self._add(menu, "", tr("Answer again with one draft"), again, node, Level.QUICK.value)
        menu.addAction(tr("More drafts need a model on this computer")).setEnabled(False)

    def _add_message(self, menu: QMenu, number: int) -> None:
        view = self._view.column.views[number]

        def do(act: Act) -> None:
            self._view.press(number, Target(act, _row_of(view), "", ""))

        fill(menu, view.message, self._view.menu_icon, do, versions=view.versions)

    def _add_block(self, menu: QMenu, point: QPointF) -> None:
        found = self._view.block_at(point)
        if found is None:
            return
        number, index = found
        view = self._view.column.views[number]
        if view.blocks[index].kind is Kind.TABLE:
            self._add_table(menu, whole_table(view.blocks, index))
            menu.addSeparator()
        targets = [
            each
            for each in self._view.targets_of(number)
            if each.act in CODE_ACTS and each.value == str(index)
        ]
        for target in targets:
            icon = "copy" if target.act is Act.COPY_CODE else str(target.act)
            self._add(menu, icon, target.name, self._view.press, number, target)
        if targets:
            menu.addSeparator()

    def _add_table(self, menu: QMenu, table: Block) -> None:
        self._add(menu, "copy", tr("Copy table"), self._copy, as_tabs(table), table)
        self._add(menu, "", tr("Copy table as CSV"), self._copy, as_csv(table), table)
        marked = as_markdown(table)
        self._add(menu, "", tr("Copy table as Markdown"), self._copy, marked, table)

    def _copy(self, plain: str, table: Block) -> None:
        put_table_on_clipboard(plain, as_csv(table), as_markdown(table))
        self._view.copied_text.emit(tr("Table copied"))


def _row_of(view: MessageView) -> QRectF:
    return QRectF(0, view.actions_top(), 1, 1)


def _without_arguments(call: Callable[[], object]) -> Callable[[], None]:
    """Keep ``triggered``'s "checked" away from slots that take nothing."""

    def slot() -> None:
        call()

    return slot
