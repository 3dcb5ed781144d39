"""The steps of an attempt: a lesson's pages, then the drawn questions one by one, then the look back before finishing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from lti_tool.content.snapshot import Snapshot


@dataclass(frozen=True, kw_only=True)
class Step:
    """One screen. `item_ids` are the items on it; `minutes` its author's estimate."""

    index: int
    kind: Literal["page", "question", "review"]
    page_id: str | None = None
    item_ids: tuple[str, ...] = ()
    question: int | None = None
    """1-based number of the question."""
    minutes: float = 0.0


LEAST_PAGE_MINUTES = 0.5
QUESTION_MINUTES = 0.75
REVIEW_MINUTES = 0.5


def list_steps(snapshot: Snapshot, drawn: Sequence[str]) -> tuple[Step, ...]:
    """All screens of an attempt, in order. The last is always the look back."""
    unsaid, question_minutes = _unsaid_minutes(snapshot), _question_minutes(snapshot)
    steps = [
        Step(
            index=index,
            kind="page",
            page_id=page.id,
            item_ids=page.item_ids,
            minutes=page.minutes or unsaid,
        )
        for index, page in enumerate(snapshot.pages())
    ]
    for number, item_ids in _questions(snapshot, drawn):
        steps.append(
            Step(
                index=len(steps),
                kind="question",
                item_ids=item_ids,
                question=number,
                minutes=question_minutes * len(item_ids),
            )
        )
    steps.append(Step(index=len(steps), kind="review", minutes=REVIEW_MINUTES))
    return tuple(steps)


def _questions(snapshot: Snapshot, drawn: Sequence[str]) -> list[tuple[int, tuple[str, ...]]]:
    """The number of the first question of each screen, and its questions."""
    if snapshot.is_on_one_page and drawn:
        return [(1, tuple(drawn))]
    return [(number, (item_id,)) for number, item_id in enumerate(drawn, start=1)]


def is_reachable(steps: Sequence[Step], index: int, furthest: int, *, goes_back: bool) -> bool:
    """Whether a step may be shown and answered after one has come as far as `furthest`.

    Where a quiz does not go back, its questions come one after the other and never again: only the one last reached and the next are open,
    from the lesson's pages only the first, and the look back only after the last.
    """
    if goes_back or steps[index].kind == "page":
        return True
    if steps[furthest].kind == "page":
        return index == next(each.index for each in steps if each.kind != "page")
    return index in (furthest, furthest + 1)


def _unsaid_minutes(snapshot: Snapshot) -> float:
    """For a page whose author gave no minutes: its share of what the lesson's minutes leave over."""
    said = [page.minutes for page in snapshot.pages() if page.minutes]
    silent = len(snapshot.pages()) - len(said)
    return max(LEAST_PAGE_MINUTES, (snapshot.minutes - sum(said)) / silent) if silent else 0.0


def _question_minutes(snapshot: Snapshot) -> float:
    """The quiz's minutes as its author gave them, shared among its questions."""
    if not snapshot.question_count or not snapshot.quiz_minutes:
        return QUESTION_MINUTES
    return snapshot.quiz_minutes / snapshot.question_count


def minutes_left(steps: Sequence[Step], current: int) -> int:
    """Whole minutes from the current step to the end, at least 1."""
    return max(1, round(sum(step.minutes for step in steps[current:])))


def part_of(snapshot: Snapshot, drawn: Sequence[str], item_id: str) -> Literal["activities", "quiz"]:
    """Whether an item counts with the quiz or with the lesson's activities."""
    return "quiz" if item_id in drawn else "activities"
