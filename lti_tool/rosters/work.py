"""An import's transactions: each leaves a state that the next run goes on from; a dry run is one that is rolled back."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from lti_tool.db.connect import SessionFactory, transaction
from lti_tool.errors import InfoLitError, RosterError, RosterLaterError
from lti_tool.people.years import school_year
from lti_tool.rosters.enrolling import apply_enrollments, plan_enrollments
from lti_tool.rosters.manifest import Mode
from lti_tool.rosters.oneroster import Reading
from lti_tool.rosters.persons import apply_people, apply_years, plan_people, plan_years
from lti_tool.rosters.places import apply_classes, apply_schools, plan_classes, plan_schools
from lti_tool.rosters.runs import begin, list_problems
from lti_tool.rosters.staging import MOST_PROBLEMS, analyze, clear
from lti_tool.rosters.step import Step
from lti_tool.rosters.tables import RosterProblem, RosterRun
from lti_tool.rosters.terms import apply_terms, plan_terms
from lti_tool.rosters.values import clean

STEPS: tuple[tuple[str, Callable[[Session, Step], None], Callable[[Session, Step], None]], ...] = (
    ("schools", plan_schools, apply_schools),
    ("people", plan_people, apply_people),
    ("years", plan_years, apply_years),
    ("classes", plan_classes, apply_classes),
    ("enrolments", plan_enrollments, apply_enrollments),
    ("terms", plan_terms, apply_terms),
)


class Progress(Protocol):
    """Hears how far an import is."""

    def begin(self, label: str, total: int) -> None: ...

    def advance(self, done: int) -> None: ...


class Unheard:
    """Progress that nobody listens to."""

    def begin(self, label: str, total: int) -> None: ...

    def advance(self, done: int) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be imported, for whom, and how."""

    tenant_id: uuid.UUID
    source: str
    """The roster's name here: within it every sourcedId is unique."""
    reading: Reading
    is_dry: bool = False
    check: Callable[[], None] = lambda: None
    """Called once no other import of the district can begin; raises where this one is wanted no more."""


@dataclass(frozen=True, kw_only=True)
class Means:
    """What an import works with."""

    sessions: SessionFactory
    clock: Callable[[], datetime]
    progress: Progress = field(default_factory=Unheard)
    year_starts: int = 7
    zone: str = "UTC"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of an import, or what would."""

    run: RosterRun
    problems: list[RosterProblem]


class Work:
    """One import under way."""

    def __init__(self, means: Means, order: Order) -> None:
        self.means, self.order = means, order
        self._dry: Session | None = None

    @contextmanager
    def whole(self, kind: str, fingerprint: str) -> Iterator[uuid.UUID]:
        """Begin a run, or go on with the one that was cut off; gives its id. What goes wrong within is noted and raised."""
        self.order.check()
        if self.order.is_dry:
            with self.means.sessions() as self._dry, self._sentences():
                yield self._begin(kind, fingerprint)
                self._dry.rollback()
            return
        run_id = self._begin(kind, fingerprint)
        try:
            with self._sentences():
                yield run_id
        except InfoLitError as error:
            self._note_failure(run_id, error.message)
            raise

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        if self._dry is not None:
            yield self._dry
            self._dry.flush()
            return
        with transaction(self.means.sessions) as session:
            session.execute(text("SET LOCAL statement_timeout = '30min'"))
            yield session

    def get_run(self, session: Session, run_id: uuid.UUID) -> RosterRun:
        """The run, held until the transaction ends. Raises RosterError where it was ended, since its staged rows are gone."""
        run = session.get_one(RosterRun, run_id, with_for_update=True)
        if run.ended_at is not None:
            raise RosterError("Somebody threw the file of this import away meanwhile. Import it again.")
        return run

    def apply(self, run_id: uuid.UUID, modes: Mapping[str, Mode], *, only_file: str | None = None) -> Outcome:
        """Plan and apply each step that is not done; afterwards the staged rows are thrown away."""
        self.means.progress.begin("Applying", len(STEPS) + 1)
        with self.transaction() as session:
            self.get_run(session, run_id).state = "applying"
            analyze(session)
        self.means.progress.advance(1)
        for name, plan, apply in STEPS:
            with self.transaction() as session:
                run = self.get_run(session, run_id)
                if name not in run.position["done"]:
                    step = self._step(run, modes, only_file)
                    plan(session, step)
                    if self._dry is None:
                        apply(session, step)
                    run.position = {**run.position, "done": [*run.position["done"], name]}
                    run.seen_at = self.means.clock()
            self.means.progress.advance(1)
        return self._end(run_id)

    def _begin(self, kind: str, fingerprint: str) -> uuid.UUID:
        """A run read with another field for the SIS id is another run: what it staged would say who is who wrongly."""
        order = self.order
        told = f"{fingerprint} {order.reading.sis_field}"
        with self.transaction() as session:
            if self._dry is not None:
                session.execute(text("SET LOCAL statement_timeout = '30min'"))
            return begin(
                session,
                order.tenant_id,
                source=order.source,
                kind=kind,
                fingerprint=hashlib.sha256(told.encode()).hexdigest(),
                now=self.means.clock(),
            ).id

    def _step(self, run: RosterRun, modes: Mapping[str, Mode], only_file: str | None) -> Step:
        now = self.means.clock()
        year = school_year(now, self.means.year_starts)
        return Step(
            run=run, modes=modes, now=now, school_year=year, zone=self.means.zone, only_file=only_file
        )

    def _end(self, run_id: uuid.UUID) -> Outcome:
        with self.transaction() as session:
            run = self.get_run(session, run_id)
            clear(session, run_id)
            run.state, run.ended_at = "done", self.means.clock()
            session.flush()
            outcome = Outcome(run=run, problems=list_problems(session, run, most=MOST_PROBLEMS))
            session.expunge_all()  # what is told of a dry run outlives its rollback
            return outcome

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        try:
            yield
        except OperationalError as error:
            raise RosterLaterError(
                "The database did not answer in time, or is busy. Run the command again: it goes on where it stopped."
            ) from error

    def _note_failure(self, run_id: uuid.UUID, sentence: str) -> None:
        with transaction(self.means.sessions) as session:
            run = session.get_one(RosterRun, run_id)
            if run.ended_at is not None:
                return
            run.state, run.error, run.seen_at = "failed", clean(sentence, 500), self.means.clock()
