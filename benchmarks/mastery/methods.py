"""How long a district's change of method takes: the preview, the change itself, and freezing a term, in an embedded PostgreSQL.

python -m benchmarks.mastery --only methods [--methods-students 5000]
"""

from __future__ import annotations

import hashlib
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

from sqlalchemy import text
from sqlalchemy.orm import Session

from lti_tool.corrections.methods import apply_method, choose_method, preview
from lti_tool.db.connect import open_engine, session_factory, transaction
from lti_tool.db.embedded import embedded_postgres
from lti_tool.db.migrate import migrate
from lti_tool.facts.people import Access
from lti_tool.mastery.freeze import ensure_term, freeze
from lti_tool.mastery.methods import make_choice
from lti_tool.mastery.showing import show
from lti_tool.mastery.tables import MasteryState
from lti_tool.reports.record import CellKey, apply_changes

TENANT = uuid.UUID(int=1)
_FILL = """
    SET LOCAL session_replication_role = replica;
    INSERT INTO tenant (id, slug, name, created_at) VALUES (:tenant, 't', 'T', now());
    INSERT INTO person (id, tenant_id, is_test_student, created_at)
    SELECT md5(n::text)::uuid, :tenant, false, now() FROM generate_series(1, :students) n;
    INSERT INTO learner_state (person_id, tenant_id, mean, var, updated_at)
    SELECT md5(n::text)::uuid, :tenant, 0, 1, now() FROM generate_series(1, :students) n;
    INSERT INTO mastery_state (person_id, skill, tenant_id, mean, var, answers, occasions, last_at, p_mastered, expected,
        level, method_level, shown_level)
    SELECT md5(n::text)::uuid, 's' || k, :tenant, 0, 1, 15, 3, now(), .5, .5, 'developing', 'developing', 'developing'
    FROM generate_series(1, :students) n, generate_series(1, 10) k;
    INSERT INTO person_skill_year (person_id, skill, school_year, tenant_id, grade, level, expected, answers, updated_at)
    SELECT md5(n::text)::uuid, 's' || k, 2027, :tenant, n % 13, 'developing', .5, 15, now()
    FROM generate_series(1, :students) n, generate_series(1, 10) k;
    INSERT INTO mastery_evidence (tenant_id, person_id, attempt_id, skill, item_id, item_version, item_mean, item_var, guess,
        ratio, weight, expected, moved, answered_at, school_year, grade)
    SELECT :tenant, md5(n::text)::uuid, md5('a' || a || n)::uuid, 's' || k, 'i' || i, 'v1', 0, 1, .25,
        ((n * 7919 + k * 31 + a * 17 + i) % 97 < 70)::int, 1, .5, 0, timestamptz '2026-09-01' + a * interval '1 week', 2027, 6
    FROM generate_series(1, :students) n, generate_series(1, 10) k, generate_series(1, 3) a, generate_series(1, 5) i;
"""


def run(students: int) -> None:
    """10 skills a student, three quizzes of five questions in each."""
    with tempfile.TemporaryDirectory() as folder, embedded_postgres(Path(folder)) as url:
        engine = open_engine(url, pool_size=2)
        migrate(engine)
        with Session(engine) as session:
            for statement in _FILL.split(";\n")[:-1]:
                session.execute(
                    text(statement), {"tenant": TENANT, "students": students} if ":" in statement else {}
                )
            _fill_board(session, students)
            session.commit()
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
        sessions = session_factory(engine)
        now = datetime(2026, 11, 27, tzinfo=UTC)
        tool = SimpleNamespace(
            sessions=sessions, clock=lambda: now, settings=SimpleNamespace(school_year_starts=7)
        )
        access = Access(tenant_id=TENANT, person_id=None, is_administrator=True)
        choice = make_choice("decaying_average")
        print(f"{students:,} students, {10 * students:,} levels, {150 * students:,} answers:")
        with transaction(sessions) as session:
            _timed("preview", lambda: preview(session, TENANT, choice))
        choose_method(tool, access, choice, reason="Measured")  # type: ignore[arg-type]
        _timed("change", lambda: apply_method(tool, TENANT))  # type: ignore[arg-type]
        with transaction(sessions) as session:
            state = session.get_one(MasteryState, (_first_student(), "s1"))
            _timed("one student's skill, 100 times", lambda: [show(session, [state]) for _ in range(100)])
        with transaction(sessions) as session:
            term = ensure_term(session, TENANT, "Fall", now)
            _timed("freezing a term", lambda: freeze(session, term, now=now))
        engine.dispose()


def _fill_board(session: Session, students: int) -> None:
    grades = Counter(number % 13 for number in range(1, students + 1))
    changes = {
        CellKey(None, grade, f"s{skill}"): {
            "developing": count,
            "sum_expected": 0.5 * count,
            "answers": 15 * count,
        }
        for grade, count in grades.items()
        for skill in range(1, 11)
    }
    apply_changes(session, TENANT, 2027, changes)


def _first_student() -> uuid.UUID:
    return uuid.UUID(hashlib.md5(b"1", usedforsecurity=False).hexdigest())


def _timed(what: str, do: Callable[[], object]) -> None:
    began = time.perf_counter()
    do()
    print(f"  {what}: {time.perf_counter() - began:.2f} s")
