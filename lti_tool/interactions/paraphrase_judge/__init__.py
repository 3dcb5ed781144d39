"""Paraphrase Judge: tell good paraphrases from copies, then write one.

Each sample is `good`, `copied` (words of the original in a row, or only swapped for others of the same meaning), `changed` (it says something
else) or `no-credit` (good, but nobody is named). Then the student may be asked to write a paraphrase of their own (`write`).

Scoring. With a paraphrase of their own the samples count 60 %, the paraphrase 40 %; without one the samples count all.

    samples = samples judged right / samples
    own paraphrase = own words * (2 * ideas taken up / ideas + credit given) / 3

`own words` is 1 when at most `longest_run` words stand in the same row as in the original, 0 from twice that number on, and falls evenly
between. Terms under `keep` count as one word; what stands in quotation marks is quoted and does not count, neither as words nor as ideas.

These checks see words, not meaning. They are advice to the student, and the teacher sees the text.

Worked example: three of four samples are judged right, 0.75. The own paraphrase shares five words in a row where four are allowed (own
words: (8 - 5)/(8 - 4) = 0.75), takes up two of three ideas and gives credit: 0.75 * (2 * 2/3 + 1)/3 = 0.5833. The score is
0.6 * 0.75 + 0.4 * 0.5833 = 0.6833.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, Self, TypeAlias, get_args

from pydantic import Field, StringConstraints, model_validator

from lti_tool.interactions.checks import check_parts, check_unique
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
    Verdict,
    first,
    message_for,
)
from lti_tool.interactions.paraphrase_judge.words import QUOTED, has_any, shared_run, words_of
from lti_tool.interactions.seeding import seeded_order

Judgement: TypeAlias = Literal["good", "copied", "changed", "no-credit"]
IS_ADVISORY = True
JUDGEMENTS: tuple[Judgement, ...] = get_args(Judgement)
MOST_SAMPLES = 8
LONGEST_TEXT = 1200
FEWEST_WORDS = 6
OWN = "own"
"""Begins the ids of the parts of the student's own paraphrase."""

Phrase: TypeAlias = Annotated[SecretText, StringConstraints(max_length=80)]


class Sample(Part):
    id: Id
    text: Text
    judgement: Judgement = Field(json_schema_extra=SECRET)
    feedback: SecretText | None = None


class Idea(Part):
    """An idea of the original that a paraphrase should keep, and words that show it."""

    id: Id
    text: SecretText
    words: tuple[Phrase, ...] = Field(min_length=1, max_length=20)


class Write(Part):
    """What is looked for in the student's own paraphrase."""

    ideas: tuple[Idea, ...] = Field(min_length=1, max_length=6)
    credit: tuple[Phrase, ...] = Field(min_length=1, max_length=10)
    keep: tuple[Text, ...] = Field(default=(), max_length=10)
    longest_run: int = Field(default=4, ge=2, le=10, json_schema_extra=SECRET)

    @model_validator(mode="after")
    def check_phrases(self) -> Self:
        check_unique((idea.id for idea in self.ideas), "the ids of the ideas")
        for phrase in (*self.credit, *(words for idea in self.ideas for words in idea.words)):
            if not words_of(phrase):
                raise ValueError(f"“{phrase}” has no letter or digit, so no text can hold it: write words.")
        return self


class Spec(BaseSpec):
    """An original, paraphrases of it to judge, and the task to write one."""

    original: Text = Field(description="The passage, as it stands in the source")
    credit: Text = Field(description="Who wrote it and where, as shown under the passage")
    samples: tuple[Sample, ...] = Field(
        description="`judgement` is good, copied, changed or no-credit",
        json_schema_extra={"minItems": 2, "maxItems": MOST_SAMPLES},
    )
    write: Write | None = Field(
        default=None,
        description="Asks for a paraphrase of the student's own: `ideas` with the `words` that show them (`shelter*` takes any ending), "
        "the names that give `credit`, terms to `keep`, and the `longest_run` of words that may stand as in the original (4)",
    )

    @model_validator(mode="after")
    def check_samples(self) -> Self:
        check_parts(self.samples, "samples", at_least=2, at_most=MOST_SAMPLES, unlike="text")
        if len({sample.judgement for sample in self.samples}) == 1:
            raise ValueError(
                "All samples have the same `judgement`, so there is nothing to tell apart: write one that has another."
            )
        taken = [sample.id for sample in self.samples if sample.id.split("-")[0] == OWN]
        if taken:
            raise ValueError(
                f"Sample “{taken[0]}” begins with “{OWN}”, which names the student's own paraphrase: name it otherwise."
            )
        return self


@dataclass(frozen=True, kw_only=True)
class Public:
    prompt: str
    stimulus: str | None
    original: str
    credit: str
    samples: tuple[PublicText, ...]
    judgements: tuple[str, ...]
    writes: bool
    keep: tuple[str, ...]
    longest: int = LONGEST_TEXT


def public(spec: Spec, seed: int) -> Public:
    texts = {sample.id: sample.text for sample in spec.samples}
    return Public(
        prompt=spec.prompt,
        stimulus=spec.stimulus,
        original=spec.original,
        credit=spec.credit,
        samples=tuple(PublicText(id=each, text=texts[each]) for each in seeded_order(texts, seed)),
        judgements=JUDGEMENTS,
        writes=spec.write is not None,
        keep=spec.write.keep if spec.write else (),
    )


def parse(spec: Spec, form: Form) -> Response:
    posted = {sample.id: first(form, f"judge.{sample.id}") for sample in spec.samples}
    judged = {sample_id: value for sample_id, value in posted.items() if value in JUDGEMENTS}
    text = _clean(first(form, "own")) if spec.write else ""
    return ({"judged": judged} if judged else {}) | ({"text": text} if text else {})


def _clean(text: str) -> str:
    """Surrogates and NUL cannot be stored; a browser never sends them."""
    plain = text.replace("\0", "").encode(errors="ignore").decode().replace("\r\n", "\n").replace("\r", "\n")
    return plain.strip()[:LONGEST_TEXT].strip()


def score(spec: Spec, response: Response) -> Score:
    judged, text = response.get("judged", {}), response.get("text", "")
    judged = {sample.id: judged[sample.id] for sample in spec.samples if judged.get(sample.id) in JUDGEMENTS}
    text = text if spec.write and words_of(text) else ""
    parts = [_sample_part(sample, judged.get(sample.id)) for sample in spec.samples]
    ratio = sum(part.verdict == "right" for part in parts) / len(parts)
    if spec.write:
        ratio = 0.6 * ratio + 0.4 * own_ratio(spec, spec.write, text)
        parts += own_parts(spec, spec.write, text)
    is_blank = not judged and not text
    return Score(
        ratio=ratio,
        message="" if is_blank else message_for(spec.feedback, ratio),
        parts=tuple(parts),
        is_blank=is_blank,
    )


def _sample_part(sample: Sample, judgement: str | None) -> PartScore:
    is_right = judgement == sample.judgement
    return PartScore(
        part_id=sample.id,
        label=sample.text,
        verdict="right" if is_right else "wrong" if judgement else "missed",
        message=sample.feedback or "",
        answer="" if is_right else sample.judgement,
    )


def own_ratio(spec: Spec, write: Write, text: str) -> float:
    """The score of the student's own paraphrase, 0..1; a few words are none."""
    if len(words_of(text)) < FEWEST_WORDS:
        return 0.0
    taken = sum(is_taken_up(idea, text) for idea in write.ideas) / len(write.ideas)
    return own_words(spec, write, text) * (2 * taken + has_any(text, write.credit)) / 3


def own_words(spec: Spec, write: Write, text: str) -> float:
    """1 up to the allowed run, 0 from twice that on."""
    run = len(shared_run(text, spec.original, write.keep))
    return min(1.0, max(0.0, (2 * write.longest_run - run) / write.longest_run))


def is_taken_up(idea: Idea, text: str) -> bool:
    return has_any(QUOTED.sub(" ", text), idea.words)


def own_parts(spec: Spec, write: Write, text: str) -> list[PartScore]:
    """One part for the words, one for each idea, one for the credit."""
    is_written = len(words_of(text)) >= FEWEST_WORDS
    run = shared_run(text, spec.original, write.keep)
    worth = own_words(spec, write, text)
    words: Verdict = "right" if worth >= 1 else "partial" if worth > 0 else "wrong"
    if not is_written:
        words = "wrong" if text else "missed"
    parts = [
        PartScore(
            part_id=f"{OWN}-words",
            label="",
            verdict=words,
            message="" if words == "right" or not is_written else " ".join(run).replace("_", " "),
            reasons=("short",) if text and not is_written else (),
        )
    ]
    for idea in write.ideas:
        found = is_written and is_taken_up(idea, text)
        parts.append(
            PartScore(
                part_id=f"{OWN}-idea-{idea.id}",
                label=idea.text,
                verdict="right" if found else "missed",
                answer="" if found else idea.text,
            )
        )
    credited = is_written and has_any(text, write.credit)
    verdict: Verdict = "right" if credited else "wrong" if is_written else "missed"
    return [*parts, PartScore(part_id=f"{OWN}-credit", label="", verdict=verdict)]


def full_marks(spec: Spec) -> tuple[Form, ...]:
    """Of the own paraphrase: who is named and the ideas' words, numbered, so that no run of words is the original's."""
    form: dict[str, Sequence[str]] = {f"judge.{sample.id}": [sample.judgement] for sample in spec.samples}
    if spec.write:
        said = [spec.write.credit[0], *(idea.words[0] for idea in spec.write.ideas)]
        said += ["…"] * (FEWEST_WORDS - len(said))
        form["own"] = [", ".join(f"{number} {words}" for number, words in enumerate(said, start=1))]
    return (form,)


def guess_floor(spec: Spec) -> float:
    """A fourth of the samples; nobody writes a paraphrase by chance."""
    return (0.6 if spec.write else 1) / len(JUDGEMENTS)


def key_text(spec: Spec) -> str:
    """One line a sample, then what the own paraphrase should hold."""
    lines = [f"{sample.judgement}: {sample.text}" for sample in spec.samples]
    if spec.write:
        lines.append(
            f"+ {'; '.join(idea.text for idea in spec.write.ideas)} ({' / '.join(spec.write.credit)})"
        )
    return "\n".join(lines)
