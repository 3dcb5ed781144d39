"""Everything that changes while the demo runs, behind one lock, and in one JSON file when there is a folder for it.

Each change is on disk before the caller gets its answer: a score that was acknowledged survives a restart.
"""

from __future__ import annotations

import json
import re
import secrets
import threading
from collections.abc import Callable
from dataclasses import asdict, replace

from lti_tool.demo_lms.config import DemoConfig, LinkSeed
from lti_tool.demo_lms.district import District, opaque_id
from lti_tool.demo_lms.files import write_atomically
from lti_tool.demo_lms.records import Copy, LineItem, Link, Result

BOARD_LINK_ID = "board"


class State:
    """Links, line items and results. Values are frozen: a reader can hold on to what it got."""

    def __init__(self, config: DemoConfig, district: District) -> None:
        self._config = config
        self._district = district
        self._path = config.data_dir / "demo-lms.json" if config.data_dir else None
        self._lock = threading.RLock()
        self._links: dict[str, Link] = {}
        self._line_items: dict[str, LineItem] = {}
        self._results: dict[tuple[str, str], Result] = {}
        self._copies: tuple[Copy, ...] = ()
        if not self._load():
            self._seed()

    # Links

    def list_links(self, course_id: str | None) -> list[Link]:
        with self._lock:
            return [link for link in self._links.values() if link.course_id == course_id]

    def list_all_links(self) -> list[Link]:
        with self._lock:
            return list(self._links.values())

    def find_link(self, link_id: str) -> Link | None:
        with self._lock:
            return self._links.get(link_id)

    def find_link_by_resource(self, resource_link_id: str, course_id: str) -> Link | None:
        return next(
            (link for link in self.list_links(course_id) if link.resource_link_id == resource_link_id), None
        )

    def add_link(self, link: Link, line_item: LineItem | None) -> None:
        with self._lock:
            self._links[link.id] = link
            if line_item:
                self._line_items[line_item.id] = line_item
            self._save()

    def list_copies(self) -> tuple[Copy, ...]:
        return self._copies

    def add_copy(self, copy: Copy) -> None:
        with self._lock:
            self._copies += (copy,)
            self._save()

    def make_link_id(self, course_id: str, title: str) -> str:
        """Readable and not yet taken."""
        slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40].strip("-") or "link"
        with self._lock:
            name = f"{course_id}-{slug}"
            return name if name not in self._links else f"{name}-{secrets.token_hex(3)}"

    # Line items

    def list_line_items(self, course_id: str) -> list[LineItem]:
        with self._lock:
            return [item for item in self._line_items.values() if item.course_id == course_id]

    def find_line_item(self, line_item_id: str | None) -> LineItem | None:
        with self._lock:
            return self._line_items.get(line_item_id or "")

    def put_line_item(self, line_item: LineItem) -> None:
        """Add or replace; a column that names a link becomes that link's column when it has none."""
        with self._lock:
            self._line_items[line_item.id] = line_item
            link = (
                self.find_link_by_resource(line_item.resource_link_id, line_item.course_id)
                if line_item.resource_link_id
                else None
            )
            if link and link.line_item_id is None:
                self._links[link.id] = replace(link, line_item_id=line_item.id)
            self._save()

    def delete_line_item(self, line_item_id: str) -> None:
        """The column goes with its grades; a link that had it stays, ungraded."""
        with self._lock:
            self._line_items.pop(line_item_id, None)
            self._results = {key: value for key, value in self._results.items() if key[0] != line_item_id}
            for link in list(self._links.values()):
                if link.line_item_id == line_item_id:
                    self._links[link.id] = replace(link, line_item_id=None)
            self._save()

    # Results

    def find_result(self, line_item_id: str, person_id: str) -> Result | None:
        with self._lock:
            return self._results.get((line_item_id, person_id))

    def change_result(
        self, line_item_id: str, person_id: str, change: Callable[[Result | None], Result]
    ) -> Result:
        """Read, decide and write as one step. `change` gets what stands there and may raise to leave it so."""
        with self._lock:
            result = change(self._results.get((line_item_id, person_id)))
            self._results[line_item_id, person_id] = result
            self._save()
            return result

    def clear_grades(self) -> None:
        with self._lock:
            self._results.clear()
            self._save()

    def restore_seed(self) -> None:
        """Back to the first day: seeded links only, no grades."""
        with self._lock:
            self._results.clear()
            self._seed()

    # Beginning and keeping

    def _seed(self) -> None:
        self._links, self._line_items, self._copies = {}, {}, ()
        for seed in self._config.links:
            self._seed_assignment(seed)
        for course in self._district.courses:
            self._add(self._class_page(course.id, course.context_id))
        self._add(self._board())
        self._save()

    def _seed_assignment(self, seed: LinkSeed) -> None:
        link_id = self.make_link_id(seed.course_id, seed.title)
        line_item_id = opaque_id(self._config.seed, f"line item:{link_id}")
        resource_link_id = opaque_id(self._config.seed, f"link:{link_id}")
        self._line_items[line_item_id] = LineItem(
            id=line_item_id,
            course_id=seed.course_id,
            label=seed.title,
            score_maximum=seed.points,
            resource_id=seed.content,
            tag=seed.kind,
            resource_link_id=resource_link_id,
        )
        self._add(
            Link(
                id=link_id,
                resource_link_id=resource_link_id,
                course_id=seed.course_id,
                kind="assignment",
                title=seed.title,
                target_url=self._config.launch_url,
                custom={"content": seed.content},
                line_item_id=line_item_id,
            )
        )

    def _class_page(self, course_id: str, context_id: str) -> Link:
        return Link(
            id=f"{course_id}-class",
            resource_link_id=context_id,
            course_id=course_id,
            kind="class",
            title="InfoLit class page",
            target_url=self._config.launch_url,
            custom={"view": "class"},
        )

    def _board(self) -> Link:
        return Link(
            id=BOARD_LINK_ID,
            resource_link_id=self._district.guid,
            course_id=None,
            kind="board",
            title="InfoLit board",
            target_url=self._config.launch_url,
            custom={"view": "board"},
        )

    def _add(self, link: Link) -> None:
        self._links[link.id] = link

    def _load(self) -> bool:
        """False when there is nothing kept, or what is kept belongs to another seed or tool address."""
        if self._path is None or not self._path.exists():
            return False
        kept = json.loads(self._path.read_text(encoding="utf-8"))
        if kept.get("belongs_to") != self._fingerprint():
            return False
        links = [Link(**row | {"origins": tuple(row.get("origins", ()))}) for row in kept["links"]]
        self._links = {link.id: link for link in links}
        self._copies = tuple(Copy(**row) for row in kept.get("copies", ()))
        self._line_items = {row["id"]: LineItem(**row) for row in kept["line_items"]}
        results = [Result(**row) for row in kept["results"]]
        self._results = {(result.line_item_id, result.person_id): result for result in results}
        return True

    def _save(self) -> None:
        if self._path is None:
            return
        document = {
            "belongs_to": self._fingerprint(),
            "links": [asdict(link) for link in self._links.values()],
            "line_items": [asdict(item) for item in self._line_items.values()],
            "copies": [asdict(copy) for copy in self._copies],
            "results": [asdict(result) for result in self._results.values()],
        }
        write_atomically(self._path, json.dumps(document, indent=1))

    def _fingerprint(self) -> list[object]:
        seeds = [[link.course_id, link.title, link.content, link.points] for link in self._config.links]
        return [1, self._config.seed, self._config.tool_url, seeds]
