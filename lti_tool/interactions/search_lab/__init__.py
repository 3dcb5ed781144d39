"""Search Lab: search a library's catalogue for a need, see what each change of words changes, and search again.

The catalogue is a YAML file (one of 221 records is shipped) and is searched for real, by SQLite's full-text engine (`engine` says why that
one): words, "phrases", AND, OR, NOT, filters, and for the youngest subjects to tick instead of words. A search that is oddly written is
made the best of, with a sentence on what was done; how it was written is never graded. Every search is kept by the server with what it
found, so that a later edition of the catalogue changes no answer, and teachers see them all in order.

Scoring. A search is as good as its F-score, which is high only when it finds most of what fits the need and little else:

    precision = found and fitting / found      recall = found and fitting / all that fit      F = 2 * precision * recall / (precision + recall)

A search that finds more than 60 records, or more than a quarter of the catalogue, is too wide for anybody to read: its F is 0.

    score = 80 % * the best F / the target (at most 1) + 20 % if a search was better than every one before it, or the target was met

The target is the author's (0.7 unless said otherwise), since nobody needs a perfect search.

Worked example: 10 records fit, the target is 0.7. The first search finds 20, of which 5 fit: precision 0.25, recall 0.5, F = 0.33. The
second finds 8, of which 6 fit: precision 0.75, recall 0.6, F = 0.67. The score is 0.8 * 0.67 / 0.7 + 0.2 = 0.96. The second search alone
would earn 0.76: nothing was revised.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from lti_tool.interactions.checks import check_count, check_parts, check_unique
from lti_tool.interactions.contract import (
    SECRET,
    BaseSpec,
    FilesError,
    Form,
    Id,
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
from lti_tool.interactions.search_lab import asking
from lti_tool.interactions.search_lab.asking import Ask, Scene, wide_from
from lti_tool.interactions.search_lab.catalogue import Catalogue, RecordId, read, shipped

MOST_SEARCHES = 24
MOST_CHIPS = 10
MOST_FIT = 30
FOR_SEARCH, FOR_REVISION = 0.8, 0.2
SEARCH = "search"
"""What the button tells."""


class Chip(Part):
    """A subject that can be ticked in place of typing."""

    id: Id
    subject: str = Field(description="A subject of the catalogue, exactly as written there")
    label: Text
    sign: Annotated[str, Field(max_length=8)] = ""
    """An emoji before the label; screen readers skip it."""


class Judged(Part):
    """A record, and why it fits the need or does not."""

    record: RecordId
    why: SecretText | None = None


class Solution(Part):
    """A search that meets the target: for the teacher, and as a proof that there is one."""

    model_config = ConfigDict(json_schema_extra=SECRET)

    words: str = ""
    chips: tuple[Id, ...] = ()
    form: str = ""
    grades: str = ""
    lang: str = ""
    since: str = ""

    def ask(self) -> Ask:
        return Ask.model_validate(self.model_dump())


class Spec(BaseSpec):
    """A need, and a catalogue to search for it."""

    catalogue: str = Field(
        default="school-library",
        description="A catalogue that is shipped, or a file of your own ending in .yaml",
    )
    own_catalogue: Catalogue | None = Field(default=None, description="Read from that file; do not write it")
    typing: bool = Field(
        default=True, description="False leaves only the chips, for children who do not write yet"
    )
    chips: tuple[Chip, ...] = Field(default=(), json_schema_extra={"maxItems": MOST_CHIPS})
    filters: tuple[Literal["form", "grades", "lang", "since"], ...] = Field(
        default=(), description="Select boxes that narrow a search: kind of source, grades, language, year"
    )
    fits: tuple[Judged, ...] = Field(
        description="All records that fit the need",
        json_schema_extra={**SECRET, "minItems": 3, "maxItems": MOST_FIT},
    )
    near: tuple[Judged, ...] = Field(
        default=(),
        description="Records that look as if they fit, and why they do not",
        json_schema_extra=SECRET,
    )
    target: float = Field(
        default=0.7, ge=0.3, le=1, description="The F-score that earns full marks", json_schema_extra=SECRET
    )
    solution: Solution = Field(description="A search that meets the target", json_schema_extra=SECRET)

    @model_validator(mode="after")
    def check_ways_to_search(self) -> Self:
        check_parts(self.chips, "chips", at_least=0 if self.typing else 2, at_most=MOST_CHIPS)
        strange = [chip.subject for chip in self.chips if chip.subject not in self.records.subjects()]
        if strange:
            raise ValueError(f"No record has the subject “{strange[0]}”: write it as the catalogue does.")
        return self

    @model_validator(mode="after")
    def check_judged(self) -> Self:
        check_count(self.fits, "records that fit", at_least=3, at_most=MOST_FIT)
        named = [each.record for each in (*self.fits, *self.near)]
        check_unique(named, "the records that fit or nearly do")
        unknown = sorted(set(named) - self.records.by_id().keys())
        if unknown:
            raise ValueError(f"The catalogue has no record “{unknown[0]}”: look up its id in the file.")
        return self

    @model_validator(mode="after")
    def check_solution(self) -> Self:
        ask = asking.offered(self, self.solution.ask())
        if ask != self.solution.ask():
            raise ValueError(
                "The solution uses a chip or a filter that is not offered: add it to `chips` or `filters`, or leave it out."
            )
        reached = f_score(self, asking.run(self, ask))
        if reached < self.target:
            raise ValueError(
                f"The solution reaches F = {reached:.2f}, below the target {self.target:.2f}: find a better one, or lower `target`."
            )
        return self

    @property
    def records(self) -> Catalogue:
        return self.own_catalogue or shipped(self.catalogue)

    @property
    def fitting(self) -> frozenset[str]:
        return frozenset(each.record for each in self.fits)


@dataclass(frozen=True, kw_only=True)
class Public:
    prompt: str
    stimulus: str | None
    typing: bool
    chips: tuple[Chip, ...]
    filters: tuple[str, ...]
    size: int
    """How many records the catalogue has."""


def files(fields: Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
    """An author's own catalogue, laid in from its file."""
    name = fields.get("catalogue")
    if not isinstance(name, str) or not name.endswith(".yaml"):
        return fields
    file = (folder / name).resolve()
    if not file.is_relative_to(folder.resolve()):
        raise FilesError(f"The catalogue {name} lies outside the lesson's folder.", "Put it into the folder.")
    return {**fields, "own_catalogue": read(file).model_dump()}


def public(spec: Spec, seed: int) -> Public:
    return Public(
        prompt=spec.prompt,
        stimulus=spec.stimulus,
        typing=spec.typing,
        chips=spec.chips,
        filters=spec.filters,
        size=len(spec.records.records),
    )


def parse(spec: Spec, form: Form) -> Response:
    return revise(spec, {}, form)


def revise(spec: Spec, before: Response, form: Form) -> Response:
    """Searches stand newest first: `{"ask": {…}, "searches": [{"ask": {…}, "found": [ids]} …], "told": "empty"}`.

    Of a search too wide to read only the first ids are kept, and `count`.
    """
    ask = asking.offered(spec, asking.posted(form)).stored()
    searches = before.get("searches", [])
    is_search = first(form, "act") == SEARCH
    if not is_search and ask == before.get("ask", {}):
        return before
    after: Response = {"ask": ask} if ask else {}
    if is_search and not ask:
        after["told"] = "empty"
    elif is_search and len(searches) >= MOST_SEARCHES:
        after["told"] = "many"
    elif is_search and (not searches or searches[0]["ask"] != ask):
        searches = [asking.run(spec, Ask.model_validate(ask)), *searches]
    return {**after, "searches": searches} if searches else after


def scene(spec: Spec, response: Response, seed: int) -> Scene:
    return asking.scene(spec, response)


def f_score(spec: Spec, search: Mapping[str, Any]) -> float:
    """Of one stored search."""
    found = set(search["found"])
    right = len(found & spec.fitting)
    if wide_from(search) or not right:
        return 0.0
    precision, recall = right / len(found), right / len(spec.fitting)
    return 2 * precision * recall / (precision + recall)


def score(spec: Spec, response: Response) -> Score:
    searches = response.get("searches", [])[::-1]
    reached = [f_score(spec, search) for search in searches]
    if not reached:
        return Score(ratio=0.0, message="", is_blank=True)
    best = max(reached)
    is_met = best >= spec.target
    has_improved = any(reached[at] > max(reached[:at]) for at in range(1, len(reached)))
    # Rounded, so that 0.8 + 0.2 is 1.
    ratio = round(FOR_SEARCH * min(1.0, best / spec.target) + FOR_REVISION * (has_improved or is_met), 9)
    return Score(
        ratio=ratio,
        message=message_for(spec.feedback, ratio),
        parts=(
            PartScore(
                part_id="search.best", label=str(reached.index(best) + 1), verdict=_verdict(best, spec)
            ),
            PartScore(
                part_id="search.revised", label="", verdict="right" if has_improved or is_met else "wrong"
            ),
            *(_search_part(spec, at + 1, searches[at], reached[at]) for at in range(len(searches))),
            *_record_parts(spec, {record for search in searches for record in search["found"]}),
        ),
    )


def _verdict(reached: float, spec: Spec) -> Verdict:
    return "right" if reached >= spec.target else "partial" if reached > 0 else "wrong"


def _search_part(spec: Spec, number: int, search: Mapping[str, Any], reached: float) -> PartScore:
    return PartScore(
        part_id=f"search.{number}",
        label=Ask.model_validate(search["ask"]).plain(),
        verdict=_verdict(reached, spec),
    )


def _record_parts(spec: Spec, found: set[str]) -> tuple[PartScore, ...]:
    """Every record that fits or was found."""
    why = {each.record: each.why or "" for each in (*spec.fits, *spec.near)}
    return tuple(
        PartScore(
            part_id=record.id,
            label=record.title,
            verdict="wrong" if record.id not in spec.fitting else "right" if record.id in found else "missed",
            message=why.get(record.id, ""),
        )
        for record in spec.records.records
        if record.id in found | spec.fitting
    )


def full_marks(spec: Spec) -> tuple[Form, ...]:
    """The author's search."""
    return ({**asking.fields(spec.solution.ask()), "act": [SEARCH]},)


def guess_floor(spec: Spec) -> float:
    """Typed words are not guessed. With chips alone: the mean over all searches by one chip."""
    if spec.typing:
        return 0.0
    earned = [
        score(spec, {"searches": [asking.run(spec, Ask(chips=(chip.id,)))]}).ratio for chip in spec.chips
    ]
    return sum(earned) / len(earned)


def key_text(spec: Spec) -> str:
    """The author's search, with chips as they are labelled, then the records that fit."""
    titles, labels = spec.records.by_id(), {chip.id: chip.label for chip in spec.chips}
    ask = spec.solution.ask()
    words = ask.model_copy(update={"chips": tuple(labels.get(chip, chip) for chip in ask.chips)}).plain()
    best = f"*{words}* (F = {f_score(spec, asking.run(spec, ask)):.2f})"
    return "\n".join([best, *(f"- *{titles[each.record].title}*" for each in spec.fits)])
