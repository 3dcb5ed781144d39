"""Two districts in one Canvas cloud: one issuer, and here even the same ids of people, courses and links. Only the client id tells them apart.

Neither may see the other's people, tokens or grades, nor launch with the other's signature.
"""

import httpx
import pytest
from playing import deliver_in_time, hand_in
from stack import ANA, BOARD_LINK, QUIZ_LINK, SPECIALIST, TEACHER, another_lms

from lti_tool.demo_lms.copying import notice_claims
from lti_tool.upkeep import sync_roster

pytestmark = pytest.mark.proves("tenant-apart")
OTHER = "10000000000077"


@pytest.fixture(scope="module")
def harbor(canvas_stack):
    return canvas_stack


@pytest.fixture(scope="module")
def valley(harbor):
    with another_lms(harbor, district="valley", client_id=OTHER) as other:
        assert other.config.issuer == harbor.config.issuer
        yield other


@pytest.fixture(scope="module")
def played(harbor, valley):
    """Ana of the one has everything right, Ana of the other nothing; each teacher has opened the assignment."""
    pages = {}
    for stack, right in ((harbor, True), (valley, False)):
        hand_in(stack.launch(QUIZ_LINK, ANA), right=right)
        pages[stack.tenant_id] = stack.launch(QUIZ_LINK, TEACHER)
        deliver_in_time(harbor)
    return pages


def test_records_belong_to_one_district_each(harbor, valley, played):
    for table in ("person", "section", "placement", "attempt", "grade", "enrollment"):
        owners = harbor.rows(f"SELECT tenant_id, count(*) AS n FROM {table} GROUP BY 1")  # noqa: S608
        assert {row["tenant_id"] for row in owners} == {harbor.tenant_id, valley.tenant_id}, table
    assert harbor.count("person_alias", value=harbor.person(ANA).sub) == 2
    shared = harbor.rows(
        "SELECT a.id FROM attempt a JOIN placement p ON p.id = a.placement_id JOIN person x ON x.id = a.person_id"
        " JOIN section s ON s.id = p.section_id JOIN platform f ON f.id = s.platform_id"
        " WHERE NOT (a.tenant_id = p.tenant_id AND p.tenant_id = x.tenant_id AND x.tenant_id = f.tenant_id)"
    )
    assert shared == []


@pytest.mark.proves("tenant-grades-apart")
def test_grades_arrive_in_the_own_lms_only(harbor, valley, played):
    assert harbor.gradebook()[ANA, QUIZ_LINK]["score"] == 10
    assert valley.gradebook()[ANA, QUIZ_LINK]["score"] == 0
    for stack in (harbor, valley):
        received = [each for each in stack.lms.log.list_newest(kind="scores", limit=100) if each.status < 300]
        assert len(received) == 1


@pytest.mark.proves("tenant-tokens-apart")
def test_tokens_are_of_one_registration_and_shown_to_no_other(harbor, valley, played):
    keys = harbor.rows("SELECT platform_id, scope_key FROM access_token")
    assert {row["platform_id"] for row in keys} == {harbor.platform_id, valley.platform_id}
    assert len({row["scope_key"] for row in keys}) == len(keys)
    for stack in (harbor, valley):
        refused = [
            each.title for each in stack.lms.log.list_newest(kind=None, limit=500) if each.status == 401
        ]
        assert refused == [], "a token of the other one would be unknown here"


def test_teacher_sees_nothing_of_the_other(harbor, valley, played):
    mine, theirs = played[harbor.tenant_id], played[valley.tenant_id]
    (person,) = harbor.rows(
        "SELECT person_id FROM grade WHERE tenant_id = :tenant_id", tenant_id=valley.tenant_id
    )

    for path in ("", f"/student/{person['person_id']}", "/settings"):
        foreign = theirs.path.removeprefix(theirs.visit) + path
        assert mine.get(mine.visit + foreign).page.status_code == 404, path
    for stack in (harbor, valley):
        assert stack.launch("grade-7-class", TEACHER).page.status_code == 200


def test_specialist_sees_the_own_board(harbor, valley, played):
    assert harbor.launch(BOARD_LINK, SPECIALIST).page.status_code == 200
    assert valley.launch(BOARD_LINK, SPECIALIST).page.status_code == 403, "the grant is of the other district"


@pytest.mark.proves("tenant-signature")
def test_signature_of_the_other_is_refused(harbor, valley):
    before = harbor.count("launch_session")
    browser = harbor.browser()
    mine, theirs = browser.begin(QUIZ_LINK, ANA), valley.browser().begin(QUIZ_LINK, ANA)

    mixed = mine | {"fields": mine["fields"] | {"id_token": theirs["fields"]["id_token"]}}
    answer = browser.finish_launch(mixed)

    assert answer.page.status_code == 401
    assert harbor.count("launch_session") == before


@pytest.mark.proves("tenant-client-id")
def test_login_that_names_no_client_is_refused_with_words(harbor, valley):
    answer = httpx.post(
        f"{harbor.tool_url}/lti/login",
        data={
            "iss": harbor.config.issuer,
            "login_hint": "x",
            "target_link_uri": f"{harbor.tool_url}/lti/launch",
        },
    )

    assert answer.status_code == 400
    assert "which one it is for" in answer.text


@pytest.mark.proves("notice-signed")
def test_notice_of_the_other_is_refused(harbor, valley, played):
    course = valley.lms.district.find_course("grade-7")
    told = notice_claims(valley.lms, course) | {
        "aud": harbor.config.client_id,
        "azp": harbor.config.client_id,
    }
    origin = {"https://purl.imsglobal.org/spec/lti/claim/origin_contexts": ["x"]}

    answer = httpx.post(
        f"{harbor.tool_url}/lti/notices", json={"notices": [{"jwt": valley.lms.keys.sign(told | origin)}]}
    )

    assert answer.status_code == 400
    assert harbor.count("course_copy") == 0


def test_class_list_of_the_one_makes_nobody_in_the_other(harbor, valley, played):
    (section,) = harbor.rows(
        "SELECT id FROM section WHERE tenant_id = :id AND grade = 7", id=valley.tenant_id
    )
    before = harbor.count("person", tenant_id=harbor.tenant_id)

    sync_roster(harbor.tool, section["id"])

    assert harbor.count("person", tenant_id=harbor.tenant_id) == before
    assert harbor.count("enrollment", tenant_id=valley.tenant_id) > 25
