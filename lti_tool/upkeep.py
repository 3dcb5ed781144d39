"""What goes on beside the flow, mostly at night: notices of copied courses, calibration of the mastery engine, class lists."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from lti_tool.db.connect import transaction
from lti_tool.errors import DeliveryError, DeliveryRetryError, NotFoundError
from lti_tool.lti.deployments import find_notice_url, note_handler
from lti_tool.lti.notices import read_notice, read_tokens
from lti_tool.lti.spec import COPY_NOTICE, NOTICES_PATH
from lti_tool.mastery.published import CalibrationReport
from lti_tool.people.copies import note_copy
from lti_tool.people.grants import list_tenants
from lti_tool.people.roster import RosterSync, list_sections_to_sync, sync
from lti_tool.player.attempts import find_newest_link
from lti_tool.tool import Tool


def ask_for_notices(tool: Tool, platform_id: uuid.UUID, deployment_id: str) -> bool:
    """Ask one installation's LMS to tell us of copied courses. False when it offers that no more. Raises DeliveryError."""
    with transaction(tool.sessions) as session:
        url = find_notice_url(session, platform_id, deployment_id)
    if url is None:
        return False
    handler = tool.settings.public_url + NOTICES_PATH
    tool.gateway.ask_for_notices(platform_id, url, notice_type=COPY_NOTICE, handler=handler)
    with transaction(tool.sessions) as session:
        note_handler(session, platform_id, deployment_id, handler)
    return True


def take_notices(tool: Tool, body: object) -> int:
    """Keep what an LMS tells; gives how many notices were of use. Those before a bad one are kept. Raises NoticeError."""
    kept = 0
    for token in read_tokens(body):
        copied = read_notice(tool.sessions, token, keys=tool.keys, now=tool.clock())
        if copied is not None:
            with transaction(tool.sessions) as session:
                note_copy(session, copied, now=tool.clock())
            kept += 1
    return kept


def list_district_ids(tool: Tool) -> list[tuple[str, uuid.UUID]]:
    """Every district's short name and id."""
    with transaction(tool.sessions) as session:
        return list_tenants(session)


def calibrate_district(tool: Tool, tenant_id: uuid.UUID, *, is_dry: bool = False) -> CalibrationReport:
    """Fit a district's mastery engine to its students' answers and publish what is better: weekly, and by command."""
    from lti_tool.mastery.calibrate import calibrate  # numpy and numba take seconds that no start should pay

    with transaction(tool.sessions) as session:
        return calibrate(session, tenant_id, now=tool.clock(), is_dry=is_dry)


def sync_roster(tool: Tool, section_id: uuid.UUID) -> int:
    """Read a section's class list from its LMS and make it ours; gives how many members it has. Raises DeliveryError, noted there."""
    with transaction(tool.sessions) as session:
        link = find_newest_link(session, section_id)
    means = RosterSync(sessions=tool.sessions, gateway=tool.gateway, clock=tool.clock)
    return sync(means, section_id, resource_link_id=link)


def platforms_with_rosters(tool: Tool) -> list[uuid.UUID]:
    """The LMSs that the nightly round asks for class lists."""
    with transaction(tool.sessions) as session:
        sections = list_sections_to_sync(session, now=tool.clock())
        return sorted({section.platform_id for section in sections})


def sync_rosters(
    tool: Tool, platform_id: uuid.UUID, *, is_stopping: Callable[[], bool] = lambda: False
) -> int:
    """Every class list of one LMS, one after the other; an LMS that does not answer is left alone until the next night."""
    with transaction(tool.sessions) as session:
        section_ids = [
            each.id for each in list_sections_to_sync(session, platform_id=platform_id, now=tool.clock())
        ]
    done = 0
    for section_id in section_ids:
        if is_stopping():
            break
        try:
            sync_roster(tool, section_id)
            done += 1
        except DeliveryRetryError:
            break
        except (DeliveryError, NotFoundError):
            continue
    return done
