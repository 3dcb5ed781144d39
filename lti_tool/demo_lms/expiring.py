"""A shelf for things that live for a while: launch hints, bearer tokens, ids that may be seen only once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Expiring(Generic[Value]):
    """Thread-safe; what has expired is gone, and is swept out when something is put in."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._items: dict[str, tuple[float, Value]] = {}

    def put(self, key: str, value: Value, *, ttl_s: float) -> bool:
        """False, and nothing changes, when the key is there already."""
        now = self._clock()
        with self._lock:
            self._items = {name: item for name, item in self._items.items() if item[0] > now}
            if key in self._items:
                return False
            self._items[key] = (now + ttl_s, value)
            return True

    def find(self, key: str) -> Value | None:
        with self._lock:
            return self._read(self._items.get(key))

    def take(self, key: str) -> Value | None:
        """Each value can be taken once."""
        with self._lock:
            return self._read(self._items.pop(key, None))

    def clear(self) -> None:
        with self._lock:
            self._items.clear()

    def _read(self, item: tuple[float, Value] | None) -> Value | None:
        return item[1] if item and item[0] > self._clock() else None
