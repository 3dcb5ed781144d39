"""From beliefs to chances of mastery: a correction keeps the order of students, and is taken only from a world that bears it out."""

import uuid
from dataclasses import asdict
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.mastery.generator import make_two_state_world, make_world
from benchmarks.mastery.simulate import as_log, calibrated, engine_cases, known_items, quality
from lti_tool.mastery.belief import Belief
from lti_tool.mastery.compiled import Bank
from lti_tool.mastery.fit_judgement import fit_judgement
from lti_tool.mastery.judgement import AS_BELIEVED, Judgement
from lti_tool.mastery.learn import new_skill, settle
from lti_tool.mastery.levels import PoolItem, mastery_probability, threshold
from lti_tool.mastery.parameters import DEFAULTS
from lti_tool.mastery.published import Engine
from lti_tool.mastery.tables import LearnerState

EARLIER = 120
logits, variances = st.floats(-8, 8), st.floats(0.05, 4)
judgements = st.builds(
    Judgement,
    form=st.sampled_from(["even", "jump"]),
    shift=st.floats(-2, 2),
    pull=st.floats(0.1, 10),
    spread=st.floats(0.1, 10),
)


@given(judgement=judgements, low=logits, high=logits, var=variances, tau=logits)
def test_who_stands_above_stays_above(judgement, low, high, var, tau):
    low, high = sorted((low, high))
    skill = Belief(0.0, var)

    chances = [judgement.chance(Belief(mean, var), skill, tau) for mean in (low, high)]

    assert 0 <= chances[0] <= chances[1] <= 1


@given(mean=logits, var=variances, tau=logits)
def test_nothing_is_corrected_as_shipped(mean, var, tau):
    student, skill = Belief(mean, var), Belief(0.2, 0.3)

    assert mastery_probability(student, skill, tau) == AS_BELIEVED.chance(student, skill, tau)
    assert mastery_probability(student, skill, mean + 0.2) == pytest.approx(0.5)


def bank_of(world, names):
    items = known_items(world)
    return Bank(
        mean=np.array([items[name].mean for name in names]),
        var=np.array([items[name].var for name in names]),
        shared_mean=np.zeros(len(world.banks)),
        shared_var=np.zeros(len(world.banks)),
    )


@pytest.mark.slow
def test_a_world_where_skills_jump_is_noticed_and_judged_better():
    world = make_two_state_world(seed=22, students=EARLIER + 200)
    items, parameters, judgement = calibrated(world, EARLIER)
    assert judgement.form == "jump" and judgement.shift > 1

    plain, judged = (
        list(engine_cases(world, EARLIER, items, parameters=parameters, judgement=each))
        for each in (AS_BELIEVED, judgement)
    )

    for answers, most in ((5, 0.05), (10, 0.04), (15, 0.04)):
        before, after = quality(plain, answers), quality(judged, answers)
        assert after.calibration < most < before.calibration
        assert after.auc == pytest.approx(before.auc) and after.false_mastery < 0.09


def test_a_world_where_ability_is_even_is_left_as_believed():
    world = make_world(seed=11, students=EARLIER)
    log, names = as_log(world, EARLIER)

    assert fit_judgement(log, bank_of(world, names), DEFAULTS, seed=1) == AS_BELIEVED


def test_little_says_nothing():
    world = make_two_state_world(seed=11, students=10)
    log, names = as_log(world, 10)

    assert fit_judgement(log, bank_of(world, names), DEFAULTS, seed=1) == AS_BELIEVED


def test_levels_are_settled_by_the_published_judgement():
    now = datetime(2026, 11, 27, tzinfo=UTC)
    judgement = Judgement(form="jump", shift=2.0, pull=2.5)
    engine = Engine(judgement=Judgement(**asdict(judgement)))
    learner = LearnerState(mean=0.8, var=0.3)
    state = new_skill(uuid.uuid4(), uuid.uuid4(), "find-the-maker", DEFAULTS, now)
    state.answers, state.occasions = 8, 2
    pool = [PoolItem(0.0, 0.25)] * 4

    settle(learner, state, pool, engine, now=now)

    tau = threshold(pool)
    assert state.p_mastered == judgement.chance(Belief(0.8, 0.3), Belief(state.mean, state.var), tau)
    assert state.level == "proficient"
    settle(learner, state, pool, Engine(), now=now)
    assert state.p_mastered < 0.6
