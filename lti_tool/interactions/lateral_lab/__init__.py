"""Lateral Lab: leave a page, find out about it elsewhere on a practice web, and say what decided the case.

Scoring. Three things count, and none of them is reading to the end:

    0.3 · verdict + 0.5 · evidence + 0.2 · path

- verdict: 1 for the right one, 1/2 for its neighbours on the scale, 0 otherwise
- evidence: (strong passages cited - weak passages cited) / `need`, from 0 to 1; a `fair` passage neither earns nor costs, and what is
  saved but not cited does not count either
- path: 1/2 for leaving the site under question, and 1/4 for each of the first two independent sources opened (pages of one
  address are one source, and a copy is none)

An activity without a verdict and without cited evidence is blank, however far somebody wandered.

Worked example: `need` is 3. A student opened two independent sources (path 1), gave the verdict next to the right one (1/2) and cited
two strong passages and one weak one (1/3): 0.15 + 0.5/3 + 0.2 = 0.5167.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Literal, Self, TypeAlias

from pydantic import Field, model_validator

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
from lti_tool.interactions.lateral_lab import web_files
from lti_tool.interactions.lateral_lab.scenes import Scene, make_scene
from lti_tool.interactions.lateral_lab.trail import go_on, seen_pages
from lti_tool.interactions.lateral_lab.web import MOST_PAGES, Block, WebPage, check_pages

Worth: TypeAlias = Literal["strong", "fair", "weak"]
VERDICT_SHARE, EVIDENCE_SHARE, PATH_SHARE = 0.3, 0.5, 0.2
FEWEST_VERDICTS, MOST_VERDICTS, MOST_SUGGESTIONS = 3, 5, 4
ENOUGH_SOURCES = 2


class VerdictChoice(Part):
    id: Id
    text: Text
    key: bool = Field(default=False, json_schema_extra=SECRET)
    feedback: SecretText | None = None


class Evidence(Part):
    """What a passage of the practice web is worth. `id` is the passage's own."""

    id: Id
    worth: Worth = Field(json_schema_extra=SECRET)
    feedback: SecretText | None = None


class Spec(BaseSpec):
    """A page under question, the practice web around it, a scale of verdicts and what each passage is worth."""

    web: Id | None = Field(default=None, description="The folder in web/ with one Markdown file a page")
    pages: tuple[WebPage, ...] = Field(
        description="The pages themselves, where they stand in no folder of web/",
        json_schema_extra={"minItems": 4, "maxItems": MOST_PAGES},
    )
    start: Id = Field(default="start", description="The page under question")
    suggest: tuple[Text, ...] = Field(
        default=(),
        max_length=MOST_SUGGESTIONS,
        description="Searches that can be picked instead of typed, up to four",
    )
    evidence: tuple[Evidence, ...] = Field(
        description="Every passage that can be saved, and whether it is `strong`, `fair` or `weak`"
    )
    need: int = Field(default=2, ge=1, le=8, description="How many strong passages decide the case")
    verdicts: tuple[VerdictChoice, ...] = Field(
        description="A scale, from one end to the other; neighbours of the right one earn half",
        json_schema_extra={"minItems": FEWEST_VERDICTS, "maxItems": MOST_VERDICTS},
    )

    @model_validator(mode="after")
    def check_web(self) -> Self:
        check_pages(self.pages, self.start)
        return self

    @model_validator(mode="after")
    def check_evidence(self) -> Self:
        check_unique((each.id for each in self.evidence), "the passages in `evidence`")
        for each in self.evidence:
            places = [page.id for page in self.pages if (block := page.block(each.id)) and block.text]
            if len(places) != 1:
                found = f"on {len(places)} pages: {', '.join(places)}" if places else "on no page"
                raise ValueError(
                    f"The passage “{each.id}” stands {found}. Write {{#{each.id}}} behind one paragraph of one page."
                )
        strong, weak = self.ids_worth("strong"), self.ids_worth("weak")
        if len(strong) < self.need:
            raise ValueError(
                f"Only {len(strong)} passages are strong, and {self.need} are needed: mark more, or lower `need`."
            )
        if len(weak) < len(strong):
            raise ValueError(
                f"{len(strong)} passages are strong and {len(weak)} are weak, so that citing everything would earn "
                "something: let more passages of the site itself be saved as `weak` ones."
            )
        return self

    @model_validator(mode="after")
    def check_verdicts(self) -> Self:
        check_parts(self.verdicts, "verdicts", at_least=FEWEST_VERDICTS, at_most=MOST_VERDICTS, unlike="text")
        count = sum(each.key for each in self.verdicts)
        if count != 1:
            raise ValueError(f"{count} verdicts have `key: true`: mark the right one, and only that.")
        return self

    def ids_worth(self, worth: Worth) -> tuple[str, ...]:
        return tuple(each.id for each in self.evidence if each.worth == worth)

    @property
    def by_id(self) -> dict[str, WebPage]:
        return {page.id: page for page in self.pages}

    @property
    def key_index(self) -> int:
        return next(index for index, each in enumerate(self.verdicts) if each.key)

    def find_passage(self, passage_id: str) -> tuple[WebPage, Block]:
        """The passage and the page it stands on. Raises StopIteration for one that is on none."""
        return next((page, block) for page in self.pages if (block := page.block(passage_id)) and block.text)


@dataclass(frozen=True, kw_only=True)
class PublicLink:
    id: str
    label: str


@dataclass(frozen=True, kw_only=True)
class PublicBlock:
    id: str
    text: str | None
    links: tuple[PublicLink, ...]
    can_save: bool


@dataclass(frozen=True, kw_only=True)
class PublicPage:
    id: str
    address: str
    title: str
    look: str
    is_start: bool
    blocks: tuple[PublicBlock, ...]


@dataclass(frozen=True, kw_only=True)
class Public:
    prompt: str
    stimulus: str | None
    pages: tuple[PublicPage, ...]
    suggest: tuple[str, ...]
    verdicts: tuple[PublicText, ...]
    need: int


def files(fields: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    return web_files.lay_in(fields, folder)


def public(spec: Spec, seed: int) -> Public:
    """Nothing is shuffled: a web has its own order, and a scale keeps its ends."""
    passages = {each.id for each in spec.evidence}
    return Public(
        prompt=spec.prompt,
        stimulus=spec.stimulus,
        pages=tuple(_public_page(spec, page, passages) for page in spec.pages),
        suggest=spec.suggest,
        verdicts=tuple(PublicText(id=each.id, text=each.text) for each in spec.verdicts),
        need=spec.need,
    )


def _public_page(spec: Spec, page: WebPage, passages: set[str]) -> PublicPage:
    blocks = tuple(
        PublicBlock(
            id=block.id,
            text=block.text,
            links=tuple(PublicLink(id=link.id, label=link.label) for link in block.links),
            can_save=block.text is not None and block.id in passages,
        )
        for block in page.blocks
    )
    return PublicPage(
        id=page.id,
        address=page.address,
        title=page.title,
        look=page.look,
        is_start=page.id == spec.start,
        blocks=blocks,
    )


def parse(spec: Spec, form: Form) -> Response:
    return revise(spec, {}, form)


def revise(spec: Spec, before: Response, form: Form) -> Response:
    """Verdict and citations are the form's to say; the way there is kept by the server."""
    memory = go_on(
        before,
        first(form, "act"),
        form,
        pages=tuple(spec.by_id),
        suggested=len(spec.suggest),
        passages=tuple(each.id for each in spec.evidence),
    )
    cited = [passage_id for passage_id in memory.get("saved", ()) if passage_id in (form.get("cite") or ())]
    verdict = first(form, "verdict")
    told = {
        "cited": cited,
        "verdict": verdict if verdict in {each.id for each in spec.verdicts} else "",
    }
    return memory | {name: value for name, value in told.items() if value}


def scene(spec: Spec, response: Response, seed: int) -> Scene:
    return make_scene(spec.pages, spec.start, spec.suggest, [each.id for each in spec.evidence], response)


def score(spec: Spec, response: Response) -> Score:
    cited = _cited(spec, response)
    chosen = response.get("verdict")
    is_blank = not cited and chosen not in {each.id for each in spec.verdicts}
    ratio = 0.0 if is_blank else round(_ratio(spec, response), 9)
    return Score(
        ratio=ratio,
        message="" if is_blank else message_for(spec.feedback, ratio),
        parts=(*_verdict_parts(spec, chosen), *_evidence_parts(spec, cited), *_path_parts(spec, response)),
        is_blank=is_blank,
    )


def _cited(spec: Spec, response: Response) -> list[Evidence]:
    return [each for each in spec.evidence if each.id in response.get("cited", ())]


def _ratio(spec: Spec, response: Response) -> float:
    return (
        VERDICT_SHARE * verdict_credit(spec, response.get("verdict"))
        + EVIDENCE_SHARE * evidence_credit(spec, _cited(spec, response))
        + PATH_SHARE * path_credit(spec, response)
    )


def verdict_credit(spec: Spec, chosen: object) -> float:
    """1 for the right one, half for a neighbour."""
    places = [index for index, each in enumerate(spec.verdicts) if each.id == chosen]
    far = abs(places[0] - spec.key_index) if places else len(spec.verdicts)
    return {0: 1.0, 1: 0.5}.get(far, 0.0)


def evidence_credit(spec: Spec, cited: list[Evidence]) -> float:
    strong, weak = (sum(each.worth == worth for each in cited) for worth in ("strong", "weak"))
    return min(1.0, max(0.0, (strong - weak) / spec.need))


def path_credit(spec: Spec, response: Response) -> float:
    return 0.5 * _has_left(spec, response) + 0.25 * min(ENOUGH_SOURCES, len(_sources(spec, response)))


def _has_left(spec: Spec, response: Response) -> bool:
    """Whether something outside the site under question was opened: another site, or the results of a search."""
    own = spec.by_id[spec.start].host
    seen = seen_pages(response, tuple(spec.by_id))
    return bool(response.get("query")) or any(spec.by_id[page_id].host != own for page_id in seen)


def _sources(spec: Spec, response: Response) -> dict[str, WebPage]:
    """The independent sources opened, by host: of each the first page."""
    found: dict[str, WebPage] = {}
    for page_id in seen_pages(response, tuple(spec.by_id)):
        page = spec.by_id[page_id]
        if page.independent:
            found.setdefault(page.host, page)
    return found


def _verdict_parts(spec: Spec, chosen: object) -> tuple[PartScore, ...]:
    right = spec.verdicts[spec.key_index]
    credit = verdict_credit(spec, chosen)
    shown: Verdict = "right" if credit == 1 else "partial" if credit else "wrong"
    own = next((each for each in spec.verdicts if each.id == chosen), None)
    if own is None:
        return (PartScore(part_id="verdict", label=right.text, verdict="missed", answer=right.text),)
    answer = "" if credit == 1 else right.text
    return (
        PartScore(
            part_id="verdict", label=own.text, verdict=shown, message=own.feedback or "", answer=answer
        ),
    )


WORTHS: dict[Worth, Verdict] = {"strong": "right", "fair": "partial", "weak": "wrong"}


def _evidence_parts(spec: Spec, cited: list[Evidence]) -> tuple[PartScore, ...]:
    """What was cited, and what would have been strong."""
    return tuple(
        PartScore(
            part_id=f"cite-{each.id}",
            label=spec.find_passage(each.id)[1].text or "",
            verdict=WORTHS[each.worth] if each in cited else "missed",
            message=each.feedback or "",
        )
        for each in spec.evidence
        if each in cited or each.worth == "strong"
    )


def _path_parts(spec: Spec, response: Response) -> tuple[PartScore, ...]:
    sources = _sources(spec, response)
    counted: Verdict = ("wrong", "partial", "right")[min(ENOUGH_SOURCES, len(sources))]
    remarks = tuple(
        PartScore(
            part_id=f"page-{page_id}",
            label=page.title,
            verdict="right" if page in sources.values() else "partial",
            message=page.remark or "",
        )
        for page_id in seen_pages(response, tuple(spec.by_id))
        if (page := spec.by_id[page_id]).remark or page.independent
    )
    return (
        PartScore(part_id="left", label="", verdict="right" if _has_left(spec, response) else "wrong"),
        PartScore(part_id="sources", label=str(len(sources)), verdict=counted),
        *remarks,
    )


def full_marks(spec: Spec) -> tuple[Form, ...]:
    """Leaves the page by a ready-made search, and cites what was found elsewhere."""
    return _investigate(spec, "strong", is_right=True)


def mistake(spec: Spec, rng: Random) -> tuple[Form, ...]:
    """Believes what weak passages say."""
    return _investigate(spec, "weak", is_right=False)


def _investigate(spec: Spec, worth: Worth, *, is_right: bool) -> tuple[Form, ...]:
    verdict = next(each.id for each in spec.verdicts if each.key == is_right)
    cited = spec.ids_worth(worth)[: spec.need]
    steps = [
        f"{verb}:{what}"
        for passage in cited
        for verb, what in (("suggest", "0"), ("open", spec.find_passage(passage)[0].id), ("save", passage))
    ]
    return (*({"act": [step]} for step in steps), {"cite": cited, "verdict": [verdict]})


def guess_floor(spec: Spec) -> float:
    """A verdict picked blindly, on the page where it began; weak passages are at least as many as strong ones."""
    credits = [verdict_credit(spec, each.id) for each in spec.verdicts]
    return VERDICT_SHARE * sum(credits) / len(credits)


def key_text(spec: Spec) -> str:
    """The verdict, then a line for each strong passage (✓) and each independent source (↗)."""
    strong = [spec.find_passage(passage_id) for passage_id in spec.ids_worth("strong")]
    sources = [page for page in spec.pages if page.independent]
    return "\n".join(
        [
            spec.verdicts[spec.key_index].text,
            *(f"✓ {block.text} ({page.address})" for page, block in strong),
            *(f"↗ {page.title} ({page.address})" for page in sources),
        ]
    )
