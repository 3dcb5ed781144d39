"""From "add content" to a graded attempt: the LMS checks the answer, makes the link, and a student does it."""

import httpx
import pytest
from adding import DL, MODULE, QUIZ, answer_form, claims_of, items_of
from stack import ANA, BEN, OTHER_TEACHER, TEACHER

LTI = "https://purl.imsglobal.org/spec/lti/claim/"


def finish(student):
    for _ in range(40):
        if 'value="finish"' in student.text:
            return student.submit("finish")
        student.submit("next")
    raise AssertionError(student.path)


@pytest.mark.proves("dl-line-item")
def test_chosen_quiz_becomes_an_assignment_with_the_chosen_points(stack, adding):
    (link,) = adding.add(QUIZ, points="25", title="Is it true?")

    finish(stack.launch(link, ANA))
    stack.deliver_all()

    column = stack.lms.state.find_line_item(stack.lms.state.find_link(link).line_item_id)
    assert (column.score_maximum, column.tag, column.resource_id) == (25, "quiz", QUIZ)
    assert (ANA, link) in stack.gradebook()
    assert stack.rows("SELECT state, wanted_maximum FROM grade") == [
        {"state": "delivered", "wanted_maximum": 25}
    ]
    (placement,) = stack.rows("SELECT * FROM placement")
    assert (placement["points"], placement["title"], placement["content_id"]) == (
        25,
        "Is it true?",
        "leave-the-page",
    )
    assert placement["offer_id"] is not None


@pytest.mark.proves("dl-one-or-several")
def test_several_are_added_at_once_each_with_its_own_settings(stack, adding):
    teacher = adding.open()

    adding.send(teacher, MODULE, QUIZ, points="5", **{"1.title": "The quiz", "1.points": "7.5"})

    assert [(item["title"], item["lineItem"]["scoreMaximum"]) for item in items_of(teacher.page.text)] == [
        ("Is it true?", 5),
        ("The quiz", 7.5),
    ]
    assert adding.deliver(teacher).status_code == 200


@pytest.mark.proves("dl-response", "dl-line-item")
def test_answer_says_all_that_the_specification_asks_for(stack, adding):
    teacher = adding.open()
    adding.send(
        teacher,
        QUIZ,
        opens_at="2030-01-07T08:00",
        due_at="2030-01-11T16:00",
        closes_at="2030-01-12T16:00",
        max_attempts="2",
    )

    claims = claims_of(teacher.page.text)
    assert (claims["iss"], claims["aud"]) == (stack.config.client_id, stack.config.issuer)
    assert claims[f"{LTI}message_type"] == "LtiDeepLinkingResponse"
    assert claims[f"{LTI}version"] == "1.3.0"
    assert claims[f"{LTI}deployment_id"] == stack.config.deployment_id
    assert 0 < claims["exp"] - claims["iat"] <= 600
    assert len(claims["nonce"]) > 20
    (item,) = claims[f"{DL}content_items"]
    (offer,) = stack.rows("SELECT * FROM placement_offer")
    assert item["custom"] == {"content": QUIZ, "offer": str(offer["id"])}
    assert item["url"] == f"{stack.tool_url}/lti/launch"
    assert item["lineItem"] == {"scoreMaximum": 25, "label": "Is it true?", "resourceId": QUIZ, "tag": "quiz"}
    assert item["available"]["startDateTime"].endswith("Z")
    assert set(item["available"]) == {"startDateTime", "endDateTime"}
    assert set(item["submission"]) == {"endDateTime"}
    assert "iframe" in item
    assert offer["max_attempts"] == 2


@pytest.mark.proves("dl-data")
@pytest.mark.parametrize("data", ['a"b<c>&d', "ü" * 2000])
def test_data_comes_back_as_it_was(adding, data):
    teacher = adding.open(data=data)

    adding.send(teacher, QUIZ)

    assert claims_of(teacher.page.text)[f"{DL}data"] == data


@pytest.mark.proves("dl-data")
def test_no_data_comes_back_where_none_came(adding):
    teacher = adding.open(data=None)

    adding.send(teacher, QUIZ)

    assert f"{DL}data" not in claims_of(teacher.page.text)


@pytest.mark.proves("dl-cancel")
def test_cancelling_answers_with_an_empty_list(adding):
    before = adding.links()
    teacher = adding.open()

    teacher.post(f"{teacher.visit}/library/cancel")

    assert items_of(teacher.page.text) == []
    assert "Nothing was chosen" in adding.deliver(teacher).text
    assert adding.links() == before


@pytest.mark.proves("dl-accept-lineitem", "dl-ungraded-link")
def test_without_columns_nothing_promises_a_grade(stack, adding):
    teacher = adding.open(accept_lineitem=False)
    assert "practice without a grade" in teacher.text

    adding.send(teacher, QUIZ)
    assert "lineItem" not in items_of(teacher.page.text)[0]
    known = {row["id"] for row in adding.links()}
    adding.deliver(teacher)

    (link,) = [row["id"] for row in adding.links() if row["id"] not in known]
    student = finish(stack.launch(link, BEN))
    assert "no grade in your course" in student.text
    assert stack.count("grade") == 0


@pytest.mark.proves("dl-targets")
@pytest.mark.parametrize(
    ("targets", "present"),
    [(["iframe", "window"], "iframe"), (["window"], "window"), (["embed"], None), (None, None)],
)
def test_item_opens_only_where_the_lms_can_show_it(adding, targets, present):
    teacher = adding.open(accept_presentation_document_targets=targets)

    adding.send(teacher, QUIZ)

    assert [name for name in ("iframe", "window") if name in items_of(teacher.page.text)[0]] == (
        [present] if present else []
    )


@pytest.mark.proves("dl-one-or-several")
@pytest.mark.parametrize("multiple", [False, None])
def test_one_at_a_time_where_the_lms_takes_one(adding, multiple):
    teacher = adding.open(accept_multiple=multiple)
    assert 'type="radio" name="pick"' in teacher.page.text
    assert 'type="checkbox"' not in teacher.page.text

    teacher.get(f"{teacher.visit}/library/settings?pick={QUIZ}&pick={MODULE}")
    assert teacher.page.status_code == 400
    adding.send(teacher, QUIZ, MODULE)
    assert teacher.page.status_code == 400

    adding.send(teacher, QUIZ)
    assert len(items_of(teacher.page.text)) == 1


@pytest.mark.proves("dl-accept-types")
def test_place_that_takes_no_links_says_so_and_can_be_cancelled(adding):
    teacher = adding.open(accept_types=["html", "file"])
    assert "takes no links to activities" in teacher.text
    assert 'name="pick"' not in teacher.page.text

    adding.send(teacher, QUIZ)
    assert teacher.page.status_code == 400
    teacher.post(f"{teacher.visit}/library/cancel")
    assert items_of(teacher.page.text) == []


def test_types_written_as_one_text_are_understood(adding):
    assert 'name="pick"' in adding.open(accept_types="html, ltiResourceLink").page.text


@pytest.mark.proves("dl-return-escaped")
def test_return_address_cannot_break_out_of_the_page_nor_widen_what_it_may_post_to(adding):
    url = 'https://lms.example:8443/back?a=1&b=%22"><script>alert(1)</script>'
    teacher = adding.open(deep_link_return_url=url.replace(" ", ""))

    teacher.post(f"{teacher.visit}/library/cancel")

    assert "<script>alert" not in teacher.page.text
    assert answer_form(teacher.page.text)[0] == url
    policy = teacher.page.headers["content-security-policy"]
    assert "form-action 'self' https://lms.example:8443;" in policy


def test_other_pages_post_to_the_tool_only(adding):
    assert "form-action 'self';" in adding.open().page.headers["content-security-policy"]


@pytest.mark.proves("dl-return-escaped")
@pytest.mark.parametrize(
    "url",
    [
        "http://lms.example/back",
        "javascript:alert(1)",
        "https://user@lms.example/",
        "",
        None,
        "/deep-link/return",
    ],
)
def test_unsafe_return_address_stops_the_launch(stack, adding, url):
    teacher = adding.open(deep_link_return_url=url)

    assert teacher.page.status_code == 400
    assert "deep_link_return_url" in teacher.text
    assert stack.count("deep_link_request") == 0


@pytest.mark.proves("dl-once")
def test_answer_goes_out_once(stack, adding):
    teacher = adding.open()
    adding.send(teacher, QUIZ)
    assert stack.count("placement_offer") == 1

    adding.send(teacher, QUIZ)
    assert teacher.page.status_code == 409
    teacher.post(f"{teacher.visit}/library/cancel")
    assert teacher.page.status_code == 409
    assert stack.count("placement_offer") == 1


@pytest.mark.proves("dl-once")
def test_only_the_visit_that_was_asked_can_answer(stack, adding):
    adding.open()
    same_teacher = stack.launch("grade-7-class", TEACHER)
    other_teacher = stack.launch("grade-8-class", OTHER_TEACHER)
    student = stack.launch("grade-7-leave-the-page", BEN)

    for visitor in (same_teacher, other_teacher, student):
        for path in ("send", "cancel"):
            visitor.post(f"{visitor.visit}/library/{path}", {"pick": QUIZ})
            assert visitor.page.status_code == 403, path
            assert "JWT" not in visitor.page.text
        visitor.get(f"{visitor.visit}/library/settings?pick={QUIZ}")
        assert visitor.page.status_code == 403
    assert stack.rows("SELECT answered_at FROM deep_link_request") == [{"answered_at": None}]


@pytest.mark.proves("dl-roles")
def test_student_who_gets_to_the_library_is_told_kindly(stack):
    student = stack.launch("grade-7-leave-the-page", ANA)

    student.get(f"{student.visit}/library")

    assert student.page.status_code == 403
    assert "La biblioteca es para docentes" in student.text  # Ana reads Spanish
    student.get(f"{student.visit}/library/quiz/leave-the-page")
    assert student.page.status_code == 403


def test_settings_to_mend_are_shown_again_and_nothing_is_sent(stack, adding):
    teacher = adding.open()

    adding.send(
        teacher,
        QUIZ,
        title="",
        points="0",
        max_attempts="x",
        opens_at="soon",
        feedback="after_due",
        due_at="",
    )

    assert teacher.page.status_code == 400
    for sentence in (
        "Give it a title",
        "number of points",
        "number from 1",
        "date and a time",
        "needs a due date",
    ):
        assert sentence in teacher.text
    assert stack.count("placement_offer") == 0
    adding.send(teacher, QUIZ)
    assert adding.deliver(teacher).status_code == 200


def test_copied_link_gets_rules_of_its_own(stack, adding):
    (link,) = adding.add(QUIZ, max_attempts="2")
    teacher = stack.launch(link, TEACHER)
    placement = stack.rows("SELECT id FROM placement")[0]["id"]
    teacher.post(
        f"{teacher.visit}/assignment/{placement}/settings",
        {"title": "Now other", "points": "30", "max_attempts": "9", "feedback": "never"},
    )
    assert teacher.page.status_code == 200

    stack.launch(link, ANA)

    (row,) = stack.rows("SELECT title, points, max_attempts, feedback FROM placement")
    assert row == {"title": "Now other", "points": 30, "max_attempts": 9, "feedback": "never"}
    (offer,) = stack.rows("SELECT points, max_attempts FROM placement_offer")
    assert offer == {"points": 25, "max_attempts": 2}


def test_offer_of_other_content_is_not_taken(stack, adding):
    (link,) = adding.add(QUIZ, points="25")
    custom = stack.lms.state.find_link(link).custom
    custom["content"] = MODULE

    stack.launch(link, ANA)

    (row,) = stack.rows("SELECT content_kind, offer_id FROM placement")
    assert row == {"content_kind": "module", "offer_id": None}


def test_lms_log_shows_no_complaint(stack, adding):
    teacher = adding.open()
    adding.send(teacher, QUIZ)
    url, token = answer_form(teacher.page.text)

    assert "was not accepted" not in httpx.post(url, data={"JWT": token}).text
