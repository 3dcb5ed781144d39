import threading

import pytest

from lti_tool.demo_lms import spec


def read_results(tool, **query):
    return tool.http.get(f"{tool.line_item_path()}/results", query_string=query, headers=tool.bearer())


def test_score_arrives_in_the_gradebook(tool):
    answer = tool.post_score(comment="Well read.")

    cell = tool.cell()
    assert answer.status_code == 200
    assert (cell["score"], cell["max"], cell["comment"]) == (18, 20, "Well read.")
    assert (cell["activityProgress"], cell["gradingProgress"]) == ("Completed", "FullyGraded")
    assert cell["timestamp"] == "2026-11-23T09:33:01.000001Z"
    assert cell["received_count"] == 1
    assert cell["status"] == "Graded"


def test_score_is_scaled_to_the_points_of_the_column(tool):
    tool.post_score(scoreGiven=0.45, scoreMaximum=0.5)

    assert tool.cell()["score"] == 18
    assert (tool.cell()["score_given"], tool.cell()["score_maximum"]) == (0.45, 0.5)


def test_newer_score_replaces_and_a_missing_comment_clears(tool):
    tool.post_score(comment="First.")

    tool.post_score(scoreGiven=5, timestamp="2026-11-23T09:33:01.000002Z")

    assert (tool.cell()["score"], tool.cell()["comment"], tool.cell()["received_count"]) == (5, "", 2)


@pytest.mark.parametrize(
    "timestamp",
    ["2026-11-23T09:33:01.000001Z", "2026-11-23T10:33:01.000001+01:00", "2026-11-23T09:33:01Z"],
)
def test_score_that_is_not_strictly_newer_conflicts_and_changes_nothing(tool, timestamp):
    tool.post_score()

    answer = tool.post_score(scoreGiven=1, timestamp=timestamp)

    assert (answer.status_code, answer.json["error"]) == (409, "stale_timestamp")
    assert (tool.cell()["score"], tool.cell()["received_count"]) == (18, 1)


def test_time_is_kept_per_student(tool):
    tool.post_score()

    assert tool.post_score(userId=tool.sub("student-077")).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"gradingProgress": "Pending"},
        {"gradingProgress": "NotReady"},
        {"scoreGiven": None, "scoreMaximum": None},
        {"scoreGiven": None, "activityProgress": "Started", "gradingProgress": "NotReady"},
    ],
)
def test_score_that_is_not_graded_empties_the_cell(tool, changes):
    tool.post_score()

    tool.post_score(timestamp="2026-11-24T00:00:00Z", **changes)

    assert tool.cell()["score"] is None
    assert tool.cell()["received_count"] == 2


def test_preserve_score_keeps_what_stands_there(tool):
    tool.post_score()
    extension = {spec.CANVAS_SUBMISSION: {"preserve_score": True}}

    tool.post_score(
        timestamp="2026-11-24T00:00:00Z", activityProgress="Started", gradingProgress="NotReady", **extension
    )

    assert tool.cell()["score"] == 18


def test_score_for_the_teacher_to_finish_counts(tool):
    tool.post_score(gradingProgress="PendingManual")

    assert (tool.cell()["score"], tool.cell()["status"]) == (18, "Teacher to grade")


def test_zero_is_a_score(tool):
    tool.post_score(scoreGiven=0)

    assert tool.cell()["score"] == 0
    assert read_results(tool).json[0]["resultScore"] == 0


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"userId": None}, 400, "missing_fields"),
        ({"activityProgress": None}, 400, "missing_fields"),
        ({"gradingProgress": None}, 400, "missing_fields"),
        ({"timestamp": None}, 400, "missing_fields"),
        ({"activityProgress": "Done"}, 400, "invalid_progress"),
        ({"gradingProgress": "Graded"}, 400, "invalid_progress"),
        ({"timestamp": "yesterday"}, 400, "invalid_timestamp"),
        ({"timestamp": "2026-11-23T09:33:01"}, 400, "invalid_timestamp"),
        ({"timestamp": "2026-11-23"}, 400, "invalid_timestamp"),
        ({"comment": 7}, 400, "invalid_comment"),
        ({"scoreMaximum": None}, 422, "invalid_score_maximum"),
        ({"scoreMaximum": 0}, 422, "invalid_score_maximum"),
        ({"scoreGiven": -1}, 422, "invalid_score"),
        ({"scoreGiven": "18"}, 422, "invalid_score"),
        ({"scoreGiven": True}, 422, "invalid_score"),
        ({"userId": "nobody"}, 404, "unknown_user"),
    ],
)
def test_faulty_score_is_refused_and_not_stored(tool, changes, status, error):
    answer = tool.post_score(**changes)

    assert (answer.status_code, answer.json["error"]) == (status, error)
    assert tool.cell()["received_count"] == 0


@pytest.mark.parametrize("person", ["teacher-4", "student-001", "specialist-1"])
def test_score_for_somebody_who_is_no_student_of_the_course_is_refused(tool, person):
    answer = tool.post_score(userId=tool.sub(person))

    assert (answer.status_code, answer.json["error"]) == (422, "not_a_student")


def test_plain_json_is_the_wrong_content_type(tool):
    assert tool.post_score(content_type="application/json").status_code == 415


def test_body_that_is_not_json_is_refused(tool):
    answer = tool.http.post(
        f"{tool.line_item_path()}/scores",
        data="{",
        content_type=spec.MEDIA_SCORE,
        headers=tool.bearer(),
    )

    assert (answer.status_code, answer.json["error"]) == (400, "invalid_json")


def test_results_tell_each_score_and_its_address(tool):
    tool.post_score(comment="Well read.")

    answer = read_results(tool)

    assert answer.content_type == spec.MEDIA_RESULTS
    [result] = answer.json
    assert result["userId"] == tool.sub()
    assert (result["resultScore"], result["resultMaximum"], result["comment"]) == (18, 20, "Well read.")
    assert tool.http.get(result["id"], headers=tool.bearer()).json == result


def test_results_can_be_asked_of_one_student(tool):
    tool.post_score()
    tool.post_score(userId=tool.sub("student-077"))

    assert [row["userId"] for row in read_results(tool, user_id=tool.sub("student-077")).json] == [
        tool.sub("student-077")
    ]
    assert read_results(tool, user_id="nobody").json == []


def test_results_come_in_pages(tool):
    for number in (76, 77, 78):
        tool.post_score(userId=tool.sub(f"student-{number:03}"))

    first = read_results(tool, limit=2)

    assert len(first.json) == 2
    address = first.headers["Link"].partition(">")[0].removeprefix("<")
    assert len(tool.http.get(address, headers=tool.bearer()).json) == 1


def test_of_many_scores_at_once_the_newest_stands(tool):
    headers = tool.bearer()
    clients = [tool.http.application.test_client() for _ in range(8)]

    def send(number):
        tool_client = clients[number]
        body = {
            "userId": tool.sub(),
            "scoreGiven": number,
            "scoreMaximum": 20,
            "activityProgress": "Completed",
            "gradingProgress": "FullyGraded",
            "timestamp": f"2026-11-23T09:33:0{number}Z",
        }
        path = f"{tool.line_item_path()}/scores"
        tool_client.post(path, json=body, content_type=spec.MEDIA_SCORE, headers=headers)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert tool.cell()["score"] == 7
