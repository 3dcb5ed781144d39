from lti_tool.demo_lms import spec
from lti_tool.demo_lms.log import MAX_ENTRIES, MessageLog


def kinds(tool):
    return [entry["kind"] for entry in tool.http.get("/api/log").json]


def bodies(entry):
    return "\n".join(section["heading"] + section["body"] for section in entry["sections"])


def test_a_whole_launch_and_grade_can_be_read_newest_first(tool):
    tool.launch()
    tool.post_score()

    assert kinds(tool) == ["scores", "token", "launch", "auth", "login"]


def test_id_token_is_shown_by_families_with_a_sentence_each(tool):
    tool.launch()

    [entry] = tool.http.get("/api/log?kind=launch").json

    headings = [section["heading"] for section in entry["sections"]]
    assert headings[0] == "id_token: header"
    assert "id_token: gradebook (AGS)" in headings
    assert "id_token: other claims" not in headings
    assert all(section["note"] for section in entry["sections"])
    assert "Ana Morales" in bodies(entry)


def test_token_request_shows_the_assertion_and_hides_the_token(tool):
    token = tool.ask_token().json["access_token"]

    [entry] = tool.http.get("/api/log?kind=token").json

    assert '"jti"' in bodies(entry)
    assert token not in bodies(entry)


def test_service_call_shows_request_and_answer_and_hides_the_token(tool):
    headers = tool.bearer(spec.SCOPE_SCORE)
    tool.post_score(headers=headers)

    [entry] = tool.http.get("/api/log?kind=scores").json

    assert '"scoreGiven": 18' in bodies(entry)
    assert "resultUrl" in bodies(entry)
    assert headers["Authorization"].removeprefix("Bearer ") not in bodies(entry)


def test_refused_call_is_logged_with_its_reason(tool):
    tool.post_score(timestamp="yesterday")

    entry = tool.http.get("/api/log?kind=scores").json[0]

    assert entry["status"] == 400
    assert "invalid_timestamp" in bodies(entry)


def test_refused_launch_is_logged(tool):
    tool.authorize(tool.start(), prompt="login")

    entry = tool.http.get("/api/log?kind=launch").json[0]

    assert (entry["title"], entry["status"]) == ("Refused: invalid_request", 400)


def test_limit_and_unknown_kind(tool):
    tool.launch()

    assert len(tool.http.get("/api/log?limit=2").json) == 2
    assert tool.http.get("/api/log?kind=gossip").status_code == 400


def test_every_message_has_a_page_of_its_own(tool):
    tool.launch()
    entry = tool.http.get("/api/log?kind=login").json[0]

    assert f"/log/{entry['id']}" in tool.http.get("/log").text
    page = tool.http.get(f"/log/{entry['id']}").text
    assert "login_hint" in page
    assert "good for one use" in page


def test_list_is_filtered_by_kind(tool):
    tool.launch()

    page = tool.http.get("/log?kind=auth").text

    assert "The tool asks for an id_token" in page
    assert "opens Leave the Page" not in page


def test_log_keeps_the_newest_two_thousand():
    log = MessageLog(lambda: 0.0)
    for number in range(MAX_ENTRIES + 5):
        log.add("auth", str(number), [])

    newest = log.list_newest(limit=MAX_ENTRIES + 5)
    assert len(newest) == MAX_ENTRIES
    assert newest[0].title == str(MAX_ENTRIES + 4)
    assert log.find(5) is None


def test_sent_markup_stays_text(tool):
    tool.post_score(comment="<script>alert(1)</script>")
    entry = tool.http.get("/api/log?kind=scores").json[0]

    assert "<script>alert" not in tool.http.get(f"/log/{entry['id']}").text
