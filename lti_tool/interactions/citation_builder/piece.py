"""A piece of a source as it is printed there, and what a citation makes of it."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, StringConstraints, model_validator

from lti_tool.interactions.contract import Id, Part, SecretText, Text

Look: TypeAlias = Literal["title", "byline", "text", "small", "button"]
Name: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Day: TypeAlias = Annotated[
    str, StringConstraints(pattern=r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$")
]
Shape: TypeAlias = Literal["name", "title", "date", "number", "edition", "address", "label"]
SHAPES: tuple[Shape, ...] = ("name", "title", "date", "number", "edition", "address")


class Piece(Part):
    """One thing printed on the source. At most one of `name`, `title`, `date`, `number`, `edition` and `address` says what it is made of;
    without one it is a label, like a publisher or a price."""

    id: Id
    text: Text = Field(description="As printed on the source")
    look: Look = "text"
    name: tuple[Name, ...] = Field(
        default=(), max_length=6, description="`Family, Given`, or an organisation"
    )
    title: Text | None = Field(default=None, description="The title with its important words capitalised")
    sentence: Text | None = Field(
        default=None, description="The title with only first word and names capitalised"
    )
    date: Day | None = Field(default=None, description="2026, 2026-03 or 2026-03-04")
    number: Name | None = Field(default=None, description="12 or 44-59: a volume, an issue or pages")
    edition: int | None = Field(default=None, ge=1, le=99)
    address: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")] | None = None
    feedback: SecretText | None = None

    @model_validator(mode="after")
    def check_shape(self) -> Self:
        named = [shape for shape in SHAPES if getattr(self, shape)]
        if len(named) > 1:
            raise ValueError(
                f"Piece “{self.id}” has {' and '.join(named)}: keep the one that says what it is, or make two pieces."
            )
        if self.sentence and not self.title:
            raise ValueError(
                f"Piece “{self.id}” has a `sentence` but no `title`: write the title with its important words capitalised, too."
            )
        for name in self.name:
            if re.fullmatch(r"\s*,.*|.*,\s*|.*,.*,.*", name):
                raise ValueError(
                    f"“{name}” of piece “{self.id}” is no name: write `Family, Given`, or an organisation without commas."
                )
        return self

    @property
    def shape(self) -> Shape:
        return next((shape for shape in SHAPES if getattr(self, shape)), "label")
