"""The command line, on a real database and against a running demo LMS."""

import re
from datetime import timedelta

import httpx
import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from playing import hand_in, hand_in_again
from stack import ANA, MODULE_LINK, QUIZ_LINK, SPECIALIST, TEACHER

from lti_tool.cli import infolit
from lti_tool.errors import InfoLitError


@pytest.fixture
def run(stack, monkeypatch, tmp_path):
    """Run a command as a shell would, with the stack's database; gives exit code and output."""
    monkeypatch.setenv("INFOLIT_DATABASE_URL", stack.database_url)
    monkeypatch.setenv("INFOLIT_DATA", str(tmp_path))
    monkeypatch.setenv("INFOLIT_PUBLIC_URL", stack.tool_url)
    monkeypatch.setenv("INFOLIT_ALLOW_HTTP_PLATFORMS", "true")

    def run(*arguments):
        result = CliRunner().invoke(infolit, arguments)
        if result.exception and not isinstance(result.exception, SystemExit):
            if isinstance(result.exception, InfoLitError):
                return 1, result.exception.message
            raise result.exception
        return result.exit_code, result.output

    return run


def register(run, lms_url, **changes):
    entries = {
        "--name": "Lakeside LMS",
        "--issuer": lms_url,
        "--client-id": "lakeside-1",
        "--auth-url": f"{lms_url}/auth",
        "--token-url": f"{lms_url}/token",
        "--jwks-url": f"{lms_url}/.well-known/jwks.json",
        "--district": "lakeside",
    } | changes
    return run("platform", "add", *(word for pair in entries.items() for word in pair))


def test_registered_platform_is_listed_with_its_deployments(run):
    code, printed = register(run, "http://localhost:9", **{"--deployment": "d-1"})

    assert code == 0
    assert "/lti/login" in printed
    code, printed = run("platform", "list")
    assert code == 0
    assert "Lakeside LMS" in printed
    assert "deployment d-1  approved" in printed


def test_wrong_address_is_refused_with_the_field_named(run):
    code, printed = register(run, "http://lms.school.example")

    assert code == 1
    assert "Authorization address" in printed
    assert "https://" in printed


def test_same_client_id_twice_is_refused(run):
    register(run, "http://localhost:9")

    code, printed = register(run, "http://localhost:9")

    assert code == 1
    assert "registered already" in printed


def test_connection_test_of_a_working_lms_is_all_right(run, stack):
    code, printed = run("platform", "test", stack.config.client_id)

    assert code == 0, printed
    assert "MISSING" not in printed


def test_connection_test_says_what_is_missing(run):
    register(run, "http://localhost:9")

    code, printed = run("platform", "test", "lakeside-1")

    assert code == 1
    assert printed.count("MISSING") >= 2
    assert "deployment" in printed.lower()


def test_approved_deployment_is_let_in(run):
    register(run, "http://localhost:9")

    code, _ = run("platform", "approve", "lakeside-1", "d-2")

    assert code == 0
    assert "deployment d-2  approved" in run("platform", "list")[1]


@pytest.mark.proves("cli-same")
def test_refused_deployment_is_let_in_no_more(run, stack):
    assert run("platform", "refuse", stack.config.client_id, stack.config.deployment_id)[0] == 0

    answer = stack.launch(MODULE_LINK, ANA)

    assert answer.page.status_code == 400
    assert "turned off by its administrator" in answer.text


@pytest.mark.proves("cli-same", "console-log-impersonal")
def test_state_and_messages_of_an_lms_name_nobody(run, stack):
    client_id, ana = stack.config.client_id, stack.person(ANA)
    stack.launch(MODULE_LINK, ANA)
    run("platform", "refuse", client_id, stack.config.deployment_id)
    stack.launch(MODULE_LINK, ANA)

    printed = [run("platform", *words)[1] for words in (("show", client_id), ("messages", client_id))]
    failed = run("platform", "messages", client_id, "--failed")[1]

    assert "last launch: 20" in printed[0]
    assert "problem: " in printed[0]
    assert f"deployment {stack.config.deployment_id}  refused" in printed[0]
    assert re.search(r"launch  ok  HTTP 200\n", printed[1])
    assert failed.count("\n") == 1
    assert re.search(r"launch  refused  HTTP 400  UnknownDeploymentError", failed)
    for text in (*printed, failed):
        assert not [word for word in (ana.name, ana.sub, ana.email, ana.sis_id) if word in text]


@pytest.mark.proves("cli-same")
def test_values_to_copy_are_printed(run, stack):
    code, printed = run("platform", "values")

    assert code == 0
    for path in ("/lti/login", "/lti/launch", "/lti/jwks.json", "/lti/canvas.json"):
        assert stack.tool_url + path in printed
    assert "contextmembership.readonly" in printed
    assert "context_history=$Context.id.history" in printed


@pytest.mark.proves("cli-same")
def test_two_lmss_with_one_client_id_are_told_apart_by_id(run):
    register(run, "http://localhost:9")
    register(run, "http://localhost:8", **{"--name": "Hillside LMS"})
    code, printed = run("platform", "retire", "lakeside-1")
    assert code == 1
    assert "infolit platform list" in printed

    listed = run("platform", "list")[1]
    (own_id,) = re.findall(r"Hillside LMS.*\n    id (\S+)", listed)
    assert run("platform", "retire", own_id)[0] == 0

    assert re.search(r"Hillside LMS.*\(retired\)", run("platform", "list")[1])
    assert not re.search(r"Lakeside LMS.*\(retired\)", run("platform", "list")[1])


def test_granted_specialist_sees_the_board_and_loses_it_again(run, stack):
    teacher = stack.launch(MODULE_LINK, TEACHER)
    email = f"{TEACHER}@maple-valley.example"
    board = f"/at/{teacher.token}/board"
    assert teacher.get(board).page.status_code == 403

    given, _ = run("grant", "give", "specialist", email, "--district", "maple-valley")

    assert given == 0
    assert teacher.get(board).page.status_code == 200
    assert run("grant", "take", "specialist", email, "--district", "maple-valley")[0] == 0
    assert teacher.get(board).page.status_code == 403


@pytest.mark.parametrize(
    ("who", "district", "words"),
    [
        ("nobody@school.example", "maple-valley", "has launched"),
        ("x", "atlantis", "no district called 'atlantis'"),
    ],
)
def test_grant_to_somebody_unknown_says_what_to_do(run, who, district, words):
    code, printed = run("grant", "give", "specialist", who, "--district", district)

    assert code == 1
    assert words in printed


def test_administrator_link_works_once(run, stack):
    code, printed = run("admin", "link", "--district", "maple-valley")
    path = re.search(r"/admin/enter/\S+", printed).group(0)
    browser = stack.browser()
    assert code == 0

    browser.post(path)

    assert browser.page.status_code == 200
    assert "Demo LMS" in browser.text
    assert stack.browser().post(path).page.status_code == 401


@pytest.mark.proves("keys-rotate", "cli-same")
def test_rotated_key_signs_and_the_old_one_stays_published(run, stack):
    before = {key["kid"] for key in httpx.get(f"{stack.tool_url}/lti/jwks.json").json()["keys"]}

    code, printed = run("keys", "rotate")

    after = {key["kid"] for key in httpx.get(f"{stack.tool_url}/lti/jwks.json").json()["keys"]}
    assert code == 0
    assert before < after
    assert any(kid in printed for kid in after)


def test_database_status_says_when_an_upgrade_is_due(run, monkeypatch, empty_database_url):
    assert run("db", "status")[0] == 0
    monkeypatch.setenv("INFOLIT_DATABASE_URL", empty_database_url)
    assert run("db", "status")[0] == 1

    assert run("db", "upgrade")[0] == 0

    assert run("db", "status")[0] == 0


def test_specialist_of_the_demo_is_granted_by_its_start(stack):
    board = stack.launch("board", SPECIALIST)

    assert board.page.status_code == 200
    assert "/board" in board.path


def test_district_chooses_its_method_by_command(stack, run):
    hand_in_again(hand_in(stack.launch(QUIZ_LINK, ANA), right=True), right=True)
    where = ("--district", "maple-valley")

    assert run("mastery", "method", "show", *where) == (0, "maple-valley: the engine's method\n")
    code, told = run("mastery", "method", "set", "highest", "--dry-run", *where)
    assert code == 0 and "would change" in told
    assert stack.count("mastery_method") == 0
    code, told = run("mastery", "method", "set", "highest", "--proficient", "80", *where)

    assert (
        code == 0
        and "maple-valley: highest, proficient from 80%, developing from 50%, at least 2 results" in told
    )
    code, told = run("mastery", "method", "show", *where)
    assert "highest" in told and "still being worked out" not in told
    rows = stack.rows("SELECT method_level, answers FROM mastery_state")
    assert {row["method_level"] for row in rows if row["answers"] >= 4} == {"proficient"}
    for wrong, why in (
        (("set", "average", "--developing", "75"), "Developing must begin"),
        (("set", "n_mastery", "--number", "9"), "number of n_mastery must be between 1 and 5"),
        (("set", "highest", "--proficient", "80"), "already"),
    ):
        code, told = run("mastery", "method", *wrong, *where)
        assert code == 1 and why in told, told
    assert run("mastery", "method", "show", "--district", "nowhere")[0] == 1


def test_term_is_frozen_by_command(stack, run):
    hand_in(stack.launch(QUIZ_LINK, ANA), right=True)
    today = stack.tool.clock().date()
    where = ("--district", "maple-valley")

    code, told = run("mastery", "freeze", "--term", "Later", *where)
    assert code == 1 and "together" in told
    tomorrow = (today + timedelta(days=1)).isoformat()
    code, told = run("mastery", "freeze", "--term", "Later", "--last-day", tomorrow, *where)
    assert code == 0 and f"in the night after {tomorrow}" in told
    assert stack.count("frozen_level") == 0
    with stack.tool.sessions.begin() as session:
        session.execute(sa.text("UPDATE mastery_term SET ends_at = now()"))
    code, told = run("mastery", "freeze", *where)
    levels = stack.count("mastery_state")
    assert (code, told) == (0, f"Later: {levels} levels are kept.\n")
    assert stack.count("frozen_level") == levels > 0
    assert run("mastery", "freeze", *where) == (0, "")
