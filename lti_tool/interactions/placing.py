"""Things that a student puts into places, counted from 1: how they are read from a form, and shown in the student's order."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from lti_tool.interactions.contract import Form, PartScore, Response, first


def read_places(ids: Collection[str], form: Form) -> Response:
    """The ids are stored in the alphabet's order, which says nothing about the key."""
    allowed = {str(place): place for place in range(1, len(ids) + 1)}
    posted = {each: first(form, f"place.{each}") for each in ids}
    places = {each: allowed[posted[each]] for each in sorted(posted) if posted[each] in allowed}
    return {"places": places} if places else {}


def write_places(ids: Iterable[str]) -> Form:
    """The form that puts these into this order."""
    return {f"place.{each}": [str(place)] for place, each in enumerate(ids, start=1)}


def places_of(ids: Collection[str], response: Response) -> dict[str, int]:
    """The stored places of things that still exist."""
    return {each: place for each, place in response.get("places", {}).items() if each in ids}


def by_place(parts: Iterable[PartScore], places: dict[str, int]) -> tuple[PartScore, ...]:
    """In the student's order, what has no place last."""
    known = tuple(parts)
    return tuple(sorted(known, key=lambda part: (places.get(part.part_id, len(known) + 1), part.part_id)))
