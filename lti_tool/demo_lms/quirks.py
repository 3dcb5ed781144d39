"""What LMS products do differently, each as a named switch. `flavors` makes sets of them, and tests combine them as they like.

The default of every switch is what the specifications say, or the stricter reading where they leave a choice. All was read in
November 2026 in the sources named; no live Canvas, Schoology or Moodle was reached.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")

_CANVAS = "Canvas, https://github.com/instructure/canvas-lms"
_CANVAS_LAUNCH = f"{_CANVAS} doc/api/lti_launch_overview.md"
_CANVAS_SCORES = f"{_CANVAS} app/controllers/lti/ims/scores_controller.rb"
_CANVAS_LIMITS = f"{_CANVAS} doc/api/throttling.md"
_SCHOOLOGY = "Schoology, https://developers.schoology.com/app-platform/lti-apps"
_SCHOOLOGY_SEEN = "Schoology, a real launch seen in https://github.com/code-dot-org/code-dot-org/pull/68337"
_SCHOOLOGY_STRICT = "Schoology, https://github.com/Simon-Initiative/lti_1p3/pull/27"
_SCHOOLOGY_LIVE = "Schoology, notes of a live test by OPS-PIvers/SpartBoard, 2026-10-09"
_MOODLE = "Moodle 5.1.3, public/mod/lti"


def _switch(default: T, about: str, source: str = "The specification.") -> T:
    made: T = field(default=default, metadata={"about": about, "source": source})
    return made


@dataclass(frozen=True, kw_only=True)
class Quirks:
    """Every switch. `about` and `source` of each are in its metadata, for the pages and commands that list them."""

    product_family: str = _switch("infolit-demo-lms", "How the LMS names its product in a launch.")

    # The registration

    issuer: str = _switch(
        "",
        "An issuer that all customers share, so that only the client id tells them apart; empty: the LMS's own address.",
        _CANVAS_LAUNCH,
    )
    client_id: str = _switch("infolit-demo", "The form of the client id: a long number.", _CANVAS_LAUNCH)
    deployment_id: str = _switch(
        "demo-1", "The form of the deployment id: number:hash, or client-number.", _CANVAS_LAUNCH
    )

    token_audience: str = _switch(
        "",
        "The one audience that a request for an access token may have; empty: the token address or the issuer.",
        "D2L Brightspace: always https://api.brightspace.com/auth/token",
    )

    # The launch

    aud_is_list: bool = _switch(False, "aud is a list, also of one.", _SCHOOLOGY_SEEN)
    numbered_subs: bool = _switch(
        False, "sub is a number and a hash: 123::9f3c… instead of a UUID.", _SCHOOLOGY_SEEN
    )
    id_token_s: int = _switch(3600, "How long an id_token is good, in seconds.", _SCHOOLOGY_SEEN)
    bare_menu_launch: bool = _switch(
        False,
        "Opening the tool from the app menu sends LtiResourceLinkRequest without resource link, course and services.",
        _SCHOOLOGY_SEEN,
    )
    lower_case_keys: bool = _switch(False, "The keys of custom parameters arrive in lower case.", _SCHOOLOGY)
    own_custom_only: bool = _switch(
        False, "A deep-linked item carries its own custom parameters and none of the app's.", _SCHOOLOGY
    )
    literal_variables: bool = _switch(
        True,
        "Variables without a value arrive as they are written, $Canvas.assignment.dueAt.iso8601; otherwise empty.",
        f"{_CANVAS} doc/api/tools_variable_substitutions.md",
    )
    learners_with_staff_roles: bool = _switch(
        False,
        "Some learners carry the institution role Instructor; only course roles may decide.",
        f"{_CANVAS} doc/api/canvas_roles.md",
    )
    extra_people: bool = _switch(
        False,
        "Each course also has a teaching assistant, a designer, an observer and the test student of Student View.",
        f"{_CANVAS} doc/api/canvas_roles.md",
    )
    json_message_hint: bool = _switch(
        False, "lti_message_hint is JSON, with quotes and braces, and has to come back untouched.", _MOODLE
    )
    single_use_hint: bool = _switch(
        True, "lti_message_hint is good once: a second use answers launch_no_longer_valid.", _CANVAS_LAUNCH
    )

    # The frame

    storage_target: str = _switch(
        "_parent",
        "Where the tool may keep data by lti.put_data: the page around it, a named frame beside it, or nowhere (empty).",
        f"{_CANVAS} doc/api/lti_window_post_message.md",
    )
    storage_answers: str = _switch(
        "yes",
        "How the storage answers: yes; never, as apps on telephones do; or full, that is with storage_exhaustion to each lti.put_data.",
        f"{_CANVAS} doc/api/lti_window_post_message.md",
    )
    frame_resize: bool = _switch(True, "The page answers lti.frameResize and its like.", _MOODLE)

    # Services in general

    needs_user_agent: bool = _switch(
        False,
        "Calls without User-Agent are refused with 403.",
        "Canvas, https://github.com/ucfopen/Materia/issues/1670",
    )
    limit_headers: bool = _switch(
        False, "Each answer tells X-Rate-Limit-Remaining and X-Request-Cost.", _CANVAS_LIMITS
    )
    limit_status: int = _switch(
        429,
        'The answer "Rate Limit Exceeded" has this status: 429 by today\'s documents, 403 before.',
        _CANVAS_LIMITS,
    )
    needs_read_scope: bool = _switch(
        False, "Columns are read with the scope lineitem.readonly only, not with lineitem.", _MOODLE
    )

    # Grades

    line_item_query: bool = _switch(
        False, "Line item addresses end in ?type_id=1 and are not found without it.", _MOODLE
    )
    exact_content_type: bool = _switch(
        True, "Columns and scores are read only under their own media types.", _MOODLE
    )
    strict_bodies: bool = _switch(
        False,
        "A field the LMS does not know refuses the whole message, as does `id` in a new column.",
        _SCHOOLOGY_STRICT,
    )
    stale_rule: str = _switch(
        "not_newer",
        "Which scores come too late: those not newer (409), those older (400, equal ones count), or those not newer by whole seconds (409).",
        f"{_CANVAS_SCORES}; {_MOODLE}",
    )
    graded_progress: tuple[str, ...] = _switch(
        ("FullyGraded", "PendingManual"),
        "With which gradingProgress a score counts; with any other the cell is emptied.",
        f"{_CANVAS_SCORES}; {_MOODLE}",
    )
    ungradable_status: int = _switch(
        422, "The answer when a score is for somebody who is not a student of the course.", _MOODLE
    )
    refuses_future_work: bool = _switch(
        False, "submittedAt more than a minute ahead is refused with 400.", _CANVAS_SCORES
    )
    canvas_extension: bool = _switch(
        True,
        "The Canvas extension counts: preserve_score, prioritize_non_tool_grade, new_submission.",
        _CANVAS_SCORES,
    )
    counts_submissions: bool = _switch(
        False,
        "Each score is a new submission of the student unless new_submission is false.",
        _CANVAS_SCORES,
    )
    attempts_allowed: int = _switch(
        0,
        "With so many submissions counted, a further one is refused with 422; 0 sets no limit.",
        _CANVAS_SCORES,
    )
    comments_add: bool = _switch(
        False,
        "A comment is added to those that stand there, and a score without one clears none.",
        _CANVAS_SCORES,
    )
    gives_result_url: bool = _switch(True, "The answer to a score holds resultUrl.", _CANVAS_SCORES)
    keeps_coupled_column: bool = _switch(
        False,
        "The column that belongs to a link cannot be deleted (401).",
        f"{_CANVAS} app/controllers/lti/ims",
    )
    ignores_column_dates: bool = _switch(False, "endDateTime of a column is dropped.", _SCHOOLOGY_LIVE)
    hides_zero_results: bool = _switch(False, "Results leave out scores of zero.", _MOODLE)
    score_wipes_flag: bool = _switch(
        False, "Any score wipes the mark Missing or Excused that the teacher set.", _SCHOOLOGY_LIVE
    )

    # A copied course

    copy_history: tuple[str, ...] = _switch(
        ("context", "link"),
        "Of what a launch tells the former ids ($Context.id.history, $ResourceLink.id.history) in a copied course.",
        f"{_CANVAS} doc/api/tools_variable_substitutions.md",
    )
    copy_notices: bool = _switch(
        False,
        "The tool may ask to be told of copied courses (LtiContextCopyNotice).",
        f"{_CANVAS} doc/api/pns.md",
    )
    copy_keeps_link_ids: bool = _switch(
        False, "A copied link keeps its id; only the course's id is new.", "The specification leaves it open."
    )
    copy_keeps_custom: bool = _switch(
        True,
        "A copied link keeps the custom parameters it was added with.",
        "The specification leaves it open.",
    )
    copied_column: str = _switch(
        "own",
        "The column of a copied link: its own, one that belongs to no link (uncoupled), or still that of the old course (old).",
        "AGS 2.0 asks tools to look for columns that a copy brought along.",
    )

    # The roster

    roster_page: int = _switch(
        50, "Members on one page.", f"{_CANVAS} names_and_roles_controller; {_SCHOOLOGY}"
    )
    exact_accept: bool = _switch(
        False,
        "The roster answers only an Accept header that is its media type and nothing else.",
        _SCHOOLOGY_STRICT,
    )

    # Deep linking

    accept_types: tuple[str, ...] = _switch(("ltiResourceLink",), "What a teacher may add.", _SCHOOLOGY)
    accept_multiple: bool = _switch(
        True, "Several items may come back at once.", f"{_CANVAS} doc/api/content_item.md"
    )
    column_placements_only: bool = _switch(
        False,
        "A column is made only from the placement for assignments; from others the line item is dropped.",
        f"{_CANVAS} doc/api/content_item.md",
    )
