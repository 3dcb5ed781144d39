"""What no other program has a place for, as one short label on an exported question, and back: its skill, difficulty, band and kind.

>>> split_labels("skill=find-the-maker;difficulty=easy;grades=6-8")["grades"]
'6-8'
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lti_tool.content.model import Item

PREFIX = "infolit:"
_GRADES = re.compile(r"(\d{1,2})-(\d{1,2})")


def labels_of(item: Item) -> str:
    """Such as `skill=…;difficulty=easy;grades=6-8;kind=sorter`."""
    told = {
        "skill": item.skill,
        "difficulty": item.difficulty,
        "grades": f"{item.grades[0]}-{item.grades[1]}",
        "kind": item.kind,
    }
    if getattr(item.spec, "shuffle", True) is False:
        told["shuffle"] = "no"
    if getattr(item.spec, "typos", "auto") == "none":
        told["typos"] = "none"
    return ";".join(f"{name}={value}" for name, value in told.items())


def split_labels(told: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in told.removeprefix(PREFIX).split(";") if "=" in part)


def read_labels(labels: Mapping[str, str]) -> dict[str, Any]:
    """The shared fields that labels tell; what they do not tell well is left out."""
    fields: dict[str, Any] = {}
    if labels.get("skill"):
        fields["skill"] = labels["skill"]
    if labels.get("difficulty") in {"easy", "medium", "hard"}:
        fields["difficulty"] = labels["difficulty"]
    if labels.get("typos") == "none":
        fields["typos"] = "none"
    band = _GRADES.fullmatch(labels.get("grades", ""))
    if band and int(band[1]) <= int(band[2]) <= 12:
        fields["grades"] = [int(band[1]), int(band[2])]
    return fields
