"""Gaps of Moodle's cloze questions, such as `{1:MULTICHOICE:=owl#Yes~wolf#No}`: reading and writing them.

https://docs.moodle.org/en/Embedded_Answers_(Cloze)_question_type
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lti_tool.interchange.drafts import gap_mark

_GAP = re.compile(r"\{(\d*):([A-Z_]+):((?:\\.|[^\\{}]){1,4000})\}")
_CHOICES = re.compile(r"(MULTICHOICE|MC)(_[VHS]+)?S?|MCS|MCV|MCH|MCVS|MCHS")
_SIGNS = re.compile(r"([\\}#~/\"{=%])")
_SHARE = re.compile(r"%(-?\d+(?:\.\d+)?)%")


@dataclass(frozen=True, kw_only=True)
class Gap:
    """`answers` are (text, share in per cent, remark), each as HTML."""

    is_choice: bool
    answers: tuple[tuple[str, float, str], ...]


def find_gaps(html: str) -> tuple[str, list[Gap]]:
    """The text with a `gap_mark` for each gap, and the gaps."""
    gaps: list[Gap] = []

    def mark(found: re.Match[str]) -> str:
        gaps.append(_gap(found[2], found[3]))
        return gap_mark(len(gaps) - 1)

    return _GAP.sub(mark, html), gaps


def _gap(kind: str, told: str) -> Gap:
    return Gap(
        is_choice=bool(_CHOICES.fullmatch(kind)),
        answers=tuple(_answer(part) for part in re.split(r"(?<!\\)~", told) if part),
    )


def _answer(told: str) -> tuple[str, float, str]:
    text, _, remark = _halves(told)
    share = 0.0
    if text.startswith("="):
        share, text = 100.0, text[1:]
    elif match := _SHARE.match(text):
        share, text = float(match[1]), text[match.end() :]
    return _plain(text), share, _plain(remark)


def _halves(told: str) -> tuple[str, str, str]:
    parts = re.split(r"(?<!\\)#", told, maxsplit=1)
    return parts[0], "#", parts[1] if len(parts) > 1 else ""


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text).strip()


def write_gap(options: Sequence[tuple[str, bool, str]], points: int = 1) -> str:
    """A gap with words to choose from, each (HTML, whether it is right, remark)."""
    told = "~".join(
        f"{'=' if is_key else ''}{_escaped(text)}" + (f"#{_escaped(remark)}" if remark else "")
        for text, is_key, remark in options
    )
    return f"{{{points}:MULTICHOICE:{told}}}"


def _escaped(text: str) -> str:
    return _SIGNS.sub(r"\\\1", text)
