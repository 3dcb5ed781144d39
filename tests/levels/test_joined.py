"""A level set on one of a student's records stands for the student while the records are joined, and goes back with its record."""

from world import NOW

from lti_tool.db.connect import transaction
from lti_tool.mastery.pooling import part, pool
from lti_tool.mastery.showing import show
from lti_tool.mastery.tables import Evidence, LevelDecision, MasteryState
from quizzes import SKILL, quiz, take


def set_level(world, record, level, at=NOW):
    with transaction(world.sessions) as session:
        session.add(
            LevelDecision(
                record_id=record,
                person_id=record,
                skill=SKILL,
                tenant_id=world.tenant_id,
                level=level,
                set_at=at,
            )
        )
        session.flush()
        show(session, [session.get_one(MasteryState, (record, SKILL))])


def shown(world):
    return {row.person_id: row.shown_level for row in world.rows(MasteryState)}


def test_level_set_on_one_record_stands_for_both_and_goes_back_with_it(world):
    kept, joined, _ = world.people
    for person in (kept, joined):
        take(world, person, [quiz(0, [1, 1]), quiz(1, [1, 1])])
    before = shown(world)
    attempts = {row.attempt_id for row in world.rows(Evidence) if row.person_id == joined}
    set_level(world, joined, "beginning")

    with transaction(world.sessions) as session:
        together = pool(session, world.tenant_id, kept=kept, joined=joined, now=NOW)
    assert [each.level for each in together] == ["beginning"]
    assert shown(world) == {kept: "beginning"}

    with transaction(world.sessions) as session:
        part(
            session,
            world.tenant_id,
            kept=kept,
            joined=joined,
            record_ids=[joined],
            attempt_ids=attempts,
            dates={kept: {}, joined: {}},
            now=NOW,
        )
    assert shown(world) == {kept: before[kept], joined: "beginning"}


def test_of_two_records_levels_the_newer_stands(world):
    kept, joined, _ = world.people
    for person in (kept, joined):
        take(world, person, [quiz(0, [1, 1]), quiz(1, [1, 1])])
    set_level(world, joined, "beginning")
    set_level(world, kept, "developing", at=NOW.replace(hour=1))

    with transaction(world.sessions) as session:
        (standing,) = pool(session, world.tenant_id, kept=kept, joined=joined, now=NOW)

    assert standing.level == "beginning"
