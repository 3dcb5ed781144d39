"""An address somebody names is fetched from the public internet alone, as it is, within limits; and a command imports what it gives."""

import socket

import pytest
from case_packages import package
from click.testing import CliRunner
from serving import free_server, served
from werkzeug import Request, Response

from lti_tool.cli import infolit
from lti_tool.errors import InfoLitError, StandardsError
from lti_tool.lti.download import download_json


class Server:
    """A CASE server with answers by path."""

    def __init__(self):
        self.answers, self.asked = {}, []

    def __call__(self, environ, start_response):
        path = Request(environ).path
        self.asked.append(path)
        return self.answers.get(path, Response("no", 404))(environ, start_response)


@pytest.fixture
def server():
    app = Server()
    listening = free_server(app)
    with served(listening):
        app.url = f"http://127.0.0.1:{listening.server_port}"
        yield app


def as_json(raw=b"{}"):
    return Response(raw, content_type="application/json; charset=utf-8")


def test_json_comes_back_as_it_is(server):
    server.answers["/p"] = as_json(package())

    assert download_json(f"{server.url}/p", allow_loopback=True) == package()


@pytest.mark.proves("standards-address")
@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (Response("", 302, headers={"Location": "https://other.example/p"}), "sends on to another address"),
        (Response("", 401), "asks for a key"),
        (Response("", 500), "status 500"),
        (Response("<html>", content_type="text/html"), "other than JSON"),
        (as_json(b"x" * 5000), "too slow or too long"),
    ],
)
def test_anything_but_json_of_a_fit_size_is_refused(server, answer, says):
    server.answers["/p"] = answer

    with pytest.raises(StandardsError, match=says):
        download_json(f"{server.url}/p", allow_loopback=True, most_bytes=4000)

    assert server.asked == ["/p"]


@pytest.mark.proves("standards-address")
def test_this_machine_and_plain_http_are_refused_without_the_setting(server):
    server.answers["/p"] = as_json()

    with pytest.raises(StandardsError, match="not secure"):
        download_json(f"{server.url}/p")
    with pytest.raises(StandardsError, match="not on the public internet"):
        download_json(f"{server.url.replace('http:', 'https:')}/p")

    assert server.asked == []


@pytest.mark.proves("standards-address")
@pytest.mark.parametrize("address", ["10.0.0.5", "169.254.169.254", "192.168.1.1", "100.64.0.1", "0.0.0.0"])  # noqa: S104 - an address to refuse
def test_name_that_leads_into_a_network_is_not_asked(monkeypatch, address):
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, port, **_: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))],
    )

    with pytest.raises(StandardsError, match="not on the public internet"):
        download_json("https://case.example/p", allow_loopback=True)


@pytest.mark.proves("standards-address")
@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://case.example/p", "https://", "gopher://x"])
def test_what_is_no_web_address_is_refused(url):
    with pytest.raises(StandardsError, match=r"no web address|not secure"):
        download_json(url)


@pytest.fixture
def run(database_url, monkeypatch, tmp_path):
    monkeypatch.setenv("INFOLIT_DATABASE_URL", database_url)
    monkeypatch.setenv("INFOLIT_DATA", str(tmp_path))
    monkeypatch.setenv("INFOLIT_ALLOW_HTTP_PLATFORMS", "true")

    def run(*arguments):
        result = CliRunner().invoke(infolit, arguments)
        if isinstance(result.exception, InfoLitError):
            return 1, result.exception.message
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output

    return run


def test_command_imports_an_address_and_a_table_and_lists_both(run, server, tmp_path):
    server.answers["/ims/case/v1p1/CFPackages/1"] = as_json(package())
    run("admin", "link", "--district", "harbor")

    code, told = run(
        "standards", "import", f"{server.url}/ims/case/v1p1/CFPackages/1", "--district", "harbor"
    )
    assert (code, "4 new, 0 changed" in told, "not kept" in told) == (0, True, True), told
    table = tmp_path / "laid.csv"
    table.write_text(
        "framework,code,skill,match,reviewer\nSomewhere Library Standards,LIB.1.A,find-the-maker,exact,Rosa\n"
    )
    code, told = run("standards", "import", str(table), "--district", "harbor")
    assert (code, "1 new" in told) == (0, True), told

    code, told = run("standards", "list", "--district", "harbor", "--skills")
    assert code == 0
    assert "CASE 1.0, Adopted, for this district" in told
    assert "find-the-maker  Somewhere Library Standards LIB.1.A  exact" in told
    assert "No standards" in run("standards", "list")[1]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nowhere.json", "--all"), "cannot be read"),
        (("nowhere.json",), "Say for whom"),
        (("nowhere.json", "--all", "--district", "x"), "Say for whom"),
    ],
)
def test_command_says_what_is_missing(run, arguments, says):
    code, told = run("standards", "import", *arguments)

    assert (code, says in told) == (1, True), told


def test_command_names_the_districts_there_are(run, tmp_path):
    (tmp_path / "p.json").write_bytes(package())

    code, told = run("standards", "import", str(tmp_path / "p.json"), "--district", "nowhere")

    assert (code, "There is no district" in told) == (1, True)
