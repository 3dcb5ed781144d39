"""What a kind says of itself to people: its name, what it is good for, how authors write it, how it works without mouse, sound or sight.

It stands in `about.yaml` of the kind's folder, in English and Spanish, so that a new kind needs no other file.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from lti_tool import quick_yaml
from lti_tool.interactions.contract import Part

FOLDER = Path(__file__).parent
Family: TypeAlias = Literal["detective", "choose", "write", "arrange", "group"]
"""Where the gallery shows it: detective work of information literacy, choosing, writing, arranging, or holding others together."""
Words: TypeAlias = Annotated[str, Field(min_length=3)]


class Said(Part):
    """A text in the languages that teachers read."""

    en: Words
    es: Words

    def within(self, lang: str) -> str:
        return self.es if lang == "es" else self.en


class About(Part):
    """`about.yaml`. `authors` and `accessibility` are Markdown."""

    name: Said
    purpose: Said = Field(description="One sentence: what students do and learn by it")
    family: Family
    grades: tuple[int, int] = Field(description="The grades it suits")
    shuffles: bool = Field(default=True, description="Whether each student sees another order")
    authors: Said = Field(description="How to write one, and what makes a good one")
    accessibility: Said = Field(description="For teachers: what works how")


@cache
def load_about(kind: str) -> About:
    """Raises pydantic.ValidationError when the file lacks something."""
    return About.model_validate(quick_yaml.load((FOLDER / kind / "about.yaml").read_text("utf-8")))
