"""GIFT, Moodle's plain-text format: https://docs.moodle.org/en/GIFT_format

::Title:: Who wrote it? { =Mara #Yes ~Jo #No }      choice, short text, true/false, numbers, matching, essays
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from functools import partial
from html import escape

from lti_tool.content.markdown import render_block
from lti_tool.interchange import shapes
from lti_tool.interchange.drafts import (
    Desk,
    Draft,
    Fields,
    RefusedError,
    attempt,
    clean,
    feedback,
    gap_mark,
)
from lti_tool.interchange.markup import from_html

_TITLE = re.compile(r"^::(.*?)(?<!\\)::", re.DOTALL)
_FORMAT = re.compile(r"^\s*\[(html|markdown|plain|moodle)\]", re.IGNORECASE)
_ANSWERS = re.compile(r"(?<!\\)\{(.*?)(?<!\\)\}", re.DOTALL)
_PARTS = re.compile(r"(?<!\\)([=~])")
_WEIGHT = re.compile(r"^%(-?\d+(?:\.\d+)?)%")
_TRUE = re.compile(r"^(T|TRUE|F|FALSE)$", re.IGNORECASE)


def is_gift(text: str) -> bool:
    return bool(_ANSWERS.search(text))


def read_gift(text: str, desk: Desk) -> Iterator[Draft]:
    """Every question of a text; an empty line divides them."""
    for number, told in enumerate(_split(text), start=1):
        title = _TITLE.match(told)
        ident = clean(title[1].strip()) if title else ""
        rest = told[title.end() :] if title else told
        yield attempt(desk, ident, ident or f"{number}", partial(_read, rest, ident, desk))


def _split(text: str) -> list[str]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = "\n".join(
        "" if line.lstrip().startswith("$CATEGORY:") else line
        for line in lines
        if not line.lstrip().startswith("//")
    )
    return [part.strip() for part in re.split(r"\n[ \t]*\n", kept) if part.strip()]


def _read(told: str, ident: str, desk: Desk) -> Draft:
    form = _FORMAT.match(told)
    style, told = (form[1].lower(), told[form.end() :]) if form else ("moodle", told)
    answers = _ANSWERS.search(told)
    if answers is None:
        raise RefusedError("It is a text without a question.")
    before, after = told[: answers.start()].strip(), told[answers.end() :].strip()
    body, general = _remark_at_end(answers[1].strip())
    remarks = feedback(desk, _line(general, style, desk), _line(general, style, desk))
    blocks = from_html(
        _html(f"{before} {gap_mark(0)} {after}".strip() if after else before, style), desk.state
    )
    fields = _answers(body, style, desk)
    if after and fields["kind"] == "short_text":
        asked = shapes.typed_gaps(desk, blocks, [("gap", fields["accept"])], remarks)
        fields = {**fields, **{name: told for name, told in asked.items() if name != "accept"}}
    else:
        for index, block in enumerate(blocks):
            if gap_mark(0) in block.markdown:
                blocks[index] = type(block)(
                    markdown=block.markdown.replace(gap_mark(0), "\\_\\_\\_"), is_paragraph=block.is_paragraph
                )
        fields = {**desk.ask(blocks), **fields}
    if fields["kind"] == "choice" and (told_apart := fields.pop("_feedback", None)):
        remarks = told_apart
    return desk.finish(ident, ident or fields["prompt"], {**fields, "feedback": remarks})


def _remark_at_end(body: str) -> tuple[str, str]:
    parts = re.split(r"(?<!\\)####", body, maxsplit=1)
    return parts[0].strip(), parts[1].strip() if len(parts) > 1 else ""


def _html(text: str, style: str) -> str:
    plain = _unescaped(text)
    if style == "html":
        return plain
    if style == "markdown":
        return render_block(plain)
    return escape(plain, quote=False).replace("\n", "<br>")


def _unescaped(text: str) -> str:
    return re.sub(r"\\([~=#{}:\\])", r"\1", text.replace("\\n", "\n"))


def _line(text: str, style: str, desk: Desk) -> str:
    return desk.inline(_html(text.strip(), style))


def _answers(body: str, style: str, desk: Desk) -> Fields:
    if not body:
        return shapes.essay(desk, "", 1)
    if body.startswith("#"):
        return _number(body[1:])
    word, *remarks = re.split(r"(?<!\\)#", body)
    if _TRUE.match(word.strip()):
        return _true_false(word.strip(), [_line(remark, style, desk) for remark in remarks], desk)
    return _listed(body, style, desk)


def _true_false(word: str, remarks: list[str], desk: Desk) -> Fields:
    is_true = word.upper().startswith("T")
    wrong, right = (*remarks, "", "")[:2]
    options = [
        shapes.Option(ident=name.lower(), text=name, is_key=(name == "True") is is_true)
        for name in ("True", "False")
    ]
    fields = shapes.choice(options, multiple=False, shuffle=False)
    return fields | ({"_feedback": feedback(desk, right, wrong)} if remarks else {})


def _number(body: str) -> Fields:
    first = re.split(r"(?<!\\)[=~]", body.strip().lstrip("="))[0].split("#")[0].strip()
    first = re.sub(r"^%\d+%", "", first)
    try:
        if ".." in first:
            low, high = first.split("..", 1)
            return shapes.number(*shapes.between(_decimal(low), _decimal(high)))
        answer, _, tolerance = first.partition(":")
        return shapes.number(_decimal(answer), _decimal(tolerance or "0"))
    except InvalidOperation as error:
        raise RefusedError("It has no number as its right answer.") from error


def _decimal(text: str) -> Decimal:
    value = Decimal(text.strip())
    if not value.is_finite() or abs(value) > 10**15:
        raise InvalidOperation
    return value


def _listed(body: str, style: str, desk: Desk) -> Fields:
    """Answers that each begin with = or ~."""
    _, *parts = _PARTS.split(body)
    answers = [_answer(sign, text, style, desk) for sign, text in zip(parts[::2], parts[1::2], strict=True)]
    if not answers:
        raise RefusedError("Its answers could not be read.")
    if all("->" in raw for _, _, _, raw in answers):
        return _pairs([raw for _, _, _, raw in answers], style, desk)
    if all(sign == "=" for sign in parts[::2]):
        return _typed(answers, desk)
    is_multiple = not any(share >= 100 for share, _, _, _ in answers)
    options = [
        shapes.Option(ident="", text=text, is_key=share > 0 if is_multiple else share >= 100, feedback=remark)
        for share, text, remark, _ in answers
    ]
    return shapes.choice(options, multiple=is_multiple)


def _answer(sign: str, told: str, style: str, desk: Desk) -> tuple[float, str, str, str]:
    """Its share in per cent, the text, the remark and the raw text."""
    parts = re.split(r"(?<!\\)#", told.strip(), maxsplit=1)
    raw = parts[0].strip()
    share = 100.0 if sign == "=" else 0.0
    if weight := _WEIGHT.match(raw):
        share, raw = float(weight[1]), raw[weight.end() :].strip()
    return share, _line(raw, style, desk), _line(parts[1], style, desk) if len(parts) > 1 else "", raw


def _typed(answers: list[tuple[float, str, str, str]], desk: Desk) -> Fields:
    near: list[Fields] = [
        {"text": text}
        | ({"credit": share / 100} if share > 0 else {})
        | ({"feedback": remark} if remark else {})
        for share, text, remark, _ in answers
        if share < 100
    ]
    return shapes.text(desk, [_unescaped(raw) for share, _, _, raw in answers if share >= 100], near)


def _pairs(told: list[str], style: str, desk: Desk) -> Fields:
    partners: dict[str, str] = {}
    rows = []
    for raw in told:
        left, _, right = raw.partition("->")
        answer = _line(right, style, desk)
        ident = next(
            (key for key, text in partners.items() if text == answer), f"partner-{len(partners) + 1}"
        )
        partners[ident] = answer
        if left.strip():
            rows.append(shapes.Row(ident="", text=_line(left, style, desk), partners=(ident,)))
    return shapes.pairs(rows, partners)
