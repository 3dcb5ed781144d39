"""How fast one process speaks to one LMS: a bucket of permits for each, filled at a steady rate. One LMS's pace is nothing to another's."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable


class Pace:
    """Lets `per_s` requests a second through to each platform, and as many at once after a quiet second. Threads share it."""

    def __init__(
        self,
        per_s: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._per_s, self._clock, self._sleep = per_s, clock, sleep
        self._guard = threading.Lock()
        self._free_at: dict[uuid.UUID, float] = {}
        """When the bucket of a platform is full again: each request moves it on by one interval."""

    def wait(self, platform_id: uuid.UUID) -> None:
        """Return when the next request may go. Whoever comes first goes first; nobody sleeps with the lock."""
        wait_s = self._take(platform_id)
        if wait_s > 0:
            self._sleep(wait_s)

    def _take(self, platform_id: uuid.UUID) -> float:
        with self._guard:
            now = self._clock()
            full_at = max(now, self._free_at.get(platform_id, now)) + 1 / self._per_s
            self._free_at[platform_id] = full_at
            return full_at - now - 1.0
