"""Which levels a person's evidence has earned: the question asked when evidence is corrected.

An earned level keeps its date whatever comes later. One that rested on an answer which was scored by mistake was not earned then: after every
sitting it is asked whether the level was reached, with the answers as they counted and as they count now, by the same items and the same
engine. Only where these two differ does the date follow, and only a date that is no older than what was corrected.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby

from lti_tool.mastery.again import DEFAULT_GRADE, take_evidence
from lti_tool.mastery.belief import Belief
from lti_tool.mastery.engine import cold_student
from lti_tool.mastery.learn import new_skill, settle, tau_of
from lti_tool.mastery.levels import PoolItem
from lti_tool.mastery.published import Engine
from lti_tool.mastery.tables import Evidence, LearnerState, MasteryState


def earned_skills(
    rows: Sequence[Evidence], pools: Mapping[str, Sequence[PoolItem]], engine: Engine
) -> dict[str, datetime]:
    """Since when one person was proficient, by skill, where they ever were. `rows` are all of their evidence in time order.

    What each piece moved is written on it as by any replay; nothing else is.
    """
    if not rows:
        return {}
    grade = rows[0].grade if rows[0].grade is not None else DEFAULT_GRADE
    cold = cold_student(grade, parameters=engine.parameters)
    learner = LearnerState(mean=cold.mean, var=cold.var)
    taus = {skill: tau_of(pool, engine) for skill, pool in pools.items()}
    states: dict[str, MasteryState] = {}
    sittings: dict[str, set[uuid.UUID]] = defaultdict(set)
    for attempt_id, answers in groupby(rows, key=lambda row: row.attempt_id):
        touched: dict[str, datetime] = {}
        for row in answers:
            state = states.get(row.skill) or new_skill(
                row.tenant_id, row.person_id, row.skill, engine.parameters, row.answered_at
            )
            states[row.skill] = state
            take_evidence(learner, state, row, Belief(row.item_mean, row.item_var), engine)
            sittings[row.skill].add(attempt_id)
            touched[row.skill] = row.answered_at
        for skill, at in touched.items():
            states[skill].occasions = len(sittings[skill])
            settle(learner, states[skill], pools[skill], engine, now=at, tau=taus[skill])
    found = {skill: state.proficient_since for skill, state in states.items()}
    return {skill: since for skill, since in found.items() if since is not None}
