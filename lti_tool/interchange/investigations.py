"""The activities of information literacy in terms of ordinary kinds: what of them other programs can ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lti_tool.content.model import Item
from lti_tool.interactions.ai_fact_check import HOLDS
from lti_tool.interchange.deriving import CannotError, Step, above, derive, one_each, option, share

UNMARKED = "unmarked"
MOST_BINS = 4


def shelf_order(item: Item) -> Step:
    spec: Any = item.spec
    steps = [
        {
            "id": book.id,
            "text": f"**{book.label}** {book.title}" + (f" ({book.author})" if book.author else ""),
            "feedback": book.feedback,
        }
        for book in spec.shelf
    ]
    return Step(
        (derive(item, "order", steps=steps),),
        "The books are ordinary steps; why one stands before another is not said.",
    )


def result_ranker(item: Item) -> Step:
    spec: Any = item.spec
    ranked = sorted(spec.results, key=lambda result: -result.worth)
    if len({result.worth for result in ranked}) < len(ranked):
        raise CannotError(item.id)
    steps = [
        {
            "id": each.id,
            "text": ". ".join(
                part
                for part in (
                    f"**{each.title}**",
                    each.address and f"`{each.address}`",
                    each.date,
                    each.snippet,
                )
                if part
            ),
            "feedback": each.feedback,
        }
        for each in ranked
    ]
    return Step((derive(item, "order", steps=steps),), "The results are ordinary steps to be put in order.")


def claim_marker(item: Item) -> Step:
    spec: Any = item.spec
    text = " ".join(sentence.text for sentence in spec.sentences)
    labels = spec.names | {UNMARKED: "None of these"}
    rows = [(each.id, each.text, each.feedback) for each in spec.sentences]
    keys = {each.id: each.label or UNMARKED for each in spec.sentences}
    return _sorted(item, rows, labels, keys, above(spec.stimulus, text))


def footprint_audit(item: Item) -> Step:
    spec: Any = item.spec
    labels = {"share": spec.share or "Share", "keep": spec.keep or "Keep"}
    rows = [
        (line.id, f"{line.text} ({line.detail})" if line.detail else line.text, line.feedback)
        for line in spec.lines
    ]
    return _sorted(
        item, rows, labels, {line.id: line.answer for line in spec.lines}, above(spec.stimulus, spec.asker)
    )


def paraphrase_judge(item: Item) -> Step:
    spec: Any = item.spec
    labels = {
        "good": "A good paraphrase",
        "copied": "Too close to the original",
        "changed": "It says something else",
        "no-credit": "Nobody is named",
    }
    rows = [(each.id, each.text, each.feedback) for each in spec.samples]
    keys = {each.id: each.judgement for each in spec.samples}
    step = _sorted(item, rows, labels, keys, above(spec.stimulus, f"> {spec.original}", spec.credit))
    if spec.write is None:
        return step
    return Step(step.items, f"{step.loss} The student's own paraphrase is not asked for.")


def ai_fact_check(item: Item) -> Step:
    spec: Any = item.spec
    labels = {HOLDS: "It holds"} | spec.labels
    rows = [(each.id, each.text, each.feedback) for each in spec.statements]
    sources = "\n\n".join(f"**{source.title}**\n\n{source.text}" for source in spec.sources)
    keys = {each.id: each.verdict for each in spec.statements}
    return _sorted(item, rows, labels, keys, above(spec.stimulus, f"**{spec.question}**", sources))


def _sorted(
    item: Item,
    rows: list[tuple[str, str, str | None]],
    labels: dict[str, str],
    keys: dict[str, str],
    stimulus: str | None,
) -> Step:
    """A sorter where it fits into four bins, else a question for each row."""
    used = {name: label for name, label in labels.items() if name in keys.values()}
    if 2 <= len(used) <= MOST_BINS and len({text for _, text, _ in rows}) == len(rows) <= 16:
        cards = [
            {"id": name, "text": text, "bin": keys[name], "feedback": remark} for name, text, remark in rows
        ]
        bins = [{"id": name, "label": label} for name, label in used.items()]
        return Step(
            (derive(item, "sorter", stimulus=stimulus, bins=bins, cards=cards),),
            "What is marked in the text here is sorted there, and each decision counts alike.",
        )
    told = derive(item, "open_response", stimulus=stimulus, rubric=_NO_RUBRIC, model_answer="–")
    return Step(one_each(told, rows, labels, keys), "Each decision became a question of its own.")


_NO_RUBRIC = [
    {
        "id": "answer",
        "title": "Answer",
        "levels": [
            {"id": "yes", "label": "Yes", "points": 1, "text": "Yes"},
            {"id": "no", "label": "No", "points": 0, "text": "No"},
        ],
    }
]


def question_funnel(item: Item) -> Step:
    spec: Any = item.spec
    steps = tuple(
        derive(
            item,
            "choice",
            suffix=step.id,
            points=share(item, len(spec.steps) + 1),
            prompt=step.prompt,
            stimulus=above(spec.stimulus, f"**{spec.topic}**"),
            hints=(),
            options=[each.model_dump() for each in step.options],
        )
        for step in spec.steps
    )
    rows = [(each.id, each.text, each.feedback) for each in spec.questions]
    keys = {each.id: each.judgement for each in spec.questions}
    named = derive(
        item,
        "open_response",
        suffix="questions",
        points=share(item, len(spec.steps) + 1),
        rubric=_NO_RUBRIC,
        model_answer="–",
    )
    judged = _sorted(named, rows, spec.labels, keys, spec.stimulus)
    return Step(
        (*steps, *judged.items),
        "Each step became a question of its own; a question in the student's own words is not asked for.",
    )


def fair_use(item: Item) -> Step:
    spec: Any = item.spec
    count = len(spec.facts) + 1
    facts = tuple(
        derive(
            item,
            "choice",
            suffix=fact.id,
            points=share(item, count),
            prompt=fact.question,
            hints=(),
            options=[
                option(each.id, each.text, key=each.key, feedback=None if each.key else fact.feedback)
                for each in fact.answers
            ],
        )
        for fact in spec.facts
    )
    decided = derive(
        item,
        "choice",
        suffix="decision",
        points=share(item, count),
        multiple=True,
        options=[
            option(each.id, each.text, key=each.accepted, feedback=each.feedback) for each in spec.decisions
        ],
    )
    return Step(
        (*facts, decided),
        "Facts and decision became questions of their own; the weighing of the four factors is lost.",
    )


def misinformation_moment(item: Item) -> Step:
    spec: Any = item.spec
    telling = [moment for moment in spec.moments if len({each.points for each in moment.choices}) > 1]
    items = tuple(
        derive(
            item,
            "choice",
            suffix=moment.id,
            points=share(item, len(telling)),
            stimulus=above(spec.stimulus, moment.when and f"*{moment.when}*", moment.text),
            multiple=sum(each.points == _best(moment) for each in moment.choices) > 1,
            hints=(),
            options=[
                option(each.id, each.text, key=each.points == _best(moment), feedback=each.feedback)
                for each in moment.choices
            ],
        )
        for moment in telling
    )
    return Step(items, "The story no longer branches: each of its decisions is a question of its own.")


def _best(moment: Any) -> int:
    return max(int(each.points) for each in moment.choices)


def lateral_lab(item: Item) -> Step:
    """The verdict, with what the pages say in place of the search for them."""
    spec: Any = item.spec
    pages = "\n\n".join(
        f"**{page.title}**\n\n" + "\n\n".join(block.text for block in page.blocks if block.text)
        for page in spec.pages
    )
    decided = derive(
        item,
        "choice",
        stimulus=above(spec.stimulus, pages),
        shuffle=False,
        options=[each.model_dump() for each in spec.verdicts],
    )
    return Step(
        (decided,),
        "The practice web became a text to read, and only the verdict counts: leaving the page and choosing evidence are lost.",
    )


STEPS: Mapping[str, Callable[[Item], Step]] = {
    "shelf_order": shelf_order,
    "result_ranker": result_ranker,
    "claim_marker": claim_marker,
    "footprint_audit": footprint_audit,
    "paraphrase_judge": paraphrase_judge,
    "ai_fact_check": ai_fact_check,
    "question_funnel": question_funnel,
    "fair_use": fair_use,
    "misinformation_moment": misinformation_moment,
    "lateral_lab": lateral_lab,
}
