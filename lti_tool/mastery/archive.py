"""All evidence of a district as one log for the compiled engine: copied out of PostgreSQL in its binary form, a second per million.

Every column is of fixed width and never null, so that numpy reads the rows as they come, without a Python object for any of them.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from lti_tool.mastery.again import DEFAULT_GRADE
from lti_tool.mastery.answer_log import AnswerLog, Ints, make_log
from lti_tool.mastery.compiled import Bank
from lti_tool.mastery.engine import cold_item, cold_student
from lti_tool.mastery.parameters import Parameters
from lti_tool.mastery.tables import ItemState

_YEAR_S = 365.25 * 24 * 3600
_COLUMNS = (
    ("person", "V16"),
    ("item", ">i4"),
    ("ratio", ">f8"),
    ("weight", ">f8"),
    ("at", ">f8"),
    ("grade", ">i4"),
)
_ROW = np.dtype(
    [
        ("n", ">i2"),
        *(
            (f"{each}{part}", kind)
            for each, type_ in _COLUMNS
            for part, kind in (("_length", ">i4"), ("", type_))
        ),
    ]
)
_HEAD = 19
"""Bytes before the first row: signature, flags, length of the extension."""
_QUERY = """
    COPY (
        SELECT e.person_id, i.number::int4, e.ratio, e.weight, date_part('epoch', e.answered_at),
               coalesce(e.grade, {grade})::int4
        FROM mastery_evidence e
        JOIN (SELECT item_id, item_version, row_number() OVER (ORDER BY item_id, item_version) - 1 AS number
              FROM item_state WHERE tenant_id = '{tenant}') i USING (item_id, item_version)
        WHERE e.tenant_id = '{tenant}'
    ) TO STDOUT (FORMAT binary)
"""


@dataclass(frozen=True, kw_only=True)
class Archive:
    """A district's evidence, and which items its numbers mean."""

    log: AnswerLog
    items: tuple[tuple[str, str], ...]
    """(item_id, item_version), by number."""
    skills: tuple[str, ...]
    skill_of_item: Ints
    bands: tuple[tuple[int, int], ...]
    """The grades each item was written for."""

    def prior(self, parameters: Parameters) -> Bank:
        """What is known of the items before any answer: the grades they were written for."""
        return Bank(
            mean=np.array([cold_item(sum(band) / 2, parameters=parameters).mean for band in self.bands]),
            var=np.full(len(self.bands), parameters.item_var),
            shared_mean=np.zeros(len(self.skills)),
            shared_var=np.full(len(self.skills), parameters.shared_var),
        )


def read_archive(session: Session, tenant_id: uuid.UUID) -> Archive:
    """Everything the district's students answered, each one's answers in time order."""
    rows = session.execute(
        select(
            ItemState.item_id, ItemState.item_version, ItemState.skill, ItemState.guess,
            ItemState.grade_from, ItemState.grade_to,
        )
        .where(ItemState.tenant_id == tenant_id)
        .order_by(ItemState.item_id, ItemState.item_version)
    ).all()  # fmt: skip
    skills = tuple(sorted({row.skill for row in rows}))
    skill_of_item = np.array([skills.index(row.skill) for row in rows], dtype=np.int64)
    guess = np.array([row.guess for row in rows], dtype=np.float64)
    raw = _copy(session, tenant_id)
    students, person = _number_people(raw["person"])
    item = raw["item"].astype(np.int64)
    cold = np.zeros(students)
    cold[person] = np.array([cold_student(grade).mean for grade in range(14)])[np.clip(raw["grade"], 0, 13)]
    log = make_log(
        student=person,
        skill=skill_of_item[item],
        item=item,
        score=raw["ratio"].astype(np.float64),
        guess=guess[item],
        weight=raw["weight"].astype(np.float64),
        years=raw["at"].astype(np.float64) / _YEAR_S,
        cold=cold,
        counts=(students, len(skills), len(rows)),
    )
    return Archive(
        log=log,
        items=tuple((row.item_id, row.item_version) for row in rows),
        skills=skills,
        skill_of_item=skill_of_item,
        bands=tuple((row.grade_from, row.grade_to) for row in rows),
    )


def _number_people(ids: NDArray[Any]) -> tuple[int, Ints]:
    """How many different ids of 16 bytes there are, and each one's number."""
    halves = np.ascontiguousarray(ids).view(np.uint64).reshape(-1, 2)
    if not len(halves):
        return 0, np.zeros(0, dtype=np.int64)
    order = np.lexsort((halves[:, 1], halves[:, 0]))
    ordered = halves[order]
    is_new = np.r_[False, np.any(ordered[1:] != ordered[:-1], axis=1)]
    numbers = np.empty(len(halves), dtype=np.int64)
    numbers[order] = np.cumsum(is_new)
    return int(is_new.sum()) + 1, numbers


def _copy(session: Session, tenant_id: uuid.UUID) -> NDArray[Any]:
    query = _QUERY.format(tenant=uuid.UUID(str(tenant_id)), grade=DEFAULT_GRADE)
    session.execute(text("SET LOCAL statement_timeout = 0"))  # minutes, for a large district
    session.execute(
        text("SET LOCAL enable_nestloop = off")
    )  # every row finds its item: a hash, whatever statistics say
    driver: Any = session.connection().connection.driver_connection
    with driver.cursor().copy(query) as copied:
        body = b"".join(copied)
    count = (len(body) - _HEAD - 2) // _ROW.itemsize  # two bytes of end mark
    return np.frombuffer(body, dtype=_ROW, count=count, offset=_HEAD)
