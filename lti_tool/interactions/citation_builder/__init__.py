"""Citation Builder: find in a source what its citation needs, put it in order and in the style's form.

The source is shown as a facsimile: pages with pieces printed on them. Of these the student ticks what the citation needs, gives each a
place, and picks the form it has there. Which elements a source of that type needs, in which order and form, the kind knows for MLA 9, APA 7
and Chicago 18 (bibliography): an author only says which piece is what. The words and marks between the elements are put in for the student.

Scoring. Half is for finding the elements, a quarter for their order, a quarter for their forms:

    0.5 * (right picks - wrong picks) / needed, never below 0
    + 0.25 * (longest run of needed elements in the right relative order - 1) / (needed - 1), never below 0
    + 0.25 * needed elements picked and in a right form / needed

An element that a style leaves free (in MLA the day of access) counts neither way.

Worked example: a book in MLA 9 needs author, title, publisher and year. Picked are these four and the price, in the right order, the author
as “Mara Okafor” instead of “Okafor, Mara”: 0.5 * (4 - 1)/4 + 0.25 * (4 - 1)/(4 - 1) + 0.25 * 3/4 = 0.8125.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import comb
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from lti_tool.interactions.checks import check_count, check_parts, check_unique
from lti_tool.interactions.citation_builder.citation import assemble, of_many
from lti_tool.interactions.citation_builder.forms import forms_of, right_forms
from lti_tool.interactions.citation_builder.piece import Piece, Shape
from lti_tool.interactions.citation_builder.styles import (
    Element,
    Role,
    Source,
    Style,
    elements_for,
    elements_of,
    is_optional,
)
from lti_tool.interactions.contract import (
    SECRET,
    BaseSpec,
    Form,
    Id,
    Part,
    PartScore,
    PublicText,
    Response,
    Score,
    Text,
    Verdict,
    first,
    message_for,
)
from lti_tool.interactions.runs import longest_run, mean_longest_run
from lti_tool.interactions.seeding import seeded_order

MOST_PIECES = 16
WHOLE = "citation"
"""The part that carries the whole citation."""

FITTING: Mapping[Role, tuple[Shape, ...]] = {
    "author": ("name",),
    "editor": ("name",),
    "title": ("title", "label"),
    "container": ("title", "label"),
    "edition": ("edition", "label"),
    "volume": ("number",),
    "issue": ("number",),
    "pages": ("number",),
    "publisher": ("label",),
    "place": ("label",),
    "isbn": ("label",),
    "date": ("date",),
    "accessed": ("date",),
    "address": ("address",),
}


class SourcePage(Part):
    """A part of the source that is seen at once: a title page, the back of it, a screen."""

    id: Id
    label: Text
    pieces: tuple[Piece, ...] = Field(json_schema_extra={"minItems": 1})


class Spec(BaseSpec):
    """A source to be cited."""

    style: Style = Field(description="The style of the citation")
    source_type: Source = Field(
        description="What is cited; `chapter` is a part of a book, `image` an artwork or a photo"
    )
    language: Literal["en", "es"] = Field(default="en", description="The language the source is printed in")
    pages: tuple[SourcePage, ...] = Field(description="What of the source is shown")
    elements: Annotated[dict[Role, Id], Field(min_length=2, json_schema_extra=SECRET)] = Field(
        description="Which piece is what: `author: mara`; pieces not named here belong to no citation"
    )

    @model_validator(mode="after")
    def check_pieces(self) -> Self:
        pieces = list(self.pieces_by_id.values())
        check_parts(self.pages, "pages", at_least=1, at_most=4)
        check_unique((piece.id for page in self.pages for piece in page.pieces), "the ids of the pieces")
        check_count(pieces, "pieces", at_least=3, at_most=MOST_PIECES)
        if WHOLE in self.pieces_by_id:
            raise ValueError(f"A piece has the id “{WHOLE}”, which stands for the whole: name it otherwise.")
        return self

    @model_validator(mode="after")
    def check_elements(self) -> Self:
        for role, piece_id in self.elements.items():
            piece = self.pieces_by_id.get(piece_id)
            if piece is None:
                raise ValueError(
                    f"The {role} is piece “{piece_id}”, which does not exist: use one of {', '.join(self.pieces_by_id)}."
                )
            if piece.shape not in FITTING[role]:
                shapes = " or ".join(f"`{shape}`" for shape in FITTING[role] if shape != "label")
                wanted = f"give it {shapes}" if shapes else f"take away its `{piece.shape}`"
                raise ValueError(f"Piece “{piece_id}” cannot be the {role} as it is: {wanted}.")
        check_unique(self.elements.values(), "the pieces in `elements`")
        return self

    @model_validator(mode="after")
    def check_needs(self) -> Self:
        if len(self.needed) < 2:
            known = ", ".join(element.role for element in elements_of(self.style, self.source_type))
            raise ValueError(
                f"A {self.source_type} in {self.style} needs at least two of {known}: name their pieces in `elements`."
            )
        if len(self.needed) == len(self.pieces_by_id):
            raise ValueError(
                "Every piece belongs into the citation, so there is nothing to find: add one that does not, like a price."
            )
        return self

    @property
    def pieces_by_id(self) -> dict[str, Piece]:
        return {piece.id: piece for page in self.pages for piece in page.pieces}

    @property
    def roles(self) -> dict[str, Role]:
        return {piece_id: role for role, piece_id in self.elements.items()}

    @property
    def needed(self) -> dict[str, Element]:
        """The elements of the right citation by their pieces, in order."""
        found = elements_for(self.style, self.source_type, self.elements.keys())
        return {self.elements[element.role]: element for element in found}

    def right(self, piece_id: str) -> tuple[str, ...]:
        """The names of the right forms of a needed piece."""
        return right_forms(self.needed[piece_id].forms, forms_of(self.pieces_by_id[piece_id]), self.style)

    @property
    def citation(self) -> str:
        """The whole right citation as inline Markdown."""
        texts = {
            element.role: forms_of(self.pieces_by_id[piece_id])[self.right(piece_id)[0]]
            for piece_id, element in self.needed.items()
        }
        elements = [
            of_many(element) if len(self.pieces_by_id[piece_id].name) > 1 else element
            for piece_id, element in self.needed.items()
        ]
        return assemble(elements, texts)


@dataclass(frozen=True, kw_only=True)
class PublicPiece:
    id: str
    text: str
    look: str
    forms: tuple[PublicText, ...]


@dataclass(frozen=True, kw_only=True)
class PublicPage:
    id: str
    label: str
    pieces: tuple[PublicPiece, ...]


@dataclass(frozen=True, kw_only=True)
class Public:
    prompt: str
    stimulus: str | None
    style: Style
    source: Source
    language: str
    pages: tuple[PublicPage, ...]

    @property
    def pieces(self) -> tuple[PublicPiece, ...]:
        return tuple(piece for page in self.pages for piece in page.pieces)


def public(spec: Spec, seed: int) -> Public:
    """The source stays as it is printed; the forms of each piece are shuffled."""
    return Public(
        prompt=spec.prompt,
        stimulus=spec.stimulus,
        style=spec.style,
        source=spec.source_type,
        language=spec.language,
        pages=tuple(
            PublicPage(
                id=page.id,
                label=page.label,
                pieces=tuple(_public_piece(piece, seed) for piece in page.pieces),
            )
            for page in spec.pages
        ),
    )


def _public_piece(piece: Piece, seed: int) -> PublicPiece:
    texts = forms_of(piece)
    names = {f"{piece.id}:{form}": form for form in texts}
    forms = tuple(PublicText(id=names[key], text=texts[names[key]]) for key in seeded_order(names, seed))
    return PublicPiece(id=piece.id, text=piece.text, look=piece.look, forms=forms)


def parse(spec: Spec, form: Form) -> Response:
    """Places count from 1. What was said about a piece that is not ticked does not count."""
    pieces, posted = spec.pieces_by_id, form.get("pick") or ()
    picked = [piece_id for piece_id in pieces if piece_id in posted]
    if not picked:
        return {}
    allowed = {str(place): place for place in range(1, len(pieces) + 1)}
    places = {piece_id: allowed.get(first(form, f"place.{piece_id}")) for piece_id in picked}
    forms = {piece_id: first(form, f"form.{piece_id}") for piece_id in picked}
    return {
        "picked": picked,
        "places": {piece_id: place for piece_id, place in places.items() if place},
        "forms": {
            piece_id: chosen for piece_id, chosen in forms.items() if chosen in forms_of(pieces[piece_id])
        },
    }


def score(spec: Spec, response: Response) -> Score:
    needed = spec.needed
    picked = [piece_id for piece_id in spec.pieces_by_id if piece_id in response.get("picked", ())]
    free = {piece_id for piece_id, role in spec.roles.items() if is_optional(spec.style, role)}
    found = [piece_id for piece_id in needed if piece_id in picked]
    wrong = [piece_id for piece_id in picked if piece_id not in needed and piece_id not in free]
    places, forms = response.get("places", {}), response.get("forms", {})
    run = longest_run([(piece_id, places[piece_id]) for piece_id in found if piece_id in places])
    formed = [piece_id for piece_id in found if forms.get(piece_id) in spec.right(piece_id)]
    ratio = (
        0.5 * max(0, len(found) - len(wrong)) / len(needed)
        + 0.25 * max(0, len(run) - 1) / (len(needed) - 1)
        + 0.25 * len(formed) / len(needed)
    )
    in_order = run if len(run) > 1 else frozenset()
    parts = [
        _needed_part(
            spec,
            piece_id,
            is_picked=piece_id in picked,
            place="" if piece_id in in_order else "place" if piece_id in places else "unplaced",
            form="" if piece_id in formed else "form" if piece_id in forms else "unformed",
        )
        for piece_id in needed
    ]
    parts += [_other_part(spec, piece_id, piece_id in free) for piece_id in picked if piece_id not in needed]
    return Score(
        ratio=ratio,
        message=message_for(spec.feedback, ratio) if picked else "",
        parts=(*parts, _whole(spec, ratio, is_blank=not picked)),
        is_blank=not picked,
    )


def _needed_part(spec: Spec, piece_id: str, *, is_picked: bool, place: str, form: str) -> PartScore:
    """`place` and `form` say what is wrong with them, if anything."""
    piece, element = spec.pieces_by_id[piece_id], spec.needed[piece_id]
    right = spec.right(piece_id)[0]
    shape = "title" if piece.shape == "label" else piece.shape
    told = (f"{shape}-{right}" if form == "form" else form, place) if is_picked else ()
    reasons = [f"is-{element.role}", *(reason for reason in told if reason)]
    verdict: Verdict = "missed" if not is_picked else "right" if len(reasons) == 1 else "partial"
    return PartScore(
        part_id=piece_id,
        label=piece.text,
        verdict=verdict,
        message=piece.feedback or "",
        answer=""
        if verdict == "right"
        else f"{list(spec.needed).index(piece_id) + 1}. {forms_of(piece)[right]}",
        reasons=tuple(reasons),
    )


def _other_part(spec: Spec, piece_id: str, is_free: bool) -> PartScore:
    piece, role = spec.pieces_by_id[piece_id], spec.roles.get(piece_id)
    reason = "free" if is_free else f"no-{role}" if role else "no-part"
    return PartScore(
        part_id=piece_id,
        label=piece.text,
        verdict="right" if is_free else "wrong",
        message=piece.feedback or "",
        reasons=(reason,),
    )


def _whole(spec: Spec, ratio: float, *, is_blank: bool) -> PartScore:
    verdict: Verdict = (
        "missed" if is_blank else "right" if ratio >= 1 else "partial" if ratio > 0 else "wrong"
    )
    return PartScore(part_id=WHOLE, label="", verdict=verdict, answer=spec.citation)


def full_marks(spec: Spec) -> tuple[Form, ...]:
    form = {"pick": list(spec.needed)}
    for place, piece_id in enumerate(spec.needed, start=1):
        form |= {f"place.{piece_id}": [str(place)], f"form.{piece_id}": [spec.right(piece_id)[0]]}
    return (form,)


def guess_floor(spec: Spec) -> float:
    """The mean over ticking each piece or not, placing what is ticked in any order and picking any of its forms."""
    needed, others = len(spec.needed), len(spec.pieces_by_id) - len(spec.needed)
    ways = 1 << len(spec.pieces_by_id)
    elements = sum(
        comb(needed, right) * comb(others, wrong) * (right - wrong) / needed
        for right in range(needed + 1)
        for wrong in range(min(right, others + 1))
    )
    order = sum(
        comb(needed, right) * max(0.0, mean_longest_run(right) - 1) / (needed - 1)
        for right in range(1, needed + 1)
    )
    forms = sum(
        len(spec.right(piece_id)) / len(forms_of(spec.pieces_by_id[piece_id])) for piece_id in spec.needed
    )
    return 0.5 * elements / ways + 0.25 * order / (1 << needed) + 0.25 * forms / 2 / needed


def key_text(spec: Spec) -> str:
    return spec.citation
