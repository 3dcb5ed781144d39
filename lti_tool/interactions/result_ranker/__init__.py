"""Result Ranker: bring the results of a search into order, the most useful for the need first.

Scoring. Each pair of results that are not equally useful counts once; it is right when the more useful one stands above the other:

    right pairs / pairs that are not tied

Results of equal worth may stand either way round. A result without a place, or sharing it with another, is in no right pair.

Worked example: four results of worth 3, 2, 2 and 0 make five pairs that are not tied. In the order 2, 3, 2, 0 one of them is the wrong way
round, so 4/5 = 0.8. The reversed order scores 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
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
    Response,
    Score,
    SecretText,
    Text,
    Verdict,
    message_for,
)
from lti_tool.interactions.placing import by_place, places_of, read_places, write_places
from lti_tool.interactions.seeding import seeded_order

MOST_RESULTS = 10


class Result(Part):
    id: Id
    title: Text
    address: str | None = Field(default=None, description="Shown under the title, like `www.tides.example`")
    date: Text | None = None
    snippet: Text | None = Field(default=None, description="What the search page shows of the text")
    worth: int = Field(ge=0, le=10, json_schema_extra=SECRET)
    feedback: SecretText | None = None


class Spec(BaseSpec):
    """Results of a search, to be ranked for a need that the prompt or the stimulus tells."""

    query: Text | None = Field(default=None, description="What was typed, shown above the results")
    results: tuple[Result, ...] = Field(
        description="`worth` says how useful each is, 0 to 10; equal worth may stand either way round",
        json_schema_extra={"minItems": 3, "maxItems": MOST_RESULTS},
    )

    @model_validator(mode="after")
    def check_results(self) -> Self:
        check_parts(self.results, "results", at_least=3, at_most=MOST_RESULTS)
        if len({result.worth for result in self.results}) == 1:
            raise ValueError(
                "All results have the same `worth`, so any order is right: give the better ones more."
            )
        return self


@dataclass(frozen=True, kw_only=True)
class PublicResult:
    id: str
    title: str
    address: str | None
    date: str | None
    snippet: str | None


@dataclass(frozen=True, kw_only=True)
class Public:
    prompt: str
    stimulus: str | None
    query: str | None
    results: tuple[PublicResult, ...]


def public(spec: Spec, seed: int) -> Public:
    known = {result.id: result for result in spec.results}
    return Public(
        prompt=spec.prompt,
        stimulus=spec.stimulus,
        query=spec.query,
        results=tuple(_public_result(known[result_id]) for result_id in seeded_order(known, seed)),
    )


def _public_result(result: Result) -> PublicResult:
    return PublicResult(
        id=result.id, title=result.title, address=result.address, date=result.date, snippet=result.snippet
    )


def parse(spec: Spec, form: Form) -> Response:
    return read_places([result.id for result in spec.results], form)


def score(spec: Spec, response: Response) -> Score:
    places = places_of({result.id for result in spec.results}, response)
    pairs = _pairs(spec)
    right = [pair for pair in pairs if _is_right(pair, places)]
    ratio = len(right) / len(pairs)
    return Score(
        ratio=ratio,
        message=message_for(spec.feedback, ratio) if places else "",
        parts=_parts(spec, places, pairs, right),
        is_blank=not places,
    )


def _pairs(spec: Spec) -> list[tuple[str, str]]:
    """The more useful one first."""
    ordered = sorted(spec.results, key=lambda result: -result.worth)
    return [(better.id, worse.id) for better, worse in combinations(ordered, 2) if better.worth > worse.worth]


def _is_right(pair: tuple[str, str], places: dict[str, int]) -> bool:
    better, worse = pair
    return better in places and worse in places and places[better] < places[worse]


def _parts(
    spec: Spec, places: dict[str, int], pairs: list[tuple[str, str]], right: list[tuple[str, str]]
) -> tuple[PartScore, ...]:
    parts = []
    for result in spec.results:
        of_it = [pair for pair in pairs if result.id in pair]
        hits = sum(pair in right for pair in of_it)
        parts.append(
            PartScore(
                part_id=result.id,
                label=result.title,
                verdict=_verdict(hits, len(of_it), is_placed=result.id in places),
                message=result.feedback or "",
                answer="" if hits == len(of_it) else _best_places(spec, result),
            )
        )
    return by_place(parts, places)


def _verdict(hits: int, pairs: int, *, is_placed: bool) -> Verdict:
    if not is_placed:
        return "missed"
    if hits == pairs:
        return "right"
    return "partial" if hits else "wrong"


def _best_places(spec: Spec, result: Result) -> str:
    """“2”, or “2–3” where others are of the same worth."""
    above = sum(other.worth > result.worth for other in spec.results)
    ties = sum(other.worth == result.worth for other in spec.results)
    return f"{above + 1}" if ties == 1 else f"{above + 1}–{above + ties}"


def full_marks(spec: Spec) -> tuple[Form, ...]:
    ranked = sorted(spec.results, key=lambda result: result.worth, reverse=True)
    return (write_places([result.id for result in ranked]),)


def guess_floor(spec: Spec) -> float:
    """In a random order every pair is right half the time."""
    return 0.5


def key_text(spec: Spec) -> str:
    """One line a worth, the most useful first."""
    worths = sorted({result.worth for result in spec.results}, reverse=True)
    return "\n".join(
        f"{number}. {' / '.join(result.title for result in spec.results if result.worth == worth)}"
        for number, worth in enumerate(worths, start=1)
    )
