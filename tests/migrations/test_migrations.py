"""Migrations: the tables they make are the tables the code expects; they go down and up again; they run on a database with data in it."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import pytest
import sqlalchemy as sa
from adding import Adding
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from bringing_in import keep, play
from stack import ANA, BOARD_LINK, MODULE_LINK, SPECIALIST, running_stack

import lti_tool
from lti_tool.db.base import Base
from lti_tool.db.connect import open_engine
from lti_tool.db.migrate import alembic_config, downgrade, is_current, migrate

PASSING = {"message_log", "first_answer", "item_sums", "part_sums"}
"""Tables whose rows are thrown away after a month, or worked out anew (`infolit questions rebuild`)."""

NEWER = {"audit_entry"}
"""Not among the first tables, so that going down to them gives it up."""


def test_migrated_tables_are_the_tables_of_the_code(engine):
    for module in pkgutil.walk_packages(lti_tool.__path__, "lti_tool."):
        if module.name.endswith((".tables", ".store")):
            import_module(module.name)

    with engine.connect() as connection:
        differences = compare_metadata(
            MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata
        )

    ours = [each for each in differences if "procrastinate" not in str(each)]
    assert ours == []


def test_every_migration_goes_down_and_up_again(empty_database_url):
    engine = open_engine(empty_database_url)
    migrate(engine)

    downgrade(engine, "base")

    with engine.connect() as connection:
        left = set(sa.inspect(connection).get_table_names()) - {"alembic_version"}
        functions = connection.scalar(
            sa.text("SELECT count(*) FROM pg_proc WHERE proname LIKE 'procrastinate%'")
        )
    assert left == set()
    assert functions == 0
    migrate(engine)
    assert is_current(engine)
    engine.dispose()


def test_database_behind_the_code_is_not_current(empty_database_url):
    engine = open_engine(empty_database_url)
    migrate(engine, "0001")

    assert not is_current(engine)

    engine.dispose()


def test_migrating_a_database_with_data_keeps_every_row(database_url, tmp_path):
    with running_stack(database_url, tmp_path) as stack:
        student = stack.launch(MODULE_LINK, ANA)
        for _ in range(40):
            if 'value="finish"' in student.text:
                student.submit("finish")
                break
            student.submit("next")
    engine = open_engine(database_url)
    before = _counts(engine)

    # The newest migrations once more, on what is there: down to the first tables, which hold all data, and up again.
    downgrade(engine, "0001")
    migrate(engine)

    assert before["attempt"] == before["grade"] == 1
    assert _counts(engine) == before
    engine.dispose()


def test_own_questions_go_with_their_tables_and_work_that_was_begun_stays(database_url, tmp_path):
    with running_stack(database_url, tmp_path) as stack:
        specialist = stack.launch(BOARD_LINK, SPECIALIST)
        (link,) = Adding(stack).add(f"quiz:{keep(specialist)}")
        student = stack.launch(link, ANA)
        engine = open_engine(database_url)

        downgrade(engine, "0025")
        migrate(engine)
        engine.dispose()

        assert stack.count("own_bank") == stack.count("own_edition") == stack.count("own_picture") == 0
        assert "Is the owl asleep?" in student.get(student.path).text
        play(student, ["yes", "yes"])
        assert student.path.endswith("/result") and stack.rows("SELECT score_ratio AS s FROM attempt") == [
            {"s": 1.0}
        ]


def _counts(engine):
    with engine.connect() as connection:
        return {
            table.name: connection.scalar(sa.select(sa.func.count()).select_from(table))
            for table in Base.metadata.sorted_tables
            if table.name not in PASSING | NEWER
        }


def test_there_is_one_line_of_migrations():
    script = ScriptDirectory.from_config(alembic_config())

    assert len(script.get_heads()) == 1


@pytest.mark.parametrize("table", Base.metadata.sorted_tables, ids=str)
def test_rows_about_people_carry_their_district(table):
    about_people = {"person_id", "section_id", "school_id", "attempt_id", "placement_id"} & set(
        table.columns.keys()
    )

    assert not about_people or "tenant_id" in table.columns
