"""A bound on how many rounds of deliveries to one LMS run at once, and no wish lost while all of them are busy.

Each job and each sweep wishes for a round. A round that cannot start now leaves its wish behind; whoever ends next looks once more. So an
LMS that hangs keeps a few threads, not all of them, and a grade that came in at the last moment of a round is still sent at once.
"""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from collections.abc import Callable


class Rounds:
    """Runs `deliver(platform_id)`, at most `most` times at once for each platform. Threads share it."""

    def __init__(self, deliver: Callable[[uuid.UUID], int], *, most: int) -> None:
        self._deliver, self._most = deliver, most
        self._guard = threading.Lock()
        self._running: Counter[uuid.UUID] = Counter()
        self._wishes: Counter[uuid.UUID] = Counter()

    def run(self, platform_id: uuid.UUID) -> int:
        """A round, and another as long as wishes came in meanwhile; gives how many grades arrived."""
        if not self._begin(platform_id):
            return 0
        sent = 0
        while True:
            seen = self._wishes[platform_id]
            try:
                sent += self._deliver(platform_id)
            except BaseException:
                self._end(platform_id)
                raise
            if self._end_unless_wished(platform_id, seen):
                return sent

    def _begin(self, platform_id: uuid.UUID) -> bool:
        with self._guard:
            if self._running[platform_id] >= self._most:
                self._wishes[platform_id] += 1
                return False
            self._running[platform_id] += 1
            return True

    def _end(self, platform_id: uuid.UUID) -> None:
        with self._guard:
            self._running[platform_id] -= 1

    def _end_unless_wished(self, platform_id: uuid.UUID, seen: int) -> bool:
        with self._guard:
            if self._wishes[platform_id] != seen:
                return False
            self._running[platform_id] -= 1
            return True
