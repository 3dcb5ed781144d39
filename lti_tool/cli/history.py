"""A simulated autumn for the demo district, so that the specialist's board has something to say on the first day.

Every student takes two short check-ins, in September and in October, through the tool's own use cases: real attempts, real scoring,
real mastery updates. How they answer is simulated with a fixed seed. A student's ability in a skill is

    0.15 logits × (grade − 6)  +  1.2  +  N(0, 0.8)  +  the skill's lead  +  N(0, 0.5) per skill  +  0.25 after the first check-in

(the growth per grade is the mastery model's own anchor; 1.2 makes lessons about as easy as teachers aim for; the leads make some skills
known better than others; the spreads are round numbers), and a question is answered rightly with
probability c + (1 − c) · σ(ability − difficulty), with the difficulty the author's tag gives and the kind's guess floor c.
Nothing of it is sent to the LMS: the check-ins have no gradebook column.
"""

from __future__ import annotations

import math
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from lti_tool.content.model import Item
from lti_tool.content.store import get_snapshot
from lti_tool.db.connect import transaction
from lti_tool.demo_lms import District
from lti_tool.demo_lms.district import Course, Person
from lti_tool.facts.launch import Launch, LaunchContext, LaunchLink, LaunchPerson, Role
from lti_tool.facts.people import Access
from lti_tool.flow import begin_attempt, finish, place_content
from lti_tool.interactions import full_marks_of, get_kind, mistake_of, respond
from lti_tool.interactions.contract import Response
from lti_tool.mastery.engine import cold_item
from lti_tool.people.arrive import arrive
from lti_tool.player.attempts import get_own_attempt
from lti_tool.player.tables import Attempt, Placement, ResponseRow
from lti_tool.tool import Tool

SEED = 2026
CHECK_INS = (("September check-in", 70), ("October check-in", 35))
"""Title, and how many days ago."""
LEADS = {
    "find-the-maker": 0.6,
    "fact-or-opinion": 1.1,
    "spot-the-purpose": 0.2,
    "compare-sources": 0.7,
    "check-the-evidence": -0.9,
}
"""How far ahead or behind the district is in a skill, in logits."""
LINK_PREFIX = "demo-history-"
YOUNG_QUIZ, OLDER_QUIZ = "who-made-this", "leave-the-page"


@dataclass(frozen=True, kw_only=True)
class Learner:
    """A simulated student: who they are in the tool, and what they can do."""

    person: Person
    person_id: uuid.UUID
    general: float
    skills: dict[str, float]


def seed_history(
    tool: Tool,
    district: District,
    *,
    tenant_id: uuid.UUID,
    platform_id: uuid.UUID,
    deployment_id: str,
    is_stopping: Callable[[], bool] = lambda: False,
) -> None:
    """Make everybody known and let the students take their check-ins. Broken off, it goes on where it was at the next call."""
    rng = random.Random(SEED)  # noqa: S311 - a simulation, repeatable on purpose
    base = _base_launch(tenant_id, platform_id, deployment_id, tool)
    classes = [(course, _enroll(tool, district, course, base, rng)) for course in district.courses]
    for course, learners in classes:
        quiz = YOUNG_QUIZ if course.grade <= 5 else OLDER_QUIZ
        for number, (title, days) in enumerate(CHECK_INS):
            then = replace(tool, clock=_clock(tool.clock() - timedelta(days=days)))
            placement_id = _place(
                then, launch_of(base, district.list_members(course.id)[0], course), quiz=quiz, title=title
            )
            done = _finished_people(tool, placement_id)
            for learner in learners:
                if is_stopping():
                    return
                if learner.person_id not in done:
                    _take(then, learner, tenant_id, placement_id, rng, growth=0.25 * number)


def is_seeded(tool: Tool, district: District, platform_id: uuid.UUID) -> bool:
    """Whether every student has taken every check-in."""
    statement = (
        select(func.count())
        .select_from(Attempt)
        .join(Placement, Placement.id == Attempt.placement_id)
        .where(
            Placement.platform_id == platform_id,
            Placement.resource_link_id.startswith(LINK_PREFIX),
            Attempt.finished_at.is_not(None),
        )
    )
    students = sum(1 for person in district.people if person.kind == "student")
    with transaction(tool.sessions) as session:
        return (session.scalar(statement) or 0) >= students * len(CHECK_INS)


def _finished_people(tool: Tool, placement_id: uuid.UUID) -> set[uuid.UUID]:
    statement = select(Attempt.person_id).where(
        Attempt.placement_id == placement_id, Attempt.finished_at.is_not(None)
    )
    with transaction(tool.sessions) as session:
        return set(session.scalars(statement))


def _base_launch(tenant_id: uuid.UUID, platform_id: uuid.UUID, deployment_id: str, tool: Tool) -> Launch:
    return Launch(
        tenant_id=tenant_id,
        platform_id=platform_id,
        deployment_id=deployment_id,
        message="resource_link",
        target_link_uri=f"{tool.settings.public_url}/lti/launch",
        person=LaunchPerson(subject="nobody"),
        role=Role.NONE,
    )


_WITH_HISTORY = {"student": Role.LEARNER, "teacher": Role.INSTRUCTOR}
"""Whom the autumn knows; helpers and observers of a course become known when they first open the tool."""


def launch_of(base: Launch, person: Person, course: Course | None) -> Launch:
    """What a launch by this person would say."""
    role = _WITH_HISTORY.get(person.kind, Role.NONE)
    told = LaunchPerson(
        subject=person.sub,
        name=person.name,
        given_name=person.given_name,
        family_name=person.family_name,
        email=person.email,
        sourced_id=person.sis_id,
    )
    if course is None:
        return replace(base, person=told, role=role)
    return replace(
        base,
        person=told,
        role=role,
        context=LaunchContext(context_id=course.context_id, label=course.label, title=course.title),
        custom={"school": course.school.name, "grade": str(course.grade)},
    )


def _clock(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def _enroll(
    tool: Tool, district: District, course: Course, base: Launch, rng: random.Random
) -> list[Learner]:
    learners = []
    with transaction(tool.sessions) as session:
        for person in (each for each in district.list_members(course.id) if each.kind in _WITH_HISTORY):
            came = arrive(session, launch_of(base, person, course), now=tool.clock())
            if person.kind == "student":
                learners.append(
                    Learner(
                        person=person,
                        person_id=came.person_id,
                        general=0.15 * (course.grade - 6) + 1.2 + rng.gauss(0, 0.8),
                        skills={
                            skill: LEADS.get(skill, 0.0) + rng.gauss(0, 0.5)
                            for skill in sorted(tool.library.skills)
                        },
                    )
                )
    return learners


def _place(tool: Tool, teacher: Launch, *, quiz: str, title: str) -> uuid.UUID:
    link_id = f"{LINK_PREFIX}{title.casefold().replace(' ', '-')}"
    launched = replace(teacher, link=LaunchLink(resource_link_id=link_id, title=title))
    return place_content(tool, launched, kind="quiz", content_id=quiz)


def _take(
    tool: Tool,
    learner: Learner,
    tenant_id: uuid.UUID,
    placement_id: uuid.UUID,
    rng: random.Random,
    *,
    growth: float,
) -> None:
    access = Access(tenant_id=tenant_id, person_id=learner.person_id)
    attempt_id = begin_attempt(tool, access, placement_id)
    with transaction(tool.sessions) as session:
        _answer_all(session, tool, access, attempt_id, learner, rng, growth)
    finish(tool, access, attempt_id)


def _answer_all(
    session: Session,
    tool: Tool,
    access: Access,
    attempt_id: uuid.UUID,
    learner: Learner,
    rng: random.Random,
    growth: float,
) -> None:
    attempt = get_own_attempt(session, access, attempt_id)
    snapshot = get_snapshot(session, attempt.snapshot_hash)
    rows = []
    for item_id in attempt.drawn:
        item = snapshot.item(item_id)
        is_right = rng.random() < _chance(learner, item, growth)
        rows.append(
            {
                "attempt_id": attempt.id,
                "item_id": item_id,
                "tenant_id": attempt.tenant_id,
                "saved": answer(item, rng, is_right=is_right),
                "saved_at": tool.clock(),
            }
        )
    session.execute(insert(ResponseRow).values(rows).on_conflict_do_nothing())


def _chance(learner: Learner, item: Item, growth: float) -> float:
    guess = get_kind(item.kind).guess_floor(item.spec)
    difficulty = cold_item(sum(item.grades) / 2, item.difficulty).mean
    ability = learner.general + learner.skills.get(item.skill, 0.0) + growth
    return guess + (1 - guess) / (1 + math.exp(difficulty - ability))


def answer(item: Item, rng: random.Random, *, is_right: bool) -> Response:
    """An answer that earns all there is, or a plausible wrong one."""
    kind = get_kind(item.kind)
    forms = full_marks_of(kind, item.spec) if is_right else mistake_of(kind, item.spec, rng)
    return respond(kind, item.spec, forms)
