"""A stand-in for the tool: it has keys, publishes them over HTTP, and signs what a test asks for."""

import json
import time
import uuid

from joserfc import jwt
from joserfc.jwk import RSAKey
from serving import free_server, served
from werkzeug.wrappers import Request, Response

from lti_tool.demo_lms import spec


def make_key():
    return RSAKey.generate_key(2048, parameters={"use": "sig", "alg": "RS256"}, private=True, auto_kid=True)


class ToolStandIn:
    """Answers /lti/jwks.json with `published`, and /lti/login with whatever page the test sets."""

    def __init__(self):
        self.key = make_key()
        self.published = [self.key]
        self.login_page = "<!doctype html><title>Tool</title>"
        self.server = free_server(self.answer)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, environ, start_response):
        if Request(environ).path == "/lti/jwks.json":
            keys = {"keys": [key.as_dict(private=False) for key in self.published]}
            return Response(json.dumps(keys), mimetype="application/json")(environ, start_response)
        return Response(self.login_page, mimetype="text/html")(environ, start_response)

    def serve(self):
        return served(self.server)

    def sign(self, claims, key=None, **header):
        key = key or self.key
        head = {"alg": "RS256", "typ": "JWT", "kid": key.kid} | header
        return jwt.encode(head, claims, key, algorithms=["RS256", "HS256"])

    def assertion(self, config, key=None, **changes):
        """A right client assertion, but for the changes; a change to None leaves the claim out."""
        now = int(time.time())
        claims = {
            "iss": config.client_id,
            "sub": config.client_id,
            "aud": config.token_url,
            "iat": now,
            "exp": now + 60,
            "jti": str(uuid.uuid4()),
        } | changes
        return self.sign({name: value for name, value in claims.items() if value is not None}, key)


class ToolClient:
    """What the tool does at the LMS, in short words, through a Flask test client."""

    def __init__(self, app, stand_in):
        self.http = app.test_client()
        self.lms = app.extensions["demo_lms"]
        self.config = self.lms.config
        self.tool = stand_in

    # Launching

    def start(self, link="grade-7-leave-the-page", person="student-076"):
        """The login fields that the LMS sends when a person opens a link."""
        answer = self.http.get(f"/launch/{link}?as={person}", headers={"Accept": "application/json"})
        assert answer.status_code == 200, answer.text
        return answer.json["fields"]

    def auth_values(self, login, **changes):
        values = {
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
            "scope": "openid",
            "client_id": login["client_id"],
            "redirect_uri": self.config.launch_url,
            "login_hint": login["login_hint"],
            "lti_message_hint": login["lti_message_hint"],
            "nonce": str(uuid.uuid4()),
            "state": "the-state",
        } | changes
        return {name: value for name, value in values.items() if value is not None}

    def authorize(self, login, **changes):
        return self.http.get(
            "/auth", query_string=self.auth_values(login, **changes), headers={"Accept": "application/json"}
        )

    def launch(self, link="grade-7-leave-the-page", person="student-076"):
        """The claims of a whole launch, with the signature checked against the published keys."""
        answer = self.authorize(self.start(link, person))
        assert "id_token" in answer.json["fields"], answer.json
        return self.read(answer.json["fields"]["id_token"]).claims

    def read(self, id_token):
        from joserfc.jwk import KeySet

        keys = KeySet.import_key_set(self.http.get("/.well-known/jwks.json").json)
        return jwt.decode(id_token, keys, algorithms=["RS256"])

    # Services

    def ask_token(self, assertion=None, scopes=spec.ALL_SCOPES, **changes):
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": spec.ASSERTION_TYPE,
            "client_assertion": assertion or self.tool.assertion(self.config),
            "scope": " ".join(scopes),
        } | changes
        return self.http.post("/token", data=form)

    def bearer(self, *scopes):
        answer = self.ask_token(scopes=scopes or spec.ALL_SCOPES)
        return {"Authorization": f"Bearer {answer.json['access_token']}"}

    def context_id(self, course="grade-7"):
        return self.lms.district.find_course(course).context_id

    def line_items_path(self, course="grade-7"):
        return f"/api/lti/courses/{self.context_id(course)}/lineitems"

    def line_item_path(self, link="grade-7-leave-the-page", course="grade-7"):
        return f"{self.line_items_path(course)}/{self.lms.state.find_link(link).line_item_id}"

    def sub(self, person="student-076"):
        return self.lms.district.find_person(person).sub

    def post_score(self, headers=None, path=None, content_type=spec.MEDIA_SCORE, **changes):
        """A right score, but for the changes; a change to None leaves the field out."""
        body = {
            "userId": self.sub(),
            "scoreGiven": 18,
            "scoreMaximum": 20,
            "activityProgress": "Completed",
            "gradingProgress": "FullyGraded",
            "timestamp": "2026-11-23T09:33:01.000001Z",
        } | changes
        body = {name: value for name, value in body.items() if value is not None}
        return self.http.post(
            path or f"{self.line_item_path()}/scores",
            data=json.dumps(body),
            content_type=content_type,
            headers=headers or self.bearer(spec.SCOPE_SCORE),
        )

    def cell(self, person="student-076", link="grade-7-leave-the-page", course="grade-7"):
        rows = self.http.get(f"/api/gradebook?course={course}").json
        return next(row for row in rows if (row["user"], row["link"]) == (person, link))
