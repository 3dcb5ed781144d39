"""What an administrator enters, and what comes of mistakes in it."""

import dataclasses

import pytest
from lti_stand_in import NOW

from lti_tool.db.connect import transaction
from lti_tool.errors import BadFormError, ConflictError, NotFoundError
from lti_tool.lti.deployments import approve_deployment, list_deployments
from lti_tool.lti.platforms import (
    PlatformFacts,
    add_platform,
    change_platform,
    check_facts,
    find_platform,
    get_platform,
    list_frame_origins,
    list_platforms,
    restore_platform,
    retire_platform,
)

FACTS = PlatformFacts(
    name="Lakeside Canvas",
    issuer="https://canvas.instructure.com",
    client_id="10000000000007",
    auth_url="https://sso.canvaslms.com/api/lti/authorize_redirect",
    token_url="https://sso.canvaslms.com/login/oauth2/token",
    jwks_url="https://sso.canvaslms.com/api/lti/security/jwks",
    product="canvas",
)


@pytest.fixture
def session(sessions):
    with transaction(sessions) as session:
        yield session


def add(session, tenant_id, **changes):
    facts = dataclasses.replace(FACTS, **changes)
    return add_platform(
        session, facts, tenant_id=tenant_id, now=NOW, allow_http=False, deployment_ids=["1:abc"]
    )


def test_platform_is_registered_with_its_deployment(session, tenant_id):
    platform = add(session, tenant_id)

    assert find_platform(session, FACTS.issuer, FACTS.client_id) is platform
    assert [platform.name for platform in list_platforms(session, tenant_id=tenant_id)] == ["Lakeside Canvas"]
    assert [(row.deployment_id, row.status) for row in list_deployments(session, platform.id)] == [
        ("1:abc", "approved")
    ]


def test_spaces_around_copied_values_do_no_harm():
    facts = check_facts(
        dataclasses.replace(
            FACTS, client_id=" 7\n", jwks_url=" https://a.example/jwks ", audience="  ", product=" Canvas "
        ),
        allow_http=False,
    )

    assert (facts.client_id, facts.jwks_url, facts.audience, facts.product) == (
        "7",
        "https://a.example/jwks",
        None,
        "canvas",
    )


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", " ", "Name is empty"),
        ("issuer", "", "Issuer is empty"),
        ("client_id", "a\x00b", "Client id"),
        ("auth_url", "lms.example/auth", "Authorization address is not a web address"),
        ("token_url", "http://lms.example/token", "Token address starts with http://"),
        ("token_url", "http://127.0.0.1:8401/token", "INFOLIT_ALLOW_HTTP_PLATFORMS"),
        ("jwks_url", "https://user:pass@lms.example/jwks", "Key list address"),
        ("jwks_url", "file:///etc/passwd", "Key list address"),
        ("jwks_url", "https://lms.example/jwks#x", "Key list address"),
        ("product", "blackbird", "Product is none of canvas"),
        ("audience", "x" * 300, "Audience"),
    ],
)
def test_mistake_is_named_by_field_and_words(field, value, words):
    with pytest.raises(BadFormError, match=words) as refused:
        check_facts(dataclasses.replace(FACTS, **{field: value}), allow_http=False)

    assert refused.value.data["field"] == field


def test_plain_http_is_for_this_machine_and_only_when_allowed():
    local = dataclasses.replace(FACTS, token_url="http://localhost:8401/token")

    assert check_facts(local, allow_http=True).token_url == local.token_url
    with pytest.raises(BadFormError):
        check_facts(dataclasses.replace(FACTS, token_url="http://lms.example/token"), allow_http=True)


def test_same_issuer_and_client_id_cannot_be_registered_twice(session, tenant_id):
    add(session, tenant_id)

    with pytest.raises(ConflictError, match="registered already"):
        add(session, tenant_id, name="Again")
    assert add(session, tenant_id, client_id="8").id


def test_platform_can_be_changed_but_not_into_another(session, tenant_id):
    platform, other = add(session, tenant_id), add(session, tenant_id, client_id="8")

    changed = change_platform(
        session, platform.id, dataclasses.replace(FACTS, name="New name"), allow_http=False
    )

    assert changed.name == "New name"
    with pytest.raises(ConflictError):
        change_platform(session, other.id, FACTS, allow_http=False)


def test_unknown_platform_is_not_found(session, tenant_id):
    with pytest.raises(NotFoundError):
        get_platform(session, tenant_id)
    with pytest.raises(NotFoundError):
        approve_deployment(session, tenant_id, "1", now=NOW)


def test_frames_are_allowed_for_lmss_in_use(session, tenant_id):
    platform = add(session, tenant_id)

    assert list_frame_origins(session) == ["https://canvas.instructure.com", "https://sso.canvaslms.com"]
    retire_platform(session, platform.id, now=NOW)
    assert list_frame_origins(session) == []
    restore_platform(session, platform.id)
    assert len(list_frame_origins(session)) == 2
