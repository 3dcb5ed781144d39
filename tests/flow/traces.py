"""What the end of an attempt leaves in the database."""

_QUERIES = {
    "attempt": "SELECT * FROM attempt WHERE id = :a",
    "response": "SELECT * FROM response WHERE attempt_id = :a ORDER BY item_id",
    "grade": "SELECT * FROM grade WHERE attempt_id = :a",
    "evidence": "SELECT * FROM mastery_evidence WHERE attempt_id = :a ORDER BY id",
    "rollup": "SELECT y.* FROM person_skill_year y JOIN attempt t USING (person_id) WHERE t.id = :a ORDER BY skill",
    "event": "SELECT * FROM event WHERE attempt_id = :a ORDER BY id",
}


def traces(stack, attempt_id):
    """Rows by kind: attempt, response, grade, evidence, rollup, event."""
    return {kind: stack.rows(statement, a=attempt_id) for kind, statement in _QUERIES.items()}
