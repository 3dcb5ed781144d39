"""Ordinary kinds in terms of plainer ones: what a program without matching, ordering or gaps can still ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lti_tool.content.markdown import plain_text
from lti_tool.content.model import Item
from lti_tool.interactions.dropdown import GAP
from lti_tool.interactions.numeric import plain as plain_number
from lti_tool.interchange.deriving import CannotError, Step, above, derive, one_each, option, share

NONE_FITS = "None of these"
MOST_OPTIONS = 10


def true_false(item: Item) -> Step:
    spec: Any = item.spec
    judged = derive(
        item,
        "choice",
        suffix="judgment",
        points=share(item, 2),
        stimulus=above(spec.stimulus, spec.statement),
        shuffle=False,
        options=[
            option(
                "true", "True", key=spec.is_true, feedback=None if spec.is_true else spec.judgment_feedback
            ),
            option(
                "false",
                "False",
                key=not spec.is_true,
                feedback=spec.judgment_feedback if spec.is_true else None,
            ),
        ],
    )
    reason = derive(
        item,
        "choice",
        suffix="reason",
        points=share(item, 2),
        prompt=spec.ask_reason or "How do you know?",
        stimulus=above(spec.stimulus, spec.statement),
        shuffle=spec.shuffle,
        hints=(),
        options=[each.model_dump() for each in spec.reasons],
    )
    loss = "The judgment and its reason became two questions, so a right reason beside a wrong judgment earns points there."
    return Step((judged, reason), loss)


def sorter(item: Item) -> Step:
    spec: Any = item.spec
    rows = [(card.id, card.text, card.feedback) for card in spec.cards]
    items = one_each(item, rows, spec.labels, {card.id: card.bin for card in spec.cards})
    return Step(items, "Each card became a question of its own.")


def match(item: Item) -> Step:
    spec: Any = item.spec
    rows = [(row.id, row.text, row.feedback) for row in spec.rows]
    items = one_each(item, rows, spec.texts, {row.id: row.partner for row in spec.rows})
    return Step(items, "Each row became a question of its own.")


def categorise(item: Item) -> Step:
    spec: Any = item.spec
    items = tuple(
        derive(
            item,
            "choice",
            suffix=thing.id,
            points=share(item, len(spec.things)),
            prompt=f"{spec.prompt} — {thing.text}",
            multiple=True,
            shuffle=False,
            hints=(),
            options=[
                *(option(name, label, key=name in thing.fits) for name, label in spec.labels.items()),
                option("none-of-these", NONE_FITS, key=not thing.fits),
            ],
        )
        for thing in spec.things
    )
    return Step(items, "Each thing became a question of its own; its remark is lost.")


def order(item: Item) -> Step:
    """Steps matched with their numbers: every program that matches can ask for an order."""
    spec: Any = item.spec
    numbers = [str(number) for number in range(1, len(spec.steps) + 1)]
    rows = [
        {"id": step.id, "text": step.text, "partner": f"place-{number}", "feedback": step.feedback}
        for step, number in sorted(zip(spec.steps, numbers, strict=True), key=lambda pair: pair[0].id)
    ]
    partners = [{"id": f"place-{number}", "text": number} for number in numbers]
    if len(rows) > 8:
        labels = {f"place-{number}": number for number in numbers}
        keys = {row["id"]: row["partner"] for row in rows}
        told = [(row["id"], row["text"], row["feedback"]) for row in rows]
        return Step(
            one_each(item, told, labels, keys), "The place of each step became a question of its own."
        )
    matched = derive(item, "match", stimulus=above(spec.stimulus, _ends(spec)), rows=rows, partners=partners)
    loss = "The steps are matched with their numbers, and each counts by itself: a step that is missed moves the others."
    return Step((matched,), loss)


def _ends(spec: Any) -> str | None:
    if not spec.first_label and not spec.last_label:
        return None
    return f"1: {spec.first_label or '…'}. Last number: {spec.last_label or '…'}."


def dropdown(item: Item) -> Step:
    """A choice for each gap, with the gaps numbered in the text."""
    spec: Any = item.spec
    numbers = {gap.id: number for number, gap in enumerate(spec.in_text_order, start=1)}
    told = GAP.sub(lambda found: f"({numbers[found[1]]}) \\_\\_\\_", spec.text)
    items = tuple(
        derive(
            item,
            "choice",
            suffix=gap.id,
            points=share(item, len(spec.gaps)),
            prompt=f"{spec.prompt} — ({numbers[gap.id]})",
            stimulus=above(spec.stimulus, told),
            shuffle=spec.shuffle,
            hints=(),
            options=[each.model_dump() for each in gap.options],
        )
        for gap in spec.in_text_order
    )
    return Step(items, "Each gap became a question of its own, below the whole text.")


def highlight(item: Item) -> Step:
    spec: Any = item.spec
    if len(spec.choices) > MOST_OPTIONS:
        raise CannotError(item.id)
    joined = "".join(("\n\n" if piece.paragraph else " ") + piece.text for piece in spec.pieces).strip()
    options = [
        option(piece.id, piece.text, key=piece.key, feedback=piece.feedback)
        for piece in spec.pieces
        if piece.pick
    ]
    chosen = derive(
        item, "choice", multiple=True, shuffle=False, options=options, stimulus=above(spec.stimulus, joined)
    )
    return Step((chosen,), "The pieces of the text are picked from a list below it.")


def hotspot(item: Item) -> Step:
    spec: Any = item.spec
    picture = f"![{plain_text(spec.alt).translate(_BRACKETS)}]({spec.picture})"
    options = [option(place.id, place.label, key=place.key, feedback=place.feedback) for place in spec.places]
    if len(options) > MOST_OPTIONS:
        raise CannotError(item.id)
    chosen = derive(
        item, "choice", multiple=spec.multiple, options=options, stimulus=above(spec.stimulus, picture)
    )
    return Step((chosen,), "The places of the picture are picked from a list below it.")


_BRACKETS = str.maketrans("[]\n", "() ")


def numeric(item: Item) -> Step:
    spec: Any = item.spec
    if not spec.tolerance and spec.answer >= 0:
        typed = derive(item, "short_text", accept=[plain_number(spec.answer)], typos="none")
        return Step((typed,), "The number is compared as a text.")
    raise CannotError(item.id)


def passage_set(item: Item) -> Step:
    spec: Any = item.spec
    items = tuple(
        item.model_copy(
            update={
                "id": _inner_id(item, question.id),
                "kind": question.kind,
                "points": question.points,
                "spec": question.model_copy(
                    update={"stimulus": above(spec.stimulus, spec.prompt, question.stimulus)}
                ),
            }
        )
        for question in spec.questions
    )
    plain_items = tuple(_as_kind(each) for each in items)
    return Step(plain_items, "Its questions stand by themselves, each with the whole text above it.")


def _inner_id(item: Item, inner: str) -> str:
    name = f"{item.id}-{inner}"
    if len(name) > 64:
        raise CannotError(name)
    return name


def _as_kind(item: Item) -> Item:
    """An inner question has fields of its own; as an item it has those of its kind alone."""
    fields = item.spec.model_dump(exclude={"id", "kind", "points"})
    return derive(item, item.kind, **fields)


def confidence(item: Item) -> Step:
    return Step((), "It is never marked, so it was left out.")


STEPS: Mapping[str, Callable[[Item], Step]] = {
    "true_false_reason": true_false,
    "sorter": sorter,
    "match": match,
    "categorise": categorise,
    "order": order,
    "dropdown": dropdown,
    "highlight": highlight,
    "hotspot": hotspot,
    "numeric": numeric,
    "passage_set": passage_set,
    "confidence": confidence,
}
