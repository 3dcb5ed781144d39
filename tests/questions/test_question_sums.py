"""The running sums are those of the answers that are there, exactly, whatever came in, was corrected or taken out, in any order."""

import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from world import World

from lti_tool.db.connect import transaction
from lti_tool.facts.answers import AnswerSheet, SheetAnswer
from lti_tool.facts.people import Access
from lti_tool.reports.questions.note import forget_first_attempt, note_first_attempt
from lti_tool.reports.questions.reading import read_figures, scope_of_assignments
from lti_tool.reports.questions.statistics import Sums
from lti_tool.reports.questions.tables import UNIT, FirstAnswer, ItemSums, PartSums

RATIOS = st.sampled_from([0.0, 1 / 3, 0.5, 2 / 3, 1.0])
SHEETS = st.dictionaries(
    st.sampled_from(["a", "b", "c", "d"]), st.tuples(RATIOS, st.sampled_from(["v1", "v2"])), max_size=4
)
DEEDS = st.lists(st.tuples(st.integers(0, 4), st.one_of(st.none(), SHEETS)), min_size=1, max_size=12)


@pytest.fixture
def world(engine):
    world = World(engine, students=5)
    world.attempts = [world.attempt(person) for person in world.people]
    return world


def sheet(world, number, told):
    return AnswerSheet(
        tenant_id=world.tenant_id,
        attempt_id=world.attempts[number],
        placement_id=world.placement_id,
        content_kind="quiz",
        content_id="q",
        snapshot_hash="h",
        school_year=2027,
        school_id=None,
        grade=6,
        lang="en",
        answers=tuple(
            SheetAnswer(item_id=item, item_version=version, part="quiz", ratio=ratio, picks=None)
            for item, (ratio, version) in told.items()
        ),
    )


def recomputed(rows):
    """From the answers alone, by item and version."""
    found = {}
    for key in {(row.item_id, row.item_version) for row in rows}:
        own = [(row.score, row.total) for row in rows if (row.item_id, row.item_version) == key]
        found[key] = Sums(
            n=len(own),
            y=sum(y for y, _ in own),
            yy=sum(y * y for y, _ in own),
            t=sum(t for _, t in own),
            tt=sum(t * t for _, t in own),
            yt=sum(y * t for y, t in own),
        )
    return found


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS)
def test_sums_equal_recomputation_after_any_order(world, deeds):
    for number, told in deeds:
        with transaction(world.sessions) as session:
            if told is None:
                forget_first_attempt(session, world.attempts[number])
            else:
                note_first_attempt(session, sheet(world, number, told))

    rows = world.rows(FirstAnswer)
    kept = {(row.item_id, row.item_version): row for row in world.rows(ItemSums) if row.n}
    assert {
        key: Sums(n=row.n, y=row.y, yy=row.yy, t=row.t, tt=row.tt, yt=row.yt) for key, row in kept.items()
    } == recomputed(rows)
    totals = {row.attempt_id: (row.items, row.total) for row in rows}
    for row in world.rows(PartSums):
        own = [t for items, t in totals.values() if items == row.items]
        assert (row.n, row.t, row.tt) == (len(own), sum(own), sum(t * t for t in own))
        assert row.yy == sum(each.score**2 for each in rows if each.items == row.items)
    for row in world.rows(ItemSums):
        assert row.n or (row.y, row.yy, row.t, row.tt, row.yt) == (0, 0, 0, 0, 0)


def test_figures_are_those_of_the_assignments_asked_for(world):
    for number in range(5):
        with transaction(world.sessions) as session:
            note_first_attempt(session, sheet(world, number, {"a": (number / 4, "v1"), "b": (1.0, "v1")}))

    access = Access(tenant_id=world.tenant_id, person_id=None)
    with transaction(world.sessions) as session:
        (part,) = read_figures(session, scope_of_assignments(access, [world.placement_id]))
        assert read_figures(session, scope_of_assignments(access, [uuid.uuid4()])) == []

    assert part.totals.n == 5 and [each.item_id for each in part.items] == ["a", "b"]
    assert part.items[0].sums.difficulty == 0.5
    assert sum(each.count for each in part.items[0].tallies) == 5
    assert {each.total for each in part.items[0].tallies} == {
        UNIT,
        1.25 * UNIT,
        1.5 * UNIT,
        1.75 * UNIT,
        2 * UNIT,
    }
