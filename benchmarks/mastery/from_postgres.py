"""A district's evidence replayed from PostgreSQL: as the weekly calibration reads it, in an embedded server made and removed here.

python -m benchmarks.mastery --only replay [--answers 10000000]
"""

from __future__ import annotations

import tempfile
import time
import uuid
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from lti_tool.db.connect import open_engine
from lti_tool.db.embedded import embedded_postgres
from lti_tool.db.migrate import migrate
from lti_tool.mastery.archive import read_archive
from lti_tool.mastery.compiled import run_log
from lti_tool.mastery.parameters import DEFAULTS

TENANT = uuid.UUID(int=1)
PER_STUDENT = 100
_FILL = """
    SET statement_timeout = 0;
    SET session_replication_role = replica;
    DROP INDEX ix_mastery_evidence_person_skill, ix_mastery_evidence_attempt_id, ix_mastery_evidence_tenant_id;
    INSERT INTO item_state (tenant_id, item_id, item_version, skill, guess, grade_from, grade_to, mean, var, answers)
    SELECT :tenant, 'i' || lpad(n::text, 4, '0'), 'v1', 's' || n % 30, (n % 2) * .25, 6, 8, 0, 1, 0
    FROM generate_series(0, 2999) n;
    INSERT INTO mastery_evidence (tenant_id, person_id, attempt_id, skill, item_id, item_version, item_mean, item_var, guess,
        ratio, weight, expected, moved, answered_at, school_year, grade)
    SELECT :tenant, md5((n / :each)::text)::uuid, :tenant, 's' || i % 30, 'i' || lpad(i::text, 4, '0'), 'v1', 0, 1, (i % 2) * .25,
        (n * 31 % 97 < 62)::int, 1, .5, 0, timestamptz '2026-09-01' + n % :each * interval '1 day', 2027, 6
    FROM (SELECT n, (n::int8 * 7919) % 3000 AS i FROM generate_series(0, :answers - 1) n) made;
"""


def run(answers: int) -> None:
    """Fill, then measure what counts: reading, sorting, and the run through the engine."""
    with tempfile.TemporaryDirectory() as folder, embedded_postgres(Path(folder)) as url:
        engine = open_engine(url, pool_size=1)
        migrate(engine)
        with Session(engine) as session:
            for statement in _FILL.split(";\n")[:-1]:
                session.execute(
                    text(statement),
                    {"tenant": TENANT, "each": PER_STUDENT, "answers": answers} if ":" in statement else {},
                )
            session.commit()
            began = time.perf_counter()
            archive = read_archive(session, TENANT)
            read = time.perf_counter()
            run_log(archive.log, archive.prior(DEFAULTS), DEFAULTS, items_learn=True)
            done = time.perf_counter()
        engine.dispose()
    print(
        f"{len(archive.log):,} answers of {archive.log.students:,} students replayed from PostgreSQL in",
        end=" ",
    )
    print(f"{done - began:.1f} s: {read - began:.1f} s to read and sort, {done - read:.1f} s in the engine\n")
