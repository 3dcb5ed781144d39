"""The formulas of item analysis agree with scipy and statsmodels, and with what is known of simple cases."""

import random

import numpy
import pytest
from scipy import stats
from statsmodels.stats.contingency_tables import StratifiedTable

from lti_tool.interactions.contract import AnswerOption
from lti_tool.reports.questions.fairness import Stratum, mantel_haenszel
from lti_tool.reports.questions.judging import Finding, certainty, judge
from lti_tool.reports.questions.options import Tally, option_use, upper_lower
from lti_tool.reports.questions.statistics import Sums, TotalSums, reliability
from lti_tool.reports.questions.tables import UNIT


def play(students=200, items=10, seed=1, values=(0.0, 1.0)):
    """Scores as a table of students × items: abilities and difficulties from a normal distribution."""
    rng = numpy.random.default_rng(seed)
    ability, difficulty = rng.normal(0, 1.2, (students, 1)), rng.normal(0, 1, items)
    chance = 1 / (1 + numpy.exp(difficulty - ability))
    if len(values) == 2:
        return (rng.random((students, items)) < chance).astype(float)
    return numpy.array(values)[rng.binomial(len(values) - 1, chance)]


def sums_of(scores, item):
    y, t = (scores[:, item] * UNIT).astype(int), (scores.sum(axis=1) * UNIT).round().astype(int)
    pairs = [(int(a), int(b)) for a, b in zip(y, t, strict=True)]
    return Sums(
        n=len(pairs),
        y=sum(a for a, _ in pairs),
        yy=sum(a * a for a, _ in pairs),
        t=sum(b for _, b in pairs),
        tt=sum(b * b for _, b in pairs),
        yt=sum(a * b for a, b in pairs),
    )


def totals_of(scores):
    t = [int(each) for each in (scores.sum(axis=1) * UNIT).round()]
    squares = sum(int(each) ** 2 for each in (scores * UNIT).round().flatten())
    return TotalSums(items=scores.shape[1], n=len(t), t=sum(t), tt=sum(x * x for x in t), yy=squares)


def cronbach(scores):
    k = scores.shape[1]
    return k / (k - 1) * (1 - scores.var(axis=0, ddof=1).sum() / scores.sum(axis=1).var(ddof=1))


@pytest.mark.parametrize(
    "values", [(0.0, 1.0), (0.0, 0.25, 0.5, 1.0)], ids=["right or wrong", "partial credit"]
)
def test_difficulty_and_item_rest_correlation_are_scipys(values):
    scores = play(values=values)

    for item in range(scores.shape[1]):
        ours, rest = sums_of(scores, item), scores.sum(axis=1) - scores[:, item]
        assert ours.difficulty == pytest.approx(scores[:, item].mean())
        assert ours.item_rest == pytest.approx(stats.pearsonr(scores[:, item], rest).statistic)
        if values == (0.0, 1.0):
            assert ours.item_rest == pytest.approx(stats.pointbiserialr(scores[:, item], rest).statistic)


@pytest.mark.parametrize("values", [(0.0, 1.0), (0.0, 0.5, 1.0)], ids=["KR-20", "alpha"])
def test_reliability_is_cronbachs_alpha_when_all_were_asked_the_same(values):
    scores = play(students=120, items=8, seed=2, values=values)

    found = reliability(totals_of(scores), [sums_of(scores, item) for item in range(8)])

    assert not found.is_drawn
    assert found.alpha == pytest.approx(cronbach(scores))
    assert found.sem == pytest.approx(scores.sum(axis=1).std() / 8 * numpy.sqrt(1 - cronbach(scores)))


def test_drawn_questions_of_right_or_wrong_give_kr_21():
    scores = play(students=150, items=6, seed=3)
    mean, spread = scores.sum(axis=1).mean(), scores.sum(axis=1).var()

    found = reliability(totals_of(scores), [sums_of(scores, item) for item in range(5)])

    assert found.is_drawn
    assert found.alpha == pytest.approx(6 / 5 * (1 - mean * (6 - mean) / (6 * spread)))
    assert found.alpha <= cronbach(scores)


def test_nothing_is_said_where_nothing_varies():
    same = numpy.ones((20, 4))

    assert sums_of(same, 0).item_rest is None
    assert reliability(totals_of(same), [sums_of(same, item) for item in range(4)]) is None
    assert upper_lower([]) is None


def test_upper_lower_is_the_mean_over_every_order_of_equal_totals():
    scores = play(students=30, items=5, seed=4)
    totals = scores.sum(axis=1)
    tallies = [
        Tally(total=int(t * UNIT), score=int(y * UNIT), picks=None, count=1)
        for t, y in zip(totals, scores[:, 0], strict=True)
    ]
    rng, size, seen = random.Random(5), round(0.27 * 30), []
    for _ in range(4000):
        order = sorted(range(30), key=lambda n: (totals[n], rng.random()))
        seen.append(scores[order[-size:], 0].mean() - scores[order[:size], 0].mean())

    # 0.27 × 30 = 8.1 students, here rounded to 8 for the shuffles
    assert upper_lower(tallies) == pytest.approx(numpy.mean(seen), abs=0.02)


def strata(shift, n=300, seed=None):
    """Two groups of one ability, the item harder by `shift` logits for the second; with a seed, by chance around that."""
    rng, found = numpy.random.default_rng(seed), []
    for rest in range(10):
        chance = 1 / (1 + numpy.exp(-(rest - 4.5) / 2))
        other = 1 / (1 + numpy.exp(-(rest - 4.5) / 2 + shift))
        easier, harder = (
            rng.binomial(n // 10, each) if seed else round(n // 10 * each) for each in (chance, other)
        )
        found.append(
            Stratum(
                reference_right=int(easier),
                reference_wrong=n // 10 - int(easier),
                focal_right=int(harder),
                focal_wrong=n // 10 - int(harder),
            )
        )
    return found


@pytest.mark.parametrize("shift", [0.0, 0.5, 1.2])
def test_mantel_haenszel_is_statsmodels(shift):
    rows = strata(shift, seed=6)
    tables = [
        numpy.array([[r.reference_right, r.reference_wrong], [r.focal_right, r.focal_wrong]], dtype=float)
        for r in rows
    ]
    theirs = StratifiedTable(tables)

    ours = mantel_haenszel(rows)

    assert ours.log_alpha == pytest.approx(theirs.logodds_pooled)
    assert ours.log_alpha_se == pytest.approx(theirs.logodds_pooled_se)
    assert ours.chi_square == pytest.approx(theirs.test_null_odds(correction=True).statistic)
    assert ours.delta == pytest.approx(-2.35 * theirs.logodds_pooled)


def test_ets_classes_follow_size_and_certainty():
    assert mantel_haenszel(strata(0.0)).ets_class == "A"
    assert mantel_haenszel(strata(1.6, n=600)).ets_class == "C"
    assert mantel_haenszel(strata(0.6, n=3000)).ets_class == "B"
    assert mantel_haenszel(strata(1.0, n=50)).ets_class == "A", "too few students to be sure of anything"
    assert mantel_haenszel([]) is None


A, B, C = (
    AnswerOption(id="a", text="A", is_key=True),
    AnswerOption(id="b", text="B", is_key=False),
    AnswerOption(id="c", text="C", is_key=False),
)


def judged(tallies):
    n = sum(each.count for each in tallies)
    sums = Sums(
        n=n,
        y=sum(each.score * each.count for each in tallies),
        yy=sum(each.score**2 * each.count for each in tallies),
        t=sum(each.total * each.count for each in tallies),
        tt=sum(each.total**2 * each.count for each in tallies),
        yt=sum(each.score * each.total * each.count for each in tallies),
    )
    uses = option_use(tallies, ["a", "b", "c"])
    return judge(sums, [A, B, C], uses, guess=1 / 3, is_single=True), uses


def tally(rest, option, count):
    score = UNIT if option == "a" else 0
    return Tally(total=rest * UNIT + score, score=score, picks=(option,), count=count)


def test_wrong_key_is_found_by_what_the_strong_chose():
    found, uses = judged(
        [tally(9, "b", 30), tally(5, "b", 15), tally(5, "a", 15), tally(1, "a", 25), tally(1, "c", 15)]
    )

    assert found[0].finding is Finding.STRONG_CHOOSE_OTHER and found[0].option is B
    assert Finding.KEY_NEGATIVE in [each.finding for each in found]
    assert uses[1].by_third["high"] > 0.85 and uses[1].with_rest > 0
    assert sum(each.share for each in uses) == pytest.approx(1)


def test_sound_item_has_only_its_dead_distractor():
    found, _ = judged(
        [tally(9, "a", 50), tally(5, "a", 30), tally(5, "b", 20), tally(1, "b", 40), tally(1, "a", 10)]
    )

    assert [(each.finding, each.option) for each in found] == [(Finding.DEAD_DISTRACTOR, C)]


def test_few_students_say_nothing():
    found, _ = judged([tally(9, "b", 15), tally(1, "a", 14)])

    assert found == [] and certainty(29) == "rough" and certainty(9) == "hidden"
