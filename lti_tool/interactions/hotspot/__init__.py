"""Hotspot: find places in a picture.

**Scoring.** Like `choice`. With one place to find the answer is right or wrong. With several (`multiple: true`) the score is
net-correct, so that marking everything earns nothing for free:

    (right places - wrong places) / places to find, never below 0

**Worked example.** Of six numbered places three are to be found. Two of them and no other give 2/3; two and a wrong one (2 - 1)/3 = 1/3;
all six 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Self, TypeAlias

from pydantic import Field, model_validator

from lti_tool.interactions.checks import check_parts
from lti_tool.interactions.contract import (
    SECRET,
    BaseSpec,
    Form,
    Id,
    MediaName,
    Part,
    PartScore,
    Response,
    Score,
    SecretText,
    Text,
    message_for,
)
from lti_tool.interactions.marking import mean_net_correct, net_correct, read_picks

FEWEST_PLACES = 2
MOST_PLACES = 12
LEAST_SIDE = 12
MOST_SIDE = 4000

Pixels: TypeAlias = Annotated[int, Field(ge=0, le=MOST_SIDE)]
Side: TypeAlias = Annotated[int, Field(ge=LEAST_SIDE, le=MOST_SIDE)]


class Place(Part):
    """A rectangle of the picture and what is there, in words."""

    id: Id
    label: Text
    at: tuple[Pixels, Pixels, Side, Side] = Field(
        description="[left, top, width, height] in pixels of the picture"
    )
    key: bool = Field(default=False, json_schema_extra=SECRET)
    feedback: SecretText | None = None


class Spec(BaseSpec):
    """A picture with places, one or several of them to be found."""

    picture: MediaName
    alt: Text = Field(description="What the picture shows, for those who cannot see it; without the answer")
    size: tuple[Side, Side] = Field(description="[width, height] of the picture in pixels")
    multiple: bool = Field(default=False, description="True when several places may be marked")
    places: tuple[Place, ...] = Field(json_schema_extra={"minItems": FEWEST_PLACES, "maxItems": MOST_PLACES})

    @model_validator(mode="after")
    def check_places(self) -> Self:
        check_parts(self.places, "places", at_least=FEWEST_PLACES, at_most=MOST_PLACES, unlike="label")
        width, height = self.size
        for place in self.places:
            left, top, wide, high = place.at
            if left + wide > width or top + high > height:
                raise ValueError(
                    f"Place “{place.id}” reaches to {left + wide}, {top + high}, beyond the picture of {width} by {height}: "
                    "write [left, top, width, height]."
                )
        return self

    @model_validator(mode="after")
    def check_keys(self) -> Self:
        count = len(self.keys)
        if count == 0:
            raise ValueError("No place is right: add `key: true` to the one to be found.")
        if not self.multiple and count > 1:
            raise ValueError(
                f"{count} places have `key: true`: leave one, or add `multiple: true` to the item."
            )
        if count == len(self.places):
            raise ValueError(
                "Every place is right, so there is nothing to find: add a place that is not one."
            )
        return self

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(place.id for place in self.places if place.key)


@dataclass(frozen=True, kw_only=True)
class PublicPlace:
    """A place with its number in the picture and in the list."""

    id: str
    number: int
    label: str
    left: int
    top: int
    width: int
    height: int
    disc: tuple[int, int]
    """The middle of the number's disc: at the left edge, mostly outside, so that it hides nothing of what is there."""


@dataclass(frozen=True, kw_only=True)
class Public:
    prompt: str
    stimulus: str | None
    picture: str
    alt: str
    width: int
    height: int
    unit: int
    """The radius of a number's disc in pixels of the picture: a share of its width, so that it is seen alike at any size."""
    multiple: bool
    places: tuple[PublicPlace, ...]


def public(spec: Spec, seed: int) -> Public:
    """Places are numbered from the top of the picture down and in reading direction, whatever order they are written in."""
    in_order = sorted(spec.places, key=lambda place: (place.at[1], place.at[0], place.id))
    unit = max(8, spec.size[0] // 34)
    places = tuple(public_place(place, number, unit) for number, place in enumerate(in_order, start=1))
    return Public(
        prompt=spec.prompt,
        stimulus=spec.stimulus,
        picture=spec.picture,
        alt=spec.alt,
        width=spec.size[0],
        height=spec.size[1],
        unit=unit,
        multiple=spec.multiple,
        places=places,
    )


def public_place(place: Place, number: int, unit: int) -> PublicPlace:
    left, top, width, height = place.at
    return PublicPlace(
        id=place.id,
        number=number,
        label=place.label,
        left=left,
        top=top,
        width=width,
        height=height,
        disc=(max(unit, left - unit * 3 // 4), max(unit, top + min(unit, height // 2))),
    )


def parse(spec: Spec, form: Form) -> Response:
    posted = form.get("place") or ()
    marked = read_picks((place.id for place in spec.places), posted, multiple=spec.multiple)
    return {"places": marked} if marked else {}


def score(spec: Spec, response: Response) -> Score:
    marked = frozenset(response.get("places", ())) & {place.id for place in spec.places}
    ratio = net_correct(marked, spec.keys)
    return Score(
        ratio=ratio,
        message=message_for(spec.feedback, ratio) if marked else "",
        parts=tuple(
            _part(place, place.id in marked) for place in spec.places if place.id in marked | spec.keys
        ),
        is_blank=not marked,
    )


def _part(place: Place, is_marked: bool) -> PartScore:
    return PartScore(
        part_id=place.id,
        label=place.label,
        verdict="missed" if not is_marked else "right" if place.key else "wrong",
        message=place.feedback or "",
    )


def full_marks(spec: Spec) -> tuple[Form, ...]:
    return ({"place": [place.id for place in spec.places if place.key]},)


def guess_floor(spec: Spec) -> float:
    """One in the number of places; with several to find, the mean over all ways of marking at least one."""
    keys, others = len(spec.keys), len(spec.places) - len(spec.keys)
    if not spec.multiple:
        return 1 / len(spec.places)
    return mean_net_correct(keys, others)


def key_text(spec: Spec) -> str:
    """The places to find, in the order of their numbers."""
    return "; ".join(
        f"{place.number}: {place.label}" for place in public(spec, 0).places if place.id in spec.keys
    )
