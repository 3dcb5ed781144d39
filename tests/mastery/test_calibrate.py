"""The weekly calibration: what it reads, what it publishes, and what it leaves alone."""

import uuid
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import insert, select
from test_learn import NOW, World, answer

from lti_tool.db.connect import transaction
from lti_tool.mastery.archive import read_archive
from lti_tool.mastery.calibrate import calibrate
from lti_tool.mastery.engine import DEFAULTS
from lti_tool.mastery.published import Engine, find_published
from lti_tool.mastery.tables import Calibration, Evidence, ItemState, LearnerState, MasteryState

ITEMS, ANSWERS = 20, 40


@pytest.fixture
def world(engine):
    return World(engine, students=120)


def fill(world, *, spread=2.5, seed=4):
    """Evidence of all students, in plain rows: abilities far apart, items of different difficulty."""
    rng = np.random.default_rng(seed)
    difficulty = rng.normal(0.0, 1.2, ITEMS)
    people = sorted(world.people)  # as the archive numbers them: so the same ones are held back in every run
    attempts = [world.attempt(person) for person in people]
    rows = []
    for person, attempt in zip(people, attempts, strict=True):
        ability = rng.normal(0.0, spread)
        for number in range(ANSWERS):
            item = int(rng.integers(ITEMS))
            right = rng.random() < 1 / (1 + np.exp(difficulty[item] - ability))
            rows.append(
                {
                    "tenant_id": world.tenant_id, "person_id": person, "attempt_id": attempt,
                    "skill": f"s{item % 2}", "item_id": f"i{item:02}", "item_version": "v1",
                    "item_mean": 0.0, "item_var": 1.0, "guess": 0.0, "ratio": float(right), "weight": 1.0,
                    "expected": 0.5, "moved": 0.0, "answered_at": NOW + timedelta(minutes=number),
                    "school_year": 2027, "grade": 6,
                }
            )  # fmt: skip
    with transaction(world.sessions) as session:
        session.execute(
            insert(ItemState),
            [
                {
                    "tenant_id": world.tenant_id, "item_id": f"i{n:02}", "item_version": "v1",
                    "skill": f"s{n % 2}", "guess": 0.0, "grade_from": 6, "grade_to": 6,
                    "mean": 0.0, "var": 1.0, "answers": 0,
                }
                for n in range(ITEMS)
            ],
        )  # fmt: skip
        session.execute(insert(Evidence), rows)
    return rows, difficulty


def calibrated(world, **options):
    with transaction(world.sessions) as session:
        return calibrate(session, world.tenant_id, now=NOW, **options)


def test_evidence_is_read_as_it_was_written(world):
    rows, _ = fill(world)

    with transaction(world.sessions) as session:
        archive = read_archive(session, world.tenant_id)
        nothing = read_archive(session, uuid.uuid4())

    assert (len(archive.log), archive.log.students, archive.log.items) == (len(rows), 120, ITEMS)
    assert archive.log.score.sum() == sum(row["ratio"] for row in rows)
    by_item = np.bincount(archive.log.item, weights=archive.log.score)
    for number, (item_id, _) in enumerate(archive.items):
        assert by_item[number] == sum(row["ratio"] for row in rows if row["item_id"] == item_id)
    assert archive.log.years.max() - archive.log.years.min() == pytest.approx(39 / 60 / 24 / 365.25)
    assert len(nothing.log) == 0


def test_better_engine_is_published_and_items_are_renewed(world):
    _, difficulty = fill(world)

    dry = calibrated(world, is_dry=True)
    assert (dry.verdict, dry.engine_version, world.rows(Calibration)) == ("published", None, [])
    told = calibrated(world)

    assert (told.verdict, told.engine_version) == ("published", 2)
    assert told.after.log_loss < told.before.log_loss
    assert told.after.calibration_error < told.before.calibration_error
    with transaction(world.sessions) as session:
        found = find_published(session, world.tenant_id)
        assert found.version == 2
        assert found.parameters != DEFAULTS
        assert find_published(session, uuid.uuid4()) == Engine()
    means = [row.mean for row in sorted(world.rows(ItemState), key=lambda row: row.item_id)]
    assert np.corrcoef(means, difficulty)[0, 1] > 0.9


def test_next_answer_is_learned_from_by_the_published_numbers(world):
    fill(world)
    calibrated(world)
    newcomer = world.people[0]
    with transaction(world.sessions) as session:
        numbers = find_published(session, world.tenant_id).parameters

    world.learn(newcomer, [answer("fresh", 1.0, at=NOW + timedelta(days=1))])

    (learner,) = world.rows(LearnerState)
    assert numbers.student_var > 1.5 * DEFAULTS.student_var
    assert DEFAULTS.student_var < learner.var < numbers.student_var


def test_students_levels_and_past_versions_stay_as_they_were(world):
    fill(world)
    world.learn(world.people[0], [answer(f"q{n}", 1.0, at=NOW + timedelta(days=1)) for n in range(6)])
    before = [(row.mean, row.var, row.level, row.p_mastered) for row in world.rows(MasteryState)]
    calibrated(world)
    first = [(row.engine_version, row.parameters) for row in world.rows(Calibration)]
    calibrated(world)

    assert [(row.mean, row.var, row.level, row.p_mastered) for row in world.rows(MasteryState)] == before
    assert [(row.engine_version, row.parameters) for row in world.rows(Calibration)][:1] == first


def test_engine_that_is_no_better_is_not_published(world, monkeypatch):
    fill(world)
    with transaction(world.sessions) as session:
        row = session.scalars(select(ItemState)).first()
        before = row.mean
    # Nothing left to find: the candidate is judged on coin tosses.
    with transaction(world.sessions) as session:
        for number, row in enumerate(session.scalars(select(Evidence).order_by(Evidence.id))):
            row.ratio = float(np.random.default_rng(number).random() < 0.5)
    told = calibrated(world)

    if told.verdict == "kept":
        assert world.rows(Calibration) == []
        assert world.rows(ItemState)[0].mean == before
    else:
        assert told.after.log_loss < told.before.log_loss
        assert told.after.calibration_error < told.before.calibration_error


def test_few_answers_change_nothing(world):
    world.learn(world.people[0], [answer("a", 1.0)])

    assert calibrated(world).verdict == "too_few"
    assert world.rows(Calibration) == []
