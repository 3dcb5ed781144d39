"""The interaction kinds: one folder each beside this file, and nothing to register.

`contract` says what a kind offers. Templates are loaded under the prefix `interactions/` (`interactions/choice/template.html`);
scripts and style sheets are served with this folder's own layout, so that `choice/element.js` finds `../announce.js`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from random import Random
from types import MappingProxyType, ModuleType
from typing import Any, cast

from lti_tool.errors import ContentError
from lti_tool.interactions.contract import AnswerOption, Form, Kind, Response, Score
from lti_tool.interactions.examples import Example, load_examples
from lti_tool.interactions.seeding import seeded_order

__all__ = [
    "FOLDER",
    "Example",
    "IncompleteKindError",
    "find_kinds",
    "full_marks_of",
    "get_kind",
    "has_memory",
    "is_advisory",
    "is_key_shown",
    "is_manual",
    "is_scored",
    "kinds_within",
    "list_leavable",
    "load_examples",
    "marked",
    "mistake_of",
    "options_of",
    "picks_of",
    "respond",
    "revise",
    "scene_of",
    "seeded_order",
    "without",
]

FOLDER = Path(__file__).parent
NAMES = ("Spec", "public", "parse", "score", "guess_floor", "key_text")
FILES = ("__init__.py", "about.yaml", "template.html", "style.css", "examples.yaml", "es.po")


class IncompleteKindError(TypeError):
    """A kind's folder lacks a part of the contract."""


@cache
def find_kinds() -> Mapping[str, Kind]:
    """All kinds by name, found on disk."""
    folders = sorted(path for path in FOLDER.iterdir() if is_kind_folder(path))
    return MappingProxyType({folder.name: load_kind(folder) for folder in folders})


def get_kind(name: str) -> Kind:
    try:
        return find_kinds()[name]
    except KeyError:
        raise ContentError(kind=name) from None


def has_memory(kind: Kind) -> bool:
    """Whether the new response depends on the one before."""
    return hasattr(kind, "revise")


def revise(kind: Kind, spec: Any, before: Response, form: Form) -> Response:
    """The response after a form was posted. `before` counts only for kinds with memory."""
    own = getattr(kind, "revise", None)
    return cast(Response, own(spec, before, form) if own else kind.parse(spec, form))


def respond(kind: Kind, spec: Any, forms: Iterable[Form]) -> Response:
    """The response after these forms were posted, one after the other."""
    response: Response = {}
    for form in forms:
        response = revise(kind, spec, response, form)
    return response


def scene_of(kind: Kind, spec: Any, response: Response, seed: int) -> Any:
    """What the template shows because of what was done so far, or None."""
    own = getattr(kind, "scene", None)
    return own(spec, response, seed) if own else None


def is_scored(kind: Kind) -> bool:
    return bool(getattr(kind, "IS_SCORED", True))


def is_manual(kind: Kind) -> bool:
    return bool(getattr(kind, "IS_MANUAL", False))


def is_advisory(kind: Kind) -> bool:
    """Whether its score is advice: it compares words, and a teacher who reads the answer may know better."""
    return bool(getattr(kind, "IS_ADVISORY", False))


def is_key_shown(kind: Kind) -> bool:
    """Whether the key follows from what everybody sees, by a rule that is to be known."""
    return bool(getattr(kind, "KEY_IS_SHOWN", False))


def list_leavable(kind: Kind, spec: Any, seed: int, fewer: int) -> tuple[str, ...]:
    """The names of what is left out for somebody who is given so many choices fewer; nothing in kinds without wrong choices to spare."""
    own = getattr(kind, "leavable", None)
    return tuple(own(spec, seed, fewer)) if own else ()


def without(kind: Kind, spec: Any, left_out: Collection[str]) -> Any:
    """The spec without these of its parts. Only kinds with `leavable` have any."""
    own = getattr(kind, "without")  # noqa: B009 - kinds with `leavable` alone have it
    return own(spec, left_out)


def kinds_within(name: str, public: Any) -> frozenset[str]:
    """The kind of an item and those of the items it holds: whose styles and scripts a page with it needs."""
    return frozenset({name}) | getattr(public, "kinds_inside", frozenset())


def marked(kind: Kind, spec: Any, response: Response, levels: Mapping[str, str]) -> Score:
    """The score of a manual kind's answer by the levels a teacher chose."""
    own = getattr(kind, "marked")  # noqa: B009 - manual kinds alone have it
    return cast(Score, own(spec, response, levels))


def options_of(kind: Kind, spec: Any) -> tuple[AnswerOption, ...]:
    """The options one may choose, for kinds that have some."""
    own = getattr(kind, "options", None)
    return cast(tuple[AnswerOption, ...], own(spec)) if own else ()


def picks_of(kind: Kind, spec: Any, response: Response) -> tuple[str, ...] | None:
    """The ids of the options chosen, those of `options_of`; None for kinds without options."""
    own = getattr(kind, "picks", None)
    return cast(tuple[str, ...], own(spec, response)) if own else None


def full_marks_of(kind: Kind, spec: Any) -> tuple[Form, ...]:
    """The forms that earn all there is; none for a kind that is not scored by itself."""
    own = getattr(kind, "full_marks", None)
    return cast(tuple[Form, ...], own(spec)) if own else ()


def mistake_of(kind: Kind, spec: Any, rng: Random) -> tuple[Form, ...]:
    """The forms of a plausible wrong answer; none (the item is left open) for a kind that tells of no mistake."""
    own = getattr(kind, "mistake", None)
    return cast(tuple[Form, ...], own(spec, rng)) if own else ()


def is_kind_folder(path: Path) -> bool:
    return path.is_dir() and not path.name.startswith(("_", "."))


def load_kind(folder: Path, package: str = __name__) -> Kind:
    """Import the kind in a folder, or say what it lacks."""
    refuse_if_missing(folder, [file for file in FILES if not (folder / file).is_file()])
    module: ModuleType = import_module(f"{package}.{folder.name}")
    refuse_if_missing(folder, [name for name in NAMES if not callable(getattr(module, name, None))])
    return cast(Kind, module)


def refuse_if_missing(folder: Path, missing: list[str]) -> None:
    if missing:
        raise IncompleteKindError(
            f"The interaction kind “{folder.name}” lacks {', '.join(missing)}: see contract.py."
        )
