"""One sentence for each family of claims and each field of an LTI message, shown in the log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lti_tool.demo_lms.spec import AGS_CLAIM, DL_CLAIM, LTI_CLAIM, NRPS_CLAIM


@dataclass(frozen=True, kw_only=True)
class ClaimFamily:
    """Claims that answer one question."""

    title: str
    note: str
    claims: tuple[str, ...]


FAMILIES: tuple[ClaimFamily, ...] = (
    ClaimFamily(
        title="security",
        note="Who signed this, for whom, until when. The tool checks all of it before it believes anything below.",
        claims=("iss", "aud", "azp", "iat", "exp", "nonce", "jti"),
    ),
    ClaimFamily(
        title="message",
        note="Which LTI message this is, and which installation of the tool in the LMS it belongs to.",
        claims=(
            f"{LTI_CLAIM}message_type",
            f"{LTI_CLAIM}version",
            f"{LTI_CLAIM}deployment_id",
            f"{LTI_CLAIM}target_link_uri",
        ),
    ),
    ClaimFamily(
        title="person",
        note="Who is there. Only sub is certain: names and e-mail depend on the LMS's privacy setting.",
        claims=("sub", "name", "given_name", "family_name", "email", "locale", f"{LTI_CLAIM}lis"),
    ),
    ClaimFamily(
        title="roles",
        note="What the person is in this course (membership#…) and in the institution. Only the course role may decide.",
        claims=(f"{LTI_CLAIM}roles",),
    ),
    ClaimFamily(
        title="place",
        note="The course and the link that was clicked. The ids stay the same on each launch; the titles may not.",
        claims=(f"{LTI_CLAIM}context", f"{LTI_CLAIM}resource_link"),
    ),
    ClaimFamily(
        title="custom parameters",
        note="What the tool asked to be told. A variable the LMS does not know arrives unchanged, with its dollar sign.",
        claims=(f"{LTI_CLAIM}custom",),
    ),
    ClaimFamily(
        title="gradebook (AGS)",
        note="Where line items and scores are, and which scopes to ask for. No lineitem here: this link is not graded.",
        claims=(AGS_CLAIM,),
    ),
    ClaimFamily(
        title="roster (NRPS)",
        note="Where the members of the course can be read, page by page.",
        claims=(NRPS_CLAIM,),
    ),
    ClaimFamily(
        title="deep linking",
        note="What content the LMS accepts, where the answer goes, and data that has to come back unchanged.",
        claims=(
            f"{DL_CLAIM}deep_linking_settings",
            f"{DL_CLAIM}content_items",
            f"{DL_CLAIM}data",
            f"{DL_CLAIM}msg",
            f"{DL_CLAIM}log",
            f"{DL_CLAIM}errormsg",
            f"{DL_CLAIM}errorlog",
        ),
    ),
    ClaimFamily(
        title="surroundings",
        note="Which LMS product this is, how the page is shown, and where to go back to.",
        claims=(f"{LTI_CLAIM}tool_platform", f"{LTI_CLAIM}launch_presentation"),
    ),
)

_OTHER = ClaimFamily(
    title="other claims", note="Not part of LTI: a tool ignores what it does not know.", claims=()
)

FIELD_NOTES: dict[str, str] = {
    "iss": "which LMS this is; shared by all customers of a cloud LMS",
    "login_hint": "opaque: who wants to launch; to be sent back unchanged",
    "lti_message_hint": "opaque: which click this is, good for one use; to be sent back unchanged",
    "target_link_uri": "a foretaste of where the launch goes; only the one in the id_token counts",
    "client_id": "the tool's registration at this LMS",
    "lti_deployment_id": "which installation of that registration",
    "lti_storage_target": "frame that keeps state for the tool by postMessage, for browsers that block its cookies",
    "redirect_uri": "where the id_token goes; must equal a registered address exactly",
    "response_type": "always id_token",
    "response_mode": "always form_post: the token travels in a form, not in an address",
    "scope": "openid for a launch; service scopes at the token endpoint",
    "prompt": "always none: the person has signed in to the LMS already",
    "state": "ties the answer to the browser that began",
    "nonce": "ties the id_token to this request; good for one use",
    "grant_type": "client_credentials: the tool acts for itself, not for a person",
    "client_assertion_type": "the tool proves itself with a signed JWT, not with a password",
    "error": "why there is no id_token",
}


def explain_claims(claims: dict[str, Any]) -> Iterator[tuple[ClaimFamily, dict[str, Any]]]:
    """The claims by family, in reading order; what is in no family comes last."""
    for family in FAMILIES:
        found = {name: claims[name] for name in family.claims if name in claims}
        if found:
            yield family, found
    known = {name for family in FAMILIES for name in family.claims}
    rest = {name: value for name, value in claims.items() if name not in known}
    if rest:
        yield _OTHER, rest
