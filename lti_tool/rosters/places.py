"""Schools and classes of a run: found by their sourcedId, made where they are new, changed where the roster says so. Never deleted."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from lti_tool.people.classes import link_classes
from lti_tool.rosters.staging import add_problems
from lti_tool.rosters.step import Step, mark_doubles, tally

# ---- schools ----------------------------------------------------------------------------------------------------------

_KNOWN_SCHOOLS = """
UPDATE roster_staged_org o SET school_id = s.id, verdict = CASE
    WHEN o.is_gone THEN 'gone'
    WHEN :is_delta AND o.modified_at < s.modified_at THEN 'old'
    WHEN o.name <> s.name AND o.name || ' (' || o.sourced_id || ')' <> s.name THEN 'changed' ELSE 'same' END
FROM school s WHERE o.run_id = :run AND o.verdict IS NULL
    AND s.tenant_id = :tenant AND s.source = :source AND s.sourced_id = o.sourced_id
"""
_NAMED_SCHOOLS = """
UPDATE roster_staged_org o SET school_id = s.id, verdict = 'linked'
FROM (
    SELECT DISTINCT ON (known.id) known.id, told.id AS org_id FROM roster_staged_org told
    JOIN school known ON known.tenant_id = :tenant AND lower(known.name) = lower(told.name)
        AND known.source IS DISTINCT FROM :source
    WHERE told.run_id = :run AND told.verdict IS NULL AND told.is_school AND NOT told.is_gone
    ORDER BY known.id, told.id
) s WHERE o.id = s.org_id
"""
"""A school of the same name in the district, known from launches or from another roster."""
_NEW_SCHOOLS = """
UPDATE roster_staged_org SET school_id = gen_random_uuid(), verdict = 'new'
WHERE run_id = :run AND verdict IS NULL AND is_school AND NOT is_gone
"""
_SAME_NAMES = """
UPDATE roster_staged_org o SET name = left(o.name, 200) || ' (' || left(o.sourced_id, 50) || ')'
WHERE o.run_id = :run AND o.verdict IN ('new', 'changed') AND (
    EXISTS (SELECT FROM school s WHERE s.tenant_id = :tenant AND s.name = o.name AND s.id <> o.school_id)
    OR EXISTS (SELECT FROM roster_staged_org b WHERE b.run_id = :run AND b.name = o.name AND b.id < o.id
        AND b.verdict IN ('new', 'changed', 'linked', 'same')))
RETURNING o.line, o.name AS told
"""
_MAKE_SCHOOLS = """
INSERT INTO school (id, tenant_id, name, source, sourced_id, modified_at)
SELECT school_id, :tenant, name, :source, sourced_id, modified_at FROM roster_staged_org
WHERE run_id = :run AND verdict = 'new' ON CONFLICT DO NOTHING
"""
_CHANGE_SCHOOLS = """
UPDATE school s SET name = o.name, modified_at = coalesce(o.modified_at, s.modified_at),
    source = coalesce(s.source, :source), sourced_id = coalesce(s.sourced_id, o.sourced_id)
FROM roster_staged_org o WHERE o.run_id = :run AND o.verdict IN ('changed', 'linked', 'same') AND s.id = o.school_id
    AND (o.verdict <> 'same' OR o.modified_at IS DISTINCT FROM s.modified_at)
"""


def plan_schools(session: Session, step: Step) -> None:
    mark_doubles(session, step, "org", "orgs.csv")
    for statement in (_KNOWN_SCHOOLS, _NAMED_SCHOOLS, _NEW_SCHOOLS):
        session.execute(text(statement), step.values("orgs.csv"))
    add_problems(
        session,
        step.run,
        step.file("orgs.csv"),
        _SAME_NAMES,
        "Another school of the district has this name, so it is called “%(told)s” here.",
        "Give both schools names of their own in the SIS.",
    )
    tally(session, step, "schools", "org")


def apply_schools(session: Session, step: Step) -> None:
    for statement in (_MAKE_SCHOOLS, _CHANGE_SCHOOLS):
        session.execute(text(statement), step.values("orgs.csv"))


SCHOOLS_BY_ID = """
SELECT sourced_id, school_id FROM roster_staged_org WHERE run_id = :run AND school_id IS NOT NULL AND verdict <> 'double'
UNION
SELECT sourced_id, id FROM school WHERE tenant_id = :tenant AND source = :source AND sourced_id IS NOT NULL
"""


# ---- classes ----------------------------------------------------------------------------------------------------------

_KNOWN_CLASSES = """
UPDATE roster_staged_class c SET class_id = r.id, verdict = CASE
    WHEN :is_delta AND c.modified_at < r.modified_at THEN 'old'
    WHEN c.is_gone THEN CASE r.status WHEN 'active' THEN 'ended' ELSE 'same' END
    ELSE 'same' END
FROM roster_class r WHERE c.run_id = :run AND c.verdict IS NULL
    AND r.tenant_id = :tenant AND r.source = :source AND r.sourced_id = c.sourced_id
"""
_NEW_CLASSES = """
UPDATE roster_staged_class SET class_id = gen_random_uuid(), verdict = 'new'
WHERE run_id = :run AND verdict IS NULL AND NOT is_gone
"""
_TOLD_CLASSES = f"""
CREATE TEMP TABLE told_class ON COMMIT DROP AS
SELECT c.id, c.class_id, c.sourced_id, left(c.title, 255) AS title, s.school_id, c.grade, c.modified_at, c.verdict,
    c.line, c.org, coalesce(t.school_year, r.school_year, :year) AS school_year
FROM roster_staged_class c
LEFT JOIN ({SCHOOLS_BY_ID}) s ON s.sourced_id = c.org
LEFT JOIN roster_staged_term t ON t.run_id = :run AND t.sourced_id = c.term
LEFT JOIN roster_class r ON r.id = c.class_id
WHERE c.run_id = :run AND c.verdict IN ('new', 'same')
"""  # noqa: S608 - a constant within a constant
_CHANGED_CLASSES = """
UPDATE roster_staged_class c SET verdict = 'changed'
FROM told_class t JOIN roster_class r ON r.id = t.class_id
WHERE c.id = t.id AND c.verdict = 'same' AND (r.title <> t.title OR r.status <> 'active'
    OR r.school_year <> t.school_year OR coalesce(t.school_id, r.school_id) IS DISTINCT FROM r.school_id
    OR coalesce(t.grade, r.grade) IS DISTINCT FROM r.grade)
"""
_MAKE_CLASSES = """
INSERT INTO roster_class (id, tenant_id, source, sourced_id, title, school_id, grade, school_year, modified_at)
SELECT class_id, :tenant, :source, sourced_id, title, school_id, grade, school_year, modified_at
FROM told_class WHERE verdict = 'new' ON CONFLICT DO NOTHING
"""
_CHANGE_CLASSES = """
UPDATE roster_class r SET title = t.title, school_id = coalesce(t.school_id, r.school_id),
    grade = coalesce(t.grade, r.grade), school_year = t.school_year, status = 'active',
    modified_at = coalesce(t.modified_at, r.modified_at)
FROM told_class t JOIN roster_staged_class c ON c.id = t.id
WHERE r.id = t.class_id AND (c.verdict = 'changed' OR t.modified_at IS DISTINCT FROM r.modified_at)
"""
_END_CLASSES = """
UPDATE roster_class r SET status = 'inactive', modified_at = coalesce(c.modified_at, r.modified_at)
FROM roster_staged_class c WHERE c.run_id = :run AND c.verdict = 'ended' AND r.id = c.class_id
"""
_NO_SCHOOL = (
    "SELECT line, org AS told FROM told_class WHERE org IS NOT NULL AND school_id IS NULL ORDER BY line"
)


def plan_classes(session: Session, step: Step) -> None:
    mark_doubles(session, step, "class", "classes.csv")
    for statement in (_KNOWN_CLASSES, _NEW_CLASSES, _TOLD_CLASSES, _CHANGED_CLASSES):
        session.execute(text(statement), step.values("classes.csv"))
    add_problems(
        session,
        step.run,
        step.file("classes.csv"),
        _NO_SCHOOL,
        "The class's school “%(told)s” is no school of this roster, so the class has none here.",
        "Add the school to orgs.csv with the type school.",
    )
    tally(session, step, "classes", "class")


def apply_classes(session: Session, step: Step) -> None:
    for statement in (
        _CHANGE_CLASSES,
        _END_CLASSES,
        _MAKE_CLASSES,
        "ANALYZE roster_class",
        "ANALYZE roster_staged_class",
    ):
        session.execute(text(statement), step.values("classes.csv"))
    link_classes(session, step.run.tenant_id)
