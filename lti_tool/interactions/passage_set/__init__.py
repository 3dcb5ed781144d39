"""Passage set: several questions of other kinds about one text, picture or sound.

**Scoring.** The mean of its questions' scores, weighted by their `points`. Questions of an unmarked kind (how sure are you?) do not
count:

    sum of points x score of each marked question / sum of their points

**Worked example.** A choice with 1 point is right, a sorter with 2 points has three of its four cards right: (1 x 1 + 2 x 0.75) / 3 =
0.833. A question left open scores 0.

A question may be of any kind but this one, as long as the kind has no memory, reads no files and needs no teacher's mark.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, TypeAlias, Union

from pydantic import Field, create_model, model_validator

from lti_tool.interactions import (
    FOLDER,
    full_marks_of,
    has_memory,
    is_kind_folder,
    is_manual,
    is_scored,
    list_leavable,
    load_kind,
    scene_of,
)
from lti_tool.interactions import without as leave_out
from lti_tool.interactions.checks import check_parts
from lti_tool.interactions.contract import (
    BaseSpec,
    Form,
    Id,
    Kind,
    PartScore,
    Response,
    Score,
    message_for,
)

FEWEST_QUESTIONS = 2
MOST_QUESTIONS = 8
MOST_POINTS = 20
ITSELF = FOLDER / "passage_set"


def may_stand_inside(kind: Kind) -> bool:
    return not (has_memory(kind) or is_manual(kind) or hasattr(kind, "files"))


def load_inner_kinds() -> dict[str, Kind]:
    """The kinds a question may be of, by name. (`find_kinds` would come back to this very folder.)"""
    folders = sorted(path for path in FOLDER.iterdir() if is_kind_folder(path) and path != ITSELF)
    kinds = {folder.name: load_kind(folder) for folder in folders}
    return {name: kind for name, kind in kinds.items() if may_stand_inside(kind)}


KINDS: Mapping[str, Kind] = load_inner_kinds()


def question_model(name: str, kind: Kind) -> type[BaseSpec]:
    """What an author writes for a question of a kind: the kind's own fields and the three that each question has."""
    title = name.title().replace("_", "") + "Question"
    fields: dict[str, Any] = {
        "id": (Id, ...),
        "kind": (Literal[name], ...),
        "points": (int, Field(default=1, ge=1, le=MOST_POINTS)),
    }
    return create_model(title, __base__=kind.Spec, __module__=__name__, **fields)


MODELS = {name: question_model(name, kind) for name, kind in KINDS.items()}

if TYPE_CHECKING:
    Question: TypeAlias = Any
else:
    Question = Annotated[Union[tuple(MODELS.values())], Field(discriminator="kind")]  # noqa: UP007 - made of what is found


class Spec(BaseSpec):
    """A shared source in `stimulus`, and questions about it."""

    questions: tuple[Question, ...] = Field(
        description="Each with `id`, `kind`, the fields of that kind, and perhaps `points`",
        json_schema_extra={"minItems": FEWEST_QUESTIONS, "maxItems": MOST_QUESTIONS},
    )

    @model_validator(mode="after")
    def check_questions(self) -> Self:
        check_parts(
            self.questions, "questions", at_least=FEWEST_QUESTIONS, at_most=MOST_QUESTIONS, unlike="prompt"
        )
        if not self.marked:
            raise ValueError("No question is marked: add one that is, such as a `choice`.")
        return self

    @property
    def marked(self) -> tuple[Any, ...]:
        """The questions that count."""
        return tuple(question for question in self.questions if is_scored(KINDS[question.kind]))


@dataclass(frozen=True, kw_only=True)
class PublicQuestion:
    id: str
    kind: str
    public: Any


@dataclass(frozen=True, kw_only=True)
class Public:
    prompt: str
    stimulus: str | None
    questions: tuple[PublicQuestion, ...]

    @property
    def kinds_inside(self) -> frozenset[str]:
        """The kinds whose styles and scripts a page with this item needs besides its own."""
        return frozenset(question.kind for question in self.questions)


def public(spec: Spec, seed: int) -> Public:
    return Public(
        prompt=spec.prompt,
        stimulus=spec.stimulus,
        questions=tuple(
            PublicQuestion(id=each.id, kind=each.kind, public=KINDS[each.kind].public(each, seed + number))
            for number, each in enumerate(spec.questions)
        ),
    )


def scene(spec: Spec, response: Response, seed: int) -> Mapping[str, Any]:
    """What each question shows because of its answer."""
    answers = response.get("answers", {})
    return {
        each.id: scene_of(KINDS[each.kind], each, answers.get(each.id, {}), seed + number)
        for number, each in enumerate(spec.questions)
    }


def leavable(spec: Spec, seed: int, fewer: int) -> tuple[str, ...]:
    """What each question leaves out, as `question/part`."""
    return tuple(
        f"{each.id}/{part}"
        for number, each in enumerate(spec.questions)
        for part in list_leavable(KINDS[each.kind], each, seed + number, fewer)
    )


def without(spec: Spec, left_out: Collection[str]) -> Spec:
    questions = []
    for each in spec.questions:
        own = [part.removeprefix(f"{each.id}/") for part in left_out if part.startswith(f"{each.id}/")]
        questions.append(leave_out(KINDS[each.kind], each, own) if own else each)
    return spec.model_copy(update={"questions": tuple(questions)})


def parse(spec: Spec, form: Form) -> Response:
    answers = {each.id: KINDS[each.kind].parse(each, fields_of(form, each.id)) for each in spec.questions}
    answers = {name: answer for name, answer in answers.items() if answer}
    return {"answers": answers} if answers else {}


def fields_of(form: Form, question_id: str) -> Form:
    """A question's own fields, without its id before them."""
    prefix = f"{question_id}."
    return {name.removeprefix(prefix): values for name, values in form.items() if name.startswith(prefix)}


def score(spec: Spec, response: Response) -> Score:
    answers = response.get("answers", {})
    inner = {each.id: KINDS[each.kind].score(each, answers.get(each.id, {})) for each in spec.questions}
    points = sum(each.points for each in spec.marked)
    ratio = min(1.0, sum(each.points * inner[each.id].ratio for each in spec.marked) / points)
    if all(inner[each.id].ratio >= 1 for each in spec.marked):
        ratio = 1.0  # whatever the rounding of the sum
    is_blank = all(inner[each.id].is_blank for each in spec.marked)
    return Score(
        ratio=0.0 if is_blank else ratio,
        message="" if is_blank else message_for(spec.feedback, ratio),
        parts=tuple(
            PartScore(part_id=each.id, label=each.prompt, verdict=inner[each.id].verdict)
            for each in spec.marked
        ),
        is_blank=is_blank,
        inner=inner,
    )


def full_marks(spec: Spec) -> tuple[Form, ...]:
    """Of questions without memory, which each take one form."""
    form: dict[str, Sequence[str]] = {}
    for each in spec.marked:
        (inner,) = full_marks_of(KINDS[each.kind], each)
        form |= {f"{each.id}.{name}": values for name, values in inner.items()}
    return (form,)


def guess_floor(spec: Spec) -> float:
    points = sum(each.points for each in spec.marked)
    return float(sum(each.points * KINDS[each.kind].guess_floor(each) for each in spec.marked) / points)


def key_text(spec: Spec) -> str:
    """A line or more for each marked question: its prompt, then its key."""
    return "\n\n".join(f"{each.prompt} {KINDS[each.kind].key_text(each)}" for each in spec.marked)
