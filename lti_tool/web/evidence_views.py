"""A student's evidence in one skill, as pages show it: each answer and how far it moved the estimate, in words and as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lti_tool.content.library import Library
from lti_tool.content.store import get_snapshot
from lti_tool.mastery.tables import Evidence
from lti_tool.player.tables import Attempt
from lti_tool.web.i18n import gettext as _

BAR, GAP, HALF, MARGIN = 20, 8, 60, 12
SHOWN = 60
"""Newest answers in the picture: more would be hairs."""
NEWEST = 5
RIGHT = 0.99
MUCH, SOME, LITTLE = 0.25, 0.1, 0.02
"""Logits from which a move is called much, or one at all."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One row of the table."""

    at: datetime
    question: str
    ratio: float
    expected: float
    moved: float
    words: str
    weight: float


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One answer in the picture: up or down from the line in the middle."""

    x: int
    y: float
    height: float
    is_up: bool
    is_right: bool


@dataclass(frozen=True, kw_only=True)
class Moves:
    """The picture: oldest answer left, newest right."""

    width: int
    height: int
    middle: int
    bar: int
    bars: Sequence[Bar]
    label: str


def as_answers(session: Session, library: Library, rows: Sequence[Evidence], lang: str) -> list[Answer]:
    return [
        Answer(
            at=row.answered_at,
            question=question_text(session, library, row, lang),
            ratio=row.ratio,
            expected=row.expected,
            moved=row.moved,
            words=move_words(row.moved),
            weight=row.weight,
        )
        for row in rows
    ]


def question_text(session: Session, library: Library, row: Evidence, lang: str) -> str:
    """The question's wording as it stands in the library now, or as it was asked when it is not there any more."""
    item = library.find_item(row.item_id)
    if item is not None:
        return str(library.translate_item(item, lang).spec.prompt)
    snapshot = get_snapshot(session, session.get_one(Attempt, row.attempt_id).snapshot_hash)
    return str(snapshot.item(row.item_id, lang).spec.prompt)


def move_words(moved: float) -> str:
    """How far an answer moved the estimate, for who thinks in no logits."""
    size = abs(moved)
    if size < LITTLE:
        return _("hardly moved it")
    if moved > 0:
        return _("up a lot") if size >= MUCH else _("up") if size >= SOME else _("up a little")
    return _("down a lot") if size >= MUCH else _("down") if size >= SOME else _("down a little")


def moves_chart(rows: Sequence[Evidence]) -> Moves | None:
    """The newest answers' moves; `rows` come newest first. None without any."""
    shown = list(reversed(rows[:SHOWN]))
    if not shown:
        return None
    largest = max(0.3, *(abs(row.moved) for row in shown))
    heights = [max(2.0, round(HALF * abs(row.moved) / largest, 1)) for row in shown]
    bars = [
        Bar(
            x=MARGIN + number * (BAR + GAP),
            y=MARGIN + HALF - height if row.moved >= 0 else MARGIN + HALF,
            height=height,
            is_up=row.moved >= 0,
            is_right=row.ratio >= RIGHT,
        )
        for number, (row, height) in enumerate(zip(shown, heights, strict=True))
    ]
    return Moves(
        width=max(240, 2 * MARGIN + len(shown) * (BAR + GAP)),
        height=2 * (HALF + MARGIN),
        middle=MARGIN + HALF,
        bar=BAR,
        bars=bars,
        label=chart_words(shown),
    )


def chart_words(rows: Sequence[Evidence]) -> str:
    """What the picture shows, for who does not see it; oldest first."""
    up, down = (sum(row.moved >= LITTLE for row in rows), sum(row.moved <= -LITTLE for row in rows))
    newest = rows[-NEWEST:]
    return _(
        "%(n)s answers, the oldest first: %(up)s moved the estimate up, %(down)s down. Of the newest %(few)s, %(right)s were right.",
        n=len(rows),
        up=up,
        down=down,
        few=len(newest),
        right=sum(row.ratio >= RIGHT for row in newest),
    )
