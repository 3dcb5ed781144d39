"""By which method the district shows levels: what each means, a worked example, what would change, and the choice with its history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lti_tool.audit.log import LONGEST_REASON, Subject, list_entries
from lti_tool.audit.tables import AuditEntry
from lti_tool.corrections.methods import (
    ACTION,
    Changed,
    as_values,
    choose_method,
    count_students,
    preview,
    require_district,
)
from lti_tool.db.connect import transaction
from lti_tool.errors import BadFormError
from lti_tool.mastery.methods import (
    ENGINE,
    FEWEST_RESULTS,
    METHODS,
    MOST_RESULTS,
    NUMBERS,
    Choice,
    make_choice,
)
from lti_tool.mastery.showing import as_choice, find_choice_row
from lti_tool.mastery.worked import QUESTIONS, RIGHT, worked_example
from lti_tool.people.standing import names_of
from lti_tool.web.i18n import gettext as _
from lti_tool.web.method_words import choice_name, method_name, method_sentence
from lti_tool.web.visit import Visit, the_tool, visit_action, visit_page

pages = Blueprint("method", __name__)
SAMPLE = 2000
"""Students for whom a page works out what would change: a request does not wait for a hundred thousand."""
FIELDS = ("method", "number", "min_results", "proficient", "developing")


class Asked(NamedTuple):
    """A form as it was filled in."""

    values: dict[str, str]
    problems: dict[str, str]
    choice: Choice | None


@dataclass(frozen=True, kw_only=True)
class PastChoice:
    """One line of the history."""

    entry: AuditEntry
    by: str
    name: str


@pages.get("/at/<token>/levels")
@visit_page("steward")
def method(session: Session, visit: Visit) -> ResponseReturnValue:
    """With a method in the address: what would change by it. That is worked out for the whole district, so one school's specialist may not ask."""
    if "method" not in request.args:
        return _show(session, visit, None)
    require_district(visit.access)
    return _show(session, visit, _read(request.args))


@pages.post("/at/<token>/levels")
@visit_action("steward")
def choose(visit: Visit) -> ResponseReturnValue:
    """Show levels by this from now on; with something to mend, the form again and nothing changed."""
    require_district(visit.access)
    asked = _read(request.form)
    try:
        if asked.choice is not None:
            choose_method(the_tool(), visit.access, asked.choice, reason=request.form.get("reason", ""))
            return redirect(visit.link("method.method"), 303)
    except BadFormError as problem:
        asked.problems["reason"] = problem.message
    with transaction(the_tool().sessions) as session:
        return _show(session, visit, asked)


def _read(told: Mapping[str, str]) -> Asked:
    values = {name: told.get(name, "").strip() for name in FIELDS}
    problems: dict[str, str] = {}
    if values["method"] not in METHODS:
        problems["method"] = _("Choose one of the ways offered.")
        return Asked(values, problems, None)
    if values["method"] == ENGINE:
        return Asked(values, problems, make_choice(ENGINE))
    number = None
    if values["method"] in NUMBERS and values["number"]:
        low, high, _usual = NUMBERS[values["method"]]
        number = _whole(values, "number", low, high, problems)
    fewest = _whole(values, "min_results", FEWEST_RESULTS, MOST_RESULTS, problems, FEWEST_RESULTS)
    proficient = _whole(values, "proficient", 2, 100, problems, 75)
    developing = _whole(values, "developing", 1, 99, problems, 50)
    if not problems and developing >= proficient:
        problems["developing"] = _("Developing has to begin below proficient.")
    if problems:
        return Asked(values, problems, None)
    choice = make_choice(
        values["method"],
        number=number,
        min_results=fewest,
        proficient_from=proficient / 100,
        developing_from=developing / 100,
    )
    return Asked(values, problems, choice)


def _whole(
    values: Mapping[str, str], name: str, low: int, high: int, problems: dict[str, str], usual: int = 0
) -> int:
    """A whole number within bounds, the usual one where none is told."""
    text = values[name]
    if not text and usual:
        return usual
    if text.isascii() and text.isdigit() and len(text) < 4 and low <= int(text) <= high:
        return int(text)
    problems[name] = _("Give a whole number between %(low)s and %(high)s.", low=low, high=high)
    return usual


def _show(session: Session, visit: Visit, asked: Asked | None) -> ResponseReturnValue:
    row = find_choice_row(session, visit.tenant_id)
    now = Choice() if row is None else as_choice(row)
    choice = asked.choice if asked else None
    is_same = choice == now
    changed = (
        preview(session, visit.tenant_id, choice, most_students=SAMPLE) if choice and not is_same else None
    )
    students = count_students(session, visit.tenant_id) if changed is not None else 0
    page = render_template(
        "board/method.html",
        visit=visit,
        now=now,
        row=row,
        asked=asked,
        values=asked.values if asked else _as_form(now),
        problems=asked.problems if asked else {},
        is_same=is_same,
        moved=None if changed is None else _moved(changed),
        sample=SAMPLE if students > SAMPLE else None,
        students=students,
        all=0 if changed is None else sum(changed.values()),
        methods=METHODS,
        numbers=NUMBERS,
        fewest=FEWEST_RESULTS,
        most=MOST_RESULTS,
        may_choose=visit.access.is_district_specialist or visit.access.is_administrator,
        example=worked_example(),
        right=RIGHT,
        questions=QUESTIONS,
        method_name=method_name,
        method_sentence=method_sentence,
        choice_name=choice_name,
        longest=LONGEST_REASON,
        history=_history(session, visit),
    )
    return make_response(page, 400 if asked and asked.problems else 200)


def _as_form(choice: Choice) -> dict[str, str]:
    return {
        "method": choice.method,
        "number": str(choice.number or ""),
        "min_results": str(choice.rule.min_results if choice.rule else FEWEST_RESULTS),
        "proficient": f"{100 * choice.proficient_from:.0f}",
        "developing": f"{100 * choice.developing_from:.0f}",
    }


def _moved(changed: Changed) -> list[tuple[str, str, int]]:
    """(before, after, how many) of levels that change, the most first."""
    moved = [(*pair, count) for pair, count in changed.items() if pair[0] != pair[1]]
    return sorted(moved, key=lambda each: (-each[2], each))


def _history(session: Session, visit: Visit) -> list[PastChoice]:
    entries = list_entries(session, visit.access, Subject(), actions=(ACTION,))
    names = names_of(session, visit.access, {each.by_person_id for each in entries if each.by_person_id})
    return [
        PastChoice(
            entry=each,
            by=names.get(each.by_person_id, "") if each.by_person_id else "",
            name=choice_name(_as_choice(each.after or {})),
        )
        for each in entries
    ]


def _as_choice(values: Mapping[str, object]) -> Choice:
    """From what the audit log keeps (`as_values`)."""
    told = {**as_values(Choice()), **values}
    if told["method"] == ENGINE:
        return Choice()
    return make_choice(**told)
