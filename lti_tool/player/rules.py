"""The rules of an assignment for one person: a pure function of what its teacher set, what the person was given, and the clock.

`terms_of` brings together the assignment's `Policy`, the person's `Accommodation` and the `Extension`s made for them or their class; all else
here reads the `Terms` that come out. Nothing here knows a table or a page. A teacher's own preview obeys none of it.

What holds (tests/rules shows each): an accommodation or an extension never makes anything stricter; an end moves later with more time; no
score leaves 0..1; a late penalty never raises one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Literal, assert_never

from lti_tool.facts.accommodations import NOTHING_GIVEN, Accommodation

Keeps = Literal["best", "latest", "first", "average"]
Late = Literal["full", "per_day", "flat"]
Retake = Literal["all", "missed"]
State = Literal["open", "not_yet", "closed", "used_up", "cooling"]

KEEPS: tuple[Keeps, ...] = ("best", "latest", "first", "average")
LATES: tuple[Late, ...] = ("full", "per_day", "flat")
RETAKES: tuple[Retake, ...] = ("all", "missed")
AFTER_FINISH = "after_finish"
FEEDBACK_POLICIES = ("at_once", AFTER_FINISH, "after_due", "scores_only", "never")

SLACK = timedelta(seconds=10)
"""After the end of an attempt answers still arrive that were given before it."""
UNTIMED_SPAN = timedelta(hours=48)
"""What somebody without a timer has at least, when they began a timed assignment just before it closed."""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What a teacher set for everybody. The names are those of the columns."""

    max_attempts: int | None = None
    """None: as often as they like."""
    opens_at: datetime | None = None
    due_at: datetime | None = None
    closes_at: datetime | None = None
    feedback: str = AFTER_FINISH
    keeps: str = "best"
    """Which attempt's score counts."""
    cooldown_minutes: int = 0
    """Between the end of an attempt and the next one."""
    retake: str = "all"
    """`missed`: a further attempt asks only what was not fully right, the rest is carried over."""
    is_practice: bool = False
    """Never in the gradebook, column or not."""
    time_limit_minutes: int | None = None
    late: str = "full"
    """`full`: late work counts in full. `per_day`, `flat`: `late_percent` is taken off for each day begun, or once."""
    late_percent: float = 0
    late_floor: float = 0
    """The per cent of its score that late work keeps at least."""
    late_grace_minutes: int = 0
    """After the due date work is not late yet."""


@dataclass(frozen=True, kw_only=True)
class Extension:
    """An exception at one assignment, for one person or (`is_for_class`) everybody."""

    due_at: datetime | None = None
    closes_at: datetime | None = None
    extra_attempts: int = 0
    extra_minutes: int = 0
    is_for_class: bool = False


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What holds for one person at one assignment."""

    policy: Policy
    opens_at: datetime | None
    due_at: datetime | None
    closes_at: datetime | None
    max_attempts: int | None
    time_limit: timedelta | None
    """None: no limit, or none for this person."""
    is_untimed: bool
    """The assignment has a limit that this person is free of."""
    outlasts_close: bool
    """An attempt begun before the close is not cut short by it."""
    tells_at: datetime | None
    """With `after_due`: from when on it is told what was right."""


@dataclass(frozen=True, kw_only=True)
class Opening:
    """Whether another attempt may begin; `at` is when it opens, closed, or the wait is over."""

    state: State
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Done:
    """A finished attempt, as far as the rules look at it."""

    number: int
    ratio: float
    started_at: datetime
    finished_at: datetime


@dataclass(frozen=True, kw_only=True)
class Counted:
    """The score that counts, 0..1, after what lateness took off, and the attempts it is made of."""

    ratio: float
    numbers: tuple[int, ...]
    late_percent: float
    """The most that was taken off one of them."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a student is told of their work."""

    score: bool
    items: bool
    """What was right and why, with the key."""
    at_once: bool = False
    """Quiz questions, too, may be checked while working."""


EVERYTHING = Told(score=True, items=True)


def terms_of(
    policy: Policy, given: Accommodation = NOTHING_GIVEN, extensions: Sequence[Extension] = ()
) -> Terms:
    """The terms of one person. Of several later dates the latest holds; attempts and minutes add up."""
    days = timedelta(days=given.extra_days)
    due_at = _latest(policy.due_at, days, [each.due_at for each in extensions])
    closes_at = _latest(policy.closes_at, days, [each.closes_at or each.due_at for each in extensions])
    for_class = [each.due_at for each in extensions if each.is_for_class]
    return Terms(
        policy=policy,
        opens_at=policy.opens_at,
        due_at=due_at,
        closes_at=closes_at,
        max_attempts=_most_attempts(policy, given, extensions),
        time_limit=_time_limit(policy, given, extensions),
        is_untimed=policy.time_limit_minutes is not None and given.no_timer,
        outlasts_close=policy.time_limit_minutes is not None and (given.no_timer or given.time_percent > 100),
        tells_at=_latest(policy.due_at, timedelta(), for_class),
    )


def _latest(date: datetime | None, later: timedelta, others: Sequence[datetime | None]) -> datetime | None:
    """No date stays none: nothing is more generous."""
    if date is None:
        return None
    return max([date + later, *(other for other in others if other is not None)])


def _most_attempts(policy: Policy, given: Accommodation, extensions: Sequence[Extension]) -> int | None:
    if policy.max_attempts is None:
        return None
    return policy.max_attempts + given.extra_attempts + sum(each.extra_attempts for each in extensions)


def _time_limit(policy: Policy, given: Accommodation, extensions: Sequence[Extension]) -> timedelta | None:
    if policy.time_limit_minutes is None or given.no_timer:
        return None
    minutes = policy.time_limit_minutes * given.time_percent / 100
    return timedelta(minutes=minutes + sum(each.extra_minutes for each in extensions))


def opening(terms: Terms, *, finished: int, last_finished_at: datetime | None, now: datetime) -> Opening:
    """Whether a student may begin another attempt after so many finished ones."""
    if terms.opens_at is not None and now < terms.opens_at:
        return Opening(state="not_yet", at=terms.opens_at)
    if terms.closes_at is not None and now >= terms.closes_at:
        return Opening(state="closed", at=terms.closes_at)
    if terms.max_attempts is not None and finished >= terms.max_attempts:
        return Opening(state="used_up")
    if last_finished_at is not None:
        again_at = last_finished_at + timedelta(minutes=terms.policy.cooldown_minutes)
        if now < again_at:
            return Opening(state="cooling", at=again_at)
    return Opening(state="open")


def end_of(terms: Terms, started_at: datetime) -> datetime | None:
    """When an attempt begun then is handed in by itself; None: the student ends it.

    Only timed assignments end by themselves. The close ends an attempt early, but never one of somebody with more time.
    """
    if terms.policy.time_limit_minutes is None:
        return None
    if terms.is_untimed:
        return max(terms.closes_at, started_at + UNTIMED_SPAN) if terms.closes_at else None
    end = started_at + (terms.time_limit or timedelta())
    if terms.closes_at is None or terms.outlasts_close:
        return end
    return max(started_at, min(end, terms.closes_at))


def renewed_end(terms: Terms, started_at: datetime, ends_at: datetime | None) -> datetime | None:
    """The end of an attempt under way after the rules changed: never an earlier one, and none where it began without."""
    end = end_of(terms, started_at)
    return None if end is None or ends_at is None else max(end, ends_at)


def reopened_end(
    ends_at: datetime | None, finished_at: datetime, minutes: int | None, now: datetime
) -> datetime | None:
    """When an attempt that is reopened now is handed in by itself: after the minutes it is given, else after what was left of its time."""
    if ends_at is None:
        return None
    left = ends_at - finished_at if minutes is None else timedelta(minutes=minutes)
    return now + max(left, timedelta())


def is_playable(terms: Terms, ends_at: datetime | None, now: datetime) -> bool:
    """Whether answers of an attempt under way, which ends by itself then, are still taken."""
    if terms.opens_at is not None and now < terms.opens_at:
        return False
    if ends_at is not None:
        return not has_ended(ends_at, now)
    return terms.closes_at is None or now < terms.closes_at


def has_ended(ends_at: datetime | None, now: datetime) -> bool:
    """Whether an attempt is to be handed in by itself now."""
    return ends_at is not None and now >= ends_at + SLACK


def days_late(terms: Terms, done: Done) -> int:
    """Days begun after the due date when it was handed in; 0: in time.

    What is handed in after the close counts as at the close: nothing could be added to it, or it was the person's own longer time. Somebody
    with more time who began before the due date is not late within their time.
    """
    if terms.due_at is None:
        return 0
    end = end_of(terms, done.started_at)
    handed_in = min(done.finished_at, terms.closes_at or done.finished_at)
    if terms.outlasts_close and done.started_at < terms.due_at and (end is None or handed_in <= end + SLACK):
        return 0
    if handed_in <= terms.due_at + timedelta(minutes=terms.policy.late_grace_minutes):
        return 0
    return max(1, ceil((handed_in - terms.due_at) / timedelta(days=1)))


def late_percent(terms: Terms, done: Done) -> float:
    """The per cent that lateness takes off the score, 0..100."""
    days = days_late(terms, done)
    if days == 0 or terms.policy.late == "full":
        return 0.0
    taken = terms.policy.late_percent * (days if terms.policy.late == "per_day" else 1)
    return min(max(taken, 0.0), 100.0 - terms.policy.late_floor)


def after_lateness(terms: Terms, done: Done) -> float:
    """The ratio of one attempt as it counts."""
    return done.ratio * (100.0 - late_percent(terms, done)) / 100.0


def counted(terms: Terms, attempts: Sequence[Done]) -> Counted | None:
    """What the gradebook gets; None before the first finished attempt."""
    if not attempts:
        return None
    ordered = sorted(attempts, key=lambda each: each.number)
    kept = _kept(terms, ordered)
    ratio = sum(after_lateness(terms, each) for each in kept) / len(kept)
    return Counted(
        ratio=min(max(ratio, 0.0), 1.0),
        numbers=tuple(each.number for each in kept),
        late_percent=max(late_percent(terms, each) for each in kept),
    )


def _kept(terms: Terms, ordered: Sequence[Done]) -> Sequence[Done]:
    keeps = as_keeps(terms.policy.keeps)
    match keeps:
        case "best":
            return [max(ordered, key=lambda each: after_lateness(terms, each))]
        case "latest":
            return [ordered[-1]]
        case "first":
            return [ordered[0]]
        case "average":
            return ordered
        case _:
            assert_never(keeps)


def as_keeps(word: str) -> Keeps:
    """The word of a column, which the table's constraint has checked."""
    return next(each for each in KEEPS if each == word)


def told(terms: Terms, *, is_preview: bool, now: datetime) -> Told:
    """What a student may see of their score and of the feedback on each item, now."""
    feedback = terms.policy.feedback
    if feedback == "at_once":
        return Told(score=True, items=True, at_once=True)
    if is_preview or feedback == AFTER_FINISH:
        return EVERYTHING
    if feedback == "after_due":
        return Told(score=True, items=terms.tells_at is None or now >= terms.tells_at)
    return Told(score=feedback != "never", items=False)


def carried_over(policy: Policy, ratios: Mapping[str, float]) -> frozenset[str]:
    """Which items a further attempt takes over from the one before, given their ratios there: the fully right ones.

    None where a retake asks everything, and where nothing was missed: then there is nothing else to ask.
    """
    if policy.retake != "missed" or all(ratio >= 1 for ratio in ratios.values()):
        return frozenset()
    return frozenset(item_id for item_id, ratio in ratios.items() if ratio >= 1)
