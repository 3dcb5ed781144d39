"""Enrolments of a run, and what InfoLit has that a whole file leaves out: that is counted, and left as it is."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from lti_tool.rosters.staging import add_problems
from lti_tool.rosters.step import Step

_TOLD = """
CREATE TEMP TABLE told_enrollment ON COMMIT DROP AS
WITH doubled AS (
    SELECT sourced_id, min(id) AS first_id FROM roster_staged_enrollment WHERE run_id = :run GROUP BY sourced_id HAVING count(*) > 1
), person_of AS (
    SELECT sourced_id, person_id, verdict FROM roster_staged_user WHERE run_id = :run AND verdict <> 'double'
), class_of AS (
    SELECT sourced_id, class_id FROM roster_staged_class WHERE run_id = :run AND class_id IS NOT NULL AND verdict <> 'double'
    UNION ALL SELECT r.sourced_id, r.id FROM roster_class r WHERE r.tenant_id = :tenant AND r.source = :source
        AND NOT EXISTS (SELECT FROM roster_staged_class c WHERE c.run_id = :run AND c.sourced_id = r.sourced_id)
), placed AS (
    SELECT e.*, coalesce(c.class_id, r.class_id) AS class_id,
        coalesce(u.person_id, a.person_id, r.person_id) AS person_id, u.verdict AS person_verdict,
        r.status AS held_status, r.class_id AS held_class, r.person_id AS held_person, r.role AS held_role,
        r.begins_on AS held_begin, r.ends_on AS held_end, r.modified_at AS held_at, d.first_id,
        CASE WHEN e.is_gone OR e.ends_on < :today THEN 'inactive' ELSE 'active' END AS status
    FROM roster_staged_enrollment e
    LEFT JOIN doubled d ON d.sourced_id = e.sourced_id
    LEFT JOIN class_of c ON c.sourced_id = e.class_sid
    LEFT JOIN person_of u ON u.sourced_id = e.user_sid
    LEFT JOIN person_alias a ON u.sourced_id IS NULL AND a.tenant_id = :tenant AND a.kind = 'oneroster'
        AND a.namespace = :source AND a.value = e.user_sid
    LEFT JOIN roster_enrollment r ON r.tenant_id = :tenant AND r.source = :source AND r.sourced_id = e.sourced_id
    WHERE e.run_id = :run
)
SELECT id, line, sourced_id, class_sid, class_id, person_id, role, begins_on, ends_on, modified_at, status, is_gone, CASE
    WHEN first_id <> id THEN 'double'
    WHEN is_gone AND held_status IS NULL THEN 'unknown'
    WHEN :is_delta AND modified_at < held_at THEN 'old'
    WHEN is_gone AND held_status = 'inactive' THEN 'same'
    WHEN is_gone THEN 'ended'
    WHEN class_id IS NULL THEN 'no_class'
    WHEN person_id IS NULL AND person_verdict IS NOT NULL THEN 'passed'
    WHEN person_id IS NULL THEN 'no_one'
    WHEN held_status IS NULL THEN 'new'
    WHEN held_status = 'active' AND status = 'inactive' THEN 'ended'
    WHEN held_status <> status OR held_class <> class_id OR held_person <> person_id OR held_role <> role
        OR held_begin IS DISTINCT FROM begins_on OR held_end IS DISTINCT FROM ends_on THEN 'changed'
    WHEN modified_at IS DISTINCT FROM held_at AND modified_at IS NOT NULL THEN 'seen'
    ELSE 'same' END AS verdict
FROM placed
"""
_TALLY = "SELECT verdict, count(*) AS n FROM told_enrollment GROUP BY verdict"
_PROBLEMS = (
    (
        "SELECT line, '' AS told FROM told_enrollment WHERE verdict = 'double' ORDER BY line",
        "The id of this enrolment stands above already; what stands above was used.",
        "Every id may stand in the file once. Export it again, or tell the maker of your SIS.",
    ),
    (
        "SELECT line, class_sid AS told FROM told_enrollment WHERE verdict = 'no_class' ORDER BY line",
        "The enrolment's class “%(told)s” is neither in classes.csv nor known here, so it was passed over.",
        "Export classes.csv and enrollments.csv together.",
    ),
    (
        "SELECT line, '' AS told FROM told_enrollment WHERE verdict = 'no_one' ORDER BY line",
        "The enrolment's person is neither in users.csv nor known here, so it was passed over.",
        "Export users.csv and enrollments.csv together.",
    ),
)
_MAKE = """
INSERT INTO roster_enrollment (tenant_id, source, sourced_id, class_id, person_id, role, begins_on, ends_on, status, modified_at)
SELECT :tenant, :source, sourced_id, class_id, person_id, role, begins_on, ends_on, status, modified_at
FROM told_enrollment WHERE verdict = 'new' ORDER BY sourced_id ON CONFLICT DO NOTHING
"""
_CHANGE = """
UPDATE roster_enrollment r SET class_id = t.class_id, person_id = t.person_id, role = CASE WHEN t.is_gone THEN r.role ELSE t.role END,
    begins_on = coalesce(t.begins_on, r.begins_on), ends_on = coalesce(t.ends_on, r.ends_on), status = t.status,
    modified_at = coalesce(t.modified_at, r.modified_at)
FROM told_enrollment t WHERE t.verdict IN ('changed', 'ended', 'seen')
    AND r.tenant_id = :tenant AND r.source = :source AND r.sourced_id = t.sourced_id
"""
_END_WITH = """
UPDATE roster_enrollment r SET status = 'inactive' WHERE r.tenant_id = :tenant AND r.source = :source AND r.status = 'active' AND (
    r.person_id IN (SELECT person_id FROM roster_staged_user WHERE run_id = :run AND verdict = 'ended')
    OR r.class_id IN (SELECT class_id FROM roster_staged_class WHERE run_id = :run AND verdict = 'ended'))
"""
"""Where a roster ends a person or a class, their enrolments end."""
_COUNT_END_WITH = """
SELECT count(*) FROM roster_enrollment r WHERE r.tenant_id = :tenant AND r.source = :source AND r.status = 'active' AND (
    r.person_id IN (SELECT person_id FROM roster_staged_user WHERE run_id = :run AND verdict = 'ended')
    OR r.class_id IN (SELECT class_id FROM roster_staged_class WHERE run_id = :run AND verdict = 'ended'))
"""
_MISSING = {
    ("users.csv", "people"): """
        SELECT count(*) FROM person_alias a WHERE a.tenant_id = :tenant AND a.kind = 'oneroster' AND a.namespace = :source
            AND a.retired_at IS NULL
            AND NOT EXISTS (SELECT FROM roster_staged_user u WHERE u.run_id = :run AND u.sourced_id = a.value)""",
    ("classes.csv", "classes"): """
        SELECT count(*) FROM roster_class r WHERE r.tenant_id = :tenant AND r.source = :source AND r.status = 'active'
            AND NOT EXISTS (SELECT FROM roster_staged_class c WHERE c.run_id = :run AND c.sourced_id = r.sourced_id)""",
    ("enrollments.csv", "enrolments"): """
        SELECT count(*) FROM roster_enrollment r WHERE r.tenant_id = :tenant AND r.source = :source AND r.status = 'active'
            AND NOT EXISTS (SELECT FROM roster_staged_enrollment e WHERE e.run_id = :run AND e.sourced_id = r.sourced_id)""",
}


def plan_enrollments(session: Session, step: Step) -> None:
    values = step.values("enrollments.csv")
    session.execute(text(_TOLD), values)
    session.execute(text("ANALYZE told_enrollment"))
    for query, sentence, remedy in _PROBLEMS:
        add_problems(session, step.run, step.file("enrollments.csv"), query, sentence, remedy)
    step.count("enrolments", **{row.verdict: row.n for row in session.execute(text(_TALLY))})
    for (file, name), query in _MISSING.items():
        if step.modes.get(file) == "bulk":
            step.count("missing", **{name: session.scalar(text(query), values) or 0})
    step.count("enrolments", ended_with=session.scalar(text(_COUNT_END_WITH), values) or 0)


def apply_enrollments(session: Session, step: Step) -> None:
    """What is there is changed first: the new rows are not in the planner's statistics yet, and it would join them row by row."""
    for statement in (_CHANGE, _END_WITH, _MAKE, "ANALYZE roster_enrollment"):
        session.execute(text(statement), step.values("enrollments.csv"))
