"""Server-made SVG: geometry only. Colours come from classes and attributes, so that the stylesheet (and dark mode) decides.

Every picture has its table beside it on the page; the picture itself links to the same places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lti_tool.reports.board import Cell
from lti_tool.web.i18n import gettext, percent

ROW_HEIGHT = 46
HEAD_HEIGHT = 34
LABEL_WIDTH = 190
COLUMN_WIDTH = 92
GAP = 4
FEW = 10
"""Below so many judged learners a share is shown as a count: too few for a per cent."""


@dataclass(frozen=True, kw_only=True)
class HeatCell:
    """One rectangle: where it is, what it says, how it is filled."""

    x: int
    y: int
    level: str
    label: str
    sub: str
    skill: str
    grade: int
    title: str


@dataclass(frozen=True, kw_only=True)
class HeatMap:
    """The board's picture: skills down, grades across."""

    width: int
    height: int
    cell_width: int
    cell_height: int
    columns: Sequence[tuple[int, int]]
    """(x of the middle, grade)."""
    rows: Sequence[tuple[int, str]]
    """(y of the middle, skill)."""
    cells: Sequence[HeatCell]


def heat_map(
    cells: Mapping[tuple[str, int | None], Cell], skills: Sequence[str], grades: Sequence[int]
) -> HeatMap:
    """Lay the cells out. A skill × grade nobody answered is left empty, and says so in the table."""
    drawn = [
        _heat_cell(cells[skill, grade], row, column)
        for row, skill in enumerate(skills)
        for column, grade in enumerate(grades)
        if (skill, grade) in cells
    ]
    return HeatMap(
        width=LABEL_WIDTH + COLUMN_WIDTH * len(grades),
        height=HEAD_HEIGHT + ROW_HEIGHT * len(skills),
        cell_width=COLUMN_WIDTH - GAP,
        cell_height=ROW_HEIGHT - GAP,
        columns=[
            (LABEL_WIDTH + COLUMN_WIDTH * n + COLUMN_WIDTH // 2, grade) for n, grade in enumerate(grades)
        ],
        rows=[(HEAD_HEIGHT + ROW_HEIGHT * n + ROW_HEIGHT // 2, skill) for n, skill in enumerate(skills)],
        cells=drawn,
    )


def _heat_cell(cell: Cell, row: int, column: int) -> HeatCell:
    return HeatCell(
        x=LABEL_WIDTH + COLUMN_WIDTH * column + GAP // 2,
        y=HEAD_HEIGHT + ROW_HEIGHT * row + GAP // 2,
        level=cell_level(cell),
        label=share_text(cell),
        sub=f"{cell.judged}/{cell.persons}",
        skill=cell.skill,
        grade=cell.grade if cell.grade is not None else -1,
        title=f"{cell.counts['proficient']}/{cell.judged}",
    )


def share_text(cell: Cell) -> str:
    """Per cent proficient of those judged; a count while they are few; a dash when nobody is judged.

    >>> from lti_tool.reports.tables import LEVELS
    >>> few = Cell(skill="s", grade=4, counts=dict.fromkeys(LEVELS, 0) | {"proficient": 3, "developing": 2}, mean_expected=0.7, answers=9)
    >>> share_text(few)
    '3 of 5'
    """
    if not cell.judged:
        return "–"
    if cell.judged < FEW:
        return gettext("%(n)s of %(all)s", n=cell.counts["proficient"], all=cell.judged)
    return percent(cell.proficient_ratio)


def cell_level(cell: Cell) -> str:
    """The cell's colour: by the share of those judged who are proficient."""
    ratio = cell.proficient_ratio
    if ratio is None:
        return "not_enough"
    if ratio >= 0.7:
        return "proficient"
    return "developing" if ratio >= 0.4 else "beginning"
