"""An LMS's half of a launch, in memory: it signs whatever a test wants, right or wrong."""

import base64
import dataclasses
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc import jws
from joserfc.jwk import OctKey, RSAKey

from lti_tool.db.connect import transaction
from lti_tool.lti import spec
from lti_tool.lti.deployments import approve_deployment
from lti_tool.lti.login import begin_login
from lti_tool.lti.platforms import PlatformFacts, add_platform
from lti_tool.lti.verify import BrowserProof, accept_launch, check_launch
from lti_tool.settings import Settings

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SECRET = "a secret of at least thirty-two characters"
PUBLIC_URL = "https://tool.example"
TARGET = PUBLIC_URL + "/lti/launch"
BROWSER_KEY = "the key in the cookie"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
RS256, HS256 = (jws.JWSRegistry.algorithms[name] for name in ("RS256", "HS256"))
DROP = object()
"""As a claim's value: leave the claim out."""


def browser_settings(**changes):
    return Settings(public_url=PUBLIC_URL, **changes)


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class StandInLMS:
    issuer = "https://lms.example"

    def __init__(self):
        self.key = RSAKey.generate_key(2048, parameters={"use": "sig", "alg": "RS256"}, auto_kid=True)
        self.stranger = RSAKey.generate_key(2048, auto_kid=True)

    def serve_keys(self, request):
        return httpx.Response(200, json={"keys": [self.key.as_dict(private=False)]})

    def claims(self, nonce, /, **changes):
        at = int(NOW.timestamp())
        claims = {
            "iss": self.issuer,
            "aud": "client-100",
            "sub": "learner-7",
            "iat": at,
            "exp": at + 3600,
            "nonce": nonce,
            "name": "Ana Morales",
            "given_name": "Ana",
            "family_name": "Morales",
            "email": "ana@lakeside.example",
            spec.VERSION: "1.3.0",
            spec.MESSAGE_TYPE: "LtiResourceLinkRequest",
            spec.DEPLOYMENT_ID: "deployment-1",
            spec.TARGET_LINK_URI: TARGET,
            spec.ROLES: [MEMBERSHIP + "Learner"],
            spec.RESOURCE_LINK: {"id": "link-1", "title": "Leave the Page"},
            spec.CONTEXT: {"id": "course-1", "label": "7B", "title": "Grade 7 Library"},
        }
        claims |= changes
        return {name: value for name, value in claims.items() if value is not DROP}

    def sign(self, claims, *, key=None, header=None):
        headers = {"alg": "RS256", "kid": self.key.kid} | (header or {})
        headers = {name: value for name, value in headers.items() if value is not DROP}
        payload = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
        body = f"{b64(json.dumps(headers).encode())}.{b64(payload)}"
        return f"{body}.{b64(RS256.sign(body.encode(), key or self.key))}"

    def sign_with_secret(self, claims):
        """The key confusion attack: our public key taken for a shared secret."""
        header = b64(json.dumps({"alg": "HS256", "kid": self.key.kid}).encode())
        body = f"{header}.{b64(json.dumps(claims).encode())}"
        mac = OctKey.import_key(b64(self.key.as_pem(private=False)))
        return f"{body}.{b64(HS256.sign(body.encode(), mac))}"

    def sign_nothing(self, claims):
        header = b64(json.dumps({"alg": "none", "kid": self.key.kid}).encode())
        return f"{header}.{b64(json.dumps(claims).encode())}."


def register(sessions, tenant_id, lms, **changes):
    facts = dataclasses.replace(
        PlatformFacts(
            name="Lakeside LMS",
            issuer=lms.issuer,
            client_id="client-100",
            auth_url="https://sso.lms.example/auth?school=7",
            token_url="https://lms.example/token",
            jwks_url="https://lms.example/jwks",
        ),
        **changes,
    )
    with transaction(sessions) as session:
        platform = add_platform(session, facts, tenant_id=tenant_id, now=NOW, allow_http=True)
        approve_deployment(session, platform.id, "deployment-1", now=NOW)
    return platform


class Launcher:
    """Begins logins and posts launches as a browser would carry them."""

    def __init__(self, sessions, lms, keys, settings):
        self.sessions, self.lms, self.keys, self.settings = sessions, lms, keys, settings

    def begin(self, *, now=NOW, browser_key=BROWSER_KEY, **params):
        request = {
            "iss": self.lms.issuer,
            "login_hint": "hint-7",
            "target_link_uri": TARGET,
            "client_id": "client-100",
        }
        request = {name: value for name, value in (request | params).items() if value is not DROP}
        with transaction(self.sessions) as session:
            return begin_login(session, request, now=now, browser_key=browser_key, settings=self.settings)

    def check(self, form, *, now=NOW, proof=None):
        proof = proof or BrowserProof(browser_key=BROWSER_KEY)
        return check_launch(self.sessions, form, now=now, proof=proof, keys=self.keys, settings=self.settings)

    def post(self, form, *, now=NOW, proof=None):
        checked = self.check(form, now=now, proof=proof)
        with transaction(self.sessions) as session:
            return accept_launch(session, checked, now=now)

    def form(self, start, **changes):
        return {"state": start.state, "id_token": self.lms.sign(self.lms.claims(start.nonce, **changes))}

    def launch(self, **changes):
        return self.post(self.form(self.begin(), **changes))


def query_of(url):
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def seconds(value):
    return timedelta(seconds=value)
