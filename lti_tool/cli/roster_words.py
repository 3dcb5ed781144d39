"""What an import did, in sentences for the command line. Numbers only: nobody's name is in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

_KINDS = {
    "schools": "Schools",
    "people": "People",
    "classes": "Classes",
    "enrolments": "Enrolments",
    "terms": "Terms",
}
_VERDICTS = {
    "new": "new",
    "linked": "linked to a record that is here already",
    "changed": "changed",
    "ended": "ended",
    "same": "as before",
    "seen": "as before",
    "old": "passed over as older than what is held",
    "unknown": "to be ended and never known here",
    "passed": "passed over (guardians, parents and relatives)",
    "double": "passed over as standing twice",
    "refused": "passed over for a problem",
    "no_class": "passed over without their class",
    "no_one": "passed over without their person",
    "ended_with": "ended with their person or class",
}
_REASONS = {
    "sis_taken": "an id that another record has",
    "sis_changed": "another SIS id than before",
    "role": "learner here, staff there",
    "email": "the same e-mail",
    "name": "the same name",
    "roster": "a record that the roster names already",
}
Counts = Mapping[str, Mapping[str, int]]


def sentences(counts: Counts, *, is_dry: bool = False) -> Iterator[str]:
    for key, name in _KINDS.items():
        told = _list(counts.get(key, {}), _VERDICTS)
        if told:
            yield f"{name}: {told}."
    if years := counts.get("years", {}).get("told"):
        yield f"Grade or school of this year: {years} {'would be ' if is_dry else ''}set."
    if told := _list(counts.get("cases", {}), _REASONS):
        yield f"For you to decide (People): {told}."
    for name, missing in counts.get("missing", {}).items():
        if missing:
            yield f"{missing} {name} are in InfoLit and not in the file. They stay as they are."


def _list(told: Mapping[str, int], words: Mapping[str, str]) -> str:
    added: dict[str, int] = {}
    for verdict, word in words.items():
        if told.get(verdict):
            added[word] = added.get(word, 0) + told[verdict]
    return ", ".join(f"{count} {word}" for word, count in added.items())
