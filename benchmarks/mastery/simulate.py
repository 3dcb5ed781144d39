"""Does P(mastered) tell the truth? The shipped engine and the rules of gradebooks on students whose truth is known.

    python -m benchmarks.mastery --only simulation [--students 2000] [--earlier 300] [--seed 20260901]

`generator.py` says what worlds these are. "After 5 answers" is after the first quiz in each of the six skills, so that a student's other
skills count with as many answers. "Calibrated" is `lti_tool.mastery.fit` on the answers of earlier students, as in the weekly job: it sees
scores, never the truth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from benchmarks.mastery.baselines import (
    decaying_average,
    decaying_quiz_average,
    has_three_in_a_row,
    plain_average,
)
from benchmarks.mastery.generator import CUT, QUIZ_LENGTH, Sitting, World, make_two_state_world, make_world
from benchmarks.mastery.measures import false_share, shown, table
from lti_tool.mastery.answer_log import AnswerLog, make_log
from lti_tool.mastery.compiled import Bank
from lti_tool.mastery.engine import (
    DEFAULTS,
    Belief,
    Parameters,
    cold_item,
    cold_skill,
    cold_student,
    mastery_probability,
    pass_time,
    threshold,
    update,
)
from lti_tool.mastery.fit import DRAWS, draw_parameters, learn_bank
from lti_tool.mastery.fit_judgement import fit_judgement
from lti_tool.mastery.judgement import AS_BELIEVED, Judgement
from lti_tool.mastery.quality import auc, calibration_error

Items = Mapping[str, Belief]
COUNTS = (5, 10, 15)


class Case(NamedTuple):
    """One student on one skill after a sitting: what a rule said, and the truth."""

    answers: int
    value: float
    declared: bool
    mastered: bool
    before: float
    """The same value as it stood before the sitting, time having passed."""
    mastered_before: bool


@dataclass
class _Pupil:
    """A student as the engine sees one."""

    parameters: Parameters
    student: Belief = field(init=False)
    skills: dict[int, Belief] = field(default_factory=dict)
    last: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.student = cold_student(DEFAULTS.anchor_grade, parameters=self.parameters)

    def waited(self, skill: int, at_years: float, *, with_time: bool) -> Belief:
        belief = self.skills.get(skill) or cold_skill(parameters=self.parameters)
        gap = at_years - self.last.get(skill, at_years)
        return pass_time(belief, gap, parameters=self.parameters) if with_time else belief

    def take(self, sitting: Sitting, items: Items, *, with_time: bool) -> None:
        for answer in sitting.answers:
            skill = self.waited(sitting.skill, answer.at_years, with_time=with_time)
            item = items[answer.item.name]
            after = update(
                self.student,
                skill,
                item,
                score=answer.score,
                guess=answer.item.guess,
                parameters=self.parameters,
            )
            self.student, self.skills[sitting.skill] = after.student, after.skill
            self.last[sitting.skill] = answer.at_years


def tagged_items(world: World) -> dict[str, Belief]:
    """Every item as its author tagged it."""
    return {item.name: cold_item(DEFAULTS.anchor_grade, item.tag) for bank in world.banks for item in bank}


def untagged_items(world: World) -> dict[str, Belief]:
    return {item.name: cold_item(DEFAULTS.anchor_grade) for bank in world.banks for item in bank}


def known_items(world: World) -> dict[str, Belief]:
    """Every item as it truly is: what no calibration can beat."""
    return {item.name: Belief(item.difficulty, 0.001) for bank in world.banks for item in bank}


def calibrated(world: World, earlier: int, *, seed: int = 7) -> tuple[Items, Parameters, Judgement]:
    """Items, hyper-parameters and judgement as the weekly calibration finds them from that many earlier students, starting from the tags."""
    log, names = as_log(world, earlier)
    tags = tagged_items(world)
    prior = Bank(
        mean=np.array([tags[name].mean for name in names]),
        var=np.array([tags[name].var for name in names]),
        shared_mean=np.zeros(log.skills),
        shared_var=np.full(log.skills, DEFAULTS.shared_var),
    )
    parameters = draw_parameters(log, seed=seed, draws=DRAWS, prior=prior)
    bank = learn_bank(log, parameters, prior=prior)
    skill_of = np.repeat(np.arange(log.skills), [len(each) for each in world.banks])
    means, variances = bank.mean + bank.shared_mean[skill_of], bank.var + bank.shared_var[skill_of]
    found = {name: Belief(*pair) for name, *pair in zip(names, means, variances, strict=True)}
    return found, parameters, fit_judgement(log, bank, parameters, seed=seed)


def as_log(world: World, earlier: int) -> tuple[AnswerLog, list[str]]:
    """The answers of the first students, and the items' names by number."""
    names = [item.name for bank in world.banks for item in bank]
    number = {name: index for index, name in enumerate(names)}
    rows = [
        (student, sitting.skill, number[each.item.name], each.score, each.item.guess, each.at_years)
        for student, sittings in enumerate(world.students[:earlier])
        for sitting in sittings
        for each in sitting.answers
    ]
    student, skill, item, score, guess, years = zip(*rows, strict=True)
    counts = (earlier, len(world.banks), len(names))
    log = make_log(
        student=student, skill=skill, item=item, score=score, guess=guess, years=years, counts=counts
    )
    return log, names


def engine_cases(
    world: World,
    earlier: int,
    items: Items,
    *,
    parameters: Parameters = DEFAULTS,
    judgement: Judgement = AS_BELIEVED,
    with_time: bool = True,
) -> Iterator[Case]:
    """What the engine says of every student after the earlier ones, after each round of quizzes; items stay as they are."""
    taus = [threshold([(items[item.name].mean, item.guess) for item in bank], CUT) for bank in world.banks]
    for sittings in world.students[earlier:]:
        pupil = _Pupil(parameters)
        for start in range(0, len(sittings), len(world.banks)):
            rounds = sittings[start : start + len(world.banks)]
            began = {each.skill: each.answers[0].at_years for each in rounds}
            before = {
                skill: mastery_probability(
                    pupil.student, pupil.waited(skill, at, with_time=with_time), taus[skill], judgement
                )
                for skill, at in began.items()
            }
            for sitting in rounds:
                pupil.take(sitting, items, with_time=with_time)
            answers = (start // len(world.banks) + 1) * QUIZ_LENGTH
            for each in rounds:
                p = mastery_probability(pupil.student, pupil.skills[each.skill], taus[each.skill], judgement)
                yield Case(
                    answers, p, p >= DEFAULTS.proficient_from, each.mastered,
                    before[each.skill], each.mastered_before,
                )  # fmt: skip


def rule_cases(
    world: World, earlier: int, value: Callable[[Sequence[float]], float], declare_from: float
) -> Iterator[Case]:
    """What a gradebook rule says of the same students."""
    for sittings in world.students[earlier:]:
        scores: dict[int, list[float]] = {}
        for sitting in sittings:
            so_far = scores.setdefault(sitting.skill, [])
            before = value(so_far) if so_far else 0.0
            so_far += [answer.score for answer in sitting.answers]
            now = value(so_far)
            yield Case(
                len(so_far), now, now >= declare_from, sitting.mastered, before, sitting.mastered_before
            )


def all_cases(world: World, earlier: int) -> dict[str, list[Case]]:
    """Every engine variant and rule on the same answers."""
    found, fitted, judgement = calibrated(world, earlier)
    engines = {
        "engine, items known exactly": engine_cases(world, earlier, known_items(world)),
        "engine, items calibrated": engine_cases(
            world, earlier, found, parameters=fitted, judgement=judgement
        ),
        "engine, author's tags only": engine_cases(world, earlier, tagged_items(world)),
        "engine, no tags": engine_cases(world, earlier, untagged_items(world)),
        "engine, calibrated, time ignored": engine_cases(
            world, earlier, found, parameters=fitted, judgement=judgement, with_time=False
        ),
    }
    rules: dict[str, Callable[[Sequence[float]], float]] = {
        "average": plain_average,
        "decaying 65, per quiz": lambda scores: decaying_quiz_average(scores, QUIZ_LENGTH),
        "decaying 65, per item": decaying_average,
    }
    rows = {name: list(cases) for name, cases in engines.items()}
    rows |= {name: list(rule_cases(world, earlier, rule, CUT)) for name, rule in rules.items()}
    rows["three in a row"] = list(rule_cases(world, earlier, lambda s: float(has_three_in_a_row(s)), 1.0))
    return rows


@dataclass(frozen=True, kw_only=True)
class Quality:
    auc: float
    calibration: float
    false_mastery: float
    accuracy: float
    declared: float


def quality(cases: Sequence[Case], answers: int) -> Quality:
    """After that many answers on a skill."""
    chosen = [case for case in cases if case.answers == answers]
    truths = [case.mastered for case in chosen]
    return _quality([case.value for case in chosen], [case.declared for case in chosen], truths)


def autumn_quality(cases: Sequence[Case], declare_from: float) -> Quality:
    """After the summer, before any autumn answer."""
    chosen = [case for case in cases if case.answers == COUNTS[-1] + QUIZ_LENGTH]
    values = [case.before for case in chosen]
    truths = [case.mastered_before for case in chosen]
    return _quality(values, [value >= declare_from for value in values], truths)


def _quality(values: Sequence[float], declared: Sequence[bool], truths: Sequence[bool]) -> Quality:
    agree = sum(yes == truth for yes, truth in zip(declared, truths, strict=True))
    return Quality(
        auc=auc(values, truths),
        calibration=calibration_error(values, truths),
        false_mastery=false_share(declared, truths),
        accuracy=agree / len(truths),
        declared=sum(declared) / len(declared),
    )


def report(rows: Mapping[str, Sequence[Case]]) -> str:
    """One table: AUC, calibration error and false mastery after 5, 10, 15 answers and in the autumn before any."""
    head = ["rule", *(f"AUC@{n}" for n in COUNTS), *(f"ECE@{n}" for n in COUNTS)]
    head += [
        *(f"false@{n}" for n in COUNTS),
        *(f"yes@{n}" for n in COUNTS),
        "AUC aut.",
        "ECE aut.",
        "false aut.",
    ]
    lines = []
    for name, cases in rows.items():
        is_engine = name.startswith("engine")
        after = [quality(cases, n) for n in COUNTS]
        cut = DEFAULTS.proficient_from if is_engine else 1.0 if name == "three in a row" else CUT
        autumn = autumn_quality(cases, cut)
        cells = [*(q.auc for q in after), *(q.calibration if is_engine else None for q in after)]
        cells += [*(q.false_mastery for q in after), *(q.declared for q in after)]
        cells += [autumn.auc, autumn.calibration if is_engine else None, autumn.false_mastery]
        lines.append([name, *map(shown, cells)])
    return table(head, lines)


def run(students: int, earlier: int, seed: int) -> None:
    """Both worlds, printed."""
    for title, make in (("A: continuous ability", make_world), ("B: two states (BKT)", make_two_state_world)):
        world = make(seed=seed, students=students + earlier)
        rows = all_cases(world, earlier)
        base = [case.mastered for case in rows["average"] if case.answers == COUNTS[0]]
        print(f"World {title}; {students} students x {len(world.banks)} skills, seed {seed};", end=" ")
        print(f"truly mastered after {COUNTS[0]} answers: {sum(base) / len(base):.0%}\n")
        print(report(rows), "\n")
    print("false = share of those declared masters who are not (engine: P >= .8; averages: >= 75 %);")
    print("yes = share declared; aut. = after the summer, before any answer.\n")
