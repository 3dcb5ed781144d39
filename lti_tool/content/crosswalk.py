"""How our skills lie to published standards: modules/crosswalk.yaml. Codes and links only, since the words of most are not free."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from pydantic import Field

from lti_tool.content.model import AuthoredFile, Plain
from lti_tool.interactions.contract import Id, Part

Strength: TypeAlias = Literal["exact", "partial"]
Codes: TypeAlias = Mapping[Id, tuple[Plain, ...]]


class Framework(Part):
    """A published set of standards."""

    id: Id
    title: Plain
    link: Plain = Field(pattern="^https://", description="Where its publisher shows it")


class SkillCodes(Part):
    """The codes that one skill answers, by framework."""

    exact: Codes = Field(default_factory=dict)
    partial: Codes = Field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Alignment:
    """One skill and one code of a framework."""

    skill: str
    framework: str
    code: str
    strength: Strength


class Crosswalk(AuthoredFile):
    """The whole file; who reviewed it, and when."""

    reviewer: Plain
    reviewed: date
    frameworks: tuple[Framework, ...]
    skills: Mapping[Id, SkillCodes]

    def alignments(self, skill_id: str) -> Iterator[Alignment]:
        """Exact ones first, frameworks in the file's order."""
        codes = self.skills.get(skill_id, SkillCodes())
        strengths: tuple[tuple[Strength, Codes], ...] = (("exact", codes.exact), ("partial", codes.partial))
        for strength, by_framework in strengths:
            for framework in self.frameworks:
                for code in by_framework.get(framework.id, ()):
                    yield Alignment(skill=skill_id, framework=framework.id, code=code, strength=strength)
