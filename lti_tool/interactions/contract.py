"""What every interaction kind offers, and the small words they share.

A kind is one folder beside this file. Nothing registers it: `find_kinds()` in `__init__` looks for folders.
Its `__init__.py` offers

    Spec                      a pydantic model of what an author writes (a subclass of BaseSpec)
    public(spec, seed)        -> what a template may show before an answer: never anything marked secret
    parse(spec, form)         -> a response (JSON-able dict), from form fields without their item prefix
    score(spec, response)     -> Score; pure, no clock, no randomness, no database
    guess_floor(spec)         -> the mean score of somebody who answers at random, 0..1 (mastery.engine's c)
    key_text(spec)            -> the key in words, for the teacher and the printed key
    full_marks(spec)          -> the forms that, posted one after the other, score 1 (a kind that is marked, and not by a teacher): a proof
                              that the item can be solved. For tests and the demo's students; no page of the tool asks for it

and where it needs them

    mistake(spec, rng)        -> forms of an answer that is plausible and not fully right, for simulated students

    revise(spec, before, form) -> the new response of a kind with memory, in place of `parse`: `before` is the saved response. A pressed
                              button named `item.act(argument)` arrives as the field `act`; what was done before (pages visited, searches
                              made) is kept by the server and never taken from the form. `parse(spec, form)` equals `revise(spec, {}, form)`
    scene(spec, response, seed) -> what the template shows beside `public` because of what was done so far: the page now open, the results of
                              the newest search; like `public` never anything secret
    leavable(spec, seed, fewer) -> the names of the parts to leave out for somebody who is given so many choices fewer: never a key, and
                              never so many that nothing is left to decide; with
    without(spec, left_out)   -> the spec without them: the rest is asked and scored as ever
    files(fields, folder)     -> the author's fields with what stands in files beside the item laid in; raises FilesError
    public(…).kinds_inside    the names of the kinds whose items this one holds (a passage with its questions), so that a page loads their
                              styles and scripts, too; their scores stand in `Score.inner`, their views come from `ItemView.inside`
    options(spec)             the options one may choose, as AnswerOption, in the order written; and
    picks(spec, response)     the ids of those chosen: for the teacher's analysis of questions
    IS_SCORED = False         a kind that is answered but never marked (how sure are you?)
    IS_MANUAL = True          a kind that a teacher marks; `score` then says `is_pending`, its spec has a `rubric`, and
    marked(spec, response, levels) -> Score by the levels that the teacher chose (from criterion to level, by their ids)
    IS_ADVISORY = True        a kind whose checks see words, not meaning: a teacher may put its score of one answer right
    KEY_IS_SHOWN = True       a kind whose key follows by rule from what is shown (labels of a shelf), so that nothing of it can be secret

and beside it `about.yaml` (name, purpose, help for authors, accessibility note, in English and Spanish: see about.py), `es.po` (the Spanish of
its template), `template.html` (a Jinja macro file with `render(item)`; works as a plain form), `style.css`, an optional
`element.js` (a custom element `il-<kind>`, hyphens for underscores, that improves the form) and `examples.yaml` (specs,
answers, expected scores, the keys that give an answer: they are the tests, the gallery and the documentation; their Spanish stands in
`examples.es.yaml`). A template may have a macro `print_form(item)` where the plain form does not print well.

Shapes. `form` maps a field name to the list of its values, as a browser posts it; a field left out is an empty list.
A response is a plain JSON dict, stored as it is; `{}` is the blank response. `score` accepts any dict a browser could
have made `parse` return and never raises on one; unknown ids are ignored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol, TypeAlias

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

Form: TypeAlias = Mapping[str, Sequence[str]]
Response: TypeAlias = dict[str, Any]
Verdict: TypeAlias = Literal["right", "partial", "wrong", "missed"]

# Markers read by the content layer (translation overlays, schema) and by the contract tests.
TRANSLATABLE: JsonDict = {"x-translatable": True}
SECRET: JsonDict = {"x-secret": True}
MEDIA: JsonDict = {"x-media": True}
SECRET_ORDER: JsonDict = {"x-secret-order": True}
"""On a list whose elements are shown, but whose order is the key."""

Text: TypeAlias = Annotated[str, Field(min_length=1, json_schema_extra={"x-translatable": True})]
"""Inline Markdown a person reads; overlays translate it."""

SecretText: TypeAlias = Annotated[
    str, Field(min_length=1, json_schema_extra={"x-translatable": True, "x-secret": True})
]
"""Like Text, but shown only after an answer: feedback, hints not yet asked for, keys in words."""

Id: TypeAlias = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
"""A stable id: lower case, digits, single hyphens. Never reused for something else."""


MediaName: TypeAlias = Annotated[
    str, Field(pattern=r"^media/[a-z0-9]+([._-][a-z0-9]+)*$", json_schema_extra={"x-media": True})
]
"""A file in the lesson's media/ folder; a template shows it with `{{ name|media_src }}`."""


class Part(BaseModel):
    """Base of everything nested in a spec: closed and frozen, so that a mistyped word is reported."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Feedback(Part):
    """What is said after an answer. `partial` falls back to `incorrect`."""

    correct: SecretText
    incorrect: SecretText
    partial: SecretText | None = None


class BaseSpec(Part):
    """What all kinds have: the prompt, an optional stimulus above it, feedback and the hint ladder."""

    prompt: Text
    stimulus: Text | None = Field(default=None, description="Markdown shown in a box above the prompt")
    hints: tuple[SecretText, ...] = Field(default=(), max_length=3)
    feedback: Feedback


@dataclass(frozen=True, kw_only=True)
class PartScore:
    """One element of an answer (an option, a card, a place in an order) and what to say about it."""

    part_id: str
    label: str
    verdict: Verdict
    message: str = ""
    answer: str = ""
    """What would have been right for this part, in words, when that differs from what was answered."""
    reasons: tuple[str, ...] = ()
    """Why, as codes that the kind's template puts into words: for rules that the kind knows and no author writes."""


@dataclass(frozen=True, kw_only=True)
class Score:
    """The verdict on one response. `ratio` is 0..1; `message` and part messages are inline Markdown for the student."""

    ratio: float
    message: str
    parts: tuple[PartScore, ...] = ()
    is_blank: bool = False
    is_pending: bool = False
    """Answered, and waiting for a teacher's mark; `ratio` is 0 until then."""
    inner: Mapping[str, Score] = field(default_factory=dict)
    """Of a kind that holds items of other kinds: the score of each, by its id."""

    @property
    def verdict(self) -> Verdict:
        if self.is_blank:
            return "missed"
        if self.is_pending:
            return "partial"
        if self.ratio >= 1:
            return "right"
        return "partial" if self.ratio > 0 else "wrong"

    def part(self, part_id: str) -> PartScore | None:
        return next((part for part in self.parts if part.part_id == part_id), None)

    def count(self, verdict: Verdict) -> int:
        return sum(part.verdict == verdict for part in self.parts)


def without_key(score: Score) -> Score:
    """The score as it may be shown while tries remain: what was right or wrong in the answer, never what was missed."""
    shown = (part for part in score.parts if part.verdict != "missed")
    parts = tuple(part if part.verdict == "right" else replace(part, answer="") for part in shown)
    inner = {name: without_key(each) for name, each in score.inner.items()}
    return replace(score, parts=parts, inner=inner)


@dataclass(frozen=True, kw_only=True)
class ItemView:
    """All a kind's template gets. `name(field)` gives the form field's full name; `score` is None until it may be shown."""

    item_id: str
    kind: str
    number: int | None
    public: Any
    response: Response
    score: Score | None
    is_locked: bool
    shown_hints: tuple[str, ...] = ()
    lang: str | None = None
    """Set when the text is a fallback in another language than the page."""
    scene: Any = None
    """What the kind's `scene` gives, if it has one."""
    extra: Mapping[str, Any] = field(default_factory=dict)

    def act(self, argument: str) -> str:
        """The value of a button named `do` that tells a kind with memory to go on."""
        return f"act:{self.item_id}:{argument}"

    def name(self, field_name: str) -> str:
        return f"{self.item_id}.{field_name}"

    def inside(self, item_id: str, kind: str, public: Any) -> ItemView:
        """The view of an item that this one holds: its fields are named `outer.inner.field`, its answer stands in `answers`."""
        return replace(
            self,
            item_id=f"{self.item_id}.{item_id}",
            kind=kind,
            number=None,
            public=public,
            response=self.response.get("answers", {}).get(item_id, {}),
            score=self.score.inner.get(item_id) if self.score else None,
            shown_hints=(),
            scene=self.scene.get(item_id) if self.scene else None,
        )

    def dom_id(self, *parts: str) -> str:
        return "-".join(("item", self.item_id, *parts))


class Kind(Protocol):
    """The module of a kind, seen from outside."""

    Spec: type[BaseSpec]

    def public(self, spec: Any, seed: int) -> Any: ...
    def parse(self, spec: Any, form: Form) -> Response: ...
    def score(self, spec: Any, response: Response) -> Score: ...
    def guess_floor(self, spec: Any) -> float: ...
    def key_text(self, spec: Any) -> str: ...


class FilesError(ValueError):
    """What an author's file beside an item lacks: where, and what to do."""

    def __init__(self, message: str, hint: str = "", *, file: Path | None = None, line: int = 1) -> None:
        super().__init__(message)
        self.message, self.hint, self.file, self.line = message, hint, file, line


def first(form: Form, name: str) -> str:
    """The first value of a field, or an empty string."""
    values = form.get(name) or [""]
    return values[0]


@dataclass(frozen=True, kw_only=True)
class PublicText:
    """What is shown of an option, a card, a step or a sentence: its id and its words."""

    id: str
    text: str


@dataclass(frozen=True, kw_only=True)
class AnswerOption:
    """One option of an item, for whoever looks at what was chosen."""

    id: str
    text: str
    is_key: bool


def message_for(feedback: Feedback, ratio: float) -> str:
    """The author's sentence for a score ratio."""
    if ratio >= 1:
        return feedback.correct
    if ratio > 0 and feedback.partial:
        return feedback.partial
    return feedback.incorrect


def by_teacher(score: Score, feedback: Feedback, ratio: float) -> Score:
    """The score with a teacher's word in place of the program's; an answer of one part is as right as the whole."""
    is_partial = 0 < ratio < 1  # then the author's sentence for what is wrong may not fit
    message = (feedback.partial or "") if is_partial else message_for(feedback, ratio)
    told = replace(score, ratio=ratio, message=message)
    if len(score.parts) != 1:
        return told
    (part,) = score.parts
    answer = "" if told.verdict == "right" else part.answer
    return replace(told, parts=(replace(part, verdict=told.verdict, answer=answer),))


def score_by_share(feedback: Feedback, parts: tuple[PartScore, ...]) -> Score:
    """Every part counts alike: the score is the share of them that is right. Blank where all were left out."""
    ratio = sum(part.verdict == "right" for part in parts) / len(parts)
    is_blank = all(part.verdict == "missed" for part in parts)
    message = "" if is_blank else message_for(feedback, ratio)
    return Score(ratio=ratio, message=message, parts=parts, is_blank=is_blank)
