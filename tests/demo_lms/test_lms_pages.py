import pytest


def be(tool, person):
    answer = tool.http.post("/pick", data={"person": person})
    assert answer.status_code == 302
    return answer.location


def test_front_page_offers_everybody_as_a_button(tool):
    page = tool.http.get("/").text

    assert page.count('name="person"') == 150 + 6 + 3
    assert "practice data" in page


@pytest.mark.parametrize(
    ("person", "place"),
    [("student-076", "/courses/grade-7"), ("teacher-1", "/courses/grade-2"), ("specialist-1", "/board")],
)
def test_picking_a_person_opens_the_own_place(tool, person, place):
    assert be(tool, person) == place
    assert tool.http.get(place).status_code == 200


def test_cookie_is_lax_and_unreadable_for_scripts(tool):
    answer = tool.http.post("/pick", data={"person": "student-076"})

    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "SameSite=Lax" in answer.headers["Set-Cookie"]


def test_being_nobody_closes_the_course(tool):
    be(tool, "student-076")
    tool.http.post("/leave")

    assert tool.http.get("/courses/grade-7").status_code == 401


def test_student_sees_assignments_but_no_class_page(tool):
    be(tool, "student-076")
    page = tool.http.get("/courses/grade-7").text

    assert "Leave the Page Quiz" in page
    assert "InfoLit class page" not in page
    assert "Gradebook" not in page


def test_teacher_sees_the_class_page_and_how_many_are_graded(tool):
    tool.post_score()
    be(tool, "teacher-4")
    page = tool.http.get("/courses/grade-7").text

    assert "InfoLit class page" in page
    assert "<strong>1</strong> of 25 graded" in page


def test_gradebook_shows_scores_and_comments_without_scripts(tool):
    tool.post_score(comment="Well <read>.")
    be(tool, "teacher-4")

    page = tool.http.get("/courses/grade-7/gradebook").text

    assert '<span class="score">18</span>' in page
    assert "Well &lt;read&gt;." in page
    assert page.count('scope="row"') == 25


def test_student_sees_own_grades_only(tool):
    tool.post_score(comment="For Ana.")
    tool.post_score(userId=tool.sub("student-077"), comment="For somebody else.")
    be(tool, "student-076")

    page = tool.http.get("/courses/grade-7/grades").text

    assert "For Ana." in page
    assert "For somebody else." not in page


@pytest.mark.parametrize(
    ("person", "path"),
    [
        ("student-076", "/courses/grade-7/gradebook"),
        ("student-076", "/courses/grade-7/add-content"),
        ("student-076", "/courses/grade-8"),
        ("student-076", "/api/gradebook?course=grade-7"),
        ("student-076", "/board"),
        ("teacher-4", "/courses/grade-8/gradebook"),
        ("teacher-4", "/courses/grade-7/grades"),
        ("teacher-4", "/api/gradebook?course=grade-8"),
        ("teacher-4", "/board"),
        ("specialist-1", "/courses/grade-7"),
        ("specialist-1", "/courses/grade-7/gradebook"),
    ],
)
def test_page_of_others_is_forbidden(tool, person, path):
    be(tool, person)

    assert tool.http.get(path).status_code == 403


@pytest.mark.parametrize(
    "path", ["/courses/grade-9", "/courses/grade-7/links/grade-8-class", "/log/1", "/log?kind=x"]
)
def test_unknown_page_is_a_readable_404(tool, path):
    be(tool, "student-076")

    answer = tool.http.get(path)

    assert answer.status_code == 404
    assert "<h1>Not Found</h1>" in answer.text


def test_tool_opens_in_a_titled_frame_or_a_window(tool):
    be(tool, "student-076")
    page = tool.http.get("/courses/grade-7/links/grade-7-leave-the-page").text

    assert 'src="/launch/grade-7-leave-the-page"' in page
    assert 'title="Leave the Page (InfoLit)"' in page
    assert 'href="/launch/grade-7-leave-the-page?window=1"' in page


def test_pages_allow_no_foreign_or_inline_script(tool):
    policy = tool.http.get("/").headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert f"frame-src 'self' {tool.config.tool_url};" in policy


def test_foreign_host_name_is_refused(tool):
    assert tool.http.get("/", headers={"Host": "evil.example"}).status_code == 400
