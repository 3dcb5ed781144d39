"""QTI 2.1 items: one document each. QTI 3.0 is the same tree under other names (`qti_names.py`), so both are written here.

https://www.imsglobal.org/question/qtiv2p1/imsqti_infov2p1.html. Scores keep our rules where the standard has a mapping for them: net-correct for
several picks, a share for each pair; an order earns all or nothing. FEEDBACK says the remark on the whole answer, REMARK that on a part.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lti_tool.content.markdown import render_block, render_inline
from lti_tool.content.media import TYPES
from lti_tool.content.model import Item
from lti_tool.interactions.dropdown import GAP
from lti_tool.interchange.html_tree import parse_html, to_elements
from lti_tool.interchange.labels import PREFIX, labels_of
from lti_tool.interchange.qti_names import HTML_ATTRIBUTES, HTML_RENAMED, ident
from lti_tool.interchange.trees import Element, add, make

KINDS = frozenset(
    {
        *("choice", "short_text", "numeric", "match", "sorter", "categorise", "order", "dropdown", "hotspot"),
        *("highlight", "open_response"),
    }
)
QTI21 = "http://www.imsglobal.org/xsd/imsqti_v2p1"
RESPONSE = "RESPONSE"


def media_url(name: str) -> str:
    return f"../media/{name}"


@dataclass(frozen=True, kw_only=True)
class Written:
    """What a kind puts into the item: declarations of responses, the interaction in the body, and the rules of its score."""

    declared: tuple[Element, ...]
    body: tuple[Element, ...]
    rules: tuple[Element, ...]
    remarks: tuple[tuple[str, str | None], ...] = ()
    """The remarks on parts that do not stand within the interaction, by the part's id."""


def write_item(item: Item) -> Element:
    written = _WRITERS[item.kind](item)
    spec: Any = item.spec
    stimulus = block(spec.stimulus) if spec.stimulus else []
    remarks = tuple((name, text) for name, text in written.remarks if text)
    return make(
        "assessmentItem",
        *written.declared,
        outcome("SCORE"),
        make(
            "outcomeDeclaration",
            make("defaultValue", make("value", str(item.points))),
            identifier="MAXSCORE",
            cardinality="single",
            baseType="float",
        ),
        *(
            outcome(name, cardinality="multiple", base="identifier")
            for name in ("FEEDBACK", "REMARK", "HINT")
        ),
        make("itemBody", *_rubrics(item), *stimulus, *written.body),
        make("responseProcessing", *written.rules, *_overall(item)),
        *_modals(item, remarks),
        identifier=ident(item.id),
        title=item.id,
        label=PREFIX + labels_of(item),
        adaptive="false",
        timeDependent="false",
        toolName="InfoLit",
        toolVersion="1",
        xmlns=QTI21,
    )


def outcome(name: str, *, cardinality: str = "single", base: str = "float") -> Element:
    return make("outcomeDeclaration", identifier=name, cardinality=cardinality, baseType=base)


def block(markdown: str) -> list[Element | str]:
    return _dialect(render_block(markdown, media_url=media_url))


def inline(markdown: str) -> list[Element | str]:
    return _dialect(render_inline(markdown, media_url=media_url))


def _dialect(html: str) -> list[Element | str]:
    return to_elements(parse_html(html), HTML_ATTRIBUTES, HTML_RENAMED)


def prompt(item: Item) -> Element:
    return make("prompt", *inline(item.spec.prompt))


def paragraph(markdown: str, *more: Element) -> Element:
    return make("p", *inline(markdown), *more)


def _rubrics(item: Item) -> list[Element]:
    """What only authors and scorers see."""
    spec: Any = item.spec
    found = []
    if item.source:
        found.append(make("rubricBlock", make("p", item.source), view="author", class_="source"))
    if item.kind == "open_response":
        found.append(make("rubricBlock", paragraph(spec.model_answer), view="scorer", class_="model-answer"))
        levels = [
            paragraph(f"**{criterion.title}**: {level.label} ({level.points:g}): {level.text}")
            for criterion in spec.rubric
            for level in criterion.levels
        ]
        found.append(make("rubricBlock", *levels, view="scorer", class_="rubric"))
    return found


def _modals(item: Item, remarks: Sequence[tuple[str, str | None]]) -> list[Element]:
    spec: Any = item.spec
    told = {
        ("FEEDBACK", "correct"): spec.feedback.correct,
        ("FEEDBACK", "partial"): spec.feedback.partial,
        ("FEEDBACK", "incorrect"): spec.feedback.incorrect,
        **{("HINT", f"hint-{number}"): hint for number, hint in enumerate(spec.hints, start=1)},
        **{("REMARK", ident(name)): text for name, text in remarks},
    }
    return [
        make("modalFeedback", *inline(text), outcomeIdentifier=outcome_id, identifier=name, showHide="show")
        for (outcome_id, name), text in told.items()
        if text
    ]


# ---- rules ------------------------------------------------------------------------------------------------------------


def value(told: str, base: str) -> Element:
    return make("baseValue", told, baseType=base)


def sets(name: str, what: Element) -> Element:
    return make("setOutcomeValue", what, identifier=name)


def says(name: str) -> Element:
    return sets("FEEDBACK", make("multiple", value(name, "identifier")))


def variable(name: str) -> Element:
    return make("variable", identifier=name)


def _overall(item: Item) -> list[Element]:
    """Which remark the whole answer gets."""
    if item.kind == "open_response":
        return []
    branches = [make("responseIf", make("gte", variable("SCORE"), variable("MAXSCORE")), says("correct"))]
    if item.spec.feedback.partial:
        above_none = make("gt", variable("SCORE"), value("0", "float"))
        branches.append(make("responseElseIf", above_none, says("partial")))
    return [make("responseCondition", *branches, make("responseElse", says("incorrect")))]


def maps(name: str = RESPONSE) -> Element:
    return sets("SCORE", make("sum", variable("SCORE"), make("mapResponse", identifier=name)))


def all_or_nothing(item: Item, name: str = RESPONSE) -> Element:
    is_right = make("match", variable(name), make("correct", identifier=name))
    return make(
        "responseCondition", make("responseIf", is_right, sets("SCORE", value(str(item.points), "float")))
    )


def remarks_on_picks() -> Element:
    return sets("REMARK", variable(RESPONSE))


def declare(
    base: str, cardinality: str, keys: Sequence[str], mapping: Element | None = None, name: str = RESPONSE
) -> Element:
    correct = make("correctResponse", *(make("value", key) for key in keys))
    parts = [correct, mapping] if mapping is not None else [correct]
    return make("responseDeclaration", *parts, identifier=name, cardinality=cardinality, baseType=base)


def mapping(entries: Mapping[str, float], most: float, **more: str) -> Element:
    return make(
        "mapping",
        *(
            make("mapEntry", mapKey=key, mappedValue=f"{worth:.10g}", **more)
            for key, worth in entries.items()
        ),
        lowerBound="0",
        upperBound=f"{most:g}",
        defaultValue="0",
    )


# ---- kinds ------------------------------------------------------------------------------------------------------------


def _net_correct(item: Item, keys: Mapping[str, bool]) -> Element:
    share = item.points / sum(keys.values())
    worths = {ident(name): share if is_key else -share for name, is_key in keys.items()}
    picked = [ident(name) for name, is_key in keys.items() if is_key]
    return declare("identifier", "multiple", picked, mapping(worths, item.points))


def _choice(item: Item) -> Written:
    spec: Any = item.spec
    keys = {each.id: each.key for each in spec.options}
    picked = [ident(name) for name, is_key in keys.items() if is_key]
    single = declare("identifier", "single", picked)
    options = [
        make("simpleChoice", *inline(each.text), *_remark(each), identifier=ident(each.id))
        for each in spec.options
    ]
    interaction = make(
        "choiceInteraction",
        prompt(item),
        *options,
        responseIdentifier=RESPONSE,
        shuffle="true" if spec.shuffle else "false",
        maxChoices="0" if spec.multiple else "1",
    )
    return Written(
        declared=(_net_correct(item, keys) if spec.multiple else single,),
        body=(interaction,),
        rules=(maps() if spec.multiple else all_or_nothing(item), remarks_on_picks()),
    )


def _remark(option: Any) -> list[Element]:
    if not option.feedback:
        return []
    return [
        make(
            "feedbackInline",
            *inline(option.feedback),
            outcomeIdentifier="REMARK",
            identifier=ident(option.id),
            showHide="show",
        )
    ]


def _entry(**more: str) -> Element:
    return make("textEntryInteraction", responseIdentifier=RESPONSE, **more)


def _short_text(item: Item) -> Written:
    spec: Any = item.spec
    worths = dict.fromkeys(spec.accept, float(item.points))
    worths |= {each.text: each.credit * item.points for each in spec.near}
    declared = declare(
        "string", "single", spec.accept[:1], mapping(worths, item.points, caseSensitive="false")
    )
    near = [
        make(
            "responseCondition",
            make(
                "responseIf",
                make("stringMatch", variable(RESPONSE), value(each.text, "string"), caseSensitive="false"),
                sets("REMARK", make("multiple", value(f"near-{number}", "identifier"))),
            ),
        )
        for number, each in enumerate(spec.near, start=1)
        if each.feedback
    ]
    return Written(
        declared=(declared,),
        body=(paragraph(spec.prompt), make("p", _entry())),
        rules=(maps(), *near),
        remarks=tuple((f"near-{number}", each.feedback) for number, each in enumerate(spec.near, start=1)),
    )


def _numeric(item: Item) -> Written:
    spec: Any = item.spec
    told = repr(spec.tolerance)
    is_near = make(
        "equal",
        variable(RESPONSE),
        make("correct", identifier=RESPONSE),
        toleranceMode="absolute",
        tolerance=f"{told} {told}",
    )
    earned = sets("SCORE", value(str(item.points), "float"))
    return Written(
        declared=(declare("float", "single", [repr(spec.answer)]),),
        body=(paragraph(spec.prompt), make("p", _entry())),
        rules=(make("responseCondition", make("responseIf", is_near, earned)),),
    )


def _pairs(
    item: Item,
    rows: Sequence[tuple[str, str, Sequence[str]]],
    partners: Mapping[str, str],
    remarks: Sequence[tuple[str, str | None]],
) -> Written:
    pairs = [f"{ident(row)} {ident(fit)}" for row, _, fits in rows for fit in fits]
    each_worth = item.points / len(pairs)
    most_fits = max(1, *(len(fits) for _, _, fits in rows))
    left = [
        make(
            "simpleAssociableChoice",
            *inline(text),
            identifier=ident(name),
            matchMax=str(len(partners) if most_fits > 1 else 1),
        )
        for name, text, _ in rows
    ]
    right = [
        make("simpleAssociableChoice", *inline(text), identifier=ident(name), matchMax=str(len(rows)))
        for name, text in partners.items()
    ]
    interaction = make(
        "matchInteraction",
        prompt(item),
        make("simpleMatchSet", *left),
        make("simpleMatchSet", *right),
        responseIdentifier=RESPONSE,
        shuffle="true",
        maxAssociations=str(len(rows) * len(partners) if most_fits > 1 else len(rows)),
    )
    worths = mapping(dict.fromkeys(pairs, each_worth), item.points)
    return Written(
        declared=(declare("directedPair", "multiple", pairs, worths),),
        body=(interaction,),
        rules=(maps(),),
        remarks=tuple(remarks),
    )


def _match(item: Item) -> Written:
    spec: Any = item.spec
    rows = [(each.id, each.text, (each.partner,)) for each in spec.rows]
    return _pairs(item, rows, spec.texts, [(each.id, each.feedback) for each in spec.rows])


def _sorter(item: Item) -> Written:
    spec: Any = item.spec
    rows = [(each.id, each.text, (each.bin,)) for each in spec.cards]
    return _pairs(item, rows, spec.labels, [(each.id, each.feedback) for each in spec.cards])


def _categorise(item: Item) -> Written:
    spec: Any = item.spec
    rows = [(each.id, each.text, each.fits) for each in spec.things]
    return _pairs(item, rows, spec.labels, [(each.id, each.feedback) for each in spec.things])


def _order(item: Item) -> Written:
    spec: Any = item.spec
    steps = [
        make("simpleChoice", *inline(each.text), identifier=ident(each.id))
        for each in sorted(spec.steps, key=lambda step: step.id)
    ]
    interaction = make("orderInteraction", prompt(item), *steps, responseIdentifier=RESPONSE, shuffle="true")
    return Written(
        declared=(declare("identifier", "ordered", [ident(each.id) for each in spec.steps]),),
        body=(interaction,),
        rules=(all_or_nothing(item),),
        remarks=tuple((each.id, each.feedback) for each in spec.steps),
    )


def _dropdown(item: Item) -> Written:
    spec: Any = item.spec
    share = item.points / len(spec.gaps)
    known = {gap.id: gap for gap in spec.gaps}
    declared = tuple(
        declare(
            "identifier",
            "single",
            [ident(gap.answer.id)],
            mapping({ident(gap.answer.id): share}, item.points),
            name=ident(gap.id),
        )
        for gap in spec.gaps
    )
    body = [
        paragraph(spec.prompt),
        *(_gapped(part, known, shuffle=spec.shuffle) for part in spec.text.split("\n\n")),
    ]
    remarks = [(f"{gap.id}.{each.id}", each.feedback) for gap in spec.gaps for each in gap.options]
    return Written(
        declared=declared,
        body=tuple(body),
        rules=tuple(maps(ident(gap.id)) for gap in spec.gaps),
        remarks=tuple(remarks),
    )


def _gapped(markdown: str, gaps: Mapping[str, Any], *, shuffle: bool) -> Element:
    """A paragraph with an interaction for each gap; the gaps go through Markdown as code, which nothing else there is."""
    names = [name for name in GAP.findall(markdown) if name in gaps]
    told = GAP.sub(lambda gap: f"\u2997{gap[1]}\u2998", markdown)
    whole = make("p", *inline(told))
    for name in names:
        _replace(whole, f"\u2997{name}\u2998", _inline_choice(gaps[name], shuffle=shuffle))
    return whole


def _inline_choice(gap: Any, *, shuffle: bool) -> Element:
    return make(
        "inlineChoiceInteraction",
        *(make("inlineChoice", *inline(each.text), identifier=ident(each.id)) for each in gap.options),
        responseIdentifier=ident(gap.id),
        shuffle="true" if shuffle else "false",
    )


def _replace(element: Element, mark: str, by: Element) -> bool:
    """Put an element where a mark stands in the text."""
    if element.text and mark in element.text:
        element.text, by.tail = element.text.split(mark, 1)
        element.insert(0, by)
        return True
    for index, part in enumerate(list(element)):
        if _replace(part, mark, by):
            return True
        if part.tail and mark in part.tail:
            part.tail, by.tail = part.tail.split(mark, 1)
            element.insert(index + 1, by)
            return True
    return False


def _hotspot(item: Item) -> Written:
    spec: Any = item.spec
    name = spec.picture.removeprefix("media/")
    keys = {each.id: each.key for each in spec.places}
    places = [
        make(
            "hotspotChoice",
            identifier=ident(each.id),
            shape="rect",
            coords=",".join(
                map(str, (each.at[0], each.at[1], each.at[0] + each.at[2], each.at[1] + each.at[3]))
            ),
            hotspotLabel=each.label,
        )
        for each in spec.places
    ]
    picture = make(
        "object",
        spec.alt,
        data=media_url(name),
        type=TYPES.get(f".{name.rsplit('.', 1)[-1]}", "image/png"),
        width=str(spec.size[0]),
        height=str(spec.size[1]),
    )
    interaction = make(
        "hotspotInteraction",
        prompt(item),
        picture,
        *places,
        responseIdentifier=RESPONSE,
        maxChoices="0" if spec.multiple else "1",
    )
    picked = [ident(key) for key, is_key in keys.items() if is_key]
    single = declare("identifier", "single", picked)
    return Written(
        declared=(_net_correct(item, keys) if spec.multiple else single,),
        body=(interaction,),
        rules=(maps() if spec.multiple else all_or_nothing(item), remarks_on_picks()),
        remarks=tuple((each.id, each.feedback) for each in spec.places),
    )


def _highlight(item: Item) -> Written:
    spec: Any = item.spec
    paragraphs: list[Element] = []
    for piece in spec.pieces:
        if piece.paragraph or not paragraphs:
            paragraphs.append(make("p"))
        elif len(paragraphs[-1]) or paragraphs[-1].text:
            add(paragraphs[-1], " ")
        shown = inline(piece.text)
        for part in [make("hottext", *shown, identifier=ident(piece.id))] if piece.pick else shown:
            add(paragraphs[-1], part)
    keys = {each.id: each.key for each in spec.pieces if each.pick}
    interaction = make(
        "hottextInteraction", prompt(item), *paragraphs, responseIdentifier=RESPONSE, maxChoices="0"
    )
    return Written(
        declared=(_net_correct(item, keys),),
        body=(interaction,),
        rules=(maps(), remarks_on_picks()),
        remarks=tuple((each.id, each.feedback) for each in spec.pieces if each.pick),
    )


def _open_response(item: Item) -> Written:
    declared = make("responseDeclaration", identifier=RESPONSE, cardinality="single", baseType="string")
    interaction = make("extendedTextInteraction", prompt(item), responseIdentifier=RESPONSE)
    return Written(declared=(declared,), body=(interaction,), rules=())


_WRITERS: Mapping[str, Callable[[Item], Written]] = {
    "choice": _choice,
    "short_text": _short_text,
    "numeric": _numeric,
    "match": _match,
    "sorter": _sorter,
    "categorise": _categorise,
    "order": _order,
    "dropdown": _dropdown,
    "hotspot": _hotspot,
    "highlight": _highlight,
    "open_response": _open_response,
}
