"""Which questions a student gets: repeatable by seed, unseen ones first, never the same one twice.

A draw is a matching of places to questions. Places are filled first with unseen questions only, as many as can be, then the
rest with any; a later step may move a question to another place but never gives one back. So a draw succeeds whenever the
bank can satisfy it at all, even when its lines overlap, and uses as many unseen questions as possible.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lti_tool.content.model import Item, QuizDraw
from lti_tool.interactions import seeded_order


@dataclass(kw_only=True)
class _Matching:
    """Questions on places, grown by one augmenting path at a time."""

    candidates: Sequence[Sequence[str]]
    place_of: dict[str, int] = field(default_factory=dict)

    def fill(self, place: int, allowed: Collection[str], tried: set[str]) -> bool:
        for item_id in self.candidates[place]:
            if item_id in tried or item_id not in allowed:
                continue
            tried.add(item_id)
            holder = self.place_of.get(item_id)
            if holder is None or self.fill(holder, allowed, tried):
                self.place_of[item_id] = place
                return True
        return False

    def fill_all(self, allowed: Collection[str]) -> None:
        for place in range(len(self.candidates)):
            if place not in self.place_of.values():
                self.fill(place, allowed, set())

    def in_order(self) -> list[str]:
        return sorted(self.place_of, key=lambda item_id: self.place_of[item_id])


def draw_items(
    lines: Iterable[QuizDraw],
    banks: Mapping[str, Collection[Item]],
    *,
    fixed: Sequence[str] = (),
    seed: int = 0,
    seen: Collection[str] = (),
) -> tuple[str, ...]:
    """Ids in the order of the lines, fixed ones first; fewer than asked for only when the banks cannot give more."""
    return (*fixed, *draw_by_line(lines, banks, fixed=fixed, seed=seed, seen=seen))


def draw_by_line(
    lines: Iterable[QuizDraw],
    banks: Mapping[str, Collection[Item]],
    *,
    fixed: Sequence[str] = (),
    seed: int = 0,
    seen: Collection[str] = (),
) -> dict[str, int]:
    """Each drawn id with the index of its line, in the order of the lines."""
    lines = tuple(lines)
    line_of = [index for index, line in enumerate(lines) for _ in range(line.count)]
    pools = [pool for line in lines for pool in [list_pool(line, banks, fixed)] for _ in range(line.count)]
    everything = {item_id for pool in pools for item_id in pool}
    rank = {item_id: place for place, item_id in enumerate(seeded_order(everything, seed))}
    matching = _Matching(candidates=[sorted(pool, key=lambda item_id: rank[item_id]) for pool in pools])
    matching.fill_all(everything - set(seen))
    matching.fill_all(everything)
    return {item_id: line_of[matching.place_of[item_id]] for item_id in matching.in_order()}


def list_pool(
    line: QuizDraw, banks: Mapping[str, Collection[Item]], fixed: Sequence[str] = ()
) -> tuple[str, ...]:
    """The questions a line may draw."""
    items = banks.get(line.bank, ())
    return tuple(item.id for item in items if line.accepts(item) and item.id not in fixed)
