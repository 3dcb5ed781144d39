"""Whoever holds a registration link cannot make the server reach what is not public, nor register an LMS for somebody else's host."""

import json
import socket
import threading
from contextlib import contextmanager

import pytest
from serving import free_server, served
from werkzeug.wrappers import Request, Response

from lti_tool.errors import RegistrationError
from lti_tool.lti.public_http import PublicHTTP


class Platform:
    """A server on this machine that answers what a test tells it, and counts."""

    def __init__(self):
        self.answers, self.paths, self.url = {}, [], ""

    def __call__(self, environ, start_response):
        request = Request(environ)
        self.paths.append(request.path)
        answer = self.answers.get(request.path) or Response("nothing here", 404)
        return (answer() if callable(answer) and not isinstance(answer, Response) else answer)(
            environ, start_response
        )

    def configuration(self, **changes):
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/auth",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "registration_endpoint": f"{self.url}/register",
        } | changes

    def serve(self, path, body, status=200):
        self.answers[path] = Response(json.dumps(body), status, mimetype="application/json")


@contextmanager
def running(host="127.0.0.1"):
    platform = Platform()
    server = free_server(platform, host)
    platform.url = f"http://localhost:{server.server_port}"
    with served(server):
        yield platform


@pytest.fixture
def platform():
    with running() as platform:
        yield platform


def press(registering, url):
    return registering.press(registering.invite(), openid_configuration=url, registration_token="t")


PRIVATE = [
    "https://10.0.0.5/c",
    "https://192.168.1.1/c",
    "https://172.16.3.4/c",
    "https://169.254.169.254/latest/meta-data",
    "https://100.64.0.1/c",
    "https://127.0.0.1/c",
    "https://[::1]/c",
    "https://[fd00::1]/c",
    "https://[::ffff:10.0.0.5]/c",
    "https://[64:ff9b::a00:5]/c",
    "https://0.0.0.0/c",
    "https://2130706433/c",
    "https://localhost/c",
]


@pytest.mark.proves("ssrf-public")
@pytest.mark.parametrize("url", PRIVATE)
def test_server_within_is_not_reached(registering, url):
    registering.forbid_loopback()

    answer = press(registering, url)

    assert answer.status_code == 400
    assert "not on the public internet" in answer.text
    assert registering.new() == []


@pytest.mark.proves("ssrf-loopback-switch")
@pytest.mark.parametrize("host", ["10.0.0.5", "169.254.169.254", "192.168.1.1", "[fd00::1]"])
def test_switch_for_development_opens_this_machine_only(registering, host):
    assert press(registering, f"https://{host}/c").status_code == 400
    assert "not secure" in press(registering, f"http://{host}/c").text


@pytest.mark.proves("ssrf-public")
@pytest.mark.parametrize(
    "url", ["http://lms.district.example/c", "http://localhost:8401/c", "http://127.0.0.1/c"]
)
def test_plain_http_is_refused(registering, url):
    registering.forbid_loopback()

    assert "not secure" in press(registering, url).text


@pytest.mark.parametrize(
    "url", ["", "ftp://lms.example/c", "file:///etc/passwd", "https://a@lms.example/c", "//x"]
)
def test_what_is_no_web_address_is_refused(registering, url):
    assert press(registering, url).status_code == 400


def resolving(monkeypatch, addresses):
    """A name server that gives one of `addresses` after the other."""
    real, asked = socket.getaddrinfo, []

    def answer(host, port, *rest, **named):
        if host != "lms.district.example":
            return real(host, port, *rest, **named)
        found = addresses[min(len(asked), len(addresses) - 1)]
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return asked


@pytest.mark.proves("ssrf-rebinding")
@pytest.mark.parametrize("found", [["127.0.0.1"], ["93.184.215.14", "10.0.0.5"], ["169.254.169.254"]])
def test_name_that_leads_within_is_not_reached(registering, monkeypatch, found):
    registering.forbid_loopback()
    resolving(monkeypatch, [found])

    answer = press(registering, "https://lms.district.example/c")

    assert "not on the public internet" in answer.text


@pytest.mark.proves("ssrf-rebinding")
def test_connection_goes_to_the_address_that_was_checked(monkeypatch):
    asked = resolving(monkeypatch, [["93.184.215.14"], ["127.0.0.1"]])
    connected = []

    def refuse(address, *rest, **named):
        connected.append(address[0])
        raise OSError("not in a test")

    monkeypatch.setattr(socket, "create_connection", refuse)
    with pytest.raises(Exception, match="could not be reached"):
        PublicHTTP(timeout_s=1).get_json("https://lms.district.example/c", bearer=None)

    assert connected == ["93.184.215.14"]
    assert len(asked) == 1


@pytest.mark.proves("ssrf-redirects")
def test_redirect_is_not_followed(registering, platform):
    platform.answers["/c"] = Response("", 302, headers={"Location": f"{platform.url}/secret"})

    answer = press(registering, f"{platform.url}/c")

    assert "sent us on to another address" in answer.text
    assert platform.paths == ["/c"]


@pytest.mark.proves("ssrf-size-and-time")
def test_huge_answer_is_given_up(registering, platform):
    platform.answers["/c"] = lambda: Response(
        (b"x" * 65536 for _ in range(1000)), mimetype="application/json"
    )

    answer = press(registering, f"{platform.url}/c")

    assert answer.status_code == 400
    assert "too long or too slow" in answer.text


@pytest.mark.proves("ssrf-size-and-time")
def test_dripping_answer_is_given_up(registering, platform, shared_stack):
    shared_stack.change(settings=shared_stack.tool.settings.model_copy(update={"lms_timeout_s": 0.3}))
    end = threading.Event()

    def drip():
        while not end.wait(0.1):
            yield b" "

    platform.answers["/c"] = lambda: Response(drip(), mimetype="application/json")
    answer = press(registering, f"{platform.url}/c")
    end.set()

    assert "too long or too slow" in answer.text


@pytest.mark.proves("reg-host-match")
@pytest.mark.parametrize("issuer", ["https://canvas.instructure.com", "http://127.0.0.1", "", None, 7])
def test_configuration_speaks_for_its_own_host_only(registering, platform, issuer):
    platform.serve("/c", platform.configuration(issuer=issuer))

    answer = press(registering, f"{platform.url}/c")

    assert answer.status_code == 400
    assert platform.paths == ["/c"]
    assert registering.new() == []


@pytest.mark.proves("ssrf-public")
@pytest.mark.parametrize(
    "field", ["authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint"]
)
@pytest.mark.parametrize("value", [None, "https://10.0.0.5/x", "http://lms.example/x", ["x"], "javascript:x"])
def test_each_address_of_the_configuration_is_checked(registering, platform, field, value):
    platform.serve("/c", platform.configuration(**{field: value}))
    platform.serve("/register", {"client_id": "x"})

    answer = press(registering, f"{platform.url}/c")

    assert answer.status_code == 400
    assert platform.paths == ["/c"]
    assert registering.new() == []


@pytest.mark.proves("reg-host-match")
def test_token_goes_to_no_other_organisation(registering, platform):
    with running() as other:
        elsewhere = other.url.replace("localhost", "127.0.0.1") + "/register"
        platform.serve("/c", platform.configuration(registration_endpoint=elsewhere))

        answer = press(registering, f"{platform.url}/c")

        assert "another organisation" in answer.text
        assert other.paths == []


@pytest.mark.parametrize("body", [{}, [], "x", {"client_id": ""}, {"client_id": None}, {"client_id": True}])
def test_answer_without_a_client_id_saves_nothing(registering, platform, body):
    platform.serve("/c", platform.configuration())
    platform.serve("/register", body)

    answer = press(registering, f"{platform.url}/c")

    assert answer.status_code == 400
    assert registering.new() == []


@pytest.mark.proves("reg-exchange")
def test_known_client_id_is_not_registered_twice(registering, platform):
    platform.serve("/c", platform.configuration())
    platform.serve("/register", {"client_id": 42})

    assert press(registering, f"{platform.url}/c").status_code == 200
    again = press(registering, f"{platform.url}/c")

    assert "registered already" in again.text
    assert [each["client_id"] for each in registering.new()] == ["42"]


def test_deployment_the_lms_names_is_approved(registering, platform, shared_stack):
    platform.serve("/c", platform.configuration())
    about = {"https://purl.imsglobal.org/spec/lti-tool-configuration": {"deployment_id": "7"}}
    platform.serve("/register", {"client_id": "42"} | about)

    press(registering, f"{platform.url}/c")

    assert shared_stack.count("deployment", deployment_id="7", status="approved") == 1


def test_public_addresses_are_told_from_others(monkeypatch):
    resolving(monkeypatch, [["93.184.215.14"]])

    assert str(PublicHTTP(timeout_s=1).check("https://lms.district.example/c")) == "93.184.215.14"
    with pytest.raises(RegistrationError):
        PublicHTTP(timeout_s=1).check("https://nowhere.invalid/c")
