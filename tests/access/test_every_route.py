"""Every address of the tool, asked by everybody with one student's ids: the rightful get in, nobody else, and no name slips out.

A new route fails the first test until it stands in the table with those who may use it.
"""

import json
from dataclasses import dataclass

import pytest

OF_THE_GRADE = frozenset({"specialist of the grade", "specialist of the school's grade"})
SEES = OF_THE_GRADE | {"own student", "own teacher", "district specialist", "specialist of the school"}
"""Who may read the victim's name or class somewhere."""
OF_THE_SCHOOL = OF_THE_GRADE | {"district specialist", "specialist of the school"}
"""Specialists whom the victim's school and grade are granted."""
TAKEN = (("person_id", "{colleague}"), ("role", "coordinator"))
MAY_BE_REFUSED = (
    (("name", ""),),
    (("roster", ""),),
    (("do", "apart"),),
    (("method", "latest"), ("reason", "Policy")),
    TAKEN,
    (("undo", "yes"),),
    (("steps", "3"), ("reason", "Meant the same.")),
)
"""What lacks something, or was done by the rightful before."""
IN_THE_QUEUE = frozenset({"administrator", "administrator by link"})
"""They read names only where records may be one student's."""
IN_CLASS = frozenset({"own student", "another student", "own teacher"})
TEACHERS = frozenset({"own teacher", "another teacher", "teacher of another district"})
ADMINISTRATORS = frozenset(
    {
        "administrator",
        "administrator by link",
        "administrator of another district",
        "administrator by link of another district",
    }
)
OWN_ADMINISTRATORS = frozenset({"administrator", "administrator by link"})
LINK_ONLY = frozenset({"administrator by link", "administrator by link of another district"})
CORRECTORS = frozenset(
    {
        "district specialist",
        "specialist of the school",
        "specialist of the other school",
        "specialist of another district",
    }
)
DISTRICT = ADMINISTRATORS | {"district specialist", "specialist of another district"}
"""Who decides for a whole district: their own."""
SPECIALISTS = CORRECTORS | OF_THE_GRADE | {"specialist of another grade"}
OWN_OVERSEERS = frozenset({"principal of the school", "coordinator"})
OVERSEERS = OWN_OVERSEERS | {
    "principal of the other school",
    "principal of another district",
    "coordinator of another district",
}
"""They see figures of groups, and reach no page about a student."""
STRANGERS = frozenset({"nobody", "expired"})
ACTORS = (
    STRANGERS
    | SEES
    | TEACHERS
    | ADMINISTRATORS
    | SPECIALISTS
    | OVERSEERS
    | {"another student", "observer of the class", "student of another district"}
)
ANYONE = ACTORS - STRANGERS
PEOPLE = ANYONE - LINK_ONLY
OWN = frozenset({"own student"})
OBSERVER = frozenset({"observer of the class"})
OF_ANOTHER_DISTRICT = frozenset(actor for actor in ACTORS if actor.endswith("of another district"))
OWN_SPECIALISTS = SPECIALISTS - OF_ANOTHER_DISTRICT
OWN_STAFF = (TEACHERS | SPECIALISTS) - OF_ANOTHER_DISTRICT
WHO_BROUGHT = frozenset({"district specialist"})


@dataclass(frozen=True, kw_only=True)
class Route:
    """One address, who may use it, and what to send."""

    rule: str
    path: str
    allowed: frozenset
    method: str = "GET"
    form: tuple = ()
    body: str | None = None


def get(rule, path, allowed):
    return Route(rule=rule, path=path, allowed=allowed)


def post(rule, path, allowed, *form, body=None):
    return Route(rule=rule, path=path, allowed=allowed, method="POST", form=form, body=body)


AT = "/at/<token>"
REPORT = f"{AT}/library/bring-in/<uuid:edition_id>"
OWN_BANK = f"{AT}/library/own/<bank_id>"
ATTEMPT = f"{AT}/attempt/<uuid:attempt_id>"
ASSIGNMENT = f"{AT}/assignment/<uuid:placement_id>"
PLATFORM = f"{AT}/platforms/<uuid:platform_id>"
ROUTES = (
    get(f"{AT}/", "/at/{token}/", ANYONE),
    get(f"{AT}/what-i-can-do", "/at/{token}/what-i-can-do", PEOPLE),
    post(f"{AT}/language", "/at/{token}/language", ANYONE, ("locale", "en")),
    post(f"{AT}/reading", "/at/{token}/reading", PEOPLE, ("text_size", "normal")),
    get(f"{AT}/keyboard", "/at/{token}/keyboard", PEOPLE),
    post(f"{AT}/begin/<uuid:placement_id>", "/at/{token}/begin/{placement}", IN_CLASS),
    get(ATTEMPT, "/at/{token}/attempt/{open}", OWN),
    get(ATTEMPT, "/at/{token}/attempt/{finished}", OWN),
    get(f"{ATTEMPT}/<int:index>", "/at/{token}/attempt/{open}/1", OWN),
    post(f"{ATTEMPT}/<int:index>", "/at/{token}/attempt/{open}/1", OWN, ("do", "next")),
    post(f"{ATTEMPT}/<int:index>", "/at/{token}/attempt/{finished}/1", OWN, ("do", "finish")),
    post(
        f"{ATTEMPT}/save",
        "/at/{token}/attempt/{open}/save",
        OWN,
        body='{"client": "abc", "seq": "1", "fields": {"ltp-first-look.pick": ["claim"]}}',
    ),
    get(f"{ATTEMPT}/print", "/at/{token}/attempt/{open}/print?key=1", OWN),
    get(
        f"{AT}/library/<any(module, quiz):kind>/<content_id>/print",
        "/at/{token}/library/module/leave-the-page/print?key=1",
        TEACHERS | SPECIALISTS,
    ),
    get(f"{ATTEMPT}/notes", "/at/{token}/attempt/{open}/notes", OWN),
    get(f"{ATTEMPT}/notes.txt", "/at/{token}/attempt/{finished}/notes.txt", OWN),
    post(f"{ATTEMPT}/notes", "/at/{token}/attempt/{open}/notes", OWN, ("note", "Mine")),
    get(f"{ATTEMPT}/result", "/at/{token}/attempt/{finished}/result", OWN),
    get(f"{ATTEMPT}/delivery", "/at/{token}/attempt/{finished}/delivery", OWN),
    get(f"{AT}/media/<content_hash>/<path:name>", "/at/{token}/media/{hash}/tabs.svg", PEOPLE),
    get(f"{AT}/class", "/at/{token}/class", TEACHERS),
    get(f"{AT}/class/<uuid:section_id>", "/at/{token}/class/{section}", frozenset({"own teacher"})),
    post(
        f"{AT}/class/<uuid:section_id>/roster",
        "/at/{token}/class/{section}/roster",
        frozenset({"own teacher"}),
    ),
    get(ASSIGNMENT, "/at/{token}/assignment/{placement}", frozenset({"own teacher"})),
    post(f"{ASSIGNMENT}/test", "/at/{token}/assignment/{placement}/test", frozenset({"own teacher"})),
    post(f"{ASSIGNMENT}/column", "/at/{token}/assignment/{placement}/column", frozenset({"own teacher"})),
    post(f"{ASSIGNMENT}/compare", "/at/{token}/assignment/{placement}/compare", frozenset({"own teacher"})),
    get(
        f"{ASSIGNMENT}/student/<uuid:person_id>",
        "/at/{token}/assignment/{placement}/student/{person}",
        frozenset({"own teacher"}),
    ),
    post(
        f"{ASSIGNMENT}/resend/<uuid:person_id>",
        "/at/{token}/assignment/{placement}/resend/{person}",
        frozenset({"own teacher"}),
    ),
    get(f"{ASSIGNMENT}/marking", "/at/{token}/assignment/{placement}/marking", frozenset({"own teacher"})),
    get(
        f"{ASSIGNMENT}/questions", "/at/{token}/assignment/{placement}/questions", frozenset({"own teacher"})
    ),
    get(f"{AT}/questions", "/at/{token}/questions", SPECIALISTS),
    get(
        f"{AT}/questions/<any(module, quiz):kind>/<content_id>",
        "/at/{token}/questions/module/leave-the-page",
        OF_THE_SCHOOL,
    ),
    get(f"{ASSIGNMENT}/actions", "/at/{token}/assignment/{placement}/actions", frozenset({"own teacher"})),
    post(
        f"{ASSIGNMENT}/actions",
        "/at/{token}/assignment/{placement}/actions",
        frozenset({"own teacher"}),
        ("do", "drop"),
        ("item", "ltp-first-look"),
        ("reason", "tried"),
    ),
    get(f"{AT}/corrections", "/at/{token}/corrections", CORRECTORS),
    post(
        f"{AT}/corrections/<any(module, quiz):kind>/<content_id>",
        "/at/{token}/corrections/module/leave-the-page",
        CORRECTORS,
    ),
    # A run belongs to the schools of who began it: tests/rescoring/ tries others.
    get(f"{AT}/corrections/<uuid:run_id>", "/at/{token}/corrections/{placement}", frozenset()),
    post(f"{AT}/corrections/<uuid:run_id>", "/at/{token}/corrections/{placement}", frozenset()),
    # An answer that a teacher scores is in no shipped lesson: tests/flow/test_marking.py tries the teacher of the class and others.
    get(
        f"{ASSIGNMENT}/marking/<uuid:attempt_id>/<item_id>",
        "/at/{token}/assignment/{placement}/marking/{finished}/ltp-first-look",
        frozenset(),
    ),
    post(
        f"{ASSIGNMENT}/marking/<uuid:attempt_id>/<item_id>",
        "/at/{token}/assignment/{placement}/marking/{finished}/ltp-first-look",
        frozenset(),
        ("do", "give"),
    ),
    post(f"{ASSIGNMENT}/resend", "/at/{token}/assignment/{placement}/resend", frozenset({"own teacher"})),
    get(f"{AT}/waiting/<uuid:placement_id>", "/at/{token}/waiting/{placement}", IN_CLASS | OBSERVER),
    get(f"{AT}/given", "/at/{token}/given", PEOPLE),
    get(f"{AT}/student/<uuid:person_id>/given", "/at/{token}/student/{person}/given", SEES - OWN),
    post(
        f"{AT}/student/<uuid:person_id>/given",
        "/at/{token}/student/{person}/given",
        SEES - OWN,
        ("time_percent", "150"),
        ("reason", "Plan of May"),
    ),
    get(f"{ASSIGNMENT}/extend", "/at/{token}/assignment/{placement}/extend", frozenset({"own teacher"})),
    post(
        f"{ASSIGNMENT}/extend",
        "/at/{token}/assignment/{placement}/extend",
        frozenset({"own teacher"}),
        ("whom", "class"),
        ("extra_attempts", "1"),
        ("reason", "Snow day"),
    ),
    post(
        f"{ASSIGNMENT}/extend/<uuid:extension_id>/undo",
        "/at/{token}/assignment/{placement}/extend/{person}/undo",
        frozenset(),
    ),
    get(f"{ASSIGNMENT}/settings", "/at/{token}/assignment/{placement}/settings", frozenset({"own teacher"})),
    post(
        f"{ASSIGNMENT}/settings",
        "/at/{token}/assignment/{placement}/settings",
        frozenset({"own teacher"}),
        ("title", "The same for all"),
        ("points", "10"),
    ),
    get(f"{AT}/library", "/at/{token}/library", TEACHERS | SPECIALISTS),
    get(
        f"{AT}/library/<any(module, quiz):kind>/<content_id>",
        "/at/{token}/library/module/leave-the-page",
        TEACHERS | SPECIALISTS,
    ),
    get(
        f"{AT}/library/<any(module, quiz):kind>/<content_id>/export",
        "/at/{token}/library/quiz/leave-the-page/export",
        TEACHERS | SPECIALISTS,
    ),
    get(
        f"{AT}/library/<any(module, quiz):kind>/<content_id>/export/<format_name>",
        "/at/{token}/library/quiz/leave-the-page/export/csv",
        TEACHERS | SPECIALISTS,
    ),
    get(f"{AT}/library/bring-in", "/at/{token}/library/bring-in", TEACHERS | SPECIALISTS),
    post(f"{AT}/library/bring-in", "/at/{token}/library/bring-in", TEACHERS | SPECIALISTS, ("name", "")),
    # A report is for whoever brought the file.
    get(f"{REPORT}", "/at/{token}/library/bring-in/{waiting}", WHO_BROUGHT),
    get(f"{REPORT}/zip", "/at/{token}/library/bring-in/{waiting}/zip", WHO_BROUGHT),
    post(f"{REPORT}/keep", "/at/{token}/library/bring-in/{waiting}/keep", WHO_BROUGHT),
    get(f"{AT}/library/own", "/at/{token}/library/own", TEACHERS | SPECIALISTS),
    get(OWN_BANK, "/at/{token}/library/own/{bank}", OWN_STAFF),
    get(f"{OWN_BANK}/zip", "/at/{token}/library/own/{bank}/zip", OWN_STAFF),
    post(OWN_BANK, "/at/{token}/library/own/{bank}", OWN_SPECIALISTS, ("do", "share")),
    post(
        f"{OWN_BANK}/undo/<int:entry_id>",
        "/at/{token}/library/own/{bank}/undo/{bank_entry}",
        OWN_SPECIALISTS,
        ("undo", "yes"),
    ),
    get(
        f"{AT}/library/<any(module, quiz):kind>/<content_id>",
        "/at/{token}/library/quiz/{bank}",
        OWN_STAFF,
    ),
    get(
        f"{AT}/library/<any(module, quiz):kind>/<content_id>/export/<format_name>",
        "/at/{token}/library/quiz/{bank}/export/csv",
        OWN_STAFF,
    ),
    get(
        f"{AT}/library/<any(module, quiz):kind>/<content_id>/print",
        "/at/{token}/library/quiz/{bank}/print?key=1",
        OWN_STAFF,
    ),
    get(
        f"{AT}/media/<content_hash>/<path:name>",
        "/at/{token}/media/{bank_hash}/{bank_picture}",
        frozenset(PEOPLE - OF_ANOTHER_DISTRICT),
    ),
    # Only the visit of an LMS's "add content" may answer it: tests/deep_linking.
    get(f"{AT}/library/settings", "/at/{token}/library/settings?pick=quiz:leave-the-page", frozenset()),
    post(f"{AT}/library/send", "/at/{token}/library/send", frozenset(), ("pick", "quiz:leave-the-page")),
    post(f"{AT}/library/cancel", "/at/{token}/library/cancel", frozenset()),
    # An overseer is sent on to the overview: tests/grants/test_overview.py.
    get(f"{AT}/board", "/at/{token}/board", SPECIALISTS | OVERSEERS),
    get(
        f"{AT}/board",
        "/at/{token}/board?school={school}",
        OF_THE_SCHOOL | OVERSEERS | {"specialist of another grade"},
    ),
    get(f"{AT}/board/<skill>/<int:grade>", "/at/{token}/board/leave-the-page/7", SPECIALISTS),
    get(
        f"{AT}/board/<skill>/<int:grade>",
        "/at/{token}/board/leave-the-page/7?school={school}",
        OF_THE_SCHOOL | {"specialist of another grade"},
    ),
    get(f"{AT}/skills/<uuid:section_id>", "/at/{token}/skills/{section}", OF_THE_SCHOOL | {"own teacher"}),
    get(f"{AT}/student/<uuid:person_id>", "/at/{token}/student/{person}", OF_THE_SCHOOL | {"own teacher"}),
    get(f"{AT}/overview", "/at/{token}/overview", OVERSEERS),
    get(f"{AT}/overview", "/at/{token}/overview?school={school}", OWN_OVERSEERS),
    get(f"{AT}/overview.csv", "/at/{token}/overview.csv", OVERSEERS),
    get(f"{AT}/overview.csv", "/at/{token}/overview.csv?school={school}", OWN_OVERSEERS),
    get(f"{AT}/standards", "/at/{token}/standards", TEACHERS | SPECIALISTS),
    get(f"{AT}/rights", "/at/{token}/rights", ADMINISTRATORS),
    post(f"{AT}/rights/find", "/at/{token}/rights/find", ADMINISTRATORS, ("who", "nobody@nowhere.example")),
    post(
        f"{AT}/rights",
        "/at/{token}/rights",
        OWN_ADMINISTRATORS,
        ("person_id", "{colleague}"),
        ("role", "principal"),
        ("school", "{school}"),
        ("reason", "tried"),
    ),
    post(f"{AT}/rights/take", "/at/{token}/rights/take", OWN_ADMINISTRATORS, *TAKEN),
    post(
        f"{AT}/rights/<int:entry_id>/undo",
        "/at/{token}/rights/{entry}/undo",
        OWN_ADMINISTRATORS,
        ("undo", "yes"),
    ),
    get(
        f"{AT}/student/<uuid:person_id>/skill/<skill>",
        "/at/{token}/student/{person}/skill/leave-the-page",
        SEES - OWN,
    ),
    post(
        f"{AT}/student/<uuid:person_id>/skill/<skill>",
        "/at/{token}/student/{person}/skill/leave-the-page",
        SEES - OWN,
        ("do", "set"),
        ("level", "developing"),
        ("reason", "Told me how"),
    ),
    get(f"{AT}/levels", "/at/{token}/levels", SPECIALISTS | ADMINISTRATORS),
    get(f"{AT}/levels", "/at/{token}/levels?method=latest", DISTRICT),
    post(f"{AT}/levels", "/at/{token}/levels", DISTRICT, ("method", "latest"), ("reason", "Policy")),
    get(f"{AT}/people", "/at/{token}/people", SPECIALISTS | ADMINISTRATORS),
    post(
        f"{AT}/people/<uuid:case_id>",
        "/at/{token}/people/{case}",
        OF_THE_SCHOOL | OWN_ADMINISTRATORS,
        ("do", "apart"),
    ),
    get(f"{AT}/rosters", "/at/{token}/rosters", ADMINISTRATORS),
    get(
        f"{ASSIGNMENT}/answer/<uuid:attempt_id>/<item_id>",
        "/at/{token}/assignment/{placement}/answer/{finished}/{advised}",
        frozenset({"own teacher"}),
    ),
    post(
        f"{ASSIGNMENT}/answer/<uuid:attempt_id>/<item_id>",
        "/at/{token}/assignment/{placement}/answer/{finished}/{advised}",
        frozenset({"own teacher"}),
        ("steps", "3"),
        ("reason", "Meant the same."),
    ),
    post(f"{AT}/rosters", "/at/{token}/rosters", ADMINISTRATORS, ("roster", "")),
    get(f"{AT}/rosters/upload/<uuid:upload_id>", "/at/{token}/rosters/upload/{upload}", OWN_ADMINISTRATORS),
    post(
        f"{AT}/rosters/upload/<uuid:upload_id>",
        "/at/{token}/rosters/upload/{upload}",
        OWN_ADMINISTRATORS,
        ("do", "throw"),
    ),
    get(f"{AT}/rosters/<uuid:run_id>", "/at/{token}/rosters/{run}", OWN_ADMINISTRATORS),
    get(f"{AT}/platforms", "/at/{token}/platforms", ADMINISTRATORS),
    post(f"{AT}/platforms", "/at/{token}/platforms", ADMINISTRATORS, ("name", "")),
    get(PLATFORM, "/at/{token}/platforms/{platform}", frozenset({"administrator", "administrator by link"})),
    post(f"{AT}/platforms/invite", "/at/{token}/platforms/invite", ADMINISTRATORS, ("hours", "")),
    get(f"{AT}/platforms/values", "/at/{token}/platforms/values", ADMINISTRATORS),
    get(f"{AT}/keys", "/at/{token}/keys", ADMINISTRATORS),
    post(f"{AT}/keys", "/at/{token}/keys", ADMINISTRATORS, ("name", "")),
    get(f"{PLATFORM}/edit", "/at/{token}/platforms/{platform}/edit", OWN_ADMINISTRATORS),
    post(f"{PLATFORM}/edit", "/at/{token}/platforms/{platform}/edit", OWN_ADMINISTRATORS, ("name", "")),
    get(f"{PLATFORM}/messages", "/at/{token}/platforms/{platform}/messages", OWN_ADMINISTRATORS),
    post(f"{PLATFORM}/retire", "/at/{token}/platforms/{platform}/retire", OWN_ADMINISTRATORS),
    post(f"{PLATFORM}/restore", "/at/{token}/platforms/{platform}/restore", OWN_ADMINISTRATORS),
    post(
        f"{PLATFORM}/test",
        "/at/{token}/platforms/{platform}/test",
        frozenset({"administrator", "administrator by link"}),
    ),
    post(
        f"{PLATFORM}/deployment",
        "/at/{token}/platforms/{platform}/deployment",
        frozenset({"administrator", "administrator by link"}),
        ("deployment_id", "demo-1"),
    ),
)
PUBLIC = {
    "/": "GET",
    "/lti/login": "GET",
    "/lti/launch": "GET",
    "/lti/launch/kept": "POST",
    "/lti/cookie": "GET",
    "/lti/jwks.json": "GET",
    "/lti/canvas.json": "GET",
    "/lti/notices": "POST",
    "/lti/register": "GET",
    "/lti/register/<ticket>": "GET",
    "/admin/enter/<ticket>": "GET",
    "/healthz": "GET",
    "/readyz": "GET",
    "/metrics": "GET",
    "/kinds/<path:name>": "GET",
    "/static/<path:filename>": "GET",
}
"""Addresses outside of a visit: they show nothing of anybody."""


def listed(rule):
    return {route.method for route in ROUTES if route.rule == rule}


def test_every_route_stands_in_the_table(world):
    known = {}
    for rule in world.stack.app.url_map.iter_rules():
        known.setdefault(rule.rule, set()).update(rule.methods - {"HEAD", "OPTIONS"})

    within = {rule: methods for rule, methods in known.items() if rule.startswith("/at/")}
    assert {rule: listed(rule) for rule in within} == within
    assert set(known) - set(within) == set(PUBLIC)
    assert {route.rule for route in ROUTES} == set(within)


def ids(route):
    return f"{route.method} {route.path}"


@pytest.mark.proves("console-granted-only", "rights-every-route", "groups-only")
@pytest.mark.parametrize("route", ROUTES, ids=ids)
def test_route_opens_for_the_rightful_only(world, route):
    """All who must be refused ask first, and leave everything as it is; then the rightful."""
    before = world.state()

    refused = {actor: ask(world, route, actor) for actor in sorted(ACTORS - route.allowed)}
    assert world.state() == before
    let_in = {actor: ask(world, route, actor) for actor in sorted(ACTORS & route.allowed)}

    assert {
        actor: answer.status_code for actor, answer in refused.items() if not is_refusal(actor, answer)
    } == {}
    assert {actor: answer.text for actor, answer in let_in.items() if not is_open(route, answer)} == {}
    assert {
        actor for actor, answer in (refused | let_in).items() if names_in(world, route, actor, answer)
    } == set()


def ask(world, route, actor):
    request = {"data": {name: told.format(**world.ids) for name, told in route.form}} if route.form else {}
    if route.body:
        request = {"json": json.loads(route.body)}
    return world.ask(actor, route.method, route.path, **request)


def is_refusal(actor, answer):
    return answer.status_code == 401 if actor in STRANGERS else answer.status_code in (401, 403, 404)


def is_open(route, answer):
    may_be_refused = route.form in MAY_BE_REFUSED and answer.status_code in (400, 409)
    return answer.status_code in (200, 303) or may_be_refused


def names_in(world, route, actor, answer):
    """Words about the victim that this actor must not read."""
    if actor in SEES or (actor in IN_THE_QUEUE and route.rule.startswith(f"{AT}/people")):
        return []
    shown = world.names if actor != "another student" else world.names[:2]
    return [name for name in shown if name in answer.text]


def test_page_shows_the_victim_to_those_who_may_see(world):
    """The names the other tests look for are really on the pages."""
    student = world.ask("own teacher", "GET", "/at/{token}/student/{person}").text
    assert world.names[0] in student
    assert world.names[2] in world.ask("own teacher", "GET", "/at/{token}/class/{section}").text
    assert world.names[0] in world.ask("district specialist", "GET", "/at/{token}/skills/{section}").text


@pytest.mark.parametrize("rule", sorted(PUBLIC))
def test_address_outside_of_a_visit_shows_nothing_of_anybody(world, rule):
    path = rule.replace("<ticket>", "x").replace("<path:name>", "choice/style.css")
    path = path.replace("<path:filename>", "css/tokens.css")

    answer = world.ask("nobody", PUBLIC[rule], path.replace("{", "{{"))

    assert answer.status_code in (200, 400, 403, 503)
    assert not [name for name in world.names if name in answer.text]


def test_teacher_cannot_reach_a_student_through_an_assignment_of_their_own(world):
    stack = world.stack
    (own,) = stack.rows(
        "SELECT p.id FROM placement p JOIN section s ON s.id = p.section_id WHERE s.grade = 8"
    )

    for method, path in (("GET", "student"), ("POST", "resend")):
        answer = world.ask(
            "another teacher", method, f"/at/{{token}}/assignment/{own['id']}/{path}/{{person}}"
        )
        assert answer.status_code == 404
        assert world.names[0] not in answer.text
