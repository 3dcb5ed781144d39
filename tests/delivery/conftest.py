"""One stack with a short patience for these tests, without any grade at the start of each."""

import httpx
import psycopg
import pytest
from gradable import enrol
from sqlalchemy import make_url, text
from stack import running_stack


@pytest.fixture(scope="session")
def impatient_stack(database_server, tmp_path_factory):
    name = "delivery_tests"
    with psycopg.connect(database_server, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {name} TEMPLATE template_infolit")
    url = make_url(database_server).set(database=name).render_as_string(hide_password=False)
    with running_stack(url, tmp_path_factory.mktemp("data"), lms_timeout_s=0.4) as stack:
        yield stack


@pytest.fixture
def impatient(impatient_stack):
    """A tool that waits less than a second for the LMS, and an LMS that behaves."""
    with impatient_stack.tool.sessions.begin() as session:
        for table in ("grade", "procrastinate_events", "procrastinate_jobs", "procrastinate_workers"):
            session.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - the names stand above
    httpx.post(f"{impatient_stack.lms_url}/api/reset").raise_for_status()
    return impatient_stack


@pytest.fixture
def learner(impatient):
    return enrol(impatient)[0]
