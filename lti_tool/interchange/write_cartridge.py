"""Common Cartridge 1.3: questions in the profile every LMS reads, and for a whole lesson a link that launches it by LTI.

https://www.imsglobal.org/cc/ccv1p3/imscc_Implementation-v1p3.html. The profile knows choices, words to type and essays, nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass

from lti_tool.content.model import Item
from lti_tool.interchange.labels import labels_of
from lti_tool.interchange.packing import Parcel, question_html, zip_of
from lti_tool.interchange.trees import Element, make, to_bytes
from lti_tool.interchange.write_qti12 import (
    QTI,
    WHOLE,
    earns,
    equal,
    feedbacks,
    field,
    label,
    material,
    media_url,
    render,
)

KINDS = frozenset({"choice", "short_text", "open_response"})
CC = "http://www.imsglobal.org/xsd/imsccv1p3/imscp_v1p1"
LINK_TYPE = "imsbasiclti_xmlv1p3"
QUIZ_TYPE = "imsqti_xmlv1p2/imscc_xmlv1p3/assessment"


@dataclass(frozen=True, kw_only=True)
class LessonLink:
    """A link that opens a lesson or quiz of this tool. `content` is such as `module:leave-the-page`."""

    ident: str
    title: str
    summary: str
    launch_url: str
    content: str


def write_cartridge(parcel: Parcel, links: tuple[LessonLink, ...] = ()) -> bytes:
    files = {
        "imsmanifest.xml": to_bytes(_manifest(parcel, links)),
        **{f"links/{link.ident}.xml": to_bytes(_link(link)) for link in links},
    }
    if parcel.items:
        files["quiz/assessment.xml"] = to_bytes(_assessment(parcel))
    return zip_of(files | {f"media/{name}": raw for name, raw in parcel.shown().items()})


def _manifest(parcel: Parcel, links: tuple[LessonLink, ...]) -> Element:
    entries = [_entry(link.ident, link.title) for link in links]
    resources = [_resource(link.ident, LINK_TYPE, f"links/{link.ident}.xml") for link in links]
    if parcel.items:
        entries.append(_entry("quiz", parcel.title))
        pictures = [f"picture_{number}" for number in range(len(parcel.shown()))]
        resources.append(_resource("quiz", QUIZ_TYPE, "quiz/assessment.xml", pictures))
    resources += [
        make(
            "resource",
            make("file", href=f"media/{name}"),
            identifier=f"picture_{number}",
            type="webcontent",
            href=f"media/{name}",
        )
        for number, name in enumerate(parcel.shown())
    ]
    title = make(
        "title",
        make("string", parcel.title, language=parcel.language),
        xmlns="http://ltsc.ieee.org/xsd/imsccv1p3/LOM/manifest",
    )
    return make(
        "manifest",
        make(
            "metadata",
            make("schema", "IMS Common Cartridge"),
            make("schemaversion", "1.3.0"),
            make("lom", make("general", title), xmlns="http://ltsc.ieee.org/xsd/imsccv1p3/LOM/manifest"),
        ),
        make(
            "organizations",
            make(
                "organization",
                make("item", *entries, identifier="root"),
                identifier="org",
                structure="rooted-hierarchy",
            ),
        ),
        make("resources", *resources),
        identifier=f"cc-{parcel.ident}",
        xmlns=CC,
    )


def _entry(ident: str, title: str) -> Element:
    return make("item", make("title", title), identifier=f"item-{ident}", identifierref=ident)


def _resource(ident: str, kind: str, path: str, needs: list[str] | None = None) -> Element:
    dependencies = (make("dependency", identifierref=need) for need in needs or ())
    return make("resource", make("file", href=path), *dependencies, identifier=ident, type=kind)


def _link(link: LessonLink) -> Element:
    blti, lticp = (
        "http://www.imsglobal.org/xsd/imsbasiclti_v1p0",
        "http://www.imsglobal.org/xsd/imslticp_v1p0",
    )
    lticm = "http://www.imsglobal.org/xsd/imslticm_v1p0"
    return make(
        "cartridge_basiclti_link",
        make("blti:title", link.title),
        make("blti:description", link.summary),
        make("blti:custom", make("lticm:property", link.content, name="content")),
        make(
            "blti:launch_url" if link.launch_url.startswith("http:") else "blti:secure_launch_url",
            link.launch_url,
        ),
        make(
            "blti:vendor",
            make("lticp:code", "infolit"),
            make("lticp:name", "InfoLit"),
        ),
        xmlns="http://www.imsglobal.org/xsd/imslticc_v1p3",
        **{"xmlns:blti": blti, "xmlns:lticm": lticm, "xmlns:lticp": lticp},
    )


def _assessment(parcel: Parcel) -> Element:
    told = {"cc_profile": "cc.exam.v0p1", "qmd_assessmenttype": "Examination"}
    return make(
        "questestinterop",
        make(
            "assessment",
            make("qtimetadata", *(field(name, value) for name, value in told.items())),
            make("section", *(_item(item) for item in parcel.items), ident="root_section"),
            ident=parcel.ident,
            title=parcel.title,
        ),
        xmlns=QTI,
    )


def _item(item: Item) -> Element:
    profile, response, rules = _asked(item)
    told = {"cc_profile": profile, "cc_weighting": str(item.points), "infolit": labels_of(item)}
    return make(
        "item",
        make("itemmetadata", make("qtimetadata", *(field(name, value) for name, value in told.items()))),
        make("presentation", material(question_html(item, media_url)), response),
        make(
            "resprocessing",
            make(
                "outcomes", make("decvar", maxvalue=WHOLE, minvalue="0", varname="SCORE", vartype="Decimal")
            ),
            *rules,
        ),
        *feedbacks(item),
        ident=item.id,
        title=item.id,
    )


def _asked(item: Item) -> tuple[str, Element, list[Element]]:
    spec = item.spec.model_dump()
    box = make("response_label", ident="answer1")
    if item.kind == "open_response":
        response = make(
            "response_str", make("render_fib", box, rows="10"), ident="response1", rcardinality="Single"
        )
        return "cc.essay.v0p1", response, []
    if item.kind == "short_text":
        response = make(
            "response_str",
            make("render_fib", box, fibtype="String"),
            ident="response1",
            rcardinality="Single",
        )
        return "cc.fib.v0p1", response, [earns(WHOLE, *(equal(text) for text in spec["accept"]))]
    options = spec["options"]
    labels = [label(option["id"], option["text"]) for option in options]
    response = make(
        "response_lid",
        render(labels),
        ident="response1",
        rcardinality="Multiple" if spec["multiple"] else "Single",
    )
    if spec["multiple"]:
        terms = [equal(each["id"]) if each["key"] else make("not", equal(each["id"])) for each in options]
        return "cc.multiple_response.v0p1", response, [earns(WHOLE, make("and", *terms))]
    return (
        "cc.multiple_choice.v0p1",
        response,
        [earns(WHOLE, equal(each["id"])) for each in options if each["key"]],
    )
