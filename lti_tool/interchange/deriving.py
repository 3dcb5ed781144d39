"""Making one item out of another: the same envelope and remarks, another kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lti_tool.content.model import Item
from lti_tool.interactions import get_kind

LONGEST_ID = 64


class CannotError(ValueError):
    """This item does not fit into the kind it was to become."""


@dataclass(frozen=True)
class Step:
    """What an item became, and what was lost by it."""

    items: tuple[Item, ...]
    loss: str


def derive(item: Item, kind: str, *, suffix: str = "", points: int | None = None, **fields: Any) -> Item:
    """An item of another kind with the prompt, stimulus, hints and remarks of this one, unless `fields` say otherwise."""
    spec = item.spec
    common = {
        "prompt": spec.prompt,
        "stimulus": spec.stimulus,
        "hints": spec.hints,
        "feedback": spec.feedback.model_dump(),
    }
    name = f"{item.id}-{suffix}" if suffix else item.id
    if len(name) > LONGEST_ID:
        raise CannotError(name)
    update = {
        "id": name,
        "kind": kind,
        "points": points or item.points,
        "spec": get_kind(kind).Spec.model_validate(common | fields),
    }
    return item.model_copy(update=update)


def share(item: Item, count: int) -> int:
    """The points of each of several items that stand for one: at least one."""
    return max(1, round(item.points / count))


def above(*parts: str | None) -> str | None:
    """One stimulus of several texts."""
    return "\n\n".join(part for part in parts if part) or None


def option(name: str, text: str, *, key: bool = False, feedback: str | None = None) -> dict[str, Any]:
    return {"id": name, "text": text, "key": key, "feedback": feedback}


def one_each(
    item: Item, rows: list[tuple[str, str, str | None]], labels: dict[str, str], keys: dict[str, str]
) -> tuple[Item, ...]:
    """A single choice for each row (id, text, remark): which label is its own?"""
    return tuple(
        derive(
            item,
            "choice",
            suffix=row_id,
            points=share(item, len(rows)),
            prompt=f"{item.spec.prompt} — {text}",
            shuffle=False,
            hints=(),
            options=[
                option(
                    name, label, key=keys[row_id] == name, feedback=remark if keys[row_id] != name else None
                )
                for name, label in labels.items()
            ],
        )
        for row_id, text, remark in rows
    )
