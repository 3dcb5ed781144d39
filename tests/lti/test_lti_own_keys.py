"""Our own keys: published before they sign, still published after, unreadable without the secret key."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from lti_stand_in import NOW, seconds
from sqlalchemy import select

from lti_tool.db.connect import transaction
from lti_tool.errors import NotReadyError, SettingsError
from lti_tool.lti.keys import PUBLISHED_AFTER_RETIREMENT, ensure_keys, public_jwks, rotate_keys, signing_key
from lti_tool.lti.seal import Seal
from lti_tool.lti.tables import ToolKey

pytestmark = pytest.mark.usefixtures("no_keys")


@pytest.fixture
def session(sessions):
    with transaction(sessions) as session:
        yield session


def published(session, now=NOW):
    return [key["kid"] for key in public_jwks(session, now)["keys"]]


def test_two_keys_are_published_and_one_signs(session, seal):
    ensure_keys(session, seal, NOW)
    ensure_keys(session, seal, NOW)

    assert len(published(session)) == 2
    key = signing_key(session, seal)
    token = jwt.encode({"alg": "RS256", "kid": key.kid}, {"iss": "us"}, key)
    assert jwt.decode(token, KeySet.import_key_set(public_jwks(session, NOW))).claims == {"iss": "us"}


@pytest.mark.proves("keys-sealed")
def test_published_keys_hold_nothing_private(session, seal):
    ensure_keys(session, seal, NOW)

    for key in public_jwks(session, NOW)["keys"]:
        assert set(key) == {"kty", "kid", "use", "alg", "n", "e"}


def test_processes_that_start_together_make_two_keys_between_them(sessions, seal):
    def start(_):
        with transaction(sessions) as session:
            ensure_keys(session, seal, NOW)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(start, range(4)))

    with transaction(sessions) as session:
        assert len(published(session)) == 2


@pytest.mark.proves("keys-rotate")
def test_rotation_lets_a_key_sign_that_lmss_know_already(session, seal):
    ensure_keys(session, seal, NOW)
    old, before = signing_key(session, seal).kid, published(session)
    later = NOW + seconds(60)

    new = rotate_keys(session, seal, later)

    assert new == signing_key(session, seal).kid != old
    assert new in before
    assert set(before) < set(published(session, later))
    assert old not in published(session, later + PUBLISHED_AFTER_RETIREMENT)
    assert len(published(session, later + PUBLISHED_AFTER_RETIREMENT)) == 2


@pytest.mark.proves("keys-rotate")
def test_retired_keys_are_deleted_when_nobody_can_need_them(session, seal):
    ensure_keys(session, seal, NOW)
    rotate_keys(session, seal, NOW)
    rotate_keys(session, seal, NOW + PUBLISHED_AFTER_RETIREMENT)

    assert len(session.scalars(select(ToolKey)).all()) == 3


@pytest.mark.proves("keys-rotate")
def test_rotating_every_key_leaves_none_that_signed_or_would_have(session, seal):
    ensure_keys(session, seal, NOW)
    before = published(session)

    rotate_keys(session, seal, NOW + seconds(1), every_key=True)

    assert signing_key(session, seal).kid not in before


def test_without_keys_the_tool_says_it_is_not_ready(session, seal):
    with pytest.raises(NotReadyError):
        signing_key(session, seal)


def test_key_is_parsed_once(session, seal):
    ensure_keys(session, seal, NOW)

    assert signing_key(session, seal) is signing_key(session, seal)


@pytest.mark.proves("keys-sealed")
def test_another_secret_key_is_named_as_the_mistake_and_can_be_recovered_from(session, seal):
    ensure_keys(session, seal, NOW)
    other = Seal("another secret of at least thirty-two characters")

    with pytest.raises(SettingsError, match="INFOLIT_SECRET_KEY"):
        signing_key(session, other)
    rotate_keys(session, other, NOW + seconds(1), every_key=True)
    assert signing_key(session, other)


@pytest.mark.proves("keys-sealed")
def test_private_keys_are_stored_closed(session, seal):
    ensure_keys(session, seal, NOW)

    for row in session.scalars(select(ToolKey)):
        assert b"PRIVATE" not in row.private_pem_encrypted


@pytest.mark.proves("keys-sealed")
def test_seal_opens_only_what_it_closed_for_the_same_thing(seal):
    sealed = seal.close(b"token", purpose="access-token", about="a")

    assert seal.open(sealed, purpose="access-token", about="a") == b"token"
    assert sealed != seal.close(b"token", purpose="access-token", about="a")
    for purpose, about in (("tool-key", "a"), ("access-token", "b")):
        with pytest.raises(SettingsError):
            seal.open(sealed, purpose=purpose, about=about)
    for broken in (b"", sealed[:-1], b"\x02" + sealed[1:], sealed[:5]):
        with pytest.raises(SettingsError):
            seal.open(broken, purpose="access-token", about="a")
