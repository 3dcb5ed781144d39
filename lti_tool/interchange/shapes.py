"""Fields of our kinds from what several formats say alike: options, pairs, gaps, numbers, essays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lti_tool.interactions.short_text.normalise import normalise
from lti_tool.interchange.drafts import GAP_MARK, Desk, Fields, RefusedError, part_ids, without_blank
from lti_tool.interchange.markup import Block, as_text

MOST_BINS, MOST_CATEGORIES, MOST_THINGS, MOST_WORDS = 4, 6, 8, 8
LONGEST_ANSWER = 200


@dataclass(frozen=True, kw_only=True)
class Option:
    """Something to pick, as a package has it."""

    ident: str
    text: str
    is_key: bool
    feedback: str = ""


@dataclass(frozen=True, kw_only=True)
class Row:
    """Something whose partner is looked for; `partners` are the idents of those that fit."""

    ident: str
    text: str
    partners: tuple[str, ...]
    feedback: str = ""


def choice(options: Sequence[Option], *, multiple: bool, shuffle: bool = True) -> Fields:
    fields: Fields = {"kind": "choice"}
    if multiple:
        fields["multiple"] = True
    if not shuffle:
        fields["shuffle"] = False
    return fields | {"options": _options(options)}


def _options(options: Sequence[Option]) -> list[Fields]:
    ids = part_ids(option.ident for option in options)
    return [
        without_blank({"id": name, "text": option.text, "feedback": option.feedback})
        | ({"key": True} if option.is_key else {})
        for name, option in zip(ids, options, strict=True)
    ]


def text(desk: Desk, answers: Sequence[str], near: Sequence[Fields] = ()) -> Fields:
    """A word or a few. Answers that differ only in what does not matter here are one."""
    accept = _distinct(desk, answers)
    known = {normalise(answer) for answer in accept}
    kept = [each for each in near if normalise(each["text"]) not in known and normalise(each["text"])]
    return {"kind": "short_text", "accept": accept} | ({"near": kept} if kept else {})


def _distinct(desk: Desk, answers: Sequence[str]) -> list[str]:
    found: dict[str, str] = {}
    for answer in answers:
        told = desk.plain(answer)
        if told and normalise(told) and len(told) <= LONGEST_ANSWER:
            found.setdefault(normalise(told), told)
        elif told:
            desk.note(f"An accepted answer was left out, since it has no letter or is too long: {told[:40]}.")
    if not found:
        raise RefusedError("It has no right answer that could be typed.")
    return list(found.values())


def number(answer: Decimal, tolerance: Decimal, **more: Any) -> Fields:
    fields = {"kind": "numeric", "answer": float(answer)}
    if tolerance:
        fields["tolerance"] = float(abs(tolerance))
    return fields | more


def between(low: Decimal, high: Decimal) -> tuple[Decimal, Decimal]:
    """The middle of a range, and how far its ends are."""
    return (low + high) / 2, abs(high - low) / 2


def pairs(rows: Sequence[Row], partners: Mapping[str, str], kind: str = "") -> Fields:
    """Rows with one partner each are a `match`; where several go to one place, a `sorter`; where some fit several or none, `categorise`."""
    counts = Counter(ident for row in rows for ident in row.partners)
    if kind == "categorise" or any(len(row.partners) != 1 for row in rows):
        return _categories(rows, partners)
    is_shared = kind == "sorter" or max(counts.values(), default=0) > 1 or len(partners) < 3
    if not is_shared:
        return _match(rows, partners)
    used = {ident: label for ident, label in partners.items() if counts[ident]}
    if len(used) < len(partners) and len(partners) <= MOST_CATEGORIES and len(rows) <= MOST_THINGS:
        return _categories(rows, partners)
    return _sorter(rows, used)


def _match(rows: Sequence[Row], partners: Mapping[str, str]) -> Fields:
    names = dict(zip(partners, part_ids(partners), strict=True))
    ids = part_ids(row.ident for row in rows)
    return {
        "kind": "match",
        "rows": [
            without_blank(
                {"id": name, "text": row.text, "partner": names[row.partners[0]], "feedback": row.feedback}
            )
            for name, row in zip(ids, rows, strict=True)
        ],
        "partners": [{"id": names[ident], "text": label} for ident, label in partners.items()],
    }


def _sorter(rows: Sequence[Row], bins: Mapping[str, str]) -> Fields:
    names = dict(zip(bins, part_ids(bins), strict=True))
    ids = part_ids(row.ident for row in rows)
    return {
        "kind": "sorter",
        "bins": [{"id": names[ident], "label": label} for ident, label in bins.items()],
        "cards": [
            without_blank(
                {"id": name, "text": row.text, "bin": names[row.partners[0]], "feedback": row.feedback}
            )
            for name, row in zip(ids, rows, strict=True)
        ],
    }


def _categories(rows: Sequence[Row], partners: Mapping[str, str]) -> Fields:
    names = dict(zip(partners, part_ids(partners), strict=True))
    ids = part_ids(row.ident for row in rows)
    return {
        "kind": "categorise",
        "categories": [{"id": names[ident], "label": label} for ident, label in partners.items()],
        "things": [
            {"id": name, "text": row.text, "fits": [names[each] for each in row.partners]}
            | without_blank({"feedback": row.feedback})
            for name, row in zip(ids, rows, strict=True)
        ],
    }


def order(steps: Sequence[tuple[str, str, str]]) -> Fields:
    """Steps in the right order, each (ident, text, feedback)."""
    ids = part_ids(ident for ident, _, _ in steps)
    return {
        "kind": "order",
        "steps": [
            without_blank({"id": name, "text": told, "feedback": remark})
            for name, (_, told, remark) in zip(ids, steps, strict=True)
        ],
    }


def dropdown(
    desk: Desk, blocks: Sequence[Block], gaps: Sequence[tuple[str, Sequence[Option]]], *, shuffle: bool = True
) -> Fields:
    """A text with a `gap_mark` for each gap, and the words of each."""
    ids = part_ids(ident for ident, _ in gaps)
    asked, told = desk.gapped(blocks)
    fields: Fields = {
        "kind": "dropdown",
        **asked,
        "text": GAP_MARK.sub(lambda mark: f"[[{ids[int(mark[1])]}]]", told.replace("[[", "\\[[")),
    }
    if not shuffle:
        fields["shuffle"] = False
    return fields | {
        "gaps": [
            {"id": name, "options": _options(options)} for name, (_, options) in zip(ids, gaps, strict=True)
        ]
    }


def typed_gaps(
    desk: Desk, blocks: Sequence[Block], gaps: Sequence[tuple[str, Sequence[str]]], remarks: Fields
) -> Fields:
    """Gaps to type into: one becomes a short text, several a set of short texts about the text."""
    asked, told = desk.gapped(blocks)
    if len(gaps) == 1:
        whole = GAP_MARK.sub(r"\\_\\_\\_", as_text(blocks))
        before, _, last = whole.rpartition("\n\n")
        fields = {**text(desk, gaps[0][1]), "prompt": last.replace("\\\n", " ")}
        return fields | ({"stimulus": before} if before else {})
    desk.note("Its gaps to type into became one question each, about the same text.")
    stimulus = GAP_MARK.sub(lambda mark: f"({int(mark[1]) + 1}) \\_\\_\\_", told)
    asked["stimulus"] = "\n\n".join(part for part in (asked.get("stimulus", ""), stimulus) if part)
    return {
        "kind": "passage_set",
        **asked,
        "questions": [
            {
                "id": f"gap-{number}",
                **text(desk, answers),
                "prompt": f"({number}) \\_\\_\\_",
                "feedback": remarks,
            }
            for number, (_, answers) in enumerate(gaps, start=1)
        ],
    }


def essay(desk: Desk, model_answer: str, most: int) -> Fields:
    """A text that a teacher reads; a rubric of three levels stands in, since none comes along."""
    if not model_answer:
        desk.note("It came without a model answer: write one, and a rubric of your own if you like.")
    else:
        desk.note("It got a plain rubric of three levels.")
    levels = [
        {
            "id": "full",
            "label": "Complete",
            "points": max(1, most),
            "text": "The answer says what was asked for.",
        },
        {
            "id": "part",
            "label": "In part",
            "points": max(1, most) / 2,
            "text": "Something important is missing.",
        },
        {
            "id": "none",
            "label": "Not yet",
            "points": 0,
            "text": "The answer does not say what was asked for.",
        },
    ]
    return {
        "kind": "open_response",
        "rubric": [{"id": "answer", "title": "Answer", "levels": levels}],
        "model_answer": model_answer or "No model answer came with this question.",
    }
