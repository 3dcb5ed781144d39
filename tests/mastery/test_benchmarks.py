"""The gates a change of the engine must pass, and that the benchmarks measure what they say."""

from __future__ import annotations

import doctest
import math
import os
from pathlib import Path

import pytest

from benchmarks.mastery import baselines, measures, real, simulate, speed
from benchmarks.mastery.generator import CUT, QUIZ_LENGTH, make_two_state_world, make_world, true_score
from lti_tool.mastery import quality

EARLIER = 150


@pytest.fixture(scope="module")
def world():
    return make_world(seed=20260901, students=EARLIER + 350)


@pytest.fixture(scope="module")
def cases(world):
    items, parameters, judgement = simulate.calibrated(world, EARLIER)
    return list(simulate.engine_cases(world, EARLIER, items, parameters=parameters, judgement=judgement))


def test_engine_tells_masters_from_others(cases):
    found = {count: simulate.quality(cases, count).auc for count in simulate.COUNTS}

    assert found[5] >= 0.88
    assert found[10] >= 0.91
    assert found[15] >= 0.925


def test_few_declared_masters_are_not(cases):
    assert simulate.quality(cases, 5).declared > 0.02
    assert simulate.quality(cases, 5).false_mastery <= 0.12
    assert simulate.quality(cases, 15).false_mastery <= 0.08


def test_probabilities_of_mastery_mean_what_they_say(cases):
    for count in simulate.COUNTS:
        assert simulate.quality(cases, count).calibration <= 0.055


def test_engine_beats_the_rules_of_gradebooks_on_the_same_answers(world, cases):
    rows = {
        "average": simulate.rule_cases(world, EARLIER, baselines.plain_average, CUT),
        "decaying": simulate.rule_cases(
            world, EARLIER, lambda scores: baselines.decaying_quiz_average(scores, QUIZ_LENGTH), CUT
        ),
        "three in a row": simulate.rule_cases(
            world, EARLIER, lambda scores: float(baselines.has_three_in_a_row(scores)), 1.0
        ),
    }

    for rule in map(list, rows.values()):
        for count in simulate.COUNTS:
            engine, other = simulate.quality(cases, count), simulate.quality(rule, count)
            assert [case.mastered for case in rule] == [case.mastered for case in cases]
            assert engine.auc > other.auc
            assert engine.false_mastery < other.false_mastery


def test_engine_tells_masters_apart_in_the_world_of_knowledge_tracing_too():
    world = make_two_state_world(seed=3, students=400)
    items, parameters, judgement = simulate.calibrated(world, 200)

    cases = list(simulate.engine_cases(world, 200, items, parameters=parameters, judgement=judgement))

    assert simulate.quality(cases, 5).auc >= 0.885
    assert simulate.quality(cases, 10).calibration <= 0.05
    assert simulate.quality(cases, 15).auc >= 0.96
    assert simulate.quality(cases, 5).false_mastery <= 0.09


def test_same_seed_gives_the_same_world(world):
    small, again = make_world(seed=4, students=2), make_world(seed=4, students=2)

    assert small == again
    assert make_world(seed=5, students=2) != small
    assert len(world.students[0]) == len(world.banks) * 4


def test_truth_is_the_expected_score_on_the_bank(world):
    bank = world.banks[0]

    by_hand = [i.guess + (1 - i.guess) * (1 - 1 / (1 + math.exp(0.7 - i.difficulty))) for i in bank]
    assert true_score(0.7, bank) == pytest.approx(sum(by_hand) / len(bank))


def test_examples_of_the_measures_are_true():
    result = doctest.testmod(measures)

    assert result.failed == 0
    assert result.attempted > 0


def test_area_under_the_curve_counts_ties_half():
    values = [0.2, 0.5, 0.5, 0.9, 0.1, 0.5]
    truths = [False, True, False, True, True, False]
    pairs = [
        (a, b)
        for a, yes in zip(values, truths, strict=True)
        if yes
        for b, no in zip(values, truths, strict=True)
        if not no
    ]

    by_pairs = sum((a > b) + (a == b) / 2 for a, b in pairs) / len(pairs)
    assert quality.auc(values, truths) == pytest.approx(by_pairs)
    assert math.isnan(quality.auc([0.1], [True]))


def test_report_has_a_line_for_every_rule():
    lines = simulate.report(simulate.all_cases(make_world(seed=1, students=60), 20)).splitlines()

    assert [line.split("  ")[0] for line in lines[-4:]] == [
        "average",
        "decaying 65, per quiz",
        "decaying 65, per item",
        "three in a row",
    ]


FILE = "Student,Score,Problem_ID,KC,start_time,ms_first_response,DKT\n"


def test_columns_of_a_log_are_found_by_name(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text(FILE + "b,1,i1,k,20,1500,.25\na,0,i2,k,9,2500,.5\nb,0,i2,k,10,700,.75\nb,,i2,k,11,1,.5\n")

    split = real.read_split(path, path, seed=1)

    assert split.test.score.tolist() == [0.0, 0.0, 1.0]
    assert split.test.took_s.tolist() == [2.5, 0.7, 1.5]
    assert (split.test.students, split.test.skills, split.test.items) == (2, 1, 2)
    assert split.others["DKT"].tolist() == [0.5, 0.75, 0.25]


def test_a_log_of_students_and_scores_alone_is_enough(tmp_path):
    path = tmp_path / "rows.tsv"
    path.write_text("user_id\tcorrect\n" + "".join(f"u{n % 9}\t{n % 2}\n" for n in range(90)))

    split = real.read_split(path, None, seed=1)

    assert set(split.train.student) & set(split.test.student) == set()
    assert len(split.train) + len(split.test) == 90
    assert "multilevel Elo" in real.report(real.lines(split, seed=1), split.test)


def test_a_log_without_scores_is_refused_by_name(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("user,item\nu,i\n")

    with pytest.raises(ValueError, match="score"):
        real.read_split(path, None, seed=1)


@pytest.mark.slow
def test_real_students_are_predicted_better_than_by_all_rivals():
    folder = Path(os.environ.get("INFOLIT_BENCHMARK_DATA", real.DEFAULT_FOLDER))
    files = [folder / name for name in real.DEFAULT_FILES]
    if not files[1].exists():
        pytest.skip("the ASSISTments files are not on this machine")
    split = real.read_split(*files, seed=7)
    truths = split.test.is_right

    made = real.lines(split, seed=7)

    area = {name: quality.auc(said, truths) for name, said in made.items()}
    loss = {name: quality.log_loss(said, truths) for name, said in made.items()}
    alone, whole = "engine, fitted, items keep learning", "engine, fitted + history, items keep learning"
    assert area[alone] >= 0.772
    assert loss[alone] <= 0.531
    assert area[whole] >= 0.776
    assert loss[whole] <= 0.527
    rivals = [name for name in made if not name.startswith("engine")]
    assert len(rivals) >= 6
    assert all(area[alone] > area[name] + 0.01 for name in rivals)


def test_compiled_and_scalar_engine_are_fast_enough():
    # Far below what a quiet machine does (benchmarks/mastery/README.md): tests share their cores.
    assert speed.scalar_rate(20_000) > 50_000
    assert speed.compiled_rate(200_000) > 500_000
