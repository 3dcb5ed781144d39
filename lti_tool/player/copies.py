"""Finding a copied assignment's original, so that the copy opens the same content under the same rules, and keeping their columns apart.

What comes along is what a teacher set: content, points, attempts, feedback, and dates that still lie ahead. Nobody's work does, and no column.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lti_tool.facts.launch import Launch
from lti_tool.player.offers import policy_of
from lti_tool.player.tables import Placement, PlacementOffer

Content = tuple[str, str]
"""Kind and id."""
_ALIKE = 2
"""From here on two assignments of the same content are not taken for one another."""


def find_placed(session: Session, launch: Launch, section_id: uuid.UUID) -> Placement | None:
    """The placement of the launch's own link, if it was opened before."""
    if launch.link is None:
        return None
    return session.scalar(
        select(Placement).where(
            Placement.section_id == section_id,
            Placement.resource_link_id == launch.link.resource_link_id,
        )
    )


def find_original(
    session: Session,
    launch: Launch,
    *,
    section_id: uuid.UUID,
    origin_ids: Sequence[uuid.UUID],
    content: Content | None,
    offer: PlacementOffer | None,
) -> Placement | None:
    """The placement that the launch's link was copied from, of the same registration and of another class.

    Looked for by the link's former ids, then in the courses this one was copied from (`origin_ids`, the nearest first), then where the
    teacher's choice was first put. `content`, where the link still says it, has to be the same. What was chosen for this very class is
    no copy, whatever stands in others.
    """
    if launch.link is None or (offer is not None and offer.section_id == section_id):
        return None
    former = [*launch.link.origin_ids, launch.link.resource_link_id]
    of_launch = select(Placement).where(
        Placement.tenant_id == launch.tenant_id,
        Placement.platform_id == launch.platform_id,
        Placement.section_id != section_id,
    )
    if content is not None:
        of_launch = of_launch.where(Placement.content_kind == content[0], Placement.content_id == content[1])
    by_link = of_launch.where(Placement.resource_link_id.in_(launch.link.origin_ids))
    in_origin = of_launch.where(Placement.section_id.in_(origin_ids))
    found: list[Placement] = [*session.scalars(by_link), *session.scalars(in_origin)]
    ranked = sorted(found, key=lambda each: _rank(each, former, origin_ids, launch, offer))
    best = next(iter(ranked), None)
    if best is not None and (
        best.resource_link_id in former or (content and _likeness(best, launch, offer) < _ALIKE)
    ):
        return best
    return _find_first_use(session, of_launch, offer)


def _rank(
    placement: Placement,
    former: Sequence[str],
    origin_ids: Sequence[uuid.UUID],
    launch: Launch,
    offer: PlacementOffer | None,
) -> tuple[int, int, int, float]:
    """The smallest is the likeliest: the link itself, then the same choice or title, in the nearest course, the newest."""
    link = former.index(placement.resource_link_id) if placement.resource_link_id in former else len(former)
    course = origin_ids.index(placement.section_id) if placement.section_id in origin_ids else len(origin_ids)
    return (link, _likeness(placement, launch, offer), course, -placement.created_at.timestamp())


def _likeness(placement: Placement, launch: Launch, offer: PlacementOffer | None) -> int:
    """0: made of the same choice of a teacher. 1: has the same title."""
    if offer is not None and placement.offer_id == offer.id:
        return 0
    return 1 if launch.link and launch.link.title and placement.title == launch.link.title else _ALIKE


def _find_first_use(
    session: Session, of_launch: Select[Placement], offer: PlacementOffer | None
) -> Placement | None:
    if offer is None or offer.section_id is None:
        return None
    query = of_launch.where(Placement.offer_id == offer.id, Placement.section_id == offer.section_id)
    return session.scalars(query.order_by(Placement.created_at.desc()).limit(1)).one_or_none()


def copied_values(original: Placement, *, points: float | None, now: datetime) -> dict[str, object]:
    """The columns a copy begins with. `points`: of its own gradebook column, where the LMS says so."""
    policy = policy_of(original)
    if not any(
        date is not None and date > now for date in (policy.opens_at, policy.due_at, policy.closes_at)
    ):
        policy = replace(policy, opens_at=None, due_at=None, closes_at=None)
    return {
        "copied_from_id": original.id,
        "offer_id": original.offer_id,
        "title": original.title,
        "points": points or original.points,
        **asdict(policy),
    }


def is_foreign_column(
    session: Session, launch: Launch, *, section_id: uuid.UUID, origin_ids: Sequence[uuid.UUID]
) -> bool:
    """Whether the launch names the gradebook column of a course that this one was copied from. This year's grades do not go there."""
    url = launch.services.line_item_url
    if url is None or not origin_ids:
        return False
    query = select(Placement.id).where(
        Placement.tenant_id == launch.tenant_id,
        Placement.platform_id == launch.platform_id,
        Placement.section_id.in_([each for each in origin_ids if each != section_id]),
        Placement.line_item_url == url,
    )
    return session.scalars(query.limit(1)).one_or_none() is not None
