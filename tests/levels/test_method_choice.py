"""A district chooses a method: levels follow everywhere, the preview told so, and going back loses nothing."""

import threading
import uuid
from collections import Counter

import pytest
from sqlalchemy import select, text
from world import assert_cells_agree_with_a_recount

from lti_tool.audit.tables import AuditEntry
from lti_tool.corrections.methods import apply_method, choose_method, count_students, preview, unapplied
from lti_tool.db.connect import transaction
from lti_tool.errors import BadFormError, ForbiddenError
from lti_tool.facts.people import Access
from lti_tool.mastery.classic import pool
from lti_tool.mastery.methods import Choice, make_choice
from lti_tool.mastery.showing import results_of
from lti_tool.mastery.tables import MasteryState, MethodChoice
from lti_tool.people.tables import Tenant
from lti_tool.reports.tables import BoardCell, PersonSkillYear
from quizzes import BY_HIGHEST, OTHER_SKILL, SKILL, choose, quiz, take

STATE = (
    "person_id", "skill", "mean", "var", "answers", "occasions", "last_at", "p_mastered", "expected", "level",
    "proficient_since", "method_score", "method_level", "shown_level", "shown_since",
)  # fmt: skip


def states(world):
    rows = sorted(world.rows(MasteryState), key=lambda row: (row.person_id, row.skill))
    return [tuple(getattr(row, name) for name in STATE) for row in rows]


def shown(world, skill=SKILL):
    return {row.person_id: row.shown_level for row in world.rows(MasteryState) if row.skill == skill}


def rounded(values):
    return [round(each, 6) if isinstance(each, float) else each for each in values]


@pytest.fixture
def played(world):
    """One all right, one who had one good day, one all wrong; each in two skills."""
    for person, ratios in zip(world.people, ([1, 1, 1], [0, 1, 0], [0, 0, 0]), strict=True):
        take(world, person, [quiz(week, [ratio] * 4) for week, ratio in enumerate(ratios)])
        take(world, person, [quiz(5 + week, [1, ratio, 1], OTHER_SKILL) for week, ratio in enumerate(ratios)])
    return world


def test_levels_and_board_follow_the_choice_and_what_comes_after(played):
    good, one_day, poor = played.people
    assert shown(played)[one_day] != "proficient"

    choose(played, BY_HIGHEST)

    assert shown(played) == {good: "proficient", one_day: "proficient", poor: "beginning"}
    on_board = {(row.person_id, row.skill): row.level for row in played.rows(PersonSkillYear)}
    assert on_board == {(row.person_id, row.skill): row.shown_level for row in played.rows(MasteryState)}
    assert_cells_agree_with_a_recount(played)
    take(played, poor, [quiz(9, [1, 1, 1, 1])])
    assert shown(played)[poor] == "proficient"
    assert_cells_agree_with_a_recount(played)
    cell = next(row for row in played.rows(BoardCell) if row.skill == SKILL)
    assert (cell.proficient, cell.not_enough) == (3, 0)


def test_going_back_to_the_engine_leaves_every_state_as_if_it_had_never_left(engine, played):
    before = states(played)
    choose(played, make_choice("latest"))
    assert [row[-2] for row in states(played)] != [row[-2] for row in before]

    choose(played, Choice())

    assert states(played) == before
    assert_cells_agree_with_a_recount(played)


def test_engine_learns_under_another_method_what_it_would_have_learned(played):
    """Two students who answer alike, one while another method is chosen; the items are held still, so that only the method differs."""
    with transaction(played.sessions) as session:
        session.execute(text("UPDATE item_state SET mean = 0.1, var = 1e-9"))
    one, other, _ = played.people
    for person in (one, other):
        with transaction(played.sessions) as session:
            for table in ("mastery_state", "learner_state", "mastery_evidence", "person_skill_year"):
                session.execute(text(f"DELETE FROM {table} WHERE person_id = :p"), {"p": person})  # noqa: S608
    take(played, one, [quiz(0, [1, 1, 0, 1]), quiz(1, [1, 1, 1, 1])])
    choose(played, BY_HIGHEST)
    take(played, other, [quiz(0, [1, 1, 0, 1]), quiz(1, [1, 1, 1, 1])])
    choose(played, Choice())

    found = {row[0]: rounded(row[1:]) for row in states(played) if row[0] in (one, other)}
    assert found[other] == found[one]


@pytest.mark.parametrize("method", ["decaying_average", "n_mastery", "latest", "average"])
def test_preview_tells_what_then_happens(played, method):
    choice = make_choice(method)
    before = {(row.person_id, row.skill): row.shown_level for row in played.rows(MasteryState)}
    with transaction(played.sessions) as session:
        told = preview(session, played.tenant_id, choice)
    unchanged = {(row.person_id, row.skill): row.shown_level for row in played.rows(MasteryState)}
    assert unchanged == before

    choose(played, choice)

    after = {(row.person_id, row.skill): row.shown_level for row in played.rows(MasteryState)}
    assert told == Counter((before[key], after[key]) for key in before)
    assert sum(told.values()) == 6


def test_questions_are_pooled_by_points_and_practice_weighs_half(world):
    person = world.people[0]
    take(world, person, [quiz(0, [1, 0], points=[1.0, 3.0]), quiz(1, [1, 0], points=[0.0, 2.0], name="r")])
    world.learn(person, [*quiz(2, [1]), *quiz(2, [0], name="soft", is_practice=True)])

    with transaction(world.sessions) as session:
        found = results_of(session, [person])[person, SKILL]

    assert [each.ratio for each in found] == pytest.approx(
        [pool([(1, 1), (0, 3)]), pool([(1, 0), (0, 2)]), pool([(1, 1), (0, 0.5)])]
    )
    assert [each.answers for each in found] == [2, 2, 2]


def test_choice_is_dated_audited_and_asked_for_a_reason(played):
    with pytest.raises(BadFormError, match="Say why"):
        choose_method(played.tool, played.access, BY_HIGHEST, reason=" ")
    choose(played, BY_HIGHEST)
    with pytest.raises(BadFormError, match="already"):
        choose_method(played.tool, played.access, BY_HIGHEST, reason="Again")

    (row,) = played.rows(MethodChoice)
    (entry,) = played.rows(AuditEntry)
    assert (row.chosen_at, row.applied_at, row.audit_id) == (played.now, played.now, entry.id)
    assert (entry.before["method"], entry.after["method"], entry.reason) == (
        "engine",
        "highest",
        "Board policy 12",
    )


@pytest.mark.parametrize(
    "changes", [{}, {"school_ids": frozenset({uuid.uuid4()})}, {"section_ids": frozenset({uuid.uuid4()})}]
)
def test_nobody_below_the_district_chooses(played, changes):
    access = Access(tenant_id=played.tenant_id, person_id=played.people[0], **changes)

    with pytest.raises(ForbiddenError):
        choose_method(played.tool, access, BY_HIGHEST, reason="Mine")

    assert played.rows(MethodChoice) == []


def test_other_districts_keep_their_method(played):
    with transaction(played.sessions) as session:
        other = Tenant(id=uuid.uuid4(), slug="o", name="O")
        session.add(other)
    before = states(played)
    access = Access(tenant_id=other.id, person_id=None, is_administrator=True)

    choose_method(played.tool, access, BY_HIGHEST, reason="Theirs")
    assert apply_method(played.tool, other.id)

    assert states(played) == before


def test_stopped_worker_leaves_the_rest_to_the_next(played, monkeypatch):
    monkeypatch.setattr("lti_tool.corrections.methods.AT_ONCE", 1)
    choose_method(played.tool, played.access, BY_HIGHEST, reason="Policy")
    seen = []

    assert not apply_method(
        played.tool, played.tenant_id, is_stopping=lambda: len(seen) > 0, tell=seen.append
    )

    with transaction(played.sessions) as session:
        assert unapplied(session) == [played.tenant_id]
    assert_cells_agree_with_a_recount(played)
    assert apply_method(played.tool, played.tenant_id)
    with transaction(played.sessions) as session:
        assert unapplied(session) == []
    assert set(shown(played).values()) == {"proficient", "beginning"}


def test_what_is_handed_in_while_a_choice_is_worked_out_is_neither_lost_nor_in_its_way(played):
    """Students hand in while the district goes back and forth; in the end every level is the method's, and the cells add up."""
    errors = []

    def hand_in(person):
        try:
            for week in range(10, 16):
                take(played, person, [quiz(week, [1, 0, 1]), quiz(week, [0, 1, 1], OTHER_SKILL)])
        except Exception as error:  # noqa: BLE001 - told to the test
            errors.append(error)

    threads = [threading.Thread(target=hand_in, args=(person,)) for person in played.people]
    for thread in threads:
        thread.start()
    for choice in (BY_HIGHEST, Choice(), make_choice("average")):
        choose(played, choice)
    for thread in threads:
        thread.join()

    assert errors == []
    with transaction(played.sessions) as session:
        (told,) = [preview(session, played.tenant_id, make_choice("average"))]
    assert all(before == after for before, after in told), "each is shown by the newest method"
    levels = {(row.person_id, row.skill): row.shown_level for row in played.rows(MasteryState)}
    assert {(row.person_id, row.skill): row.level for row in played.rows(PersonSkillYear)} == levels
    assert_cells_agree_with_a_recount(played)
    with transaction(played.sessions) as session:
        assert session.scalars(select(MethodChoice.applied_at)).all().count(None) == 0


def test_preview_of_a_sample_is_of_some_students(played, monkeypatch):
    monkeypatch.setattr("lti_tool.corrections.methods.AT_ONCE", 1)

    with transaction(played.sessions) as session:
        told = preview(session, played.tenant_id, BY_HIGHEST, most_students=2)

        assert count_students(session, played.tenant_id) == 3
    assert sum(told.values()) == 4, "two students in two skills"
