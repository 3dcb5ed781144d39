import json

import pytest

from lti_tool.demo_lms import spec


def send(tool, method, path, body, content_type=spec.MEDIA_LINE_ITEM):
    return getattr(tool.http, method)(
        path, data=json.dumps(body), content_type=content_type, headers=tool.bearer()
    )


def read(tool, path, **query):
    return tool.http.get(path, query_string=query, headers=tool.bearer())


def test_seeded_course_has_a_column_for_module_and_quiz(tool):
    answer = read(tool, tool.line_items_path())

    assert answer.content_type == spec.MEDIA_LINE_ITEMS
    assert [
        (item["label"], item["scoreMaximum"], item["resourceId"], item["tag"]) for item in answer.json
    ] == [
        ("Leave the Page", 20, "module:leave-the-page", "module"),
        ("Leave the Page Quiz", 10, "quiz:leave-the-page", "quiz"),
    ]


@pytest.mark.parametrize(
    "query", [{"tag": "quiz"}, {"resource_id": "quiz:leave-the-page"}, {"resource_link_id": "OF THE QUIZ"}]
)
def test_filters_find_the_one_column(tool, query):
    quiz = tool.lms.state.find_link("grade-7-leave-the-page-quiz")
    query = {name: value.replace("OF THE QUIZ", quiz.resource_link_id) for name, value in query.items()}

    assert [item["label"] for item in read(tool, tool.line_items_path(), **query).json] == [
        "Leave the Page Quiz"
    ]


def test_filters_hold_together(tool):
    assert read(tool, tool.line_items_path(), tag="quiz", resource_id="module:leave-the-page").json == []


def test_pages_are_linked_and_together_hold_everything(tool):
    for number in range(3):
        send(tool, "post", tool.line_items_path(), {"label": f"Extra {number}", "scoreMaximum": 5})

    labels, address = [], f"{tool.line_items_path()}?limit=2"
    while address:
        answer = tool.http.get(address, headers=tool.bearer())
        labels += [item["label"] for item in answer.json]
        link = answer.headers.get("Link", "")
        assert not link or link.endswith('; rel="next"')
        address = link.partition(">")[0].removeprefix("<")

    assert len(labels) == len(set(labels)) == 5


def test_page_address_in_lower_case_is_refused(tool):
    link = read(tool, tool.line_items_path(), limit=1).headers["Link"]
    address = link.partition(">")[0].removeprefix("<")

    answer = tool.http.get(address.lower(), headers=tool.bearer())

    assert (answer.status_code, answer.json["error"]) == (400, "invalid_page")


@pytest.mark.parametrize("limit", ["0", "-1", "many"])
def test_senseless_limit_is_refused(tool, limit):
    assert read(tool, tool.line_items_path(), limit=limit).status_code == 400


def test_new_column_can_be_read_back(tool):
    body = {"label": "Warm-up", "scoreMaximum": 4, "tag": "extra", "resourceId": "warm-up"}

    made = send(tool, "post", tool.line_items_path(), body)

    assert made.status_code == 201
    assert read(tool, made.json["id"]).json == body | {"id": made.json["id"]}


def test_replacing_empties_what_is_left_out(tool):
    path = tool.line_item_path()

    send(tool, "put", path, {"label": "New name", "scoreMaximum": 30})

    after = read(tool, path).json
    assert (after["label"], after["scoreMaximum"]) == ("New name", 30)
    assert "tag" not in after
    assert after["resourceLinkId"] == tool.lms.state.find_link("grade-7-leave-the-page").resource_link_id


def test_column_cannot_move_to_another_link(tool):
    other = tool.lms.state.find_link("grade-7-leave-the-page-quiz").resource_link_id
    body = {"label": "Moved", "scoreMaximum": 5, "resourceLinkId": other}

    assert send(tool, "put", tool.line_item_path(), body).status_code == 400


def test_deleted_column_takes_its_grades_and_leaves_the_link_ungraded(tool):
    tool.post_score()
    path = tool.line_item_path()

    assert tool.http.delete(path, headers=tool.bearer()).status_code == 204

    assert read(tool, path).status_code == 404
    assert "lineitem" not in tool.launch()[spec.AGS_CLAIM]
    labels = {row["label"] for row in tool.http.get("/api/gradebook?course=grade-7").json}
    assert labels == {"Leave the Page Quiz"}


def test_new_column_for_an_ungraded_link_becomes_its_column(tool):
    tool.http.delete(tool.line_item_path(), headers=tool.bearer())
    link = tool.lms.state.find_link("grade-7-leave-the-page")
    body = {"label": "Again", "scoreMaximum": 5, "resourceLinkId": link.resource_link_id}

    made = send(tool, "post", tool.line_items_path(), body)

    assert tool.launch()[spec.AGS_CLAIM]["lineitem"] == made.json["id"]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"scoreMaximum": 5}, "missing_label"),
        ({"label": " ", "scoreMaximum": 5}, "missing_label"),
        ({"label": "A"}, "invalid_score_maximum"),
        ({"label": "A", "scoreMaximum": 0}, "invalid_score_maximum"),
        ({"label": "A", "scoreMaximum": "5"}, "invalid_score_maximum"),
        ({"label": "A", "scoreMaximum": True}, "invalid_score_maximum"),
        ({"label": "A", "scoreMaximum": 5, "tag": 7}, "invalid_line_item"),
        (["label"], "invalid_json"),
    ],
)
def test_faulty_column_is_refused(tool, body, error):
    answer = send(tool, "post", tool.line_items_path(), body)

    assert (answer.status_code, answer.json["error"]) == (400, error)


def test_column_for_a_link_of_another_course_is_refused(tool):
    other = tool.lms.state.find_link("grade-8-leave-the-page").resource_link_id
    body = {"label": "A", "scoreMaximum": 5, "resourceLinkId": other}

    assert send(tool, "post", tool.line_items_path(), body).status_code == 404


def test_plain_json_is_the_wrong_content_type(tool):
    answer = send(tool, "post", tool.line_items_path(), {"label": "A", "scoreMaximum": 5}, "application/json")

    assert answer.status_code == 415


def test_column_is_not_found_under_another_course(tool):
    path = tool.line_item_path().replace(tool.context_id("grade-7"), tool.context_id("grade-8"))

    assert read(tool, path).status_code == 404


def test_unknown_course_is_not_found(tool):
    assert read(tool, "/api/lti/courses/nowhere/lineitems").json["error"] == "unknown_course"


def test_query_of_the_column_address_must_survive(make_tool):
    tool = make_tool(switches={"line_item_query": True})
    address = tool.launch()[spec.AGS_CLAIM]["lineitem"]
    path = address.removeprefix(tool.config.base_url).removesuffix("?type_id=1")

    assert address.endswith("?type_id=1")
    assert tool.post_score(path=f"{path}/scores?type_id=1").status_code == 200
    assert tool.post_score(path=f"{path}/scores").status_code == 404
