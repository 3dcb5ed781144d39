"""That a course was copied, as an LMS tells it by itself."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class CourseCopied:
    """One verified notice: the course `context_id` holds what was copied from the courses `origin_ids`."""

    tenant_id: UUID
    platform_id: UUID
    context_id: str
    origin_ids: tuple[str, ...]
