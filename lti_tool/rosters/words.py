"""What an import did, or would do, in sentences for the command line and the pages. Numbers only: nobody's name is in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

Counts = Mapping[str, Mapping[str, int]]


def _(text: str) -> str:
    """Marks what the pages tell in their own language."""
    return text


_KINDS = {
    "schools": _("Schools"),
    "people": _("People"),
    "classes": _("Classes"),
    "enrolments": _("Enrolments"),
    "terms": _("Terms"),
}
_VERDICTS = {
    "new": _("new"),
    "linked": _("linked to a record that is here already"),
    "changed": _("changed"),
    "ended": _("ended"),
    "ended_with": _("ended with their person or class"),
    "same": _("as before"),
    "seen": _("as before"),
    "old": _("passed over as older than what is held"),
    "unknown": _("to be ended and never known here"),
    "passed": _("passed over (guardians, parents and relatives)"),
    "double": _("passed over as standing twice"),
    "refused": _("passed over for a problem"),
    "no_class": _("passed over without their class"),
    "no_one": _("passed over without their person"),
}
_REASONS = {
    "sis_taken": _("with an id that another record has"),
    "sis_changed": _("with another SIS id than before"),
    "role": _("learning here and teaching there"),
    "email": _("with the same e-mail"),
    "name": _("with the same name"),
    "roster": _("with a record that the roster names already"),
}
_MISSING = {"people": _("people"), "classes": _("classes"), "enrolments": _("enrolments")}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One sentence: of what, and how many of each sort."""

    of: str
    parts: tuple[tuple[int, str], ...]
    is_to_decide: bool = False
    """These wait under People until somebody decides."""

    def __str__(self) -> str:
        return f"{self.of}: {', '.join(f'{count} {sort}' for count, sort in self.parts)}."


def list_lines(counts: Counts, *, is_dry: bool = False) -> Iterator[Line]:
    for key, name in _KINDS.items():
        yield from _line(name, counts.get(key, {}), _VERDICTS)
    told = {"told": _("would be set") if is_dry else _("set")}
    yield from _line(_("Grade or school of this year"), counts.get("years", {}), told)
    yield from _line(_("For you to decide (People)"), counts.get("cases", {}), _REASONS, is_to_decide=True)
    yield from _line(
        _("In InfoLit and not in the file, left as they are"), counts.get("missing", {}), _MISSING
    )


def _line(
    of: str, told: Mapping[str, int], words: Mapping[str, str], *, is_to_decide: bool = False
) -> Iterator[Line]:
    added: dict[str, int] = {}
    for key, sort in words.items():
        if told.get(key):
            added[sort] = added.get(sort, 0) + told[key]
    if added:
        parts = tuple((count, sort) for sort, count in added.items())
        yield Line(of=of, parts=parts, is_to_decide=is_to_decide)
