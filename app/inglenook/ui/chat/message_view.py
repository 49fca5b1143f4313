"""One message on screen: its blocks, where each thing is, what can be pressed."""

from dataclasses import replace
from time import thread_time

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF

from inglenook.chat.comparison import Comparison
from inglenook.chat.message import Message, Status
from inglenook.services.events import LiveText
from inglenook.ui.chat.arrange import (
    guess_lines,
)
from inglenook.ui.chat.block import Inside
from inglenook.ui.chat.block_stack import BlockStack
from inglenook.ui.chat.choices import Reach, choices_of, lay_choices
from inglenook.ui.chat.divider import Divider
from inglenook.ui.chat.feed import MarkdownFeed, definitions_in
from inglenook.ui.chat.frame import (
    BOTTOM,
    BUBBLE_X,
    BUBBLE_Y,
    FOLD,
    NOTE_ICON,
    NOTE_X,
    NOTE_Y,
    OVER_ACTIONS,
    Frame,
)
from inglenook.ui.chat.phrases import is_quiet, note_of, show_all_label, thinking_label
from inglenook.ui.chat.target import Act, Target
from inglenook.ui.chat.text_piece import TextPiece, plain_piece
from inglenook.ui.chat.typed import SHOWN_AT_FIRST, first_part, thought_blocks, typed_blocks
from inglenook.ui.effort.card import Unfolded
from inglenook.ui.effort.place import Card, card_of, card_room, card_targets
from inglenook.ui.theme import BODY, LABEL, UI

SLICE = 2_000
PARSE_S, MORE_S = 0.03, 0.006
_NO_REACH, _FOLDED = Reach(), Unfolded()  # made once, not for each of 10,000 messages


class MessageView(BlockStack):
    """A message and everything measured about it.

    Positions are from its top left corner; x is 0 at the column's left edge. Blocks get
    a piece only when they come near the screen; until then their height is a guess.

    Attributes:
        height: Of the whole message, in pixels.
        parsed: The text has become blocks; before that the height is a guess.
        is_last: It ends the branch, so that there may be something to choose.
        is_first_sent: What the model was given begins here.
        card: What is told of its drafts, if there are several and it is near the screen.
        unfolded: What of that is open.
        is_card_new: Its card looks other since ``take_live`` was called.

    Threads: the window's.
    """

    def __init__(self, message: Message, version: int, versions: int) -> None:
        super().__init__(message)
        self.version, self.versions = version, versions
        self.is_last = self.is_first_sent = False
        self.parsed = False
        self.thinking_open = False
        self.whole = False
        self.height = 0.0
        self.note: TextPiece | None = None
        self.targets: list[Target] = []
        self.card: Card | None = None
        self.unfolded = _FOLDED
        self.is_card_new = False
        self.body_top = self.body_bottom = 0.0
        self._feed: MarkdownFeed | None = None
        self._fed = 0
        self._reach = _NO_REACH
        self._note_top = 0.0

    # Content

    def stand(self, *, is_last: bool, is_first_sent: bool, reach: Reach) -> bool:
        """Take its place in the branch; return whether that changed anything."""
        now = (is_last, is_first_sent, reach if is_last else _NO_REACH)
        if now == (self.is_last, self.is_first_sent, self._reach):
            return False
        self.is_last, self.is_first_sent, self._reach = now
        if self._frame is not None:
            self._place(self._frame)
        return True

    def take_message(self, message: Message, version: int, versions: int) -> bool:
        """Show a new value of the same message; return whether anything changed."""
        same = message is self.message or message == self.message
        if same and (version, versions) == (self.version, self.versions):
            return False
        written = self.text
        self.message, self.version, self.versions = message, version, versions
        if message.status is not Status.WRITING:
            self.live = None
        if self.parsed and (self.text != written or definitions_in(self.text)):
            self._forget_blocks()
        if self._frame is not None:
            self.lay(self._frame)
        return True

    def take_live(self, live: LiveText) -> float:
        """Show the text so far; only what is new is parsed.

        Returns the height from which on something looks other than before.
        """
        self._changed = len(self.blocks)
        self.is_card_new = False
        if self._frame is None:
            self.live = live
            return 0.0
        before, written = self.live, self.text
        self.live = live
        # Where drafts were compared, the text of another may take the place of the first.
        is_other = not live.text.startswith(written)
        thoughts = (before.thinking if before else "") != live.thinking
        if not self.parsed or is_other or (thoughts and self.thinking_open):
            self._forget_blocks()
            self.parse()
        elif len(live.text) > self._fed:
            self._read(live.text[self._fed :])
        top = self.body_top
        self._place(self._frame)
        if top != self.body_top or not 0 < self._changed <= len(self.tops):
            return 0.0
        kept = self._changed - 1
        return self.tops[kept] + self.heights[kept]

    def parse(self, seconds: float = PARSE_S) -> None:
        """Turn the text into blocks, a long one only as far as it is shown.

        What is not done in so many seconds is left for ``read_more``.
        """
        if self.parsed or self._frame is None:
            return
        self.parsed = True
        self._add_thoughts()
        text = self.text
        if self.mine:
            self._replace(self.thought, typed_blocks(text if self.whole else first_part(text)))
            self._fed = len(text)
            return
        self._feed = MarkdownFeed(definitions=definitions_in(text))
        self._read_for(seconds)

    def _wanted(self) -> int:
        """Return how many characters are to be shown."""
        whole = self.whole or (self.writing and self.live is not None)
        return len(self.text) if whole else len(first_part(self.text))

    def _read_for(self, seconds: float) -> None:
        text, end = self.text, self._wanted()
        until = thread_time() + seconds
        while self._fed < end and thread_time() < until:
            self._read(text[self._fed : min(self._fed + SLICE, end)])

    def read_more(self, seconds: float = MORE_S) -> bool:
        """Parse some of what is not parsed yet; return whether there was anything to parse."""
        if self._frame is None:
            return False
        if not self.parsed:
            self.parse(seconds)
        elif self._feed is not None and self._fed < self._wanted():
            self._read_for(seconds)
        else:
            return False
        self._place(self._frame)
        return True

    def show_all(self) -> None:
        """Show a long message to its end."""
        self.whole = True
        if self.mine:
            self._forget_blocks()
            self.parse()
        if self._frame is not None:
            self._place(self._frame)

    def fold_thinking(self) -> None:
        """Open or close what the model thought."""
        self.thinking_open = not self.thinking_open
        self._forget_blocks()
        self.parse()
        if self._frame is not None:
            self._place(self._frame)

    def unfold_card(self, unfolded: Unfolded) -> None:
        """Open or close parts of the card about drafts."""
        self.unfolded = unfolded
        if self._frame is not None:
            self._place(self._frame)

    @property
    def in_part(self) -> bool:
        """Whether the end of a long message is not shown."""
        return (
            not self.whole
            and self.parsed
            and not self.writing
            and (len(self.text) > SHOWN_AT_FIRST)
        )

    def _read(self, text: str) -> None:
        if self._feed is None:
            return
        change = self._feed.feed(text)
        self._fed += len(text)
        self._replace(self.thought + change.kept, list(change.blocks))

    def _add_thoughts(self) -> None:
        self.thought = 0
        if self.thinking_open and self.thinking:
            around = (Inside(quote=True),)
            blocks = thought_blocks(self.thinking[:SHOWN_AT_FIRST])
            thoughts = [replace(block, inside=around) for block in blocks]
            self._replace(0, thoughts)
            self.thought = len(thoughts)

    def _forget_blocks(self) -> None:
        self.parsed = False
        self._feed, self._fed, self.thought = None, 0, 0
        self.blocks, self.pieces, self.heights, self.tops = [], [], [], []

    # Measures

    def lay(self, frame: Frame) -> None:
        """Measure for a frame; pieces for another width or ink are thrown away."""
        if self._frame is not frame:
            self.drop_pieces()
            self.note = self.divider = None
            old, self._frame = self._frame, frame
            self.divider = self._divider(frame)
            if old is not None or not self.parsed:
                self._guess_blocks(frame)
        self._place(frame)

    def ensure(self, top: float, bottom: float) -> bool:
        """Lay out what lies between two heights; return whether any height changed."""
        frame = self._frame
        if frame is None:
            return False
        if not self.parsed:
            self.parse()
            self._place(frame)
            self.ensure(top, bottom)
            return True
        changed = False
        index = self.block_at(top)
        while index < len(self.blocks) and self.tops[index] < bottom:
            changed = self._ensure_piece(index, frame) or changed
            index += 1
        if changed:
            self._place(frame)
        return changed

    def left(self) -> float:
        """Return where the body's text begins."""
        return self.bubble().left() if self.mine else 0.0

    def bubble(self) -> QRectF:
        """Return the ground under a person's words."""
        width = self._frame.width if self._frame else 0.0
        left = width - self.body_width - 2 * BUBBLE_X
        top = self.body_top - BUBBLE_Y
        return self.placed(QRectF(left, top, width - left, self.body_bottom + BUBBLE_Y - top))

    def actions_top(self) -> float:
        """Return where the row of actions begins."""
        if self.mine:
            # Beside the bubble, level with its last line.
            line = self._frame.ink.px(BODY.line) if self._frame else 0.0
            last = min(self.bubble().height(), 2.0 * BUBBLE_Y + line)
            return self.bubble().bottom() - last / 2 - self._actions_high() / 2
        below = self._frame.ink.spaced(BOTTOM) if self._frame else BOTTOM
        return self.height - self._actions_high() - below

    def note_rect(self) -> QRectF:
        """Return where the note stands, its ground included."""
        if self.note is None or self._frame is None:
            return QRectF()
        around = 0 if is_quiet(self.message.status) else 2 * NOTE_X + 4
        wide = self.note.natural_width + around + self._frame.ink.px(NOTE_ICON)
        return self.placed(QRectF(0, self._note_top, wide, self.note.height + 2 * NOTE_Y))

    def _actions_high(self) -> float:
        return self._frame.actions if self._frame else 0.0

    @property
    def comparison(self) -> Comparison | None:
        """What is known of its drafts."""
        told = self.live.comparison if self.live is not None else None
        return told or self.message.comparison

    def waits_for_drafts(self) -> bool:
        """Whether it is being written and no draft is chosen yet."""
        return self.writing and (self.comparison is None or not self.comparison.reason)

    def waits(self) -> bool:
        """Whether nothing is written yet."""
        return self.writing and not self.text

    def links(self) -> list[Target]:
        """Return the links of laid-out blocks as targets."""
        if self._links is None:
            self._links = []
            for index, piece in enumerate(self.pieces):
                corner = self.corner(index) if piece is not None else QPointF()
                for link in piece.links() if piece is not None else []:
                    rect = link.rect.translated(corner)
                    self._links.append(Target(Act.LINK, rect, link.words, link.address))
        return self._links

    def _place(self, frame: Frame) -> None:
        """Work out heights and targets from what is known of the blocks."""
        self.divider = self._divider(frame)
        self._place_card(frame)
        top = self._first_top(frame)
        if top != self.body_top:
            self.body_top = top
            self._stack(0)
        self.body_bottom = self._bottom(frame)
        y = self.body_bottom + (BUBBLE_Y if self.mine else 0)
        self.targets = self._body_targets(frame)
        self._links = None
        if self.in_part:
            label = show_all_label(self.text)
            wide = QFontMetricsF(frame.ink.font(LABEL)).horizontalAdvance(label) + 24
            left = frame.width - wide if self.mine else 0.0
            place = frame.placed(QRectF(left, y + 8, wide, frame.button))
            self.targets.append(Target(Act.SHOW_ALL, place, label))
            y += frame.button + 8
        y = self._place_choices(frame, self._place_note(frame, y))
        spaced = frame.ink.spaced
        row = 0.0 if self.mine else spaced(OVER_ACTIONS) + frame.actions
        self.height = y + row + spaced(BOTTOM)

    def _place_card(self, frame: Frame) -> None:
        before = self.card
        self.card = card_of(self, before, frame) if self.parsed else None
        self.is_card_new = self.is_card_new or self.card is not before
        self.card_room = card_room(self.message, self.card, frame)

    def _bottom(self, frame: Frame) -> float:
        if self.blocks:
            return self.tops[-1] + self.heights[-1]
        if self.parsed:
            lines = 1 if self.writing else 0
        else:
            wide = self._body_room(frame)
            lines = guess_lines(self.text[:SHOWN_AT_FIRST], frame.ink, wide)
        return self.body_top + lines * frame.ink.px(BODY.line)

    def _body_targets(self, frame: Frame) -> list[Target]:
        targets = card_targets(self.card, self.card_top) if self.card else []
        if self.thinking:
            label = thinking_label(self.message.made, live=self.writing and not self.text)
            wide = QFontMetricsF(frame.ink.font(UI)).horizontalAdvance(label) + frame.ink.px(30)
            top = self.body_top - frame.ink.px(FOLD)
            rect = QRectF(-4, top - 4, wide, frame.ink.px(FOLD) - 2)
            targets.append(Target(Act.THINKING, frame.placed(rect), label))
        return targets

    def _place_note(self, frame: Frame, y: float) -> float:
        words = note_of(self.message)
        if not words:
            self.note = None
            return y
        if self.note is None or self.note.text != words:
            room = frame.width - 2 * NOTE_X - frame.ink.px(NOTE_ICON)
            colour = "text_muted" if is_quiet(self.message.status) else "text"
            self.note = plain_piece(words, frame.ink, room, UI, colour)
        self._note_top = y + 10
        return self._note_top + self.note.height + 2 * NOTE_Y

    def _place_choices(self, frame: Frame, y: float) -> float:
        choices = choices_of(self.message, self._reach) if self.is_last else {}
        if not choices or self.writing:
            return y
        targets = lay_choices(choices, frame, self.note_rect())
        self.targets += targets
        return max(y, targets[-1].rect.bottom())

    def _divider(self, frame: Frame) -> Divider | None:
        if not self.is_first_sent:
            return None
        return self.divider or Divider(frame.ink, frame.width)
