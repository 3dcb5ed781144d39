"""Exported packages against the rules of their standards, as far as they can be told without the schemas (which no package index ships)."""

import io
import re
import zipfile

import pytest
from items_for_exchange import parcel_of, real_library
from test_interchange_round_trip import list_example_items

from lti_tool.interchange.formats import FORMATS, prepare
from lti_tool.interchange.qti_names import HTML
from lti_tool.interchange.selecting import make_links, make_parcel
from lti_tool.interchange.trees import each, parse_xml
from lti_tool.interchange.write_cartridge import write_cartridge

pytestmark = pytest.mark.proves("interchange-valid")
IDENTIFIER = re.compile(r"[A-Za-z_][\w.-]*\Z")
ITEM_ORDER = ("responseDeclaration", "outcomeDeclaration", "itemBody", "responseProcessing", "modalFeedback")
BLOCKS = {"p", "div", "ul", "ol", "table", "blockquote", "pre", "hr", "rubricBlock"}


def opened(raw):
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def exported(name):
    media = {"cover.svg": b"<svg/>", "page.svg": b"<svg/>"}
    items = [*list_example_items(), *real_library().list_items()]
    return opened(prepare(parcel_of(items, media), name).to_bytes())


@pytest.fixture(scope="module", params=["qti12", "qti21", "qti30", "cartridge"])
def package(request):
    return request.param, exported(request.param)


def test_the_manifest_lists_every_file_once_and_nothing_else(package):
    _, files = package
    manifest = parse_xml(files["imsmanifest.xml"], "manifest")
    listed = [found.get("href") for found in each(manifest, "file")]
    idents = [found.get("identifier") for found in manifest.iter() if found.get("identifier")]
    needed = {
        found.get("identifierref")
        for found in each(manifest, "dependency", "item")
        if found.get("identifierref")
    }

    assert sorted(listed) == sorted(set(files) - {"imsmanifest.xml"})
    assert len(set(idents)) == len(idents) and needed <= set(idents)
    assert all(IDENTIFIER.match(ident) for ident in idents)
    assert [part.tag for part in manifest] == ["metadata", "organizations", "resources"]


def test_items_of_qti_2_keep_its_order_and_refer_to_what_they_declare(package):
    name, files = package
    if name != "qti21":
        pytest.skip("of QTI 2.1")
    for path, raw in files.items():
        if path.startswith("items/"):
            check_item(parse_xml(raw, path))


def check_item(item):
    order = [ITEM_ORDER.index(part.tag) for part in item]
    assert order == sorted(order)
    declared = {found.get("identifier") for found in item if found.tag.endswith("Declaration")}
    assert IDENTIFIER.match(item.get("identifier")) and len(item.get("label")) <= 256
    for found in item.iter():
        for name in ("responseIdentifier", "outcomeIdentifier"):
            assert found.get(name) is None or found.get(name) in declared
        if found.tag in {"variable", "correct", "mapResponse", "setOutcomeValue"}:
            assert found.get("identifier") in declared
        if found.tag in {"choiceInteraction", "orderInteraction", "hotspotInteraction"}:
            choices = {part.get("identifier") for part in found if "hoice" in part.tag}
            keys = {value.text for value in each(item, "value") if value.text in choices}
            assert len(choices) > 1 and keys
        if found.tag == "img":
            assert found.get("alt")
    body = next(part for part in item if part.tag == "itemBody")
    assert {part.tag for part in body} <= BLOCKS | {
        part.tag for part in body if part.tag.endswith("Interaction")
    }
    assert not any(part.tail and part.tail.strip() for part in body)


def test_items_of_qti_3_are_named_as_there(package):
    name, files = package
    if name != "qti30":
        pytest.skip("of QTI 3.0")
    for path, raw in files.items():
        for found in parse_xml(raw, path).iter() if path.startswith("items/") else ():
            assert found.tag.startswith("qti-") or found.tag in HTML, found.tag
            assert not any(re.search("[A-Z]", key) for key in found.attrib), found.attrib


def test_items_of_qti_12_score_what_they_ask(package):
    name, files = package
    if name not in ("qti12", "cartridge"):
        pytest.skip("of QTI 1.2")
    (path,) = [path for path, raw in files.items() if b"<questestinterop" in raw]
    seen = set()
    for item in each(parse_xml(files[path], path), "item"):
        assert item.get("ident") not in seen
        seen.add(item.get("ident"))
        assert [part.tag for part in item][:3] == ["itemmetadata", "presentation", "resprocessing"]
        responses = {
            found.get("ident")
            for found in item.iter()
            if found.tag.startswith("response_") and found.tag != "response_label"
        }
        labels = {found.get("ident") for found in each(item, "response_label")}
        remarks = {found.get("ident") for found in each(item, "itemfeedback")}
        for found in each(item, "varequal"):
            assert found.get("respident") in responses
            assert found.text in labels or labels == {"answer1"}
        assert {found.get("linkrefid") for found in each(item, "displayfeedback")} <= remarks
    assert len(seen) > 50


def test_a_lesson_is_a_cartridge_with_a_link_and_its_quiz():
    library = real_library()
    parcel = make_parcel(library, "module", "leave-the-page", lambda media: b"")
    links = make_links(library, "module", "leave-the-page", "https://tool.example/lti/launch")

    files = opened(write_cartridge(prepare(parcel, "cartridge").parcel, links))
    link = parse_xml(files["links/link-leave-the-page.xml"], "link")

    told = {found.tag: found.text for found in link.iter()}
    assert told["secure_launch_url"] == "https://tool.example/lti/launch" and told["title"]
    assert next(each(link, "property")).text == "module:leave-the-page"
    manifest = parse_xml(files["imsmanifest.xml"], "manifest")
    assert [found.get("identifierref") for found in each(manifest, "item") if found.get("identifierref")] == [
        "link-leave-the-page",
        "quiz",
    ]


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_content_gives_the_same_bytes(name):
    items = real_library().list_items()[:5]

    assert prepare(parcel_of(items), name).to_bytes() == prepare(parcel_of(items), name).to_bytes()
