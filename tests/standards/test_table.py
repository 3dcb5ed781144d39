"""The table: frameworks without a package, and skills laid to codes."""

import pytest
from case_packages import CHECK, FIND, is_child, item, items, package
from sqlalchemy import select

from lti_tool.errors import StandardsError
from lti_tool.standards.reading import list_frameworks, list_laid
from lti_tool.standards.tables import Alignment

HEAD = "framework,code,uri,grades,skill,match,reviewer,date\n"
CASE = "Somewhere Library Standards"


def laid(desk, district="harbor"):
    return {
        (each.skill, each.framework, each.code, each.strength)
        for each in list_laid(desk.session, desk.of(district))
    }


def test_table_alone_makes_a_framework_with_links_and_grades(desk):
    kept, counts = desk.lay(
        HEAD
        + "Our Plan,P.1,https://district.example/p1,K-2,find-the-maker,exact,Rosa Delgado,2026-11-27\n"
        + 'Our Plan,P.1,,,check-the-evidence,partial,Rosa Delgado,\n"Our Plan",P.2,,"6,7",,,,\n'
    )

    assert [(each.title, each.added) for each in kept] == [("Our Plan", 2)]
    assert counts["new"] == 2
    first, second = list_laid(desk.session, desk.harbor)
    assert (first.skill, first.code, first.grades, first.uri, first.reviewer) == (
        "find-the-maker",
        "P.1",
        (0, 1, 2),
        "https://district.example/p1",
        "Rosa Delgado",
    )
    assert second.strength == "partial"


def test_same_table_again_changes_nothing(desk):
    table = HEAD + "Our Plan,P.1,,,find-the-maker,exact,Rosa,2026-11-27\n"
    desk.lay(table)

    kept, counts = desk.lay(table)

    assert (kept[0].same, kept[0].added) == (1, 0)
    assert counts == {"new": 0, "changed": 0, "same": 1, "retired": 0}


@pytest.mark.proves("standards-retire")
def test_what_a_newer_table_lacks_is_retired(desk):
    desk.lay(HEAD + "Our Plan,P.1,,,find-the-maker,exact,Rosa,\nOur Plan,P.2,,,give-credit,exact,Rosa,\n")

    kept, counts = desk.lay(HEAD + "Our Plan,P.1,,,find-the-maker,partial,Rosa,\n")

    assert (kept[0].retired, counts["changed"], counts["retired"]) == (1, 1, 1)
    assert laid(desk) == {("find-the-maker", "Our Plan", "P.1", "partial")}
    assert len(desk.session.scalars(select(Alignment)).all()) == 2


def test_codes_of_an_imported_package_are_laid_by_code_or_guid(desk):
    desk.take(package())

    kept, _ = desk.lay(
        HEAD
        + f"{CASE.lower()},LIB.1.A,,,find-the-maker,exact,Rosa,\n{CASE.lower()},{CHECK},,,give-credit,partial,Rosa,\n"
    )

    assert kept == []  # the package alone says what the framework holds
    assert laid(desk) == {
        ("find-the-maker", CASE, "LIB.1.A", "exact"),
        ("give-credit", CASE, "LIB.1.B", "partial"),
    }


def test_code_that_the_package_lacks_or_has_twice_is_refused(desk):
    desk.take(package(found=[*items(), item("c1d3f0a0-0000-4000-8000-000000000155", "LIB.2")]))

    with pytest.raises(StandardsError, match=r"no code LIB\.9"):
        desk.lay(HEAD + f"{CASE},LIB.9,,,,,,\n")
    with pytest.raises(StandardsError, match="GUIDs"):
        desk.lay(HEAD + f"{CASE},LIB.2,,,,,,\n")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("Our Plan,,,,,,,", "column code is empty"),
        ("Our Plan,P.1,http://x.example,,,,,", "https://"),
        ("Our Plan,P.1,javascript:alert(1),,,,,", "https://"),
        ("Our Plan,P.1,,13,,,,", "is no grade"),
        ("Our Plan,P.1,,,no-skill,exact,Rosa,", "no skill “no-skill”"),
        ("Our Plan,P.1,,,give-credit,maybe,Rosa,", "exact or partial"),
        ("Our Plan,P.1,,,give-credit,exact,,", "who laid"),
        ("Our Plan,P.1,,,give-credit,exact,Rosa,27.11.2026", "2026-11-27"),
    ],
)
def test_line_to_mend_is_named_and_nothing_imported(desk, line, says):
    with pytest.raises(StandardsError, match=f"Line 3: .*{says}"):
        desk.lay(HEAD + "Our Plan,P.0,,,,,,\n" + line + "\n")

    assert list_frameworks(desk.session, desk.harbor) == []


@pytest.mark.parametrize(
    ("raw", "says"),
    [("code,skill\nx,y\n", "lacks the column framework"), (HEAD, "no line"), ("", "lacks the column")],
)
def test_what_is_no_table_is_refused_with_words(desk, raw, says):
    with pytest.raises(StandardsError, match=says):
        desk.lay(raw)


@pytest.mark.proves("standards-apart")
def test_nothing_of_a_district_shows_in_another(desk):
    desk.take(package(), None)
    desk.lay(HEAD + f"{CASE},LIB.1.A,,,find-the-maker,exact,Rosa,\nOur Plan,P.1,,,give-credit,exact,Rosa,\n")

    assert {each.framework.title for each in list_frameworks(desk.session, desk.valley)} == {CASE}
    assert laid(desk, "valley") == set()
    assert len(laid(desk)) == 2


def test_what_is_laid_for_all_shows_everywhere_and_a_district_may_see_it_otherwise(desk):
    desk.take(package(), None)
    desk.lay(HEAD + f"{CASE},LIB.1.A,,,find-the-maker,exact,Editors,\n", None)

    desk.lay(HEAD + f"{CASE},LIB.1.A,,,find-the-maker,partial,Rosa,\n", "harbor")

    assert laid(desk, "valley") == {("find-the-maker", CASE, "LIB.1.A", "exact")}
    assert laid(desk, "harbor") == {("find-the-maker", CASE, "LIB.1.A", "partial")}


def test_retired_standard_says_what_came_in_its_place(desk):
    desk.take(package())
    desk.lay(HEAD + f"{CASE},LIB.1.A,,,find-the-maker,exact,Rosa,\n")
    desk.take(
        package(
            changed="2026-09-01T00:00:00Z",
            found=[item(FIND, "LIB.1.A", statusEndDate="2026-06-30"), *items()[2:]],
            associations=[is_child(FIND, CHECK, "replacedBy")],
        )
    )

    (each,) = list_laid(desk.session, desk.harbor)
    assert (each.is_retired, each.replaced_by) == (True, "LIB.1.B")
