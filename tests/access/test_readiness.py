"""Whether the server says truthfully that it lives and is ready."""

import httpx
import pytest
from sqlalchemy import text

from lti_tool.db.connect import transaction
from lti_tool.db.migrate import migrate


def ready(stack):
    answer = httpx.get(f"{stack.tool_url}/readyz")
    return answer.status_code, answer.json()


def heartbeat(stack, *, seconds_ago):
    with transaction(stack.tool.sessions) as session:
        session.execute(
            text(
                "INSERT INTO procrastinate_workers (last_heartbeat)"
                " VALUES (now() - make_interval(secs => :ago))"
            ),
            {"ago": seconds_ago},
        )


def test_living_process_says_so(stack):
    answer = httpx.get(f"{stack.tool_url}/healthz")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_server_without_a_worker_is_not_ready(stack):
    status, told = ready(stack)

    assert status == 503
    assert told == {"status": "not ready", "database": True, "migrations": True, "worker": False}


def test_server_with_a_living_worker_is_ready(stack):
    heartbeat(stack, seconds_ago=5)

    assert ready(stack) == (200, {"status": "ready", "database": True, "migrations": True, "worker": True})


def test_worker_that_fell_silent_is_noticed(stack):
    heartbeat(stack, seconds_ago=90)

    status, told = ready(stack)
    assert (status, told["worker"]) == (503, False)


def test_one_living_worker_among_dead_ones_is_enough(stack):
    heartbeat(stack, seconds_ago=9000)
    heartbeat(stack, seconds_ago=1)

    assert ready(stack)[0] == 200


def test_database_behind_its_migrations_is_not_ready(stack):
    heartbeat(stack, seconds_ago=1)
    with transaction(stack.tool.sessions) as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'older'"))

    status, told = ready(stack)
    assert (status, told["database"], told["migrations"]) == (503, True, False)


def test_empty_database_is_told_apart_from_one_that_is_away(stack):
    engine = stack.tool.sessions.kw["bind"]
    with transaction(stack.tool.sessions) as session:
        session.execute(text("DROP SCHEMA public CASCADE"))
        session.execute(text("CREATE SCHEMA public"))

    status, told = ready(stack)
    assert (status, told["database"], told["migrations"]) == (503, True, False)

    migrate(engine)
    heartbeat(stack, seconds_ago=1)
    assert ready(stack)[0] == 200


@pytest.mark.parametrize("path", ["/readyz", "/lti/jwks.json", "/at/x/"])
def test_database_that_is_away_is_a_503_with_a_next_step(stack, path):
    engine = stack.tool.sessions.kw["bind"]
    engine.dispose()
    from lti_tool.db.connect import open_engine, session_factory

    gone = open_engine("postgresql://nobody@127.0.0.1:1/none")
    stack.change(sessions=session_factory(gone))

    answer = httpx.get(f"{stack.tool_url}{path}")

    assert answer.status_code == 503
    assert "nobody" not in answer.text
    gone.dispose()
    stack.change(sessions=session_factory(engine))


def test_figures_name_nobody(stack):
    answer = httpx.get(f"{stack.tool_url}/metrics")

    assert answer.status_code == 200
    assert "tenant" not in answer.text
