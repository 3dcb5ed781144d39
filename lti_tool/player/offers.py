"""Offers: what a teacher chose in the library. And the LMS's request that the choice answers, which is answered once."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lti_tool.errors import ConflictError, ForbiddenError
from lti_tool.facts.launch import DeepLinking, Launch, Role
from lti_tool.facts.people import Access, Arrival
from lti_tool.player.rules import Policy
from lti_tool.player.tables import DeepLinkRequest, Placement, PlacementOffer, RulesColumns

PICKING_ROLES = (Role.INSTRUCTOR, Role.ASSISTANT, Role.DESIGNER)


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What a teacher sets for an assignment."""

    title: str
    points: float
    policy: Policy = field(default_factory=Policy)

    def columns(self) -> dict[str, Any]:
        return {"title": self.title, "points": self.points} | asdict(self.policy)


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """One module or quiz that a teacher picked, and how it is to be."""

    kind: str
    content_id: str
    rules: Rules


def keep_request(
    session: Session, launch: Launch, arrival: Arrival, launch_session_id: uuid.UUID, *, now: datetime
) -> None:
    """Remember what the LMS asked for, for the visit that begins. Only for those who may add content."""
    asked = launch.deep_linking
    if asked is None or launch.role not in PICKING_ROLES:
        return
    session.add(
        DeepLinkRequest(
            launch_session_id=launch_session_id,
            tenant_id=launch.tenant_id,
            platform_id=launch.platform_id,
            section_id=arrival.section_id,
            deployment_id=launch.deployment_id,
            asked=_as_json(asked),
            created_at=now,
        )
    )


def _as_json(asked: DeepLinking) -> dict[str, Any]:
    return asdict(asked) | {
        "accept_types": sorted(asked.accept_types),
        "accept_targets": sorted(asked.accept_targets),
    }


def read_asked(request: DeepLinkRequest) -> DeepLinking:
    """What the LMS asked for, as the launch told it."""
    told = dict(request.asked)
    for name in ("accept_types", "accept_targets"):
        told[name] = frozenset(told[name])
    return DeepLinking(**told)


def find_request(session: Session, access: Access, launch_session_id: uuid.UUID) -> DeepLinkRequest | None:
    """The request this visit came with, answered or not."""
    return session.scalar(
        select(DeepLinkRequest).where(
            DeepLinkRequest.launch_session_id == launch_session_id,
            DeepLinkRequest.tenant_id == access.tenant_id,
        )
    )


def take_request(
    session: Session, access: Access, launch_session_id: uuid.UUID, *, now: datetime
) -> DeepLinkRequest:
    """Use the request up. Raises ConflictError for all but the first, ForbiddenError where there was none."""
    taken: DeepLinkRequest | None = session.scalar(
        update(DeepLinkRequest)
        .where(
            DeepLinkRequest.launch_session_id == launch_session_id,
            DeepLinkRequest.tenant_id == access.tenant_id,
            DeepLinkRequest.answered_at.is_(None),
        )
        .values(answered_at=now)
        .returning(DeepLinkRequest)
    )
    if taken is not None:
        return taken
    if find_request(session, access, launch_session_id) is None:
        raise ForbiddenError(
            "Content is added from within a course: open InfoLit there with its “add” button."
        )
    raise ConflictError(
        "Your choice was sent to your course already. To add more, open the library from the course again."
    )


def make_offer(
    session: Session, access: Access, request: DeepLinkRequest, chosen: Chosen, *, now: datetime
) -> PlacementOffer:
    """Keep what was chosen; its id travels in the link."""
    offer = PlacementOffer(
        id=uuid.uuid4(),
        tenant_id=access.tenant_id,
        section_id=request.section_id,
        made_by=access.person_id,
        content_kind=chosen.kind,
        content_id=chosen.content_id,
        created_at=now,
        **chosen.rules.columns(),
    )
    session.add(offer)
    return offer


def find_offer(
    session: Session, launch: Launch, *, content_kind: str, content_id: str
) -> PlacementOffer | None:
    """The offer that a launched link was made of; one of the same district and for the same content only."""
    try:
        offer_id = uuid.UUID(launch.custom.get("offer", ""))
    except ValueError:
        return None
    return session.scalar(
        select(PlacementOffer).where(
            PlacementOffer.id == offer_id,
            PlacementOffer.tenant_id == launch.tenant_id,
            PlacementOffer.content_kind == content_kind,
            PlacementOffer.content_id == content_id,
        )
    )


def offered_values(offer: PlacementOffer | None) -> dict[str, object]:
    """The offer's settings as columns of a new placement."""
    if offer is None:
        return asdict(Policy())
    return {"offer_id": offer.id, "title": offer.title, "points": offer.points} | asdict(policy_of(offer))


def policy_of(kept: RulesColumns) -> Policy:
    """The policy in the columns of a placement or an offer."""
    return Policy(**{each.name: getattr(kept, each.name) for each in fields(Policy)})


def change_rules(placement: Placement, rules: Rules) -> None:
    """What a teacher changed; scores that were sent stay as they are."""
    for name, value in rules.columns().items():
        setattr(placement, name, value)
