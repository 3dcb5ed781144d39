"""Moodle XML: https://docs.moodle.org/en/Moodle_XML_format (Moodle 4 and 5). Gaps of cloze questions are read by `moodle_cloze`."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial
from html import escape

from lti_tool.interchange import shapes
from lti_tool.interchange.archive import Package
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
from lti_tool.interchange.labels import PREFIX, read_labels, split_labels
from lti_tool.interchange.markup import from_html
from lti_tool.interchange.moodle_cloze import Gap, find_gaps
from lti_tool.interchange.trees import Element, child, children, each, parse_xml, text_of

NOT_QUESTIONS = frozenset({"category"})
MOST_FILE = 2_000_000
_BLANK = re.compile(r"\[\[(\d+)\]\]")


def is_moodle(root: Element) -> bool:
    return root.tag == "quiz" and any(True for _ in each(root, "question"))


def read_moodle(raw: bytes, desk: Desk) -> Iterator[Draft]:
    """Every question of a document; categories only group them."""
    root = parse_xml(raw, desk.path)
    for element in children(root, "question"):
        if element.get("type") in NOT_QUESTIONS:
            continue
        title = text_of(child(element, "name", "text"))
        ident = text_of(child(element, "idnumber")) or title
        own = _with_files(element, desk)
        yield attempt(own, ident, title, partial(_read, element, ident, own))


def _with_files(element: Element, desk: Desk) -> Desk:
    """A desk whose package holds the files written into the question; what comes along is shared with the others."""
    files: dict[str, bytes] = {}
    for found in each(element, "file"):
        if found.get("encoding") == "base64" and len(told := found.text or "") <= MOST_FILE:
            try:
                files[found.get("name", "")] = base64.b64decode("".join(told.split()), validate=True)
            except (binascii.Error, ValueError):
                continue
    return replace(desk, package=Package(name=desk.package.name, files=files), path="")


def _read(element: Element, ident: str, desk: Desk) -> Draft:
    kind = element.get("type", "")
    reader = _READERS.get(kind)
    if reader is None:
        raise RefusedError(_refusal(kind))
    labels = _labels(element)
    fields = reader(element, desk)
    shared = {**read_labels(labels), **points(desk, number_in(text_of(child(element, "defaultgrade"))))}
    fields = {**shared, **fields}
    fields.setdefault("feedback", _remarks(element, desk))
    hints = [_html(found, desk) for found in children(element, "hint")]
    if kept := [hint for hint in hints if hint]:
        fields["hints"] = kept[:3]
    return desk.finish(ident, text_of(child(element, "name", "text")), fields)


def _refusal(kind: str) -> str:
    if kind.startswith("calculated"):
        return "It is calculated anew for each student, which a bank cannot hold."
    if kind == "description":
        return "It is a text without a question."
    return f"Questions of the type “{kind[:40]}” have no equal here."


def _labels(element: Element) -> Mapping[str, str]:
    tags = (text_of(tag) for tag in each(child(element, "tags"), "text"))
    return split_labels(next((tag for tag in tags if tag.startswith(PREFIX)), ""))


def html_of(element: Element | None) -> str:
    """The HTML of a text; plain text and Moodle's own format are told apart by `format`."""
    told = text_of(child(element, "text"))
    is_plain = element is not None and element.get("format") in {"plain_text", "markdown"}
    return escape(told).replace("\n", "<br>") if is_plain else told


def _html(element: Element | None, desk: Desk) -> str:
    return desk.inline(html_of(element))


def _ask(element: Element, desk: Desk) -> Fields:
    return desk.question(html_of(child(element, "questiontext")))


def _remarks(element: Element, desk: Desk) -> Fields:
    general = _html(child(element, "generalfeedback"), desk)
    correct = _html(child(element, "correctfeedback"), desk) or general
    incorrect = _html(child(element, "incorrectfeedback"), desk) or general
    return feedback(desk, correct, incorrect, _html(child(element, "partiallycorrectfeedback"), desk))


def _fraction(answer: Element) -> float:
    return number_in(answer.get("fraction", "0")) or 0.0


def _choice(element: Element, desk: Desk) -> Fields:
    answers = children(element, "answer")
    is_single = (
        text_of(child(element, "single")) not in {"false", "0"} and element.get("type") != "multichoiceset"
    )
    best = max(map(_fraction, answers), default=0.0)
    if best <= 0:
        raise RefusedError("It has no right answer.")
    if is_single and any(0 < _fraction(answer) < best for answer in answers):
        desk.note("Options that earned part of the points earn none here.")
    options = [
        shapes.Option(
            ident="",
            text=_html(answer, desk),
            is_key=_fraction(answer) == best if is_single else _fraction(answer) > 0,
            feedback=_html(child(answer, "feedback"), desk),
        )
        for answer in answers
    ]
    is_fixed = text_of(child(element, "shuffleanswers")) in {"false", "0"}
    return {**_ask(element, desk), **shapes.choice(options, multiple=not is_single, shuffle=not is_fixed)}


def _true_false(element: Element, desk: Desk) -> Fields:
    options = [
        shapes.Option(
            ident=text_of(child(answer, "text")).lower(),
            text=text_of(child(answer, "text")).capitalize(),
            is_key=_fraction(answer) > 0,
            feedback=_html(child(answer, "feedback"), desk),
        )
        for answer in children(element, "answer")
    ]
    return {**_ask(element, desk), **shapes.choice(options, multiple=False, shuffle=False)}


def _short(element: Element, desk: Desk) -> Fields:
    accept, near = [], []
    for answer in children(element, "answer"):
        told, remark = text_of(child(answer, "text")), _html(child(answer, "feedback"), desk)
        if "*" in told.replace("\\*", ""):
            desk.note("An answer with * for any letters was left out: answers here are whole words.")
        elif _fraction(answer) >= 100:
            accept.append(told.replace("\\*", "*"))
        else:
            entry: Fields = {"text": desk.plain(told)}
            entry |= {"credit": round(_fraction(answer) / 100, 6)} if _fraction(answer) > 0 else {}
            near.append(entry | ({"feedback": remark} if remark else {}))
    return {**_ask(element, desk), **shapes.text(desk, accept, near)}


def _numeric(element: Element, desk: Desk) -> Fields:
    answers = children(element, "answer")
    right = [answer for answer in answers if _fraction(answer) >= 100]
    values = [(number_in(text_of(child(answer, "text"))), answer) for answer in right]
    known = [(value, answer) for value, answer in values if value is not None]
    if not known:
        raise RefusedError("It has no number as its right answer.")
    if len(known) > 1:
        desk.note("Of its several right numbers only the first was taken over.")
    value, answer = known[0]
    tolerance = number_in(text_of(child(answer, "tolerance"))) or 0.0
    near = [entry for each_ in answers if (entry := _near(each_, desk)) and each_ not in right]
    more = {"near": near} if near else {}
    return {**_ask(element, desk), **shapes.number(Decimal(repr(value)), Decimal(repr(tolerance)), **more)}


def _near(answer: Element, desk: Desk) -> Fields | None:
    """A number that a known mistake leads to; one without a remark says nothing to anybody."""
    value, remark = number_in(text_of(child(answer, "text"))), _html(child(answer, "feedback"), desk)
    if value is None or not remark or _fraction(answer) >= 100:
        return None
    told: Fields = {"value": value, "feedback": remark}
    if tolerance := number_in(text_of(child(answer, "tolerance"))):
        told["tolerance"] = abs(tolerance)
    return told | ({"credit": round(_fraction(answer) / 100, 6)} if _fraction(answer) > 0 else {})


def _matching(element: Element, desk: Desk) -> Fields:
    partners: dict[str, str] = {}
    rows = []
    for found in children(element, "subquestion"):
        told, answer = _html(found, desk), desk.plain(text_of(child(found, "answer", "text")))
        ident = next(
            (key for key, text in partners.items() if text == answer), f"partner-{len(partners) + 1}"
        )
        partners[ident] = answer
        if told:
            rows.append(shapes.Row(ident="", text=told, partners=(ident,)))
    return {**_ask(element, desk), **shapes.pairs(rows, partners, _labels(element).get("kind", ""))}


def _essay(element: Element, desk: Desk) -> Fields:
    worth = number_in(text_of(child(element, "defaultgrade"))) or 1
    model = _html(child(element, "graderinfo"), desk)
    return {**_ask(element, desk), **shapes.essay(desk, model, round(worth))}


def _ordering(element: Element, desk: Desk) -> Fields:
    steps = [("", _html(answer, desk), "") for answer in children(element, "answer")]
    return {**_ask(element, desk), **shapes.order(steps)}


def _cloze(element: Element, desk: Desk) -> Fields:
    html, gaps = find_gaps(html_of(child(element, "questiontext")))
    if not gaps:
        raise RefusedError("It has no gap that could be read.")
    blocks = from_html(html, desk.state)
    remarks = _remarks(element, desk)
    if all(gap.is_choice for gap in gaps):
        words = [(f"gap-{number}", _words(gap, desk)) for number, gap in enumerate(gaps, start=1)]
        is_fixed = _labels(element).get("shuffle") == "no"
        return shapes.dropdown(desk, blocks, words, shuffle=not is_fixed)
    if any(gap.is_choice for gap in gaps):
        raise RefusedError("It mixes gaps to type into with gaps to choose for.")
    typed = [
        (f"gap-{number}", [text for text, share, _ in gap.answers if share >= 100])
        for number, gap in enumerate(gaps)
    ]
    return shapes.typed_gaps(desk, blocks, typed, remarks)


def _words(gap: Gap, desk: Desk) -> list[shapes.Option]:
    return [
        shapes.Option(ident="", text=desk.inline(text), is_key=share >= 100, feedback=desk.inline(remark))
        for text, share, remark in gap.answers
    ]


def _blanks(element: Element, desk: Desk) -> Fields:
    """`gapselect` and `ddwtos`: [[2]] is the gap for the second choice, whose group gives the other words."""
    html = html_of(child(element, "questiontext"))
    words = [
        (_html(found, desk), text_of(child(found, "group")))
        for found in children(element, "selectoption", "dragbox")
    ]
    gaps: list[tuple[str, list[shapes.Option]]] = []

    def mark(found: re.Match[str]) -> str:
        number = int(found[1])
        if not 1 <= number <= len(words):
            raise RefusedError("A gap of it has no right word.")
        group = words[number - 1][1]
        options = [
            shapes.Option(ident="", text=text, is_key=text == words[number - 1][0])
            for text in dict.fromkeys(text for text, of in words if of == group)
        ]
        gaps.append((f"gap-{len(gaps) + 1}", options))
        return gap_mark(len(gaps) - 1)

    blocks = from_html(_BLANK.sub(mark, html), desk.state)
    return shapes.dropdown(desk, blocks, gaps)


_READERS: Mapping[str, Callable[[Element, Desk], Fields]] = {
    "multichoice": _choice,
    "multichoiceset": _choice,
    "truefalse": _true_false,
    "shortanswer": _short,
    "numerical": _numeric,
    "matching": _matching,
    "essay": _essay,
    "ordering": _ordering,
    "cloze": _cloze,
    "multianswer": _cloze,
    "gapselect": _blanks,
    "ddwtos": _blanks,
}
