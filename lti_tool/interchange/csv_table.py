"""Questions as a table: one row each, for spreadsheets. docs/import-export.md lists the columns; they are read by name, in any order.

What is picked or sorted stands in `option_1` … `option_16`, its remark in `remark_1` …; `answer` says which are right:

    choice         options; answer: numbers of the right ones (`2` or `1;3`), or `multiple 1;3`
    short_text     answer: what is accepted, a bar between (`lateral reading|reading laterally`)
    numeric        answer: a number, and how far off still counts (`480+-20`)
    match          options: `row => partner`; `=> partner` is one that no row needs
    sorter         options: `card => bin`
    order          options in the right order
    open_response  answer: a model answer
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from functools import partial
from io import StringIO
from typing import Any

from lti_tool.content.markdown import render_block, render_inline
from lti_tool.content.model import Item
from lti_tool.errors import PackageError
from lti_tool.interchange import shapes
from lti_tool.interchange.drafts import (
    Desk,
    Draft,
    Fields,
    RefusedError,
    attempt,
    clean,
    feedback,
    number_in,
    points,
)
from lti_tool.interchange.markup import as_text, from_html
from lti_tool.interchange.packing import Parcel

KINDS = frozenset({"choice", "short_text", "numeric", "match", "sorter", "order", "open_response"})
MOST_OPTIONS = 16
MOST_ROWS = 5000
COLUMNS: Mapping[str, str] = {
    "id": "What the question is called; the same name gives the same id when it is imported again",
    "kind": "`choice`, `short_text`, `numeric`, `match`, `sorter`, `order` or `open_response`; guessed where it is empty",
    "skill": "An id from skills.yaml",
    "difficulty": "`easy`, `medium` or `hard`",
    "points": "A whole number from 1 to 100",
    "stimulus": "Markdown above the question",
    "prompt": "The question (required); `question` is read, too",
    "answer": "What is right (see below)",
    **{f"option_{number}": "" for number in range(1, MOST_OPTIONS + 1)},
    **{f"remark_{number}": "" for number in range(1, MOST_OPTIONS + 1)},
    "correct": "What is said to a right answer",
    "partial": "… to a partly right one",
    "incorrect": "… to a wrong one",
    "hint_1": "",
    "hint_2": "",
    "hint_3": "",
    "source": "Where a fact comes from",
}
ARROW = "=>"
_NUMBERS = re.compile(r"(multiple\s+)?(\d{1,2}(?:\s*[;,]\s*\d{1,2})*)", re.IGNORECASE)
_LETTERS = re.compile(r"[A-Pa-p](?:\s*[;,]\s*[A-Pa-p])*")
_FORMULA = re.compile(r"^[=+\-@\t]")


def write_csv(parcel: Parcel) -> bytes:
    """The table in UTF-8, with the mark that spreadsheets look for."""
    stream = StringIO()
    table = csv.DictWriter(stream, list(COLUMNS), lineterminator="\r\n")
    table.writeheader()
    for item in parcel.items:
        table.writerow({name: _harmless(told) for name, told in _row(item).items()})
    return b"\xef\xbb\xbf" + stream.getvalue().encode()


def _harmless(told: str) -> str:
    """A spreadsheet must not take a text for a formula: an apostrophe before it says that it is text."""
    return f"'{told}" if _FORMULA.match(told) and number_in(told) is None else told


def _row(item: Item) -> dict[str, str]:
    spec: Any = item.spec
    answer, options = _WRITERS[item.kind](spec)
    told = {
        "id": item.id,
        "kind": item.kind,
        "skill": item.skill,
        "difficulty": item.difficulty,
        "points": str(item.points),
        "stimulus": spec.stimulus or "",
        "prompt": spec.prompt,
        "answer": answer,
        "correct": spec.feedback.correct,
        "partial": spec.feedback.partial or "",
        "incorrect": spec.feedback.incorrect,
        "source": item.source or "",
    }
    for number, (text, remark) in enumerate(options, start=1):
        told |= {f"option_{number}": text, f"remark_{number}": remark or ""}
    return told | {f"hint_{number}": hint for number, hint in enumerate(spec.hints, start=1)}


Cells = tuple[str, list[tuple[str, str | None]]]


def _choice_cells(spec: Any) -> Cells:
    keys = ";".join(str(number) for number, each in enumerate(spec.options, start=1) if each.key)
    return f"multiple {keys}" if spec.multiple else keys, [
        (each.text, each.feedback) for each in spec.options
    ]


def _match_cells(spec: Any) -> Cells:
    used = {row.partner for row in spec.rows}
    rows = [(f"{row.text} {ARROW} {spec.texts[row.partner]}", row.feedback) for row in spec.rows]
    return "", [*rows, *((f"{ARROW} {text}", None) for name, text in spec.texts.items() if name not in used)]


def _sorter_cells(spec: Any) -> Cells:
    return "", [(f"{card.text} {ARROW} {spec.labels[card.bin]}", card.feedback) for card in spec.cards]


_WRITERS: Mapping[str, Callable[[Any], Cells]] = {
    "choice": _choice_cells,
    "short_text": lambda spec: ("|".join(text.replace("|", " ") for text in spec.accept), []),
    "numeric": lambda spec: (repr(spec.answer) + (f"+-{spec.tolerance!r}" if spec.tolerance else ""), []),
    "match": _match_cells,
    "sorter": _sorter_cells,
    "order": lambda spec: ("", [(step.text, step.feedback) for step in spec.steps]),
    "open_response": lambda spec: (spec.model_answer, []),
}


# ---- reading ----------------------------------------------------------------------------------------------------------


def read_csv(text: str, desk: Desk) -> Iterator[Draft]:
    """Every row. Raises PackageError where no column is the question's."""
    try:
        rows = list(csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text), strict=False))
    except csv.Error as error:
        raise PackageError(
            "The table cannot be read: a quotation mark in it is never closed, or a cell is too long."
        ) from error
    names = [_name(cell) for cell in rows[0]] if rows else []
    if "prompt" not in names:
        raise PackageError("The table has no column “prompt”. Its first row must name the columns.")
    if len(rows) > MOST_ROWS:
        raise PackageError(f"The table has {len(rows)} rows; at most {MOST_ROWS} are taken.")
    for number, cells in enumerate(rows[1:], start=2):
        row = {name: _told(cell) for name, cell in zip(names, cells, strict=False)}
        if any(row.values()):
            title = row.get("prompt", "") or f"Row {number}"
            yield attempt(desk, row.get("id", ""), title, partial(_read, row, desk))


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max(",;\t", key=first.count)


def _name(cell: str) -> str:
    name = re.sub(r"\s+", "_", cell.strip().lower().lstrip("\ufeff"))
    return {"question": "prompt", "type": "kind", "key": "answer"}.get(name, name)


def _told(cell: str) -> str:
    text = clean(cell).strip()
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


def _read(row: Mapping[str, str], desk: Desk) -> Draft:
    if not row.get("prompt"):
        raise RefusedError("The row has no question.")
    options = [
        (_line(row[f"option_{number}"], desk), _line(row.get(f"remark_{number}", ""), desk))
        for number in range(1, MOST_OPTIONS + 1)
        if row.get(f"option_{number}")
    ]
    kind = row.get("kind", "").lower() or _guess(row.get("answer", ""), options)
    reader = _READERS.get(kind)
    if reader is None:
        raise RefusedError(
            f"There is no kind “{kind[:40]}” in tables. Use one of {', '.join(sorted(_READERS))}."
        )
    fields: Fields = {"prompt": _line(row["prompt"], desk)}
    if row.get("stimulus"):
        fields["stimulus"] = as_text(from_html(render_block(row["stimulus"]), desk.state))
    fields |= {name: row[name] for name in ("skill", "source") if row.get(name)}
    if row.get("difficulty", "").lower() in {"easy", "medium", "hard"}:
        fields["difficulty"] = row["difficulty"].lower()
    fields |= points(desk, number_in(row.get("points", "")))
    fields |= reader(row.get("answer", ""), options, desk)
    told = {name: _line(row.get(name, ""), desk) for name in ("correct", "incorrect", "partial")}
    fields["feedback"] = feedback(desk, told["correct"], told["incorrect"], told["partial"])
    if hints := [_line(row[name], desk) for name in ("hint_1", "hint_2", "hint_3") if row.get(name)]:
        fields["hints"] = hints
    return desk.finish(row.get("id", ""), row["prompt"], fields)


def _line(markdown: str, desk: Desk) -> str:
    """Cells hold Markdown, as a bank does; it is rendered and reduced again, so that nothing unsafe stays in it."""
    return desk.inline(render_inline(markdown)) if markdown else ""


Options = list[tuple[str, str]]


def _guess(answer: str, options: Options) -> str:
    if options:
        return "match" if all(ARROW in _plain_arrow(text) for text, _ in options) else "choice"
    if not answer:
        return "open_response"
    return "numeric" if number_in(re.split(r"\+-|±", answer)[0]) is not None else "short_text"


def _plain_arrow(text: str) -> str:
    return text.replace("=\\>", ARROW)


def _choice(answer: str, options: Options, desk: Desk) -> Fields:
    told, is_multiple = answer.strip(), False
    if match := _NUMBERS.fullmatch(told):
        is_multiple = bool(match[1])
        keys = {int(part) for part in re.split(r"[;,]", match[2])}
    elif _LETTERS.fullmatch(told):
        keys = {ord(part.strip().upper()) - ord("A") + 1 for part in re.split(r"[;,]", told)}
    else:
        keys = {number for number, (text, _) in enumerate(options, start=1) if text == told}
    if not keys or max(keys) > len(options) or min(keys) < 1:
        raise RefusedError("Its `answer` names no option: write the number of the right one.")
    picked = [
        shapes.Option(ident="", text=text, is_key=number in keys, feedback=remark)
        for number, (text, remark) in enumerate(options, start=1)
    ]
    return shapes.choice(picked, multiple=is_multiple or len(keys) > 1)


def _short(answer: str, options: Options, desk: Desk) -> Fields:
    return shapes.text(desk, [_unmarked(part) for part in answer.split("|")])


def _unmarked(text: str) -> str:
    return text.strip()


def _numeric(answer: str, options: Options, desk: Desk) -> Fields:
    told, _, tolerance = answer.replace("±", "+-").partition("+-")
    try:
        value, slack = Decimal(told.strip()), Decimal(tolerance.strip() or "0")
    except InvalidOperation as error:
        raise RefusedError("Its `answer` is no number.") from error
    if not value.is_finite() or abs(value) > 10**15 or not slack.is_finite():
        raise RefusedError("Its `answer` is no number.")
    return shapes.number(value, slack)


def _pairs(kind: str) -> Callable[[str, Options, Desk], Fields]:
    def read(answer: str, options: Options, desk: Desk) -> Fields:
        partners: dict[str, str] = {}
        rows = []
        for text, remark in options:
            left, arrow, right = _plain_arrow(text).rpartition(ARROW)
            if not arrow or not right.strip():
                raise RefusedError(f"An option of it lacks its partner: write `row {ARROW} partner`.")
            told = right.strip()
            ident = next(
                (key for key, known in partners.items() if known == told), f"partner-{len(partners) + 1}"
            )
            partners[ident] = told
            if left.strip():
                rows.append(shapes.Row(ident="", text=left.strip(), partners=(ident,), feedback=remark))
        return shapes.pairs(rows, partners, kind)

    return read


def _order(answer: str, options: Options, desk: Desk) -> Fields:
    return shapes.order([("", text, remark) for text, remark in options])


def _essay(answer: str, options: Options, desk: Desk) -> Fields:
    return shapes.essay(desk, _line(answer, desk), 1)


_READERS: Mapping[str, Callable[[str, Options, Desk], Fields]] = {
    "choice": _choice,
    "short_text": _short,
    "numeric": _numeric,
    "match": _pairs("match"),
    "sorter": _pairs("sorter"),
    "order": _order,
    "open_response": _essay,
}
