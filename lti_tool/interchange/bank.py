"""Drafts to a bank: ids that stay, checks, the files an author would write, and a report on every question.

An id is derived from the bank and from what the package calls the question (or, where it does not, from what it says), so that the same
package gives the same ids whenever it is imported. Where a bank is replaced, its own questions keep their ids (`identity`).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Literal, TypeAlias

from pydantic import ValidationError

from lti_tool.content.checks.writing import check_tokens
from lti_tool.content.markdown import inspect_all
from lti_tool.content.model import Envelope, Item
from lti_tool.content.overlay import list_slots
from lti_tool.content.problems import Place, Problems, list_errors
from lti_tool.content.prose import Prose, slot_texts
from lti_tool.content.source import NOWHERE
from lti_tool.content.validation import explain
from lti_tool.errors import BadRequestError
from lti_tool.interactions import get_kind
from lti_tool.interchange.drafts import OWN_ID, Draft, Fields, slug
from lti_tool.interchange.identity import Identities
from lti_tool.interchange.yaml_text import to_yaml

Outcome: TypeAlias = Literal["taken", "changed", "refused"]
SHARED = frozenset(Envelope.model_fields)
ORDER = ("id", "kind", "skill", "difficulty", "grades", "points", "status", "source", "stimulus", "prompt")
LONGEST_ID = 50
MOST_ITEMS = 500
MINUTES_EACH = 1


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Where questions go, and what they get that no package tells."""

    bank_id: str
    title: str
    skill: str
    language: str = "en"
    grades: tuple[int, int] = (0, 12)
    skills: frozenset[str] = frozenset()
    """All skills of the library: those that a package names are kept if they are among them."""
    keep_ids: bool = False
    """Whether ids that could be ours are taken as they are: for a bank that comes home."""
    known: Mapping[str, Item] = field(default_factory=dict, repr=False)
    """The questions of the bank that the file replaces, by id."""

    def __post_init__(self) -> None:
        if not OWN_ID.match(self.bank_id) or len(self.bank_id) > LONGEST_ID:
            raise BadRequestError(
                f"“{self.bank_id}” cannot be a bank's id. Use lower-case words joined by hyphens, at most {LONGEST_ID} signs."
            )


@dataclass(frozen=True, kw_only=True)
class Line:
    """What became of one question."""

    number: int
    title: str
    outcome: Outcome
    item_id: str | None = None
    kind: str | None = None
    notes: tuple[str, ...] = ()
    """What was changed, or why it was refused, in sentences."""


@dataclass(frozen=True, kw_only=True)
class Imported:
    """A bank as it would be written, with its report."""

    plan: Plan
    items: tuple[Item, ...]
    entries: tuple[Fields, ...] = field(repr=False)
    media: Mapping[str, bytes] = field(repr=False)
    lines: tuple[Line, ...]

    def count(self, outcome: Outcome) -> int:
        return sum(line.outcome == outcome for line in self.lines)

    @property
    def bank_yaml(self) -> str:
        return to_yaml(
            {
                "schema": 1,
                "id": self.plan.bank_id,
                "title": self.plan.title,
                "language": self.plan.language,
                "grades": list(self.plan.grades),
                "items": list(self.entries),
            }
        )

    @property
    def quiz_yaml(self) -> str | None:
        """A quiz that asks every question that is ready, or None where none is."""
        ready = [item.id for item in self.items if item.is_served]
        if not ready:
            return None
        return to_yaml(
            {
                "schema": 1,
                "id": self.plan.bank_id,
                "version": "1.0.0",
                "title": self.plan.title,
                "summary": f"{len(ready)} questions from elsewhere."
                if self.plan.language != "es"
                else f"{len(ready)} preguntas de otra parte.",
                "language": self.plan.language,
                "grades": list(self.plan.grades),
                "minutes": max(1, min(240, MINUTES_EACH * len(ready))),
                "shuffle": False,
                "items": ready,
            }
        )

    @property
    def report(self) -> str:
        """The report as JSON, beside the bank."""
        told = [{name: value for name, value in vars(line).items() if value} for line in self.lines]
        return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def make_bank(drafts: Iterable[Draft], media: Mapping[str, bytes], plan: Plan) -> Imported:
    lines: list[Line] = []
    items: list[Item] = []
    entries: list[Fields] = []
    met: Counter[str] = Counter()
    identities = Identities(plan.known) if plan.known else None
    for number, draft in enumerate(drafts, start=1):
        line, item, entry = _place(draft, number, plan, met, identities)
        lines.append(line)
        if item is not None and len(items) >= MOST_ITEMS:
            lines[-1] = Line(
                number=number,
                title=draft.title,
                outcome="refused",
                notes=(f"A bank holds at most {MOST_ITEMS} questions.",),
            )
        elif item is not None:
            items.append(item)
            entries.append(entry)
    told = json.dumps(entries)
    return Imported(
        plan=plan,
        items=tuple(items),
        entries=tuple(entries),
        media={name: raw for name, raw in media.items() if f"media/{name}" in told},
        lines=tuple(lines),
    )


def _place(
    draft: Draft, number: int, plan: Plan, met: Counter[str], identities: Identities | None
) -> tuple[Line, Item | None, Fields]:
    title = draft.title or f"Question {number}"
    if draft.fields is None:
        return Line(number=number, title=title, outcome="refused", notes=(draft.reason,)), None, {}
    item_id = _item_id(draft, plan, met)
    entry = _entry(draft.fields, item_id, plan)
    try:
        item = read_entry(entry, plan)
    except ValidationError as error:
        reason = _first_sentence(error, entry["kind"])
        return Line(number=number, title=title, outcome="refused", notes=(*draft.notes, reason)), None, {}
    if fault := writing_fault(item):
        return Line(number=number, title=title, outcome="refused", notes=(*draft.notes, fault)), None, {}
    if identities is not None:
        item = item.model_copy(update={"id": identities.settle(item)})
        entry = entry | {"id": item.id}
    notes = (*draft.notes, *_strange_skill(draft.fields, plan))
    line = Line(
        number=number,
        title=title,
        outcome="changed" if notes else "taken",
        item_id=item.id,
        kind=item.kind,
        notes=notes,
    )
    return line, item, entry


def writing_fault(item: Item) -> str:
    """Why the item's words may not be written so, or nothing: one such question keeps no other one out."""
    problems = Problems()
    for slot in list_slots(item.spec):
        for text in slot_texts(slot.value):
            prose = Prose(markdown=text, place=Place(file=NOWHERE), media={})
            check_tokens(prose, inspect_all(text), problems)
    first = next(iter(list_errors(problems)), None)
    return f"{first.message} {first.hint}".strip() if first else ""


def _strange_skill(fields: Mapping[str, Any], plan: Plan) -> Iterator[str]:
    told = fields.get("skill")
    if told and plan.skills and told not in plan.skills:
        yield f"There is no skill “{told}” here, so it counts for the skill of the bank."


def _item_id(draft: Draft, plan: Plan, met: Counter[str]) -> str:
    is_ours = plan.keep_ids and OWN_ID.match(draft.ident) and len(draft.ident) <= 64
    if is_ours or draft.ident in plan.known:
        name = draft.ident
    else:
        told = draft.ident or json.dumps(draft.fields, sort_keys=True, default=str)
        name = f"{plan.bank_id[:LONGEST_ID]}-{sha256(told.encode(errors='replace')).hexdigest()[:10]}"
    met[name] += 1
    return name if met[name] == 1 else f"{name}-{met[name]}"


def _entry(fields: Mapping[str, Any], item_id: str, plan: Plan) -> Fields:
    skill = fields.get("skill") if fields.get("skill") in plan.skills else plan.skill
    whole = {**fields, "id": item_id, "skill": skill}
    first = {name: whole[name] for name in ORDER if name in whole}
    return first | {name: value for name, value in whole.items() if name not in first}


def read_entry(entry: Mapping[str, Any], plan: Plan) -> Item:
    """The item as the content layer reads it. Raises pydantic's ValidationError."""
    own = {name: value for name, value in entry.items() if name not in SHARED}
    shared = {name: value for name, value in entry.items() if name in SHARED}
    spec = get_kind(entry["kind"]).Spec.model_validate(own)
    given = Envelope.model_validate(shared).model_dump(exclude_none=True)
    return Item.model_validate(
        {"grades": plan.grades, "tries": 1, **given, "spec": spec, "lang": plan.language}
    )


def _first_sentence(error: ValidationError, kind: str) -> str:
    message, hint = explain(error.errors(include_url=False)[0], get_kind(kind).Spec)
    return " ".join(part for part in (message, hint) if part)


def bank_id_from(name: str, taken: Sequence[str] = ()) -> str:
    """An id for a bank from a file's name or a title."""
    stem = slug(name.rsplit("/", 1)[-1].rsplit(".", 1)[0])[:40].strip("-") or "imported"
    number, free = 1, stem
    while free in taken:
        number += 1
        free = f"{stem}-{number}"
    return free
