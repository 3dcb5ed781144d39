"""QTI 1.2 (questestinterop): what Canvas exports, what Common Cartridges hold, and what most tools for Canvas write.

https://www.imsglobal.org/question/qtiv1p2/imsqti_asi_bindv1p2.html; the names of Canvas's question types are its own
(Canvas, classic quizzes, as exported 2026: `question_type` in the item's metadata).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import partial
from html import escape

from lti_tool.interchange import shapes
from lti_tool.interchange.drafts import (
    Desk,
    Draft,
    Fields,
    RefusedError,
    attempt,
    feedback,
    gap_mark,
    number_in,
    points,
)
from lti_tool.interchange.labels import read_labels, split_labels
from lti_tool.interchange.markup import Block, from_html
from lti_tool.interchange.trees import Element, child, each, parse_xml, text_of

LABEL = "infolit"
"""The metadata field that holds what only this tool knows."""
GENERAL_MARKS = frozenset({"general_fb", "correct_fb", "general_incorrect_fb", "partial_fb"})
REFUSED_TYPES = {
    "calculated_question": "It is calculated anew for each student, which a bank cannot hold.",
    "file_upload_question": "It asks for a file, which a quiz here does not take.",
    "text_only_question": "It is a text without a question.",
}


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One rule of the scoring: which answers it looks for and what they earn."""

    wanted: tuple[tuple[str, str], ...]
    """(response, value) that must be there."""
    unwanted: tuple[tuple[str, str], ...]
    ranges: tuple[tuple[str, Decimal], ...]
    """("low" or "high", limit)."""
    score: float
    links: tuple[str, ...]
    is_other: bool


@dataclass(frozen=True, kw_only=True)
class Question:
    """An item, opened up."""

    element: Element
    told: Mapping[str, str]
    """Its metadata."""
    labels: Mapping[str, str]
    conditions: tuple[Condition, ...]
    remarks: Mapping[str, Element]

    @property
    def kind(self) -> str:
        return self.told.get("question_type") or self.told.get("cc_profile", "")


def is_qti12(root: Element) -> bool:
    return root.tag == "questestinterop"


def read_qti12(raw: bytes, desk: Desk) -> Iterator[Draft]:
    """Every item of a document, groups and sections opened."""
    root = parse_xml(raw, desk.path)
    for element in each(root, "item"):
        ident, title = element.get("ident", ""), element.get("title", "")
        yield attempt(desk, ident, title, partial(_read, element, desk))


def _read(element: Element, desk: Desk) -> Draft:
    question = _open(element)
    if reason := REFUSED_TYPES.get(question.kind):
        raise RefusedError(reason)
    reader = _READERS.get(question.kind) or _guess(question)
    remarks = _remarks(question, desk)
    fields = reader(question, desk)
    worth = number_in(question.told.get("points_possible", "") or question.told.get("cc_weighting", ""))
    fields = {**read_labels(question.labels), **points(desk, worth), **fields}
    fields.setdefault("feedback", remarks)
    if hints := _hints(question, desk):
        fields["hints"] = hints
    title = element.get("title", "")
    return desk.finish(element.get("ident", ""), title if title != "Question" else fields["prompt"], fields)


def _open(element: Element) -> Question:
    told = {
        text_of(child(field, "fieldlabel")): text_of(child(field, "fieldentry"))
        for field in each(element, "qtimetadatafield")
    }
    remarks = {found.get("ident", ""): found for found in each(element, "itemfeedback")}
    conditions = tuple(_condition(found) for found in each(element, "respcondition"))
    labels = split_labels(told.get(LABEL, ""))
    return Question(element=element, told=told, labels=labels, conditions=conditions, remarks=remarks)


def _condition(element: Element) -> Condition:
    wanted: list[tuple[str, str]] = []
    unwanted: list[tuple[str, str]] = []
    ranges: list[tuple[str, Decimal]] = []
    refused = {id(found) for negation in each(element, "not") for found in negation.iter()}
    for found in each(element, "varequal", "varsubset", "varsubstring"):
        pair = (found.get("respident", ""), text_of(found))
        (unwanted if id(found) in refused else wanted).append(pair)
    for found in each(element, "vargte", "vargt", "varlte", "varlt"):
        if id(found) not in refused and (limit := _decimal(text_of(found))) is not None:
            ranges.append(("low" if found.tag.startswith("varg") else "high", limit))
    scores = [number_in(text_of(found)) or 0.0 for found in each(element, "setvar") if text_of(found)]
    return Condition(
        wanted=tuple(wanted),
        unwanted=tuple(unwanted),
        ranges=tuple(ranges),
        score=max(scores, default=0.0),
        links=tuple(found.get("linkrefid", "") for found in each(element, "displayfeedback")),
        is_other=any(True for _ in each(element, "other")),
    )


def _decimal(text: str) -> Decimal | None:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value) < 10**15 else None


# ---- texts ------------------------------------------------------------------------------------------------------------


def html_of(element: Element | None, *, without: tuple[str, ...] = ()) -> str:
    """The HTML of all material below an element, but not within elements named in `without`."""
    if element is None:
        return ""
    parts = []
    for part in element:
        if part.tag in without:
            continue
        if part.tag == "mattext":
            told = part.text or ""
            is_html = part.get("texttype", "text/plain").lower() in {"text/html", "html", "text/rtf"}
            inner = "".join(part.itertext()) if len(part) else told
            parts.append(inner if is_html else escape(inner))
        elif part.tag == "matimage":
            parts.append(f'<img src="{escape(part.get("uri", ""))}" alt="{escape(part.get("label", ""))}">')
        elif part.tag == "matbreak":
            parts.append("<br>")
        else:
            parts.append(html_of(part, without=without))
    return "".join(parts)


RESPONSES = (
    "response_lid",
    "response_str",
    "response_num",
    "response_xy",
    "response_grp",
    "response_extension",
)


def _text(question: Question) -> str:
    return html_of(child(question.element, "presentation"), without=RESPONSES)


def _remark(question: Question, ident: str, desk: Desk) -> str:
    return desk.inline(html_of(question.remarks.get(ident)))


def _remarks(question: Question, desk: Desk) -> Fields:
    general = _remark(question, "general_fb", desk)
    right = next((_link(each_) for each_ in question.conditions if each_.score > 0 and _link(each_)), "")
    wrong = next((_link(each_) for each_ in question.conditions if each_.is_other and _link(each_)), "")
    correct = _remark(question, "correct_fb", desk) or _remark(question, right, desk) or general
    incorrect = _remark(question, "general_incorrect_fb", desk) or _remark(question, wrong, desk) or general
    return feedback(desk, correct, incorrect, _remark(question, "partial_fb", desk))


def _link(condition: Condition) -> str:
    """A remark that is not about one option."""
    return next((link for link in condition.links if not link.endswith("_fb")), "")


def _on_part(question: Question, ident: str, desk: Desk) -> str:
    """The remark on an option or row by its customary name (`<ident>_fb`) or by ours."""
    names = [name for name in (f"on.{ident}_fb", f"{ident}_fb") if name in question.remarks]
    return _remark(question, names[0], desk) if names and names[0] not in GENERAL_MARKS else ""


def _hints(question: Question, desk: Desk) -> list[str]:
    told = [_remark(question, f"hint_{number}_fb", desk) for number in range(1, 4)]
    return [hint for hint in told if hint]


def _about_option(question: Question, ident: str, response: str, desk: Desk) -> str:
    """The remark on one option: by its customary name, or by the condition that looks for it alone."""
    if told := _on_part(question, ident, desk):
        return told
    for condition in question.conditions:
        if condition.wanted == ((response, ident),) and not condition.unwanted:
            links = [link for link in condition.links if link not in GENERAL_MARKS]
            if links and not condition.score:
                return _remark(question, links[0], desk)
    return ""


# ---- kinds ------------------------------------------------------------------------------------------------------------


def _responses(question: Question, *names: str) -> list[Element]:
    found = list(each(child(question.element, "presentation"), *names))
    if not found:
        raise RefusedError("It has nothing to answer with.")
    return found


def _labels(response: Element) -> list[Element]:
    return list(each(response, "response_label"))


def _choice(question: Question, desk: Desk) -> Fields:
    response = _responses(question, "response_lid")[0]
    is_multiple = response.get("rcardinality", "Single").lower() == "multiple"
    if response.get("rcardinality", "").lower() == "ordered":
        return _order(question, desk)
    respident = response.get("ident", "")
    keys = _keys(question, respident, is_multiple=is_multiple, desk=desk)
    options = [
        shapes.Option(
            ident=label.get("ident", ""),
            text=desk.inline(html_of(label)),
            is_key=label.get("ident", "") in keys,
            feedback=_about_option(question, label.get("ident", ""), respident, desk),
        )
        for label in _labels(response)
    ]
    is_fixed = question.kind == "true_false_question" or question.labels.get("shuffle") == "no"
    return {
        **desk.question(_text(question)),
        **shapes.choice(options, multiple=is_multiple, shuffle=not is_fixed),
    }


def _keys(question: Question, respident: str, *, is_multiple: bool, desk: Desk) -> set[str]:
    rules = [rule for rule in question.conditions if rule.score > 0]
    if not rules:
        raise RefusedError("It has no right answer.")
    best = max(rules, key=lambda rule: rule.score)
    whole = [rule for rule in rules if len(rule.wanted) > 1 or rule.unwanted]
    if is_multiple and not whole:
        return {value for rule in rules for name, value in rule.wanted if name in ("", respident)}
    if whole and is_multiple:
        best = max(whole, key=lambda rule: rule.score)
    elif any(rule.score < best.score for rule in rules):
        desk.note("Options that earned part of the points earn none here.")
    return {value for _, value in best.wanted}


def _short(question: Question, desk: Desk) -> Fields:
    answers = [value for rule in question.conditions if rule.score > 0 for _, value in rule.wanted]
    return {**desk.question(_text(question)), **shapes.text(desk, answers)}


def _numeric(question: Question, desk: Desk) -> Fields:
    found = [_range(rule) for rule in question.conditions if rule.score > 0]
    known = [each_ for each_ in found if each_ is not None]
    if not known:
        raise RefusedError("It has no number as its right answer.")
    if len(known) > 1:
        desk.note("Of its several right numbers only the first was taken over.")
    answer, tolerance = known[0]
    return {**desk.question(_text(question)), **shapes.number(answer, tolerance)}


def _range(rule: Condition) -> tuple[Decimal, Decimal] | None:
    low = next((limit for side, limit in rule.ranges if side == "low"), None)
    high = next((limit for side, limit in rule.ranges if side == "high"), None)
    exact = next((value for _, told in rule.wanted if (value := _decimal(told)) is not None), None)
    if exact is not None:
        return exact, abs(high - exact) if high is not None else Decimal(0)
    return shapes.between(low, high) if low is not None and high is not None else None


def _essay(question: Question, desk: Desk) -> Fields:
    model = _remark(question, "model_fb", desk) or _remark(question, "general_fb", desk)
    model = model or desk.inline("".join(html_of(found) for found in each(question.element, "solution")))
    worth = number_in(question.told.get("points_possible", "")) or 1
    return {**desk.question(_text(question)), **shapes.essay(desk, model, round(worth))}


def _matching(question: Question, desk: Desk) -> Fields:
    keys = {name: value for rule in question.conditions if rule.score > 0 for name, value in rule.wanted}
    partners: dict[str, str] = {}
    rows = []
    for response in _responses(question, "response_lid"):
        ident = response.get("ident", "")
        for label in _labels(response):
            partners.setdefault(label.get("ident", ""), desk.inline(html_of(label)))
        if ident not in keys:
            raise RefusedError("A row of it has no right partner.")
        name = ident.removeprefix("response_")
        remark = _on_part(question, name, desk)
        row = desk.inline(html_of(child(response, "material")))
        rows.append(shapes.Row(ident=name, text=row, partners=(keys[ident],), feedback=remark))
    if any(row.partners[0] not in partners for row in rows):
        raise RefusedError("A row of it has a partner that is not among those to choose from.")
    return {**desk.question(_text(question)), **shapes.pairs(rows, partners, question.labels.get("kind", ""))}


def _gap_blocks(question: Question, names: Sequence[str], desk: Desk) -> list[Block]:
    html = _text(question)
    for number, name in enumerate(names):
        if f"[{name}]" not in html:
            raise RefusedError(f"Its text has no place for the gap “{name}”.")
        html = html.replace(f"[{name}]", gap_mark(number), 1)
    return from_html(html, desk.state)


def _gap_name(response: Element) -> str:
    return text_of(child(response, "material")) or response.get("ident", "").removeprefix("response_")


def _dropdowns(question: Question, desk: Desk) -> Fields:
    keys = {pair for rule in question.conditions if rule.score > 0 for pair in rule.wanted}
    gaps = []
    for response in _responses(question, "response_lid"):
        ident, name = response.get("ident", ""), _gap_name(response)
        options = [
            shapes.Option(
                ident=label.get("ident", "").removeprefix(f"{name}."),
                text=desk.inline(html_of(label)),
                is_key=bool({(ident, label.get("ident", "")), (ident, text_of(label))} & keys),
                feedback=_on_part(question, label.get("ident", ""), desk),
            )
            for label in _labels(response)
        ]
        gaps.append((name, options))
    is_fixed = question.labels.get("shuffle") == "no"
    blocks = _gap_blocks(question, [name for name, _ in gaps], desk)
    return shapes.dropdown(desk, blocks, gaps, shuffle=not is_fixed)


def _typed_gaps(question: Question, desk: Desk) -> Fields:
    gaps = [
        (_gap_name(response), [text_of(label) for label in _labels(response)])
        for response in _responses(question, "response_lid", "response_str")
    ]
    blocks = _gap_blocks(question, [name for name, _ in gaps], desk)
    return shapes.typed_gaps(desk, blocks, gaps, _remarks(question, desk))


def _order(question: Question, desk: Desk) -> Fields:
    response = _responses(question, "response_lid")[0]
    rules = [rule for rule in question.conditions if rule.score > 0 and len(rule.wanted) > 1]
    if not rules:
        raise RefusedError("It has no right order.")
    texts = {label.get("ident", ""): desk.inline(html_of(label)) for label in _labels(response)}
    keys = [value for _, value in max(rules, key=lambda rule: rule.score).wanted]
    if set(keys) != set(texts):
        raise RefusedError("Its right order does not name every step.")
    steps = [(ident, texts[ident], _on_part(question, ident, desk)) for ident in keys]
    return {**desk.question(_text(question)), **shapes.order(steps)}


_READERS: Mapping[str, Callable[[Question, Desk], Fields]] = {
    **dict.fromkeys(
        ("multiple_choice_question", "true_false_question", "multiple_answers_question"), _choice
    ),
    **dict.fromkeys(("cc.multiple_choice.v0p1", "cc.true_false.v0p1", "cc.multiple_response.v0p1"), _choice),
    **dict.fromkeys(("short_answer_question", "cc.fib.v0p1", "cc.pattern_match.v0p1"), _short),
    "numerical_question": _numeric,
    **dict.fromkeys(("essay_question", "cc.essay.v0p1"), _essay),
    "matching_question": _matching,
    "multiple_dropdowns_question": _dropdowns,
    "fill_in_multiple_blanks_question": _typed_gaps,
    "ordering_question": _order,
}


def _guess(question: Question) -> Callable[[Question, Desk], Fields]:
    """The reader of an item whose type nobody tells: by what there is to answer with."""
    place = child(question.element, "presentation")
    lids, typed = list(each(place, "response_lid")), list(each(place, "response_str", "response_num"))
    if (lids and typed) or next(each(place, "response_xy"), None) is not None:
        raise RefusedError("It is answered in a way that nothing here can show.")
    if lids:
        return _choice if len(lids) == 1 else _matching
    if not typed:
        raise RefusedError("It has nothing to answer with.")
    if any(rule.ranges for rule in question.conditions):
        return _numeric
    return _short if any(rule.wanted and rule.score > 0 for rule in question.conditions) else _essay
