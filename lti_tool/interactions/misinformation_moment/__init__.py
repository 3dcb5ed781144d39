"""Misinformation Moment: a story that goes on as the student decides, and can be played again.

Scoring. Every choice carries points; what counts is the story that was finished last:

    points on the path taken / points on the best path

Choices made before a better idea came can be made anew by playing again, and the earlier stories stay in the record. A story
that was never finished is blank.

Worked example: the best path earns 2 + 2 + 1 = 5 points. A student forwards the message at once (0), takes it back in the next scene (2)
and stops there: 2/5 = 0.4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean
from typing import Any, Self

from pydantic import Field, model_validator

from lti_tool.interactions.checks import check_parts
from lti_tool.interactions.contract import (
    SECRET,
    BaseSpec,
    Form,
    Id,
    MediaName,
    Part,
    PartScore,
    Response,
    Score,
    SecretText,
    Text,
    Verdict,
    first,
    message_for,
)

FEWEST_MOMENTS, MOST_MOMENTS = 4, 24
FEWEST_CHOICES, MOST_CHOICES = 2, 4
MOST_STORIES = 12
"""Kept for looking back: the newest of them."""


class Choice(Part):
    """`to` is the moment it leads to."""

    id: Id
    text: Text
    to: Id
    points: int = Field(ge=0, le=5, json_schema_extra=SECRET)
    feedback: SecretText | None = None


class Moment(Part):
    """A scene of the story. One without choices is an end."""

    id: Id
    when: Text | None = None
    text: Text
    picture: MediaName | None = None
    alt: Text | None = None
    choices: tuple[Choice, ...] = ()

    @model_validator(mode="after")
    def check_picture(self) -> Self:
        if self.picture and not self.alt:
            raise ValueError(f"The picture of moment “{self.id}” has no words: say in `alt` what it shows.")
        return self

    def choice(self, choice_id: str) -> Choice | None:
        return next((choice for choice in self.choices if choice.id == choice_id), None)


class Spec(BaseSpec):
    """Moments, and choices that lead from one to the next."""

    start: Id = Field(default="start", description="The moment the story begins with")
    moments: tuple[Moment, ...] = Field(
        description="The scenes; one without `choices` is an end",
        json_schema_extra={"minItems": FEWEST_MOMENTS, "maxItems": MOST_MOMENTS},
    )

    @model_validator(mode="after")
    def check_moments(self) -> Self:
        check_parts(self.moments, "moments", at_least=FEWEST_MOMENTS, at_most=MOST_MOMENTS)
        if self.start not in self.by_id:
            raise ValueError(
                f"There is no moment “{self.start}” to begin with: write it, or name another with `start`."
            )
        for moment in self.moments:
            if moment.choices:
                self._check_choices(moment)
        return self

    def _check_choices(self, moment: Moment) -> None:
        what = f"choices in moment “{moment.id}”"
        check_parts(moment.choices, what, at_least=FEWEST_CHOICES, at_most=MOST_CHOICES, unlike="text")
        for choice in moment.choices:
            if choice.to not in self.by_id:
                raise ValueError(
                    f"Choice “{choice.id}” of moment “{moment.id}” leads to “{choice.to}”, which is no moment: "
                    f"use one of {', '.join(self.by_id)}."
                )

    @model_validator(mode="after")
    def check_story(self) -> Self:
        met = self._walk_from(self.start, ())
        for moment in self.moments:
            if moment.id not in met:
                raise ValueError(f"No choice leads to moment “{moment.id}”: let one do so, or take it away.")
        if self.points_from(self.start, max) == self.points_from(self.start, min):
            raise ValueError(
                "Every path earns the same, so there is nothing to decide: give better choices more `points`."
            )
        return self

    def _walk_from(
        self, moment_id: str, above: tuple[str, ...], met: frozenset[str] = frozenset()
    ) -> frozenset[str]:
        """All moments that can be reached. Raises ValueError when the story runs in a circle."""
        if moment_id in above:
            raise ValueError(
                f"The story comes back to moment “{moment_id}”, so it may never end: lead on to a new one."
            )
        for choice in () if moment_id in met else self.by_id[moment_id].choices:
            met = self._walk_from(choice.to, (*above, moment_id), met)
        return met | {moment_id}

    def points_from(self, moment_id: str, pick: Callable[[Iterable[float]], float]) -> float:
        """Points from a moment to an end, by the best way (`max`), the worst (`min`) or the mean of all choices."""
        known: dict[str, float] = {}

        def total(here: str) -> float:
            if here not in known:
                choices = self.by_id[here].choices
                known[here] = pick([each.points + total(each.to) for each in choices]) if choices else 0
            return known[here]

        return total(moment_id)

    @cached_property
    def by_id(self) -> dict[str, Moment]:
        return {moment.id: moment for moment in self.moments}

    @cached_property
    def best(self) -> float:
        return self.points_from(self.start, max)

    @cached_property
    def best_way(self) -> tuple[Choice, ...]:
        way: list[Choice] = []
        moment = self.by_id[self.start]
        while moment.choices:
            way.append(max(moment.choices, key=lambda each: each.points + self.points_from(each.to, max)))
            moment = self.by_id[way[-1].to]
        return tuple(way)


@dataclass(frozen=True, kw_only=True)
class PublicChoice:
    id: str
    text: str
    to: str


@dataclass(frozen=True, kw_only=True)
class PublicMoment:
    id: str
    when: str | None
    text: str
    picture: str | None
    alt: str | None
    choices: tuple[PublicChoice, ...]


@dataclass(frozen=True, kw_only=True)
class Public:
    prompt: str
    stimulus: str | None
    start: str
    moments: tuple[PublicMoment, ...]


@dataclass(frozen=True, kw_only=True)
class Step:
    """A decision that was made. `part_id` names its feedback."""

    moment: PublicMoment
    chosen: PublicChoice
    part_id: str


@dataclass(frozen=True, kw_only=True)
class Story:
    steps: tuple[Step, ...]
    now: PublicMoment
    """Where it stands; without choices it is at its end."""


@dataclass(frozen=True, kw_only=True)
class Scene:
    story: Story
    earlier: tuple[Story, ...]


def public(spec: Spec, seed: int) -> Public:
    """Choices stand as the author put them: a story is told in its own order."""
    return Public(
        prompt=spec.prompt,
        stimulus=spec.stimulus,
        start=spec.start,
        moments=tuple(_public_moment(moment) for moment in spec.moments),
    )


def _public_moment(moment: Moment) -> PublicMoment:
    return PublicMoment(
        id=moment.id,
        when=moment.when,
        text=moment.text,
        picture=moment.picture,
        alt=moment.alt,
        choices=tuple(PublicChoice(id=each.id, text=each.text, to=each.to) for each in moment.choices),
    )


def parse(spec: Spec, form: Form) -> Response:
    return revise(spec, {}, form)


def revise(spec: Spec, before: Response, form: Form) -> Response:
    """`choose:ID` goes on from where the story stands, `again` begins a new one. All else changes nothing."""
    stories = [list(story) for story in before.get("stories", ())]
    verb, _, argument = first(form, "act").partition(":")
    if verb == "again" and stories and stories[-1]:
        stories.append([])
    elif verb == "choose":
        stories = stories or [[]]
        if _walk(spec, stories[-1])[1].choice(argument):
            stories[-1].append(argument)
    stories = stories[-MOST_STORIES:]
    return {"stories": stories} if any(stories) else {}


def _walk(spec: Spec, story: list[str]) -> tuple[list[tuple[Moment, Choice]], Moment]:
    """The decisions of a story and where it stands. What the spec no longer knows ends the walk."""
    steps, now = [], spec.by_id[spec.start]
    for choice_id in story:
        choice = now.choice(choice_id)
        if choice is None:
            break
        steps.append((now, choice))
        now = spec.by_id[choice.to]
    return steps, now


def scene(spec: Spec, response: Response, seed: int) -> Scene:
    stories = [_story(spec, story) for story in response.get("stories", ())] or [_story(spec, [])]
    return Scene(story=stories[-1], earlier=tuple(stories[:-1]))


def _story(spec: Spec, story: list[str]) -> Story:
    steps, now = _walk(spec, story)
    told = tuple(
        Step(
            moment=_public_moment(moment),
            chosen=PublicChoice(id=choice.id, text=choice.text, to=choice.to),
            part_id=_part_id(moment, choice),
        )
        for moment, choice in steps
    )
    return Story(steps=told, now=_public_moment(now))


def _part_id(moment: Moment, choice: Choice) -> str:
    return f"{moment.id}-{choice.id}"


def score(spec: Spec, response: Response) -> Score:
    steps = _counted(spec, response)
    ratio = sum(choice.points for _, choice in steps) / spec.best
    return Score(
        ratio=ratio,
        message=message_for(spec.feedback, ratio) if steps else "",
        parts=tuple(_part(moment, choice) for moment, choice in steps),
        is_blank=not steps,
    )


def _counted(spec: Spec, response: Mapping[str, Any]) -> list[tuple[Moment, Choice]]:
    """The decisions of the story finished last."""
    for story in reversed(response.get("stories", ())):
        steps, now = _walk(spec, story)
        if steps and not now.choices:
            return steps
    return []


def _part(moment: Moment, choice: Choice) -> PartScore:
    most = max(each.points for each in moment.choices)
    better = next(each for each in moment.choices if each.points == most)
    verdict: Verdict = "right" if choice.points == most else "partial" if choice.points else "wrong"
    return PartScore(
        part_id=_part_id(moment, choice),
        label=choice.text,
        verdict=verdict,
        message=choice.feedback or "",
        answer="" if verdict == "right" else better.text,
    )


def full_marks(spec: Spec) -> tuple[Form, ...]:
    return tuple({"act": [f"choose:{choice.id}"]} for choice in spec.best_way)


def guess_floor(spec: Spec) -> float:
    """The mean over somebody who picks each choice blindly."""
    return spec.points_from(spec.start, fmean) / spec.best


def key_text(spec: Spec) -> str:
    """The best path: a line for each choice."""
    return "\n".join(choice.text for choice in spec.best_way)
