"""The form of an assignment's rules: what a teacher typed as `Rules`, or what to mend; and rules as the form's values.

Times are typed and shown in the server's time zone, stored in UTC.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from lti_tool.player.offers import Rules
from lti_tool.player.rules import AFTER_FINISH, FEEDBACK_POLICIES, KEEPS, LATES, RETAKES, Policy
from lti_tool.web.i18n import gettext as _

T = TypeVar("T")
MOST_POINTS, MOST_ATTEMPTS = 1000, 50
MOST_MINUTES, MOST_COOLDOWN, MOST_GRACE = 480, 14 * 24 * 60, 7 * 24 * 60
"""Of a time limit; between attempts; after the due date: in minutes."""
MOMENTS = ("opens_at", "due_at", "closes_at")
CHOICES: Mapping[str, tuple[str, ...]] = {
    "feedback": FEEDBACK_POLICIES,
    "keeps": KEEPS,
    "retake": RETAKES,
    "late": LATES,
}
NUMBERS: Mapping[str, tuple[int, int | None]] = {
    "max_attempts": (MOST_ATTEMPTS, None),
    "time_limit_minutes": (MOST_MINUTES, None),
    "cooldown_minutes": (MOST_COOLDOWN, 0),
    "late_grace_minutes": (MOST_GRACE, 0),
}
"""The most, and what an empty field means."""
PERCENTS = ("late_percent", "late_floor")
FIELDS = ("title", "points", "is_practice", *MOMENTS, *CHOICES, *NUMBERS, *PERCENTS)
_USUAL = {"feedback": AFTER_FINISH, "keeps": "best", "retake": "all", "late": "full"}
_YEARS = range(2000, 2100)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")


@dataclass(frozen=True, kw_only=True)
class RulesForm:
    """A form as it was typed. `rules` is None while `problems` (by field) are left."""

    values: Mapping[str, str]
    problems: Mapping[str, str] = field(default_factory=dict)
    rules: Rules | None = None


@dataclass(kw_only=True)
class _Reading:
    """One pass over the fields; a problem with one never hides the others'."""

    values: Mapping[str, str]
    problems: dict[str, str] = field(default_factory=dict)

    def take(self, name: str, parse: Callable[[str], T]) -> T | None:
        try:
            return parse(self.values[name])
        except ValueError as problem:
            self.problems[name] = str(problem)
            return None


def read_rules(form: Mapping[str, str], zone: str, *, prefix: str = "") -> RulesForm:
    """Rules from fields named `<prefix><field>`; a field left out counts as empty."""
    values = {name: form.get(prefix + name, "").strip() for name in FIELDS}
    values |= {name: values[name] or usual for name, usual in _USUAL.items()}
    reading = _Reading(values=values)
    title, points = reading.take("title", _title), reading.take("points", _points)
    told: dict[str, Any] = {"is_practice": values["is_practice"] == "yes"}
    for name in MOMENTS:
        told[name] = reading.take(name, partial(read_moment, zone=zone))
    for name, words in CHOICES.items():
        told[name] = reading.take(name, partial(_choice, words=words))
    for name, (most, empty) in NUMBERS.items():
        told[name] = reading.take(name, partial(read_number, most=most, empty=empty))
    for name in PERCENTS:
        told[name] = reading.take(name, _percent)
    policy = Policy(**{name: value for name, value in told.items() if name not in reading.problems})
    problems = _problems_between(policy) | reading.problems
    if problems or title is None or points is None:
        return RulesForm(values=values, problems=problems)
    return RulesForm(values=values, rules=Rules(title=title, points=points, policy=policy))


def show_rules(rules: Rules, zone: str) -> RulesForm:
    """A form that holds these rules."""
    policy = rules.policy
    values = {
        "title": rules.title,
        "points": f"{rules.points:g}",
        "is_practice": "yes" if policy.is_practice else "",
        **{name: getattr(policy, name) for name in CHOICES},
        **{name: str(getattr(policy, name) or "") for name in NUMBERS},
        **{name: f"{getattr(policy, name):g}" if getattr(policy, name) else "" for name in PERCENTS},
        **{name: typed_moment(getattr(policy, name), zone) for name in MOMENTS},
    }
    return RulesForm(values=values, rules=rules)


def typed_moment(moment: datetime | None, zone: str) -> str:
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M") if moment else ""


def _title(text: str) -> str:
    title = _CONTROL.sub(" ", text).strip()
    if not title or len(title) > 255:
        raise ValueError(_("Give it a title of at most 255 characters."))
    return title


def _points(text: str) -> float:
    problem = _("Write a number of points from 1 to %(most)s.", most=MOST_POINTS)
    try:
        points = float(text.replace(",", ".")) if len(text) < 12 else math.nan
    except ValueError:
        raise ValueError(problem) from None
    if not 1 <= points <= MOST_POINTS:
        raise ValueError(problem)
    return round(points, 2)


def read_number(text: str, most: int, empty: int | None) -> int | None:
    """A whole number from 1 to `most`; `empty` where nothing is written."""
    if not text:
        return empty
    if not (
        text.isascii()
        and text.isdecimal()
        and len(text) < 6
        and (1 if empty is None else 0) <= int(text) <= most
    ):
        if empty is None:
            raise ValueError(_("Write a number from 1 to %(most)s, or nothing for no limit.", most=most))
        raise ValueError(_("Write a number from 0 to %(most)s.", most=most))
    return int(text)


def _percent(text: str) -> float:
    problem = _("Write a number from 0 to 100.")
    try:
        percent = float((text or "0").replace(",", ".")) if len(text) < 8 else math.nan
    except ValueError:
        raise ValueError(problem) from None
    if not 0 <= percent <= 100:
        raise ValueError(problem)
    return round(percent, 2)


def _choice(text: str, words: Collection[str]) -> str:
    if text not in words:
        raise ValueError(_("Choose one of the ways offered."))
    return text


def read_moment(text: str, zone: str) -> datetime | None:
    if not text:
        return None
    problem = _("Write a date and a time, such as 2026-11-30T08:00.")
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(problem) from None
    if local.tzinfo is not None or local.year not in _YEARS:
        raise ValueError(problem)
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _problems_between(policy: Policy) -> dict[str, str]:
    """What is wrong between fields that are each right."""
    found = {}
    opens_at, due_at, closes_at = policy.opens_at, policy.due_at, policy.closes_at
    if opens_at and due_at and due_at <= opens_at:
        found["due_at"] = _("It has to be due after it opens.")
    if due_at and closes_at and closes_at < due_at:
        found["closes_at"] = _("It cannot close before it is due.")
    if opens_at and closes_at and closes_at <= opens_at:
        found["closes_at"] = _("It has to close after it opens.")
    if policy.feedback == "after_due" and due_at is None:
        found["due_at"] = _("Feedback after the due date needs a due date.")
    if policy.late != "full" and due_at is None:
        found["due_at"] = _("What is late needs a due date.")
    if policy.late != "full" and not policy.late_percent:
        found["late_percent"] = _("Say how much is taken off late work.")
    if policy.retake == "missed" and policy.keeps == "average":
        found["keeps"] = _(
            "Where only what was missed is asked again, the average of all attempts makes no sense."
        )
    return found
