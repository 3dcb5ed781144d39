"""QTI 1.2 as Canvas imports it: one assessment document, Canvas's own document beside it, pictures and a manifest.

What Canvas has no place for (the remark on a partly right answer, hints) stands under names of its own, which Canvas passes over and
`read_qti12` finds. The shape follows Canvas's own exports of classic quizzes (Canvas, 2026).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from lti_tool.content.model import Item
from lti_tool.interactions.dropdown import GAP
from lti_tool.interchange.labels import labels_of
from lti_tool.interchange.packing import Parcel, inline_html, question_html, zip_of
from lti_tool.interchange.trees import Element, make, to_bytes

KINDS = frozenset({"choice", "short_text", "numeric", "match", "sorter", "dropdown", "open_response"})
QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
WHOLE = "100"


def media_url(name: str) -> str:
    return f"$IMS-CC-FILEBASE$/media/{name}"


def write_qti12(parcel: Parcel) -> bytes:
    """The package as a ZIP. Its items are of `KINDS`."""
    folder = parcel.ident
    files = {
        "imsmanifest.xml": to_bytes(_manifest(parcel)),
        f"{folder}/assessment_meta.xml": to_bytes(_meta(parcel)),
        f"{folder}/{folder}.xml": to_bytes(assessment(parcel)),
        **{f"web_resources/media/{name}": raw for name, raw in parcel.shown().items()},
    }
    return zip_of(files)


def _manifest(parcel: Parcel) -> Element:
    folder = parcel.ident
    quiz, meta = f"{folder}/{folder}.xml", f"{folder}/assessment_meta.xml"
    pictures = [f"web_resources/media/{name}" for name in parcel.shown()]
    return make(
        "manifest",
        make("metadata", make("schema", "IMS Content"), make("schemaversion", "1.1.3")),
        make("organizations"),
        make(
            "resources",
            make(
                "resource",
                make("file", href=quiz),
                make("dependency", identifierref=f"{folder}_meta"),
                identifier=folder,
                type="imsqti_xmlv1p2",
            ),
            make(
                "resource",
                make("file", href=meta),
                identifier=f"{folder}_meta",
                type="associatedcontent/imscc_xmlv1p1/learning-application-resource",
                href=meta,
            ),
            *(
                make(
                    "resource",
                    make("file", href=path),
                    identifier=f"picture_{number}",
                    type="webcontent",
                    href=path,
                )
                for number, path in enumerate(pictures)
            ),
        ),
        identifier=f"{folder}_manifest",
        xmlns="http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1",
    )


def _meta(parcel: Parcel) -> Element:
    return make(
        "quiz",
        make("title", parcel.title),
        make("quiz_type", "assignment"),
        make("points_possible", str(sum(item.points for item in parcel.items))),
        make("allowed_attempts", "1"),
        identifier=parcel.ident,
        xmlns="http://canvas.instructure.com/xsd/cccv1p0",
    )


def assessment(parcel: Parcel) -> Element:
    items = (_item(item) for item in parcel.items)
    return make(
        "questestinterop",
        make(
            "assessment",
            make("section", *items, ident="root_section"),
            ident=parcel.ident,
            title=parcel.title,
        ),
        xmlns=QTI,
    )


def _item(item: Item) -> Element:
    kind, response, conditions = _WRITERS[item.kind](item)
    told = {"question_type": kind, "points_possible": str(item.points), "infolit": labels_of(item)}
    return make(
        "item",
        make("itemmetadata", make("qtimetadata", *(field(name, value) for name, value in told.items()))),
        make("presentation", material(_question(item)), *response),
        make(
            "resprocessing",
            make(
                "outcomes", make("decvar", maxvalue=WHOLE, minvalue="0", varname="SCORE", vartype="Decimal")
            ),
            *conditions,
        ),
        *feedbacks(item),
        ident=item.id,
        title=item.id,
    )


def field(name: str, value: str) -> Element:
    return make("qtimetadatafield", make("fieldlabel", name), make("fieldentry", value))


def material(html: str) -> Element:
    return make("material", make("mattext", html, texttype="text/html"))


def _question(item: Item) -> str:
    html = question_html(item, media_url)
    if item.kind != "dropdown":
        return html
    spec: Any = item.spec
    parts = GAP.sub(lambda gap: f"[{gap[1]}]", spec.text).split("\n\n")
    return html + "".join(f"<p>{inline_html(part, media_url)}</p>" for part in parts)


def feedbacks(item: Item) -> list[Element]:
    spec: Any = item.spec
    told = {
        "correct_fb": spec.feedback.correct,
        "general_incorrect_fb": spec.feedback.incorrect,
        "partial_fb": spec.feedback.partial,
        **{f"hint_{number}_fb": hint for number, hint in enumerate(spec.hints, start=1)},
        **{remark_name(name): text for name, text in option_remarks(item)},
        "model_fb": getattr(spec, "model_answer", None),
    }
    return [
        make("itemfeedback", make("flow_mat", material(inline_html(text, media_url))), ident=name)
        for name, text in told.items()
        if text
    ]


def remark_name(part: str) -> str:
    """What the remark on a part is called: never as the remarks on the whole answer."""
    return f"on.{part}_fb"


def option_remarks(item: Item) -> list[tuple[str, str | None]]:
    """The remarks on options, rows and cards, by the name they have in the document."""
    spec: Any = item.spec
    if item.kind == "choice":
        return [(each.id, each.feedback) for each in spec.options]
    if item.kind == "match":
        return [(each.id, each.feedback) for each in spec.rows]
    if item.kind == "sorter":
        return [(each.id, each.feedback) for each in spec.cards]
    if item.kind == "dropdown":
        return [(f"{gap.id}.{each.id}", each.feedback) for gap in spec.gaps for each in gap.options]
    return []


# ---- responses and their scoring --------------------------------------------------------------------------------------

Written = tuple[str, list[Element], list[Element]]
"""Canvas's name of the type, the responses, the conditions."""


def equal(value: str, response: str = "response1") -> Element:
    return make("varequal", value, respident=response)


def earns(share: str, *wanted: Element, action: str = "Set") -> Element:
    return make(
        "respcondition",
        make("conditionvar", *wanted),
        make("setvar", share, action=action, varname="SCORE"),
        continue_="No" if action == "Set" else "Yes",
    )


def label(ident: str, markdown: str) -> Element:
    return make("response_label", material(inline_html(markdown, media_url)), ident=ident)


def render(labels: Sequence[Element]) -> Element:
    return make("render_choice", *labels)


def _choice(item: Item) -> Written:
    spec: Any = item.spec
    labels = [label(option.id, option.text) for option in spec.options]
    cardinality = "Multiple" if spec.multiple else "Single"
    response = make("response_lid", render(labels), ident="response1", rcardinality=cardinality)
    marks = [_shown(option.id) for option in spec.options if option.feedback]
    if not spec.multiple:
        (key,) = spec.keys
        return "multiple_choice_question", [response], [*marks, earns(WHOLE, equal(key))]
    terms = [equal(each.id) if each.key else make("not", equal(each.id)) for each in spec.options]
    return "multiple_answers_question", [response], [*marks, earns(WHOLE, make("and", *terms))]


def _shown(ident: str) -> Element:
    """Shows an option's remark when it is picked."""
    shown = make("displayfeedback", feedbacktype="Response", linkrefid=remark_name(ident))
    return make("respcondition", make("conditionvar", equal(ident)), shown, continue_="Yes")


def _typed(fibtype: str) -> Element:
    gap = make("render_fib", make("response_label", ident="answer1", rshuffle="No"), fibtype=fibtype)
    return make("response_str", gap, ident="response1", rcardinality="Single")


def _short_text(item: Item) -> Written:
    spec: Any = item.spec
    return "short_answer_question", [_typed("String")], [earns(WHOLE, *(equal(text) for text in spec.accept))]


def _numeric(item: Item) -> Written:
    spec: Any = item.spec
    answer, tolerance = Decimal(repr(spec.answer)), Decimal(repr(spec.tolerance))
    limits = make(
        "and",
        make("vargte", str(answer - tolerance), respident="response1"),
        make("varlte", str(answer + tolerance), respident="response1"),
    )
    return "numerical_question", [_typed("Decimal")], [earns(WHOLE, make("or", equal(str(answer)), limits))]


def _match(item: Item) -> Written:
    spec: Any = item.spec
    return _pairs({each.id: (each.text, each.partner) for each in spec.rows}, spec.texts)


def _sorter(item: Item) -> Written:
    spec: Any = item.spec
    return _pairs({each.id: (each.text, each.bin) for each in spec.cards}, spec.labels)


def _pairs(rows: Mapping[str, tuple[str, str]], partners: Mapping[str, str]) -> Written:
    responses = [
        make(
            "response_lid",
            material(inline_html(text, media_url)),
            render([label(name, told) for name, told in partners.items()]),
            ident=f"response_{row}",
        )
        for row, (text, _) in rows.items()
    ]
    share = f"{Decimal(100) / len(rows):.2f}"
    conditions = [
        earns(share, equal(partner, f"response_{row}"), action="Add") for row, (_, partner) in rows.items()
    ]
    return "matching_question", responses, conditions


def _dropdown(item: Item) -> Written:
    spec: Any = item.spec
    share = f"{Decimal(100) / len(spec.gaps):.2f}"
    responses, conditions = [], []
    for gap in spec.gaps:
        labels = [label(f"{gap.id}.{option.id}", option.text) for option in gap.options]
        name = make("material", make("mattext", gap.id))
        responses.append(make("response_lid", name, render(labels), ident=f"response_{gap.id}"))
        conditions.append(
            earns(share, equal(f"{gap.id}.{gap.answer.id}", f"response_{gap.id}"), action="Add")
        )
    return "multiple_dropdowns_question", responses, conditions


def _open_response(item: Item) -> Written:
    box = make("render_fib", make("response_label", ident="answer1", rshuffle="No"))
    response = make("response_str", box, ident="response1", rcardinality="Single")
    return (
        "essay_question",
        [response],
        [make("respcondition", make("conditionvar", make("other")), continue_="No")],
    )


_WRITERS: Mapping[str, Callable[[Item], Written]] = {
    "choice": _choice,
    "short_text": _short_text,
    "numeric": _numeric,
    "match": _match,
    "sorter": _sorter,
    "dropdown": _dropdown,
    "open_response": _open_response,
}
