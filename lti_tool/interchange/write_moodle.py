"""Moodle XML: one document with every question and the pictures written into it. https://docs.moodle.org/en/Moodle_XML_format"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

from lti_tool.content.model import Item
from lti_tool.content.snapshot import list_shown
from lti_tool.interactions.dropdown import GAP
from lti_tool.interchange.labels import PREFIX, labels_of
from lti_tool.interchange.moodle_cloze import write_gap
from lti_tool.interchange.packing import Parcel, inline_html, question_html
from lti_tool.interchange.trees import Element, make, to_bytes

KINDS = frozenset(
    {"choice", "short_text", "numeric", "match", "sorter", "order", "dropdown", "open_response"}
)


def media_url(name: str) -> str:
    return f"@@PLUGINFILE@@/{name}"


def write_moodle(parcel: Parcel) -> bytes:
    category = make(
        "question",
        make("category", make("text", f"$course$/{parcel.title.replace('/', '//')}")),
        type="category",
    )
    return to_bytes(make("quiz", category, *(_question(item, parcel) for item in parcel.items)))


def _question(item: Item, parcel: Parcel) -> Element:
    kind, html, parts = _WRITERS[item.kind](item)
    spec: Any = item.spec
    files = [
        make("file", base64.b64encode(parcel.media[name]).decode(), name=name, path="/", encoding="base64")
        for name in list_shown([spec.model_dump(mode="json")])
        if name in parcel.media
    ]
    remarks = {
        "correctfeedback": spec.feedback.correct,
        "partiallycorrectfeedback": spec.feedback.partial,
        "incorrectfeedback": spec.feedback.incorrect,
    }
    return make(
        "question",
        make("name", make("text", item.id)),
        make("questiontext", make("text", html), *files, format="html"),
        make("defaultgrade", str(item.points)),
        make("idnumber", item.id),
        *parts,
        *(text_part(name, told) for name, told in remarks.items() if told),
        *(text_part("hint", hint) for hint in spec.hints),
        make("tags", make("tag", make("text", PREFIX + labels_of(item)))),
        type=kind,
    )


def text_part(tag: str, markdown: str, *more: Element, **attributes: str) -> Element:
    return make(tag, make("text", inline_html(markdown, media_url)), *more, format="html", **attributes)


def answer(told: str, fraction: str, remark: str | None = None, *more: Element) -> Element:
    """An answer to be typed: plain text."""
    remarks = [text_part("feedback", remark)] if remark else []
    return make("answer", make("text", told), *remarks, *more, fraction=fraction, format="plain_text")


Written = tuple[str, str, list[Element]]
"""Moodle's name of the type, the question's HTML, what the type adds."""


def _flag(name: str, *, is_set: bool) -> Element:
    return make(name, "true" if is_set else "false")


def _choice(item: Item) -> Written:
    spec: Any = item.spec
    share = f"{100 / len(spec.keys):.5f}".rstrip("0").rstrip(".")
    answers = [
        text_part(
            "answer",
            option.text,
            *([text_part("feedback", option.feedback)] if option.feedback else []),
            fraction=share if option.key else f"-{share}" if spec.multiple else "0",
        )
        for option in spec.options
    ]
    flags = [_flag("single", is_set=not spec.multiple), _flag("shuffleanswers", is_set=spec.shuffle)]
    return "multichoice", question_html(item, media_url), [*flags, *answers]


def _short_text(item: Item) -> Written:
    spec: Any = item.spec
    right = [answer(text.replace("*", "\\*"), "100") for text in spec.accept]
    near = [
        answer(each.text.replace("*", "\\*"), f"{100 * each.credit:.5g}", each.feedback) for each in spec.near
    ]
    return "shortanswer", question_html(item, media_url), [make("usecase", "0"), *right, *near]


def _numeric(item: Item) -> Written:
    spec: Any = item.spec
    right = answer(repr(spec.answer), "100", None, make("tolerance", repr(spec.tolerance)))
    near = [
        answer(
            repr(each.value),
            f"{100 * each.credit:.5g}",
            each.feedback,
            make("tolerance", repr(each.tolerance)),
        )
        for each in spec.near
    ]
    return "numerical", question_html(item, media_url), [right, *near]


def _pairs(item: Item, rows: list[tuple[str, str]], unused: list[str]) -> Written:
    """Partners that no row needs stand beside an empty row."""
    pairs = [text_part("subquestion", row, make("answer", make("text", partner))) for row, partner in rows]
    spare = [
        make("subquestion", make("text", ""), make("answer", make("text", told)), format="html")
        for told in unused
    ]
    return "matching", question_html(item, media_url), [_flag("shuffleanswers", is_set=True), *pairs, *spare]


def _match(item: Item) -> Written:
    spec: Any = item.spec
    used = {row.partner for row in spec.rows}
    unused = [text for name, text in spec.texts.items() if name not in used]
    return _pairs(item, [(row.text, spec.texts[row.partner]) for row in spec.rows], unused)


def _sorter(item: Item) -> Written:
    spec: Any = item.spec
    return _pairs(item, [(card.text, spec.labels[card.bin]) for card in spec.cards], [])


def _order(item: Item) -> Written:
    spec: Any = item.spec
    steps = [
        text_part("answer", step.text, fraction=str(number))
        for number, step in enumerate(spec.steps, start=1)
    ]
    settings = [
        make("layouttype", "VERTICAL"),
        make("selecttype", "ALL"),
        make("gradingtype", "LONGEST_ORDERED_SUBSET"),
    ]
    return "ordering", question_html(item, media_url), [*settings, *steps]


def _dropdown(item: Item) -> Written:
    spec: Any = item.spec
    known = {
        gap.id: write_gap(
            [
                (inline_html(o.text, media_url), o.key, inline_html(o.feedback or "", media_url))
                for o in gap.options
            ]
        )
        for gap in spec.gaps
    }
    html = _without_braces(question_html(item, media_url))
    for part in spec.text.split("\n\n"):
        marked = GAP.sub(lambda gap: f"\u2997{gap[1]}\u2998", part)
        told = _without_braces(inline_html(marked, media_url))
        for name, gap in known.items():
            told = told.replace(f"\u2997{name}\u2998", gap)
        html += f"<p>{told}</p>"
    return "cloze", html, []


def _without_braces(html: str) -> str:
    """Text that only looks like a gap must not become one."""
    return html.replace("{", "&#123;")


def _open_response(item: Item) -> Written:
    spec: Any = item.spec
    return "essay", question_html(item, media_url), [text_part("graderinfo", spec.model_answer)]


_WRITERS: Mapping[str, Callable[[Item], Written]] = {
    "choice": _choice,
    "short_text": _short_text,
    "numeric": _numeric,
    "match": _match,
    "sorter": _sorter,
    "order": _order,
    "dropdown": _dropdown,
    "open_response": _open_response,
}
