"""The demo LMS copies a course as LMSs do at the start of a year: new ids, no grades, and as much told as its switches say."""

import pytest

from lti_tool.demo_lms import spec

LTI = spec.LTI_CLAIM
TITLE = "Leave the Page"


def copy(tool, course="grade-7"):
    answer = tool.http.post("/api/copy-course", json={"course": course, "title": "Next year"})
    assert answer.status_code == 200, answer.text
    return answer.json


def link_of(copied, title=TITLE):
    return next(row for row in copied["links"] if row["title"] == title)


def test_copy_has_the_people_links_and_columns_under_new_ids_and_no_grades(tool):
    tool.post_score()
    before = tool.launch()

    copied = copy(tool)
    claims = tool.launch(link_of(copied)["id"])

    assert claims["sub"] == before["sub"]
    for name in ("context", "resource_link"):
        assert claims[LTI + name]["id"] != before[LTI + name]["id"]
    assert claims[LTI + "custom"]["content"] == before[LTI + "custom"]["content"]
    assert claims[spec.AGS_CLAIM]["lineitem"] != before[spec.AGS_CLAIM]["lineitem"]
    assert tool.cell(link=link_of(copied)["id"], course=copied["id"])["score"] is None
    assert tool.cell()["score"] == 18


def test_launch_tells_former_ids_the_nearest_first(tool):
    first = tool.launch()[LTI + "context"]["id"]
    once = copy(tool)
    twice = copy(tool, once["id"])

    custom = tool.launch(link_of(twice)["id"])[LTI + "custom"]

    assert custom["context_history"] == f"{once['context_id']},{first}"
    assert custom["link_history"].split(",")[0] == link_of(once)["resource_link_id"]
    assert tool.launch()[LTI + "custom"]["context_history"] == "", "made from scratch"


@pytest.mark.parametrize(
    ("switches", "context", "links"),
    [
        ({"copy_history": ("context",)}, False, True),
        ({"copy_history": ("link",)}, True, False),
        ({"copy_history": ()}, True, True),
    ],
)
def test_what_is_not_told_is_a_variable(make_tool, switches, context, links):
    tool = make_tool(switches=switches)

    custom = tool.launch(link_of(copy(tool))["id"])[LTI + "custom"]

    assert (custom["context_history"] == "$Context.id.history") is context
    assert (custom["link_history"] == "$ResourceLink.id.history") is links


def test_link_may_keep_its_id_and_lose_its_parameters(make_tool):
    tool = make_tool(switches={"copy_keeps_link_ids": True, "copy_keeps_custom": False})
    before = tool.launch()

    claims = tool.launch(link_of(copy(tool))["id"])

    assert claims[LTI + "resource_link"]["id"] == before[LTI + "resource_link"]["id"]
    assert "content" not in claims[LTI + "custom"]


@pytest.mark.parametrize("column", ["uncoupled", "old"])
def test_column_may_belong_to_no_link_or_still_to_the_old_one(make_tool, column):
    tool = make_tool(switches={"copied_column": column})
    before = tool.launch()[spec.AGS_CLAIM]["lineitem"]

    copied = copy(tool)
    told = tool.launch(link_of(copied)["id"])[spec.AGS_CLAIM]

    assert told.get("lineitem") == (before if column == "old" else None)
    columns = tool.lms.state.list_line_items(copied["id"])
    assert [each.resource_id for each in columns if each.label == TITLE] == (
        ["module:leave-the-page"] if column == "uncoupled" else []
    )


def test_copy_survives_a_restart(make_tool, tmp_path):
    copied = copy(make_tool(data_dir=tmp_path))

    after = make_tool(data_dir=tmp_path)

    claims = after.launch(link_of(copied)["id"])
    assert claims[LTI + "context"]["title"] == "Next year"


def test_teacher_copies_by_page_and_lands_in_the_copy(tool):
    tool.http.post("/pick", data={"person": "teacher-4"})

    answer = tool.http.post("/courses/grade-7/copy", follow_redirects=True)

    assert answer.status_code == 200
    assert "(copy)" in answer.text
    assert TITLE in answer.text
    tool.http.post("/pick", data={"person": "student-076"})
    assert "(copy)</a>" in tool.http.get("/courses/grade-7").text, "students find it too"
    assert tool.http.post("/courses/grade-7/copy").status_code == 403


def test_handler_of_notices_is_the_tools_own_address_and_needs_the_permission(make_tool):
    tool = make_tool(switches={"copy_notices": True})
    told = tool.launch()[spec.PNS_CLAIM]
    path = told["platform_notification_service_url"].partition("/api/")[2]

    def put(handler, *scopes, notice_type=spec.COPY_NOTICE):
        body = {"notice_type": notice_type, "handler": handler}
        return tool.http.put(f"/api/{path}", json=body, headers=tool.bearer(*scopes)).status_code

    own = f"{tool.config.tool_url}/notices"
    assert put(own, spec.SCOPE_SCORE) == 403
    assert put("https://elsewhere.example/x", spec.SCOPE_NOTICES) == 400
    assert put(own, spec.SCOPE_NOTICES, notice_type="LtiOther") == 400
    assert put(own, spec.SCOPE_NOTICES) == 200
    assert tool.lms.notice_handlers == {spec.COPY_NOTICE: own}


def test_plain_lms_tells_of_no_notices(tool):
    assert spec.PNS_CLAIM not in tool.launch()
    assert (
        spec.SCOPE_NOTICES not in tool.http.get("/.well-known/openid-configuration").json["scopes_supported"]
    )
