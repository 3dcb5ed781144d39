"""What an attempt's answers were scored before they were scored anew, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lti_tool.content.store import get_snapshot
from lti_tool.interactions import get_kind
from lti_tool.player.rescore import list_rescored
from lti_tool.player.tables import Attempt


@dataclass(frozen=True, kw_only=True)
class PastScore:
    """One answer that was scored anew: as it was asked then, with the key of then."""

    at: datetime
    prompt: str
    key: str
    before: float
    after: float


def past_scores(session: Session, attempt: Attempt, lang: str) -> list[PastScore]:
    """The newest first, for an attempt the caller was given."""
    found = []
    for event in list_rescored(session, attempt):
        item = get_snapshot(session, str(event.data["from"])).item(str(event.item_id), lang)
        found.append(
            PastScore(
                at=event.at,
                prompt=str(item.spec.prompt),
                key=get_kind(item.kind).key_text(item.spec),
                before=event.data["before"][1] or 0.0,
                after=event.data["after"][1],
            )
        )
    return found
