"""Quizzes as evidence: `quiz(week, [1, 0, 1])` is three questions on one skill, answered in that week."""

from datetime import timedelta

from world import NOW

from lti_tool.corrections.methods import apply_method, choose_method
from lti_tool.facts.answers import BankItem, ScoredAnswer
from lti_tool.mastery.methods import make_choice

BY_HIGHEST = make_choice("highest")
SKILL, OTHER_SKILL = "find-the-maker", "leave-the-page"


def quiz(week, ratios, skill=SKILL, *, points=None, name="q", like=None, **changes):
    """`like`: the week whose questions are asked again."""
    told = {"is_practice": False, "used_hint": False} | changes
    return [
        ScoredAnswer(
            item=BankItem(
                item_id=f"{name}{week if like is None else like}-{number}-{skill}",
                item_version="v1",
                skill=skill,
                guess=0.25,
                difficulty="medium",
                grades=(6, 8),
            ),
            ratio=float(ratio),
            answered_at=NOW + timedelta(weeks=week, minutes=number),
            points=points[number] if points else 1.0,
            **told,
        )
        for number, ratio in enumerate(ratios)
    ]


def take(world, person, quizzes):
    """Hand the quizzes in, each in its week."""
    for answers in quizzes:
        world.learn(person, answers, now=answers[-1].answered_at)


def choose(world, choice):
    """Show the district's levels by this, and work all of them out."""
    choose_method(world.tool, world.access, choice, reason="Board policy 12")
    assert apply_method(world.tool, world.tenant_id)
