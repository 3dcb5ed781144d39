import time
import uuid

import pytest
from tool_stand_in import make_key

from lti_tool.demo_lms import spec
from lti_tool.demo_lms.spec import DL_CLAIM, LTI_CLAIM

ITEM = {
    "type": "ltiResourceLink",
    "title": "Is this source reliable?",
    "text": "Ten minutes.",
    "custom": {"content": "quiz:reliable"},
    "lineItem": {"scoreMaximum": 12, "resourceId": "quiz:reliable", "tag": "quiz"},
}


def open_request(tool, teacher="teacher-4", course="grade-7"):
    """The settings that the LMS sends with a deep linking launch."""
    login = tool.http.get(
        f"/launch/{course}/add-content?as={teacher}", headers={"Accept": "application/json"}
    )
    claims = tool.read(tool.authorize(login.json["fields"]).json["fields"]["id_token"]).claims
    assert claims[f"{LTI_CLAIM}message_type"] == "LtiDeepLinkingRequest"
    assert f"{LTI_CLAIM}resource_link" not in claims
    return claims[f"{DL_CLAIM}deep_linking_settings"]


def answer_claims(tool, settings, items=(ITEM,), **changes):
    now = int(time.time())
    claims = {
        "iss": tool.config.client_id,
        "aud": tool.config.issuer,
        "iat": now,
        "exp": now + 300,
        "nonce": str(uuid.uuid4()),
        f"{LTI_CLAIM}message_type": "LtiDeepLinkingResponse",
        f"{LTI_CLAIM}version": "1.3.0",
        f"{LTI_CLAIM}deployment_id": tool.config.deployment_id,
        f"{DL_CLAIM}content_items": list(items),
        f"{DL_CLAIM}data": settings["data"],
    } | changes
    return {name: value for name, value in claims.items() if value is not None}


def send(tool, claims, key=None):
    return tool.http.post("/deep-link/return", data={"JWT": tool.tool.sign(claims, key)})


def titles(tool, course="grade-7"):
    return [row["title"] for row in tool.http.get("/api/links").json if row["course"] == course]


def test_request_says_what_is_accepted_and_where_to_answer(tool):
    settings = open_request(tool)

    assert settings["deep_link_return_url"] == "http://localhost:8401/deep-link/return"
    assert settings["accept_types"] == ["ltiResourceLink"]
    assert settings["accept_multiple"] is True
    assert settings["accept_lineitem"] is True


def test_only_the_teacher_of_the_course_can_add_content(tool):
    for person in ("student-076", "teacher-5", "specialist-1"):
        assert tool.http.get(f"/launch/grade-7/add-content?as={person}").status_code == 403


def test_chosen_content_becomes_an_assignment_with_its_column(tool):
    answer = send(tool, answer_claims(tool, open_request(tool)))

    assert answer.status_code == 200
    assert "Is this source reliable?" in answer.text
    claims = tool.launch("grade-7-is-this-source-reliable")
    assert claims[f"{LTI_CLAIM}custom"]["content"] == "quiz:reliable"
    column = tool.http.get(claims[spec.AGS_CLAIM]["lineitem"], headers=tool.bearer()).json
    assert (column["label"], column["scoreMaximum"], column["tag"]) == (
        "Is this source reliable?",
        12,
        "quiz",
    )
    assert column["resourceLinkId"] == claims[f"{LTI_CLAIM}resource_link"]["id"]


def test_content_without_line_item_is_a_link_without_grade(tool):
    item = {name: value for name, value in ITEM.items() if name != "lineItem"}

    send(tool, answer_claims(tool, open_request(tool), [item]))

    assert "lineitem" not in tool.launch("grade-7-is-this-source-reliable")[spec.AGS_CLAIM]


def test_several_at_once_and_equal_titles_stay_apart(tool):
    send(tool, answer_claims(tool, open_request(tool), [ITEM, ITEM]))

    links = [row["id"] for row in tool.http.get("/api/links").json if row["title"] == ITEM["title"]]
    assert len(set(links)) == 2


def test_cancelling_adds_nothing_and_says_so(tool):
    answer = send(tool, answer_claims(tool, open_request(tool), [], **{f"{DL_CLAIM}msg": "See you."}))

    assert answer.status_code == 200
    assert "Nothing was chosen" in answer.text
    assert "See you." in answer.text


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "html"},
        {"title": " "},
        {"url": "http://evil.example/lti/launch"},
        {"custom": {"points": 5}},
        {"lineItem": {"scoreMaximum": 0}},
        {"lineItem": "yes"},
    ],
)
def test_faulty_item_is_left_out_with_a_reason_and_the_others_stay(tool, changes):
    before = titles(tool)

    answer = send(
        tool, answer_claims(tool, open_request(tool), [ITEM | changes, ITEM | {"title": "Good one"}])
    )

    assert "Item 1 was left out." in answer.text
    assert titles(tool) == [*before, "Good one"]


now = int(time.time())


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"iss": "someone-else"}, "iss must be"),
        ({"aud": "http://elsewhere.example"}, "aud must be"),
        ({"exp": now - 600, "iat": now - 900}, "exp has passed"),
        ({"iat": None}, "exp and iat"),
        ({"nonce": None}, "nonce is missing"),
        ({f"{LTI_CLAIM}message_type": "LtiResourceLinkRequest"}, "message_type must be"),
        ({f"{LTI_CLAIM}version": "1.1"}, "version must be"),
        ({f"{LTI_CLAIM}deployment_id": "demo-2"}, "deployment_id must be"),
        ({f"{DL_CLAIM}data": None}, "data is missing"),
        ({f"{DL_CLAIM}data": "made-up"}, "no open request"),
        ({f"{DL_CLAIM}content_items": "all"}, "must be a list"),
    ],
)
def test_faulty_answer_is_refused_whole(tool, changes, reason):
    before = titles(tool)

    answer = send(tool, answer_claims(tool, open_request(tool), **changes))

    assert answer.status_code == 400
    assert reason in answer.text
    assert titles(tool) == before


def test_forged_signature_is_refused(tool):
    forged = make_key()
    claims = answer_claims(tool, open_request(tool))
    token = tool.tool.sign(claims, forged, kid=tool.tool.key.kid)

    answer = tool.http.post("/deep-link/return", data={"JWT": token})

    assert answer.status_code == 400
    assert "does not verify" in answer.text


def test_missing_jwt_is_refused(tool):
    assert tool.http.post("/deep-link/return").status_code == 400


def test_nonce_is_good_once(tool):
    send(tool, answer_claims(tool, open_request(tool), nonce="n-1"))

    assert "nonce was used before" in send(tool, answer_claims(tool, open_request(tool), nonce="n-1")).text


def test_request_is_answered_once(tool):
    settings = open_request(tool)
    send(tool, answer_claims(tool, settings))

    assert "no open request" in send(tool, answer_claims(tool, settings)).text
