import time

import pytest
from joserfc.jwk import OctKey
from tool_stand_in import make_key

from lti_tool.demo_lms import spec


def test_right_assertion_gets_a_bearer_token_for_an_hour(tool):
    answer = tool.ask_token(scopes=[spec.SCOPE_SCORE])

    assert answer.status_code == 200
    assert answer.json["token_type"] == "Bearer"
    assert answer.json["expires_in"] == 3600
    assert answer.json["scope"] == spec.SCOPE_SCORE
    assert answer.headers["Cache-Control"] == "no-store"


def test_only_allowed_scopes_are_granted(make_tool):
    tool = make_tool(scopes=(spec.SCOPE_SCORE,))

    answer = tool.ask_token(scopes=[spec.SCOPE_SCORE, spec.SCOPE_MEMBERS])

    assert answer.json["scope"] == spec.SCOPE_SCORE


def test_asking_for_nothing_allowed_is_an_invalid_scope(tool):
    answer = tool.ask_token(scopes=["https://example.org/scope"])

    assert (answer.status_code, answer.json["error"]) == (400, "invalid_scope")
    assert answer.json["hint"]


def test_issuer_is_an_accepted_audience_too(tool):
    assertion = tool.tool.assertion(tool.config, aud=["http://elsewhere.example", tool.config.issuer])

    assert tool.ask_token(assertion).status_code == 200


now = int(time.time())


@pytest.mark.parametrize(
    ("changes", "hint"),
    [
        ({"iss": "someone-else"}, "iss must be"),
        ({"sub": "someone-else"}, "sub must be"),
        ({"aud": "http://elsewhere.example/token"}, "aud must be"),
        ({"aud": None}, "aud must be"),
        ({"exp": now - 3600, "iat": now - 3660}, "exp has passed"),
        ({"exp": None}, "exp and iat"),
        ({"iat": None}, "exp and iat"),
        ({"iat": now + 7200, "exp": now + 7260}, "future"),
        ({"exp": now + 90_000}, "more than 3600"),
        ({"jti": None}, "jti is missing"),
    ],
)
def test_faulty_assertion_is_an_invalid_client(tool, changes, hint):
    answer = tool.ask_token(tool.tool.assertion(tool.config, **changes))

    assert (answer.status_code, answer.json["error"]) == (401, "invalid_client")
    assert hint in answer.json["hint"]


def test_assertion_works_once(tool):
    assertion = tool.tool.assertion(tool.config)
    tool.ask_token(assertion)

    again = tool.ask_token(assertion)

    assert again.status_code == 401
    assert "jti was used before" in again.json["hint"]


def test_assertion_of_an_unpublished_key_is_refused(tool):
    answer = tool.ask_token(tool.tool.assertion(tool.config, key=make_key()))

    assert answer.status_code == 401
    assert "is not among the keys" in answer.json["hint"]


def test_forged_signature_under_a_published_key_id_is_refused(tool):
    claims_of = tool.tool.assertion(tool.config).split(".")
    other = tool.tool.assertion(tool.config).split(".")

    answer = tool.ask_token(".".join([*claims_of[:2], other[2]]))

    assert answer.status_code == 401
    assert "does not verify" in answer.json["hint"]


def test_symmetric_signature_is_refused(tool):
    key = OctKey.import_key("a secret of at least thirty-two bytes")
    claims = {"iss": tool.config.client_id, "sub": tool.config.client_id}

    answer = tool.ask_token(tool.tool.sign(claims, key, alg="HS256", kid=tool.tool.key.kid))

    assert answer.status_code == 401
    assert "only RS256" in answer.json["hint"]


@pytest.mark.parametrize("assertion", ["", "a.b", "a.b.c", "bm8.bm8.bm8"])
def test_garbage_instead_of_an_assertion_is_refused(tool, assertion):
    answer = tool.ask_token(assertion or "-")

    assert answer.status_code == 401


def test_new_key_of_the_tool_is_fetched_when_first_met(tool):
    tool.ask_token()
    fresh = make_key()
    tool.tool.published = [fresh]

    answer = tool.ask_token(tool.tool.assertion(tool.config, key=fresh))

    assert answer.status_code == 200


def test_tool_that_is_down_is_an_invalid_client_not_a_crash(make_tool):
    tool = make_tool(tool_url="http://127.0.0.1:9")

    answer = tool.ask_token()

    assert answer.status_code == 401
    assert "could not be read" in answer.json["hint"]


def test_other_grant_types_are_refused(tool):
    answer = tool.ask_token(grant_type="password")

    assert (answer.status_code, answer.json["error"]) == (400, "unsupported_grant_type")


def test_service_without_token_says_which_scheme(tool):
    answer = tool.http.get(tool.line_items_path())

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_unknown_token_is_invalid(tool):
    answer = tool.http.get(tool.line_items_path(), headers={"Authorization": "Bearer made-up"})

    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_token_expires(tool, clock):
    headers = tool.bearer()
    clock.ahead_s = 3601

    assert tool.http.get(tool.line_items_path(), headers=headers).status_code == 401


def test_tokens_can_be_expired_on_request(tool):
    headers = tool.bearer()
    tool.http.post("/api/expire-tokens")

    assert tool.http.get(tool.line_items_path(), headers=headers).status_code == 401


SCOPED_CALLS = [
    ("get", "", spec.SCOPE_RESULT, spec.SCOPE_LINE_ITEM),
    ("post", "", spec.SCOPE_LINE_ITEM_READ, spec.SCOPE_LINE_ITEM),
    ("put", "/x", spec.SCOPE_LINE_ITEM_READ, spec.SCOPE_LINE_ITEM),
    ("delete", "/x", spec.SCOPE_LINE_ITEM_READ, spec.SCOPE_LINE_ITEM),
    ("post", "/x/scores", spec.SCOPE_LINE_ITEM, spec.SCOPE_SCORE),
    ("get", "/x/results", spec.SCOPE_SCORE, spec.SCOPE_RESULT),
    ("get", "/../memberships", spec.SCOPE_LINE_ITEM, spec.SCOPE_MEMBERS),
]


@pytest.mark.parametrize(("method", "path", "held", "needed"), SCOPED_CALLS)
def test_each_service_wants_its_own_scope(tool, method, path, held, needed):
    address = tool.line_items_path() + path
    address = address.replace("/lineitems/..", "")

    answer = getattr(tool.http, method)(address, headers=tool.bearer(held))

    assert (answer.status_code, answer.json["error"]) == (403, "insufficient_scope")
    assert needed in answer.headers["WWW-Authenticate"]
