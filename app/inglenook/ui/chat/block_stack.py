"""What a message says, as a stack of blocks that are laid out when they are needed."""

from bisect import bisect_right
from collections.abc import Set

from PySide6.QtCore import QPointF, QRectF

from inglenook.chat.message import Message, Role, Status
from inglenook.services.events import LiveText
from inglenook.services.formulas import Formula
from inglenook.ui.chat.arrange import (
    NARROWEST,
    PieceLook,
    gap_above,
    guess_height,
    indent_of,
    piece_of,
)
from inglenook.ui.chat.block import Block
from inglenook.ui.chat.code_piece import CodePiece
from inglenook.ui.chat.divider import Divider
from inglenook.ui.chat.frame import (
    BESIDE_BUBBLE,
    BUBBLE_X,
    BUBBLE_Y,
    FOLD,
    HEADER,
    TOP,
    UNDER_HEADER,
    Frame,
)
from inglenook.ui.chat.piece import Piece
from inglenook.ui.chat.target import Target
from inglenook.ui.chat.text_piece import TextPiece
from inglenook.ui.theme import BUBBLE_WIDTH


class BlockStack:
    """The blocks of a message one under the other, exact where there is a piece.

    Attributes:
        live: What is being written now, if it is.
        blocks, pieces, heights, tops: One entry for each block; a height is a guess and the
            piece None until the block comes near the screen.
        wrapped: The code blocks whose lines wrap, by number.
        thought: So many blocks from the start are thoughts.
        card_room: Height of the card about drafts under the header, or of those of documents
            over a person's words, in pixels, with the space below; 0 without one.
        divider: The line above it, if what the model was given begins here.
        body_width: Of a person's words, in pixels, as far as they are laid out.

    Threads: the window's.
    """

    def __init__(self, message: Message) -> None:
        self.message = message
        self.live: LiveText | None = None
        self.blocks: list[Block] = []
        self.pieces: list[Piece | None] = []
        self.heights: list[float] = []
        self.tops: list[float] = []
        self.body_width = 0.0
        self.card_room = 0.0
        self.thought = 0
        self.wrapped: set[int] = set()
        self.divider: Divider | None = None
        self._changed = 0
        self._frame: Frame | None = None
        self._links: list[Target] | None = None

    @property
    def mine(self) -> bool:
        """Whether a person wrote it."""
        return self.message.role is Role.USER

    @property
    def writing(self) -> bool:
        """Whether it is being written at the moment."""
        return self.message.status is Status.WRITING

    @property
    def text(self) -> str:
        """What is written so far."""
        return self.live.text if self.live is not None else self.message.text

    @property
    def thinking(self) -> str:
        """What the model thought so far."""
        return self.live.thinking if self.live is not None else self.message.thinking

    @property
    def over(self) -> float:
        """The height of the line above the message, in pixels; 0 without one."""
        return self.divider.height if self.divider is not None else 0.0

    def block_at(self, y: float) -> int:
        """Return the block that stands at a height: the last that begins above it."""
        return max(0, bisect_right(self.tops, y) - 1)

    def block_left(self, index: int) -> float:
        """Return the x at which a block's piece begins."""
        frame = self._frame
        if frame is None:
            return 0.0
        left = 0.0
        if self.mine:
            left = BUBBLE_X if frame.mirrored else frame.width - self.body_width - BUBBLE_X
        return left if self.turned(index) else left + indent_of(self.blocks[index], frame.ink)

    @property
    def mirrored(self) -> bool:
        """Whether it is laid out for a window that is read from the right."""
        return self._frame is not None and self._frame.mirrored

    def placed(self, rect: QRectF) -> QRectF:
        """Return where a part lies that would lie here in a window read from the left."""
        return self._frame.placed(rect) if self._frame is not None else rect

    def turned(self, index: int) -> bool:
        """Whether a block's indent is at its right, because its text begins there."""
        piece = self.pieces[index]
        return isinstance(piece, TextPiece) and piece.turned

    def corner(self, index: int) -> QPointF:
        """Return the top left corner of a block's piece."""
        return QPointF(self.block_left(index), self.tops[index])

    def drop_waiting(self, formulas: Set[Formula]) -> bool:
        """Forget pieces that show the source of a formula; return whether there were any."""
        dropped = False
        for index, piece in enumerate(self.pieces):
            if not getattr(piece, "formulas", frozenset()).isdisjoint(formulas):
                self.pieces[index] = None
                dropped = True
        self._links = None if dropped else self._links
        return dropped

    def drop_pieces(self) -> None:
        """Forget laid-out text; heights stay."""
        self.pieces = [None] * len(self.blocks)

    def turn_wrapping(self, index: int) -> None:
        """Let the lines of a code block wrap, or not any more."""
        self.wrapped ^= {index}
        self.pieces[index] = None

    def _replace(self, kept: int, blocks: list[Block]) -> None:
        frame = self._frame
        if frame is None:
            return
        grown = self.pieces[kept] if kept < len(self.pieces) else None
        self._changed = min(self._changed, kept)
        takes = bool(blocks) and isinstance(grown, CodePiece) and grown.take(blocks[0])
        del self.blocks[kept:], self.pieces[kept:], self.heights[kept:]
        for block in blocks:
            room = self._room(block, frame)
            self.blocks.append(block)
            self.pieces.append(grown if takes else None)
            known = grown.height if takes and grown is not None else None
            self.heights.append(known or guess_height(block, frame.ink, room))
            takes = False
        self._stack(kept)

    def _ensure_piece(self, index: int, frame: Frame) -> bool:
        if self.pieces[index] is not None:
            return False
        block = self.blocks[index]
        before = self.pieces[index - 1] if index else None
        colour = "text_muted" if index < self.thought else "text"
        room = self._room(block, frame)
        look = PieceLook(colour, hug=self.mine, wrapped=index in self.wrapped)
        piece = piece_of(block, frame.ink, room, before, look)
        self.pieces[index] = piece
        self._links = None
        if self.mine and isinstance(piece, TextPiece):
            self.body_width = max(self.body_width, piece.natural_width + 1)
        if piece.height == self.heights[index]:
            return False
        self.heights[index] = piece.height
        self._stack(index)
        return True

    def _room(self, block: Block, frame: Frame) -> float:
        return self._body_room(frame) - indent_of(block, frame.ink)

    def _body_room(self, frame: Frame) -> float:
        if not self.mine:
            return frame.width
        beside = frame.width - frame.ink.px(BESIDE_BUBBLE)
        return max(NARROWEST, min(frame.ink.px(BUBBLE_WIDTH), beside)) - 2 * BUBBLE_X

    def _guess_blocks(self, frame: Frame) -> None:
        self.body_width = 0.0
        self.heights = [
            guess_height(block, frame.ink, self._room(block, frame)) for block in self.blocks
        ]
        self._stack(0)

    def _stack(self, first: int) -> None:
        frame = self._frame
        if frame is None:
            return
        del self.tops[first:]
        if not self.blocks:
            return
        before = self.blocks[first - 1] if first else None
        y = self.tops[first - 1] + self.heights[first - 1] if first else self._first_top(frame)
        for index in range(first, len(self.blocks)):
            y += 0.0 if self.mine else gap_above(before, self.blocks[index], frame.ink)
            self.tops.append(y)
            y += self.heights[index]
            before = self.blocks[index]

    def _first_top(self, frame: Frame) -> float:
        if self.mine:
            return self.card_top + self.card_room + BUBBLE_Y
        fold = frame.ink.px(FOLD) if self.thinking else 0.0
        return self.card_top + self.card_room + fold

    @property
    def card_top(self) -> float:
        """Where the card stands, and without one what comes next."""
        if self._frame is None:
            return self.over + TOP + UNDER_HEADER
        ink = self._frame.ink
        header = 0.0 if self.mine else ink.px(HEADER) + ink.spaced(UNDER_HEADER)
        return self.over + ink.spaced(TOP) + header
