"""The quirks, one by one: what an LMS with the switch does that one without it does not."""

import dataclasses
import json
import time

import pytest
from test_lms_deep_linking import ITEM, answer_claims, send, titles

from lti_tool.demo_lms import FLAVORS, DemoConfig, spec
from lti_tool.demo_lms.flavors import flavored, read_switches
from lti_tool.demo_lms.quirks import Quirks
from lti_tool.demo_lms.serve import read_config, write_config

LTI = spec.LTI_CLAIM
EARLY, LATER_THAT_SECOND = "2026-11-23T09:33:01.100000Z", "2026-11-23T09:33:01.900000Z"


@pytest.fixture
def with_quirks(make_tool):
    """`with_quirks(aud_is_list=True)`: an LMS that is plain but for these."""
    return lambda **switches: make_tool(switches=switches)


def extension(**values):
    return {spec.CANVAS_SUBMISSION: values}


def test_every_switch_says_what_it_does_and_who_does_it():
    for each in dataclasses.fields(Quirks):
        assert (
            each.metadata["about"].endswith(".") or ": " in each.metadata["about"] or each.metadata["about"]
        )
        assert each.metadata["source"], each.name


@pytest.mark.parametrize("flavor", [name for name in FLAVORS if name != "plain"])
def test_flavor_differs_from_the_plain_one(flavor):
    assert FLAVORS[flavor] != FLAVORS["plain"]
    assert DemoConfig(flavor=flavor).client_id == FLAVORS[flavor].client_id
    assert DemoConfig(flavor=flavor).product == flavor


def test_settings_reach_the_serving_process_with_their_switches():
    config = DemoConfig(flavor="canvas", switches={"accept_types": ("html",), "roster_page": 10})

    kept = read_config(write_config(config))

    assert kept.quirks == config.quirks
    assert kept.quirks.accept_types == ("html",)


def test_switches_are_read_from_the_command_line():
    texts = ["aud_is_list", "frame_resize=no", "roster_page=10", "accept_types=html,link", "storage_target="]

    assert read_switches(texts) == {
        "aud_is_list": True,
        "frame_resize": False,
        "roster_page": 10,
        "accept_types": ("html", "link"),
        "storage_target": "",
    }


@pytest.mark.parametrize("wrong", [{"no_such_quirk": True}, {"roster_page": "ten"}])
def test_wrong_switch_is_refused_by_name(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        flavored("canvas", wrong)


# Launches


def test_schoology_launch_has_its_shape(make_tool):
    tool = make_tool(flavor="schoology")
    tool.lms.state.add_link(
        dataclasses.replace(
            tool.lms.state.find_link("grade-7-leave-the-page"), custom={"Content": "module:leave-the-page"}
        ),
        None,
    )

    claims = tool.launch()

    assert claims["aud"] == [tool.config.client_id]
    assert claims["exp"] - claims["iat"] == 600
    number, _, digest = claims["sub"].partition("::")
    assert number.isdecimal()
    assert digest.isalnum()
    assert claims[f"{LTI}custom"] == {"content": "module:leave-the-page", "points": "20"}
    assert f"{LTI}context" in claims


def test_menu_of_schoology_tells_neither_link_nor_course(make_tool):
    claims = make_tool(flavor="schoology").launch("grade-7-class", "teacher-4")

    assert claims[f"{LTI}message_type"] == "LtiResourceLinkRequest"
    left_out = {f"{LTI}resource_link", f"{LTI}context", spec.AGS_CLAIM, spec.NRPS_CLAIM}
    assert left_out.isdisjoint(claims)


def test_canvas_launch_comes_from_the_shared_issuer(make_tool):
    tool = make_tool(flavor="canvas")

    claims = tool.launch()

    assert claims["iss"] == "https://canvas.instructure.com"
    assert claims["aud"] == tool.config.client_id
    assert claims["aud"].isdecimal()
    assert ":" in claims[f"{LTI}deployment_id"]


def test_canvas_learner_may_be_staff_elsewhere(make_tool):
    roles = make_tool(flavor="canvas").launch()[f"{LTI}roles"]

    assert roles[0] == f"{spec.MEMBERSHIP_ROLE}Learner"
    assert f"{spec.INSTITUTION_ROLE}Instructor" in roles


@pytest.mark.parametrize(
    ("person", "role"),
    [
        ("assistant-7", f"{spec.SUB_ROLE}Instructor#TeachingAssistant"),
        ("designer-7", f"{spec.MEMBERSHIP_ROLE}ContentDeveloper"),
        ("observer-7", f"{spec.MEMBERSHIP_ROLE}Mentor"),
        ("test-student-7", spec.TEST_USER_ROLE),
    ],
)
def test_canvas_names_its_other_people(make_tool, person, role):
    assert role in make_tool(flavor="canvas").launch(person=person)[f"{LTI}roles"]


def test_variables_may_arrive_empty(with_quirks):
    assert with_quirks(literal_variables=False).launch()[f"{LTI}custom"]["sis_user_id"] == ""


@pytest.mark.parametrize(
    ("flavor", "target"), [("plain", "_parent"), ("canvas", "post_message_forwarding"), ("moodle", None)]
)
def test_login_names_the_storage_of_the_flavor(make_tool, flavor, target):
    assert make_tool(flavor=flavor).start().get("lti_storage_target") == target


def test_moodle_hint_is_json_and_good_once(make_tool):
    tool = make_tool(flavor="moodle")
    login = tool.start()
    json.loads(login["lti_message_hint"])

    assert "id_token" in tool.authorize(login).json["fields"]
    assert tool.authorize(login).json["fields"]["error"] == "launch_no_longer_valid"


def test_hint_may_be_good_twice(with_quirks):
    tool = with_quirks(single_use_hint=False)
    login = tool.start()

    assert "id_token" in tool.authorize(login).json["fields"]
    assert "id_token" in tool.authorize(login).json["fields"]


# The frame


def test_canvas_page_has_a_named_frame_for_the_tools_data(make_tool):
    tool = make_tool(flavor="canvas")
    tool.http.post("/pick", data={"person": "student-076"})

    page = tool.http.get("/courses/grade-7/links/grade-7-leave-the-page").text

    assert 'name="post_message_forwarding" src="/post-message-forwarding"' in page
    assert "storage-frame.js" in tool.http.get("/post-message-forwarding").text


def test_moodle_page_does_nothing_for_the_frame(make_tool):
    tool = make_tool(flavor="moodle")
    tool.http.post("/pick", data={"person": "student-076"})

    page = tool.http.get("/courses/grade-7/links/grade-7-leave-the-page").text

    assert 'data-storage=""' in page
    assert 'data-frame-resize="no"' in page


# Services in general


def test_nameless_caller_is_refused(with_quirks):
    tool = with_quirks(needs_user_agent=True)
    headers = {**tool.bearer(), "Accept": spec.MEDIA_MEMBERS}
    path = f"/api/lti/courses/{tool.context_id()}/memberships"

    assert tool.http.get(path, headers=headers).status_code == 200
    assert tool.http.get(path, headers={**headers, "User-Agent": ""}).status_code == 403


@pytest.mark.parametrize("status", [429, 403])
def test_rate_limit_is_told_as_canvas_tells_it(with_quirks, status):
    tool = with_quirks(limit_status=status, limit_headers=True)
    tool.http.post("/api/behavior", json={"scores": {"mode": "throttle", "count": 1}})

    slowed, next_one = tool.post_score(), tool.post_score()

    assert slowed.status_code == status
    assert "Rate Limit Exceeded" in slowed.text
    assert slowed.headers["X-Rate-Limit-Remaining"] == "0.0"
    assert next_one.status_code == 200
    assert float(next_one.headers["X-Rate-Limit-Remaining"]) > 0


def test_columns_are_read_with_the_read_scope_only(with_quirks):
    tool = with_quirks(needs_read_scope=True)
    path = tool.line_items_path()

    assert tool.http.get(path, headers=tool.bearer(spec.SCOPE_LINE_ITEM)).status_code == 403
    assert tool.http.get(path, headers=tool.bearer(spec.SCOPE_LINE_ITEM_READ)).status_code == 200


# Grades


@pytest.mark.parametrize(
    ("rule", "equal", "older", "later_that_second"),
    [
        ("not_newer", 409, 409, 200),
        ("older", 200, 400, 200),
        ("whole_seconds", 409, 409, 409),
    ],
)
def test_late_scores_by_rule(with_quirks, rule, equal, older, later_that_second):
    tool = with_quirks(stale_rule=rule)
    tool.post_score(timestamp=EARLY)

    assert tool.post_score(timestamp=EARLY).status_code == equal
    assert tool.post_score(timestamp="2026-11-23T09:33:00.000000Z").status_code == older
    assert tool.post_score(timestamp=LATER_THAT_SECOND).status_code == later_that_second


@pytest.mark.parametrize(
    ("flavor", "progress", "score"),
    [("canvas", "PendingManual", 18), ("moodle", "PendingManual", None), ("schoology", "Pending", 18)],
)
def test_score_counts_by_its_grading_progress(make_tool, flavor, progress, score):
    tool = make_tool(flavor=flavor)

    path = f"{tool.line_item_path()}/scores" + ("?type_id=1" if flavor == "moodle" else "")
    assert tool.post_score(path=path, gradingProgress=progress).status_code == 200

    assert tool.cell()["score"] == score


def test_submissions_are_counted_until_none_is_left(make_tool):
    tool = make_tool(flavor="canvas", switches={"attempts_allowed": 2})

    answers = [
        tool.post_score(timestamp="2026-11-23T09:33:01Z"),
        tool.post_score(timestamp="2026-11-23T09:33:02Z", **extension(new_submission=False)),
        tool.post_score(timestamp="2026-11-23T09:33:03Z"),
        tool.post_score(timestamp="2026-11-23T09:33:04Z"),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 422]
    assert "maximum number of allowed attempts" in answers[-1].json["hint"]
    assert tool.cell()["submissions"] == 2


def test_comments_are_added(make_tool):
    tool = make_tool(flavor="canvas")
    for second, comment in enumerate(["Good", None, "Better"]):
        tool.post_score(timestamp=f"2026-11-23T09:33:0{second}Z", comment=comment)

    assert tool.cell()["comment"] == "Good\nBetter"


def test_work_from_the_future_is_refused(with_quirks):
    ahead = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 300))

    answer = with_quirks(refuses_future_work=True).post_score(submission={"submittedAt": ahead})

    assert answer.status_code == 400


@pytest.mark.parametrize(("asked", "score"), [(True, 7), (False, 18)])
def test_teachers_own_grade_is_left_when_asked(make_tool, asked, score):
    tool = make_tool(flavor="canvas")
    typed = {"user": "student-076", "link": "grade-7-leave-the-page", "score": 7}
    assert tool.http.post("/api/teacher-grade", json=typed).status_code == 200

    tool.post_score(timestamp="2037-01-01T00:00:00Z", **extension(prioritize_non_tool_grade=asked))

    assert tool.cell()["score"] == score


@pytest.mark.parametrize(("wipes", "flag"), [(True, ""), (False, "Excused")])
def test_score_may_wipe_the_teachers_flag(with_quirks, wipes, flag):
    tool = with_quirks(score_wipes_flag=wipes)
    typed = {"user": "student-076", "link": "grade-7-leave-the-page", "score": 7, "flag": "Excused"}
    tool.http.post("/api/teacher-grade", json=typed)

    tool.post_score(timestamp="2037-01-01T00:00:00Z")

    assert tool.cell()["flag"] == flag


def test_strict_bodies_refuse_what_they_do_not_know(make_tool):
    tool = make_tool(flavor="schoology")
    column = {"label": "Essay", "scoreMaximum": 5}
    headers = {**tool.bearer(), "Content-Type": spec.MEDIA_LINE_ITEM}

    assert tool.post_score(**extension(new_submission=True)).status_code == 400
    assert tool.post_score().status_code == 200
    with_id = tool.http.post(tool.line_items_path(), data=json.dumps(column | {"id": "x"}), headers=headers)
    dated = tool.http.post(
        tool.line_items_path(),
        data=json.dumps(column | {"endDateTime": "2026-12-01T00:00:00Z"}),
        headers=headers,
    )
    assert with_id.status_code == 400
    assert dated.status_code == 201
    assert "endDateTime" not in dated.json


def test_column_of_a_link_cannot_be_deleted(make_tool):
    tool = make_tool(flavor="canvas")

    answer = tool.http.delete(tool.line_item_path(), headers=tool.bearer(spec.SCOPE_LINE_ITEM))

    assert answer.status_code == 401
    assert tool.cell()["max"] == 20


def test_results_may_leave_out_zeros(with_quirks):
    tool = with_quirks(hides_zero_results=True)
    tool.post_score(scoreGiven=0)

    assert tool.http.get(f"{tool.line_item_path()}/results", headers=tool.bearer()).json == []


def test_answer_may_lack_the_result_address(with_quirks):
    assert with_quirks(gives_result_url=False).post_score().json == {}


@pytest.mark.parametrize(("flavor", "status"), [("canvas", 422), ("moodle", 400)])
def test_score_for_a_teacher_is_refused_by_flavor(make_tool, flavor, status):
    tool = make_tool(flavor=flavor)
    path = f"{tool.line_item_path()}/scores" + ("?type_id=1" if flavor == "moodle" else "")

    assert tool.post_score(path=path, userId=tool.sub("teacher-4")).status_code == status


# Roster and deep linking


@pytest.mark.parametrize(
    ("accept", "status"), [(spec.MEDIA_MEMBERS, 200), (f"{spec.MEDIA_MEMBERS}, */*", 406)]
)
def test_roster_may_want_its_type_exactly(with_quirks, accept, status):
    tool = with_quirks(exact_accept=True)

    answer = tool.http.get(
        f"/api/lti/courses/{tool.context_id()}/memberships", headers={**tool.bearer(), "Accept": accept}
    )

    assert answer.status_code == status


def test_roster_comes_in_the_pages_of_the_flavor(with_quirks):
    tool = with_quirks(roster_page=10)

    answer = tool.http.get(
        f"/api/lti/courses/{tool.context_id()}/memberships",
        headers={**tool.bearer(), "Accept": spec.MEDIA_MEMBERS},
    )

    assert len(answer.json["members"]) == 10
    assert 'rel="next"' in answer.headers["Link"]


def open_from(tool, placement):
    path = f"/launch/grade-7/add-content?as=teacher-4&placement={placement}"
    login = tool.http.get(path, headers={"Accept": "application/json"}).json["fields"]
    claims = tool.read(tool.authorize(login).json["fields"]["id_token"]).claims
    return claims[f"{spec.DL_CLAIM}deep_linking_settings"]


@pytest.mark.parametrize(("placement", "points"), [("assignment_selection", 12), ("link_selection", None)])
def test_canvas_makes_a_column_from_the_assignment_placement_only(make_tool, placement, points):
    tool = make_tool(flavor="canvas")
    settings = open_from(tool, placement)

    assert settings["accept_lineitem"] is (points is not None)
    assert send(tool, answer_claims(tool, settings)).status_code == 200

    added = next(row for row in tool.http.get("/api/links").json if row["title"] == ITEM["title"])
    assert added["points"] == points


def test_second_item_is_refused_where_one_was_asked_for(make_tool):
    tool = make_tool(flavor="canvas")
    settings = open_from(tool, "assignment_selection")

    answer = send(tool, answer_claims(tool, settings, items=(ITEM, ITEM)))

    assert answer.status_code == 400
    assert ITEM["title"] not in titles(tool)


def test_schoology_takes_html_too(make_tool):
    tool = make_tool(flavor="schoology")
    settings = open_from(tool, "course_materials")
    html = {"type": "html", "title": "Note", "html": "<p>Read this.</p>"}

    assert settings["accept_types"] == ["ltiResourceLink", "html"]
    assert "left out" not in send(tool, answer_claims(tool, settings, items=(html,))).text
