"""CASE packages: what is read, kept, changed, retired and refused."""

import json
from uuid import UUID

import pytest
from case_packages import (
    CHECK,
    CITE,
    CLOSED,
    DOCUMENT,
    FIND,
    OPEN,
    STRAND,
    WORDS,
    is_child,
    item,
    items,
    package,
    package_1p1,
)
from sqlalchemy import select

from lti_tool.errors import StandardsError
from lti_tool.standards.license import is_open
from lti_tool.standards.tables import Framework, Standard

BOTH = pytest.mark.parametrize("send", [package, package_1p1])
NEWER = "2026-09-01T08:00:00+00:00"


def counts(kept):
    return kept.added, kept.changed, kept.same, kept.retired, kept.back


@BOTH
def test_codes_links_grades_and_the_tree_are_kept(desk, send):
    kept = desk.take(send())

    assert counts(kept) == (4, 0, 0, 0, 0)
    found = desk.standards()
    assert found["LIB.1"].grades == [0, 1, 12]
    assert found["LIB.1"].parent_guid == UUID(DOCUMENT)
    assert found["LIB.1.A"].parent_guid == UUID(STRAND)
    assert (found["LIB.1.A"].guid, found["LIB.1.A"].uri) == (UUID(FIND), f"https://case.example/uri/{FIND}")
    framework = desk.session.scalars(select(Framework)).one()
    assert framework.adoption_status == "Adopted"
    assert framework.version == {package: "1.0", package_1p1: "1.1"}[send]


@pytest.mark.proves("standards-again")
@BOTH
def test_importing_again_changes_nothing(desk, send):
    desk.take(send())
    before = {row.id for row in desk.standards().values()}

    assert counts(desk.take(send())) == (0, 0, 4, 0, 0)

    assert {row.id for row in desk.standards().values()} == before


@pytest.mark.proves("standards-again")
def test_version_1p1_of_the_same_framework_changes_nothing_either(desk):
    desk.take(package())

    assert counts(desk.take(package_1p1())) == (0, 0, 4, 0, 0)


@pytest.mark.proves("standards-retire")
@BOTH
def test_newer_package_changes_retires_and_adds(desk, send):
    desk.take(send())
    desk.lay(
        "framework,code,skill,match,reviewer\nSomewhere Library Standards,LIB.2,give-credit,exact,Rosa\n"
    )
    fresh = item("c1d3f0a0-0000-4000-8000-000000000109", "LIB.3")
    found = [
        *(
            each if each["identifier"] != CHECK else each | {"humanCodingScheme": "LIB.1.C"}
            for each in items()[:3]
        ),
        fresh,
    ]
    moved = [is_child(CITE, fresh["identifier"], "replacedBy")]

    kept = desk.take(send(changed=NEWER, found=found, associations=moved))

    assert counts(kept) == (1, 3, 0, 1, 0)  # the tree is gone from the package: its three items changed
    assert kept.aligned_retired == ["LIB.2"]
    rows = desk.standards()
    assert rows["LIB.2"].retired_at == desk.now
    assert rows["LIB.1.C"].guid == UUID(CHECK)


@pytest.mark.proves("standards-retire")
def test_item_that_comes_back_is_in_use_again_with_its_alignment(desk):
    desk.take(package())
    desk.lay(
        "framework,code,skill,match,reviewer\nSomewhere Library Standards,LIB.2,give-credit,exact,Rosa\n"
    )
    desk.take(package(changed=NEWER, found=items()[:3]))

    kept = desk.take(package(changed="2026-10-01T08:00:00+00:00"))

    assert counts(kept) == (0, 0, 3, 0, 1)
    assert desk.standards()["LIB.2"].retired_at is None


@pytest.mark.proves("standards-retire")
def test_item_whose_publisher_ended_it_is_retired(desk):
    desk.take(package())
    ended = [*items()[:3], item(CITE, "LIB.2", statusEndDate="2026-06-30")]

    assert desk.take(package(changed=NEWER, found=ended)).retired == 1
    assert counts(desk.take(package(changed=NEWER, found=ended))) == (0, 0, 4, 0, 0)


@pytest.mark.proves("standards-retire")
@pytest.mark.parametrize(
    ("changes", "says"),
    [({"changed": "2026-01-01T00:00:00Z"}, "older than the one"), ({"found": []}, "holds no item")],
)
def test_older_or_emptied_package_is_refused(desk, changes, says):
    desk.take(package())

    with pytest.raises(StandardsError, match=says):
        desk.take(package(**changes))

    assert {row.retired_at for row in desk.standards().values()} == {None}


@pytest.mark.proves("standards-words")
@pytest.mark.parametrize(("license", "kept"), [(OPEN, WORDS), (CLOSED, None), (None, None)])
def test_words_are_kept_only_where_the_licence_is_open(desk, license, kept):
    desk.take(package(license=license))

    assert desk.standards()["LIB.1.A"].statement == kept


@pytest.mark.proves("standards-words")
def test_words_are_erased_when_the_licence_closes(desk):
    desk.take(package(license=OPEN))

    desk.take(package(license=CLOSED, changed=NEWER))

    assert {row.statement for row in desk.standards().values()} == {None}


@pytest.mark.proves("standards-words")
def test_item_with_a_licence_of_its_own_follows_that(desk):
    closed = {"title": "Property of its author", "identifier": "other", "uri": "https://case.example/l/other"}

    desk.take(package(license=OPEN, found=[item(FIND, "A"), item(CHECK, "B", licenseURI=closed)]))

    assert {code: row.statement for code, row in desk.standards().items()} == {"A": WORDS, "B": None}


@pytest.mark.proves("standards-words")
@pytest.mark.parametrize(
    ("words", "is_so"),
    [
        (["https://creativecommons.org/licenses/by/4.0/"], True),
        (["https://creativecommons.org/licenses/by-sa/3.0/us/"], True),
        (["http://creativecommons.org/publicdomain/zero/1.0/"], True),
        (["CC BY 4.0"], True),
        (["Attribution 4.0 International (CC BY 4.0)"], True),
        (["CC0 1.0 Universal"], True),
        (["https://creativecommons.org/licenses/by-nc-sa/4.0/"], False),
        (["https://creativecommons.org/licenses/by-nd/4.0/"], False),
        (["CC BY-NC 4.0"], False),
        (["CC BY 4.0 for schools only"], False),
        (
            [
                "https://creativecommons.org/licenses/by/4.0/",
                "https://creativecommons.org/licenses/by-nc/4.0/",
            ],
            False,
        ),
        (["Public License of the State"], False),
        (["https://state.example/terms"], False),
        (["", None], False),
    ],
)
def test_only_plainly_open_licences_count(words, is_so):
    assert is_open(words) is is_so


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"<html>", "not JSON"),
        (b"[]", "no CFDocument"),
        (b'{"CFDocuments": []}', "list of frameworks"),
        (b'{"imsx_codeMajor": "failure"}', "answered with an error"),
        (b'{"CFDocument": {"identifier": "x", "title": "T"}}', "CFDocument.identifier"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
    ],
)
def test_what_is_no_package_is_refused_with_words(desk, raw, says):
    with pytest.raises(StandardsError, match=says):
        desk.take(raw)


def test_mistakes_name_their_place(desk):
    told = json.loads(package())
    told["CFItems"][2]["identifier"] = "no-guid"

    with pytest.raises(StandardsError, match=r"1 mistakes. CFItems\.2\.identifier"):
        desk.take(json.dumps(told).encode())


def test_item_that_stands_there_twice_is_refused(desk):
    with pytest.raises(StandardsError, match="twice"):
        desk.take(package(found=[item(FIND, "A"), item(FIND, "B")]))


@pytest.mark.proves("standards-apart")
def test_districts_and_all_keep_a_framework_each(desk):
    for district in ("harbor", "valley", None):
        assert desk.take(package(), district).added == 4

    desk.take(package(changed=NEWER, found=items()[:1]), "harbor")

    assert sum(row.retired_at is not None for row in desk.standards("harbor").values()) == 3
    assert {row.retired_at for row in desk.standards("valley").values()} == {None}
    assert len(desk.session.scalars(select(Standard)).all()) == 12
