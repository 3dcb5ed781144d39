import pytest

from lti_tool.demo_lms import spec


def misbehave(tool, **services):
    answer = tool.http.post("/api/behavior", json=services)
    assert answer.status_code == 200, answer.text


def test_users_list_everybody(tool):
    users = tool.http.get("/api/users").json

    assert len(users) == 157
    ana = next(user for user in users if user["id"] == "student-076")
    assert (ana["name"], ana["role"], ana["course"]) == ("Ana Morales", "student", "grade-7")
    assert ana["sub"] == tool.sub()


def test_links_tell_where_to_launch_and_grade(tool):
    links = {link["id"]: link for link in tool.http.get("/api/links").json}

    module = links["grade-4-who-made-this"]
    assert (module["content"], module["points"]) == ("module:who-made-this", 20)
    assert module["launch_url"] == "http://localhost:8401/launch/grade-4-who-made-this"
    assert links["grade-4-class"]["lineitem"] is None
    assert links["board"]["course"] is None
    assert len(links) == 6 * 3 + 3 * 2 + 1, "three courses have a lesson and its quiz more"


def test_gradebook_wants_a_known_course(tool):
    answer = tool.http.get("/api/gradebook")

    assert (answer.status_code, answer.json["error"]) == (404, "unknown_course")


@pytest.mark.parametrize("mode", ["status", "garbage", "hang"])
def test_misbehaving_service_recovers_after_count_calls(tool, mode):
    misbehave(tool, scores={"mode": mode, "status": 503, "count": 2})

    answers = [tool.post_score(timestamp=f"2026-11-23T09:00:0{number}Z") for number in range(3)]

    first = {"status": 503, "garbage": 200, "hang": 504}[mode]
    assert [answer.status_code for answer in answers] == [first, first, 200]
    assert tool.cell()["received_count"] == 1


def test_too_many_requests_comes_with_retry_after(tool):
    misbehave(tool, scores={"mode": "status", "status": 429, "retry_after": 7, "count": 1})

    answer = tool.post_score()

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")


def test_garbage_is_no_json(tool):
    misbehave(tool, token={"mode": "garbage", "count": 1})

    assert tool.ask_token().mimetype == "text/html"
    assert tool.ask_token().json["access_token"]


def test_failure_after_the_fact_stores_the_score(tool):
    misbehave(tool, scores={"mode": "status", "status": 500, "applied": True, "count": 1})

    assert tool.post_score().status_code == 500
    assert tool.cell()["score"] == 18
    assert tool.post_score().status_code == 409


def test_misbehaviour_without_count_lasts_until_ok(tool):
    misbehave(tool, scores={"mode": "status", "status": 500})
    assert [tool.post_score().status_code for _ in range(3)] == [500, 500, 500]

    misbehave(tool, scores={"mode": "ok"})

    assert tool.post_score().status_code == 200


@pytest.mark.parametrize(
    "body", [{}, [], {"coffee": {}}, {"scores": "down"}, {"scores": {"mode": "sulk"}}, {"scores": {"speed": 1}},
             {"scores": {"delay_s": "long"}}]
)  # fmt: skip
def test_senseless_behaviour_is_refused(tool, body):
    answer = tool.http.post("/api/behavior", json=body)

    assert (answer.status_code, answer.json["error"]) == (400, "bad_behavior")


@pytest.mark.parametrize("path", ["/api/behavior", "/api/reset", "/api/rotate-keys", "/api/expire-tokens"])
def test_switches_are_for_this_machine_only(tool, path):
    far = tool.http.post(path, json={}, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    foreign_page = tool.http.post(path, json={}, headers={"Origin": "http://evil.example"})

    assert (far.status_code, foreign_page.status_code) == (403, 403)


def test_gradebook_without_a_person_is_for_this_machine_only(tool):
    answer = tool.http.get("/api/gradebook?course=grade-7", environ_base={"REMOTE_ADDR": "192.0.2.7"})

    assert answer.status_code == 401


def test_reset_wipes_grades_log_and_behaviour_but_keeps_links(tool):
    tool.post_score()
    misbehave(tool, scores={"mode": "status"})
    body = {"label": "Extra", "scoreMaximum": 5}
    tool.http.post(
        tool.line_items_path(), json=body, content_type=spec.MEDIA_LINE_ITEM, headers=tool.bearer()
    )

    tool.http.post("/api/reset")

    assert tool.http.get("/api/log").json == []
    assert tool.cell()["received_count"] == 0
    assert tool.post_score().status_code == 200
    assert len(tool.lms.state.list_line_items("grade-7")) == 3


def test_reset_of_links_takes_back_what_was_added_or_deleted(tool):
    before = tool.http.get("/api/links").json
    tool.http.delete(tool.line_item_path(), headers=tool.bearer())

    tool.http.post("/api/reset", json={"links": True})

    assert tool.http.get("/api/links").json == before


def test_unknown_address_of_the_api_is_json(tool):
    answer = tool.http.get("/api/nothing")

    assert answer.status_code == 404
    assert set(answer.json) == {"error", "hint"}


def test_healthz(tool):
    assert tool.http.get("/healthz").json == {"status": "ok"}
