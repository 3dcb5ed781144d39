"""The LMS's public keys: kept as long as it allows, read again when it signs with a new one, and not more often than needed."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, OctKey, RSAKey
from lti_stand_in import NOW, seconds

from lti_tool.errors import LaunchUntrustedError
from lti_tool.lti.platform_keys import PlatformKeys
from lti_tool.lti.tables import Platform


class KeyServer:
    """Serves whatever a test publishes, and counts."""

    def __init__(self):
        self.keys, self.headers, self.status, self.body, self.calls = [], {}, 200, None, 0

    def __call__(self, request):
        self.calls += 1
        if self.status is None:
            raise httpx.ConnectError("down")
        if self.body is not None:
            return httpx.Response(self.status, content=self.body, headers=self.headers)
        return httpx.Response(self.status, json={"keys": self.keys}, headers=self.headers)

    def publish(self, *keys):
        self.keys = [key.as_dict(private=False) for key in keys]


@pytest.fixture
def server():
    return KeyServer()


@pytest.fixture
def keys(server):
    with httpx.Client(transport=httpx.MockTransport(server)) as client:
        yield PlatformKeys(client)


@pytest.fixture(scope="module")
def first():
    return RSAKey.generate_key(2048, {"kid": "first"})


@pytest.fixture(scope="module")
def second():
    return RSAKey.generate_key(2048, {"kid": "second"})


PLATFORM = Platform(id=uuid.uuid4(), jwks_url="https://lms.example/jwks")


def test_list_is_read_once_while_fresh(server, keys, first):
    server.publish(first)

    for minute in range(0, 60, 10):
        assert keys.get_key(PLATFORM, "first", NOW + seconds(60 * minute)).kid == "first"
    assert server.calls == 1


@pytest.mark.proves("launch-keys-refetched")
@pytest.mark.parametrize(
    ("control", "life_s"),
    [
        ("", 3600),
        ("max-age=600", 600),
        ("public, max-age=7200", 7200),
        ("no-cache", 60),
        ("no-store, max-age=600", 60),
        ("max-age=1", 60),
        ("max-age=999999999", 86400),
        ("max-age=soon", 3600),
    ],
)
def test_list_is_kept_as_long_as_the_lms_says_within_reason(server, keys, first, control, life_s):
    server.publish(first)
    server.headers = {"Cache-Control": control}

    keys.get_key(PLATFORM, "first", NOW)
    keys.get_key(PLATFORM, "first", NOW + seconds(life_s - 1))
    assert server.calls == 1
    keys.get_key(PLATFORM, "first", NOW + seconds(life_s))
    assert server.calls == 2


@pytest.mark.proves("launch-keys-refetched")
def test_new_key_is_found_at_once_by_reading_again(server, keys, first, second):
    server.publish(first)
    keys.get_key(PLATFORM, "first", NOW)
    server.publish(first, second)

    assert keys.get_key(PLATFORM, "second", NOW + seconds(1)).kid == "second"
    assert server.calls == 2


@pytest.mark.proves("launch-keys-refetched")
def test_unknown_keys_cannot_make_us_read_again_and_again(server, keys, first):
    server.publish(first)
    keys.get_key(PLATFORM, "first", NOW)

    for second in range(30):
        with pytest.raises(LaunchUntrustedError, match="does not publish"):
            keys.get_key(PLATFORM, f"unknown-{second}", NOW + seconds(1 + second))
    assert server.calls == 2
    assert keys.get_key(PLATFORM, "first", NOW + seconds(31)).kid == "first"


def test_first_launch_with_unknown_key_reads_once(server, keys, first):
    server.publish(first)

    with pytest.raises(LaunchUntrustedError):
        keys.get_key(PLATFORM, "unknown", NOW)
    assert server.calls == 1


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (None, None),
        (500, b""),
        (302, b""),
        (200, b"<html>"),
        (200, b'{"errors": []}'),
        (200, b"[]"),
        (200, b'{"keys": {}}'),
        (200, b'{"keys": []}'),
        (200, b'{"keys": [null, 7, {}]}'),
        (200, b"[" * 100_000),
    ],
)
def test_unreadable_list_is_not_kept(server, keys, first, status, body):
    server.publish(first)
    server.status, server.body = status, body
    with pytest.raises(LaunchUntrustedError, match="could not read the signing keys"):
        keys.get_key(PLATFORM, "first", NOW)
    server.status, server.body = 200, None

    assert keys.get_key(PLATFORM, "first", NOW + seconds(10)).kid == "first"


def test_down_lms_is_asked_once_in_ten_seconds(server, keys):
    server.status = None
    for second in range(10):
        with pytest.raises(LaunchUntrustedError):
            keys.get_key(PLATFORM, "first", NOW + seconds(second))
    assert server.calls == 1


def test_known_keys_outlast_an_outage_but_not_for_ever(server, keys, first):
    server.publish(first)
    keys.get_key(PLATFORM, "first", NOW)
    server.status = 503

    assert keys.get_key(PLATFORM, "first", NOW + seconds(5 * 3600)).kid == "first"
    with pytest.raises(LaunchUntrustedError):
        keys.get_key(PLATFORM, "first", NOW + seconds(86401))


def test_key_withdrawn_by_the_lms_is_gone(server, keys, first, second):
    server.publish(first)
    keys.get_key(PLATFORM, "first", NOW)
    server.publish(second)

    with pytest.raises(LaunchUntrustedError):
        keys.get_key(PLATFORM, "first", NOW + seconds(3601))


def test_keys_of_other_kinds_and_weak_ones_are_passed_over(server, keys, first):
    with pytest.warns(SecurityWarning):
        weak = RSAKey.generate_key(1024, {"kid": "weak"})
    server.publish(weak, ECKey.generate_key("P-256", {"kid": "ec"}))
    encryption = first.as_dict(private=False) | {"kid": "enc", "use": "enc"}
    other = first.as_dict(private=False) | {"kid": "other", "alg": "PS256"}
    secret = OctKey.generate_key(256, {"kid": "oct"}).as_dict()
    server.keys += [
        encryption,
        other,
        secret,
        {"kty": "RSA", "kid": "broken", "n": "!", "e": "AQAB"},
        first.as_dict(private=False),
    ]

    assert keys.get_key(PLATFORM, "first", NOW).kid == "first"
    for kid in ("weak", "ec", "enc", "other", "oct", "broken"):
        with pytest.raises(LaunchUntrustedError):
            keys.get_key(PLATFORM, kid, NOW)


def test_registrations_do_not_share_keys(server, keys, first):
    server.publish(first)
    keys.get_key(PLATFORM, "first", NOW)
    server.keys = []

    with pytest.raises(LaunchUntrustedError):
        keys.get_key(Platform(id=uuid.uuid4(), jwks_url=PLATFORM.jwks_url), "first", NOW)


def test_changed_address_is_read_at_once(server, keys, first, second):
    server.publish(first)
    keys.get_key(PLATFORM, "first", NOW)
    server.publish(second)

    moved = Platform(id=PLATFORM.id, jwks_url="https://lms.example/new-jwks")
    assert keys.get_key(moved, "second", NOW).kid == "second"


def test_class_that_opens_at_once_causes_one_request(server, keys, first):
    server.publish(first)
    barrier = threading.Barrier(8)

    def launch(_):
        barrier.wait(timeout=20)
        return keys.get_key(PLATFORM, "first", NOW).kid

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(launch, range(8))) == ["first"] * 8
    assert server.calls == 1
