"""Imports by command, and what administrators see of them: numbers, files and lines, and nobody's name."""

import pytest
from click.testing import CliRunner
from giving import enter
from one_roster_server import OneRosterServer
from serving import free_server, served
from sis import ENROLLMENTS, USERS, WHOLE, changed, write_roster

from lti_tool.cli import infolit
from lti_tool.db.connect import transaction
from lti_tool.errors import InfoLitError
from lti_tool.people.grants import ensure_tenant

BAD = WHOLE | {"users.csv": changed(USERS, "U1", grades="9th"), "enrollments.csv": ENROLLMENTS}


@pytest.fixture
def run(shared_stack, monkeypatch, tmp_path):
    """Run a command as a shell would; gives exit code and all that is printed."""
    stack = shared_stack
    monkeypatch.setenv("INFOLIT_DATABASE_URL", stack.database_url)
    monkeypatch.setenv("INFOLIT_DATA", str(stack.tool.settings.data))
    monkeypatch.setenv("INFOLIT_PUBLIC_URL", stack.tool_url)
    monkeypatch.setenv("INFOLIT_ALLOW_HTTP_PLATFORMS", "true")

    def run(*arguments, **options):
        result = CliRunner().invoke(infolit, [str(each) for each in arguments], **options)
        if isinstance(result.exception, InfoLitError):
            return 1, result.output + result.exception.message
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output

    return run


@pytest.fixture
def slug(shared_stack, request):
    """A district of this test's own."""
    name = request.node.name.replace("_", "-")[:60].partition("[")[0]
    with transaction(shared_stack.tool.sessions) as session:
        ensure_tenant(session, name, name)
    return name


def test_import_says_what_it_did_and_status_says_it_again(run, slug, tmp_path):
    folder = write_roster(tmp_path / "r", BAD)

    code, dry = run("roster", "import", folder, "--district", slug, "--dry-run")
    assert code == 0 and "nothing was written" in dry and "People: 3 new" in dry
    assert run("roster", "status", "--district", slug) == (
        0,
        "Nothing was imported yet: infolit roster import --help\n",
    )
    code, told = run("roster", "import", folder, "--district", slug)

    assert code == 0
    assert "People: 3 new, 1 passed over (guardians, parents and relatives)." in told
    assert "users.csv:2: The grade “9th” is not known" in told and "Use KG and 01 to 12" in told
    code, status = run("roster", "status", "--district", slug)
    assert code == 0 and "users.csv:2" in status and "done in" in status
    assert not [name for name in ("Ana", "Silva", "ana@") if name in told + status]


def test_enrolments_left_out_are_told(run, slug, tmp_path):
    run("roster", "import", write_roster(tmp_path / "r"), "--district", slug)

    _, told = run(
        "roster",
        "import",
        write_roster(tmp_path / "l", WHOLE | {"enrollments.csv": ENROLLMENTS[:1]}),
        "--district",
        slug,
    )

    assert "In InfoLit and not in the file, left as they are: 3 enrolments." in told


def test_mistyped_district_is_refused_and_not_made(run, shared_stack, tmp_path):
    code, told = run("roster", "import", write_roster(tmp_path / "r"), "--district", "nowhere")

    assert code == 1 and "no district 'nowhere'" in told
    assert shared_stack.count("tenant", slug="nowhere") == 0


def test_failed_import_is_seen_with_its_reason(run, slug, tmp_path, shared_stack):
    folder = write_roster(tmp_path / "r")
    (folder / "enrollments.csv").write_text("sourcedId,role\n")

    assert run("roster", "import", folder, "--district", slug)[0] == 1

    code, told = run("roster", "status", "--district", slug)
    assert (
        code == 1 and "stopped: enrollments.csv has no column" in told and "goes on where it stopped" in told
    )
    page = enter(shared_stack, slug).get_link("Rosters")
    assert "stopped" in page.text


@pytest.fixture
def server():
    app = OneRosterServer()
    server = free_server(app, host="localhost")
    with served(server):
        app.url = f"http://localhost:{server.server_port}"
        yield app


def test_fetch_keeps_the_secret_sealed_and_needs_it_once(run, slug, server, shared_stack, monkeypatch):
    first = (
        "roster",
        "fetch",
        server.url,
        "--district",
        slug,
        "--token-url",
        f"{server.url}/token",
        "--client-id",
        "infolit",
    )

    code, told = run(*first, input="s3cret\n")

    assert code == 0 and "People: 3 new" in told and "s3cret" not in told
    (kept,) = shared_stack.rows(
        "SELECT f.* FROM roster_feed f JOIN tenant t ON t.id = f.tenant_id WHERE t.slug = :slug", slug=slug
    )
    assert b"s3cret" not in bytes(kept["secret_encrypted"]) and kept["fetched_at"] is not None
    code, told = run("roster", "fetch", server.url, "--district", slug, "--changes")
    assert code == 0 and server.seen[-1][1]["filter"].startswith("dateLastModified>")


@pytest.mark.parametrize("way", ["file", "environment"])
def test_secret_comes_from_file_or_environment(run, slug, server, monkeypatch, tmp_path, way):
    more = ()
    if way == "file":
        (tmp_path / "secret").write_text("s3cret\n")
        more = ("--secret-file", tmp_path / "secret")
    else:
        monkeypatch.setenv("INFOLIT_ROSTER_SECRET", "s3cret")

    code, told = run(
        "roster",
        "fetch",
        server.url,
        "--district",
        slug,
        "--token-url",
        f"{server.url}/token",
        "--client-id",
        "infolit",
        "--dry-run",
        *more,
    )

    assert code == 0 and "People: 3 new" in told


def test_no_secret_can_be_an_argument(run, slug, server):
    with_secret = ("roster", "fetch", server.url, "--district", slug, "--secret", "s3cret")

    assert run(*with_secret)[0] == 2


def test_changes_before_any_fetch_are_refused(run, slug, server):
    code, told = run(
        "roster",
        "fetch",
        server.url,
        "--district",
        slug,
        "--changes",
        "--token-url",
        f"{server.url}/token",
        "--client-id",
        "infolit",
        input="s3cret\n",
    )

    assert code == 1 and "leave --changes out once" in told


def test_administrator_sees_runs_counts_and_problems_without_names(run, slug, tmp_path, shared_stack):
    run("roster", "import", write_roster(tmp_path / "r", BAD), "--district", slug)
    pages = enter(shared_stack, slug).get_link("Rosters")
    assert "sis (OneRoster files)" in pages.text and ">3<" in pages.page.text
    listed = pages.path

    run_id = shared_stack.rows(
        "SELECT r.id FROM roster_run r JOIN tenant t ON t.id = r.tenant_id WHERE t.slug = :slug", slug=slug
    )[0]["id"]
    page = pages.get(f"{listed}/{run_id}")

    assert page.page.status_code == 200
    assert "users.csv:2" in page.text and "The grade “9th” is not known" in page.text
    assert "passed over (guardians, parents and relatives)" in page.text
    assert not [name for name in ("Ana", "Silva", "ana@") if name in page.text]
    stranger = enter(shared_stack, "elsewhere")
    assert stranger.get(f"{stranger.visit}/rosters/{run_id}").page.status_code == 404


def test_page_is_in_spanish(run, slug, tmp_path, shared_stack):
    run("roster", "import", write_roster(tmp_path / "r", BAD), "--district", slug)
    pages = enter(shared_stack, slug)
    pages.post(f"{pages.visit}/language", {"locale": "es", "back": pages.path})
    pages.get(f"{pages.visit}/rosters")
    run_id = shared_stack.rows(
        "SELECT r.id FROM roster_run r JOIN tenant t ON t.id = r.tenant_id WHERE t.slug = :slug", slug=slug
    )[0]["id"]

    page = pages.get(f"{pages.visit}/rosters/{run_id}")

    assert "El grado “9th” no se conoce" in page.text and "Filas con problemas" in page.text
