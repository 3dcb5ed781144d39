"""Claim Marker: read a text and mark each sentence as what it is: a claim, evidence, an opinion.

The author names the labels. A sentence without a label in the key is best left unmarked.

Scoring. For each label F1, which weighs how many of its sentences were found against how many marks were right; the score is the mean over
the labels:

    F1 = 2 * right marks / (marks given + sentences that have the label)

Worked example: of six sentences two are claims and three evidence. Both claims are marked as claims, and the sixth sentence too: F1 is
2 * 2 / (3 + 2) = 0.8. Two of three are marked as evidence: F1 is 2 * 2 / (2 + 3) = 0.8. The score is 0.8. Marking all six as evidence gives
(0 + 2 * 3 / (6 + 3)) / 2 = 0.33.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from pydantic import Field, model_validator

from lti_tool.interactions.checks import check_parts
from lti_tool.interactions.contract import (
    SECRET,
    BaseSpec,
    Form,
    Id,
    Part,
    PartScore,
    PublicText,
    Response,
    Score,
    SecretText,
    Text,
    first,
    message_for,
)
from lti_tool.interactions.marking import f1, mean_f1

MOST_LABELS = 4
MOST_SENTENCES = 20


class Label(Part):
    id: Id
    text: Text


class Sentence(Part):
    id: Id
    text: Text
    label: Id | None = Field(default=None, json_schema_extra=SECRET)
    feedback: SecretText | None = None


class Spec(BaseSpec):
    """A text, sentence by sentence, and the labels for marking it."""

    labels: tuple[Label, ...] = Field(
        description="What sentences can be marked as",
        json_schema_extra={"minItems": 2, "maxItems": MOST_LABELS},
    )
    sentences: tuple[Sentence, ...] = Field(
        description="The text; a sentence without a `label` is best left unmarked",
        json_schema_extra={"minItems": 3, "maxItems": MOST_SENTENCES},
    )

    @model_validator(mode="after")
    def check_labels(self) -> Self:
        check_parts(self.labels, "labels", at_least=2, at_most=MOST_LABELS, unlike="text")
        return self

    @model_validator(mode="after")
    def check_sentences(self) -> Self:
        check_parts(self.sentences, "sentences", at_least=3, at_most=MOST_SENTENCES)
        for sentence in self.sentences:
            if sentence.label is not None and sentence.label not in self.names:
                raise ValueError(
                    f"Sentence “{sentence.id}” has the label “{sentence.label}”, which does not exist: use one of {', '.join(self.names)}."
                )
        for label_id in self.names:
            if not self.keys(label_id):
                raise ValueError(
                    f"No sentence has the label “{label_id}”: give it to one, or take the label away."
                )
        return self

    @property
    def names(self) -> dict[str, str]:
        return {label.id: label.text for label in self.labels}

    def keys(self, label_id: str) -> frozenset[str]:
        return frozenset(sentence.id for sentence in self.sentences if sentence.label == label_id)


@dataclass(frozen=True, kw_only=True)
class Public:
    prompt: str
    stimulus: str | None
    labels: tuple[PublicText, ...]
    sentences: tuple[PublicText, ...]


def public(spec: Spec, seed: int) -> Public:
    """The text stays as it is written."""
    return Public(
        prompt=spec.prompt,
        stimulus=spec.stimulus,
        labels=tuple(PublicText(id=label.id, text=label.text) for label in spec.labels),
        sentences=tuple(PublicText(id=sentence.id, text=sentence.text) for sentence in spec.sentences),
    )


def parse(spec: Spec, form: Form) -> Response:
    posted = {sentence.id: first(form, f"mark.{sentence.id}") for sentence in spec.sentences}
    marks = {sentence_id: label for sentence_id, label in posted.items() if label in spec.names}
    return {"marks": marks} if marks else {}


def score(spec: Spec, response: Response) -> Score:
    known = {sentence.id for sentence in spec.sentences}
    marks = {
        sentence_id: label
        for sentence_id, label in response.get("marks", {}).items()
        if sentence_id in known and label in spec.names
    }
    fits = [
        f1({sentence_id for sentence_id, label in marks.items() if label == each}, spec.keys(each))
        for each in spec.names
    ]
    ratio = sum(fits) / len(fits)
    return Score(
        ratio=ratio,
        message=message_for(spec.feedback, ratio) if marks else "",
        parts=tuple(
            _part(spec, sentence, marks.get(sentence.id))
            for sentence in spec.sentences
            if sentence.label or sentence.id in marks
        ),
        is_blank=not marks,
    )


def _part(spec: Spec, sentence: Sentence, mark: str | None) -> PartScore:
    message = sentence.feedback or ""
    if mark == sentence.label:
        return PartScore(part_id=sentence.id, label=sentence.text, verdict="right", message=message)
    return PartScore(
        part_id=sentence.id,
        label=sentence.text,
        verdict="wrong" if mark else "missed",
        message=message,
        answer=spec.names[sentence.label] if sentence.label else "",
        reasons=() if sentence.label else ("unmarked",),
    )


def full_marks(spec: Spec) -> tuple[Form, ...]:
    return ({f"mark.{each.id}": [each.label] for each in spec.sentences if each.label},)


def guess_floor(spec: Spec) -> float:
    """The mean when each sentence gets any label, or none where some have none."""
    has_none = any(sentence.label is None for sentence in spec.sentences)
    chance = 1 / (len(spec.labels) + has_none)
    counts = [len(spec.keys(label_id)) for label_id in spec.names]
    return sum(mean_f1(count, len(spec.sentences) - count, chance) for count in counts) / len(counts)


def key_text(spec: Spec) -> str:
    """One line a label: its name, then its sentences."""
    lines = []
    for label_id, name in spec.names.items():
        texts = [sentence.text for sentence in spec.sentences if sentence.label == label_id]
        lines.append(f"{name}: {' / '.join(texts)}")
    return "\n".join(lines)
