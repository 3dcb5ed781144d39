"""One database for these tests, emptied before each, and a registered LMS to launch from."""

import httpx
import psycopg
import pytest
from front_door import FrontDoor
from lti_stand_in import SECRET, StandInLMS, browser_settings, register
from sqlalchemy import make_url, text

from lti_tool.db.connect import open_engine, session_factory, transaction
from lti_tool.lti.platform_keys import PlatformKeys
from lti_tool.lti.seal import Seal
from lti_tool.people.tables import Tenant


@pytest.fixture(scope="session")
def lti_engine(database_server):
    """One migrated database for all tests here: they empty it instead of making another."""
    with psycopg.connect(database_server, autocommit=True) as admin:
        admin.execute("CREATE DATABASE lti_tests TEMPLATE template_infolit")
    engine = open_engine(
        make_url(database_server).set(database="lti_tests").render_as_string(hide_password=False)
    )
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(lti_engine):
    with lti_engine.begin() as connection:
        connection.execute(text("DELETE FROM tenant"))
    return session_factory(lti_engine)


@pytest.fixture
def no_keys(lti_engine):
    """No keys of ours before the test nor after; other tests share theirs, since making them takes a while."""
    _delete_keys(lti_engine)
    yield
    _delete_keys(lti_engine)


def _delete_keys(engine):
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM tool_key"))


@pytest.fixture
def tenant_id(sessions):
    with transaction(sessions) as session:
        tenant = Tenant(slug="lakeside", name="Lakeside Schools")
        session.add(tenant)
    return tenant.id


@pytest.fixture(scope="session")
def lms():
    return StandInLMS()


@pytest.fixture
def settings():
    return browser_settings()


@pytest.fixture
def seal():
    return Seal(SECRET)


@pytest.fixture
def platform(sessions, tenant_id, lms):
    return register(sessions, tenant_id, lms)


@pytest.fixture
def other_platform(sessions, tenant_id, lms):
    """A second registration at the same issuer, as two districts on one cloud have."""
    return register(sessions, tenant_id, lms, client_id="client-200")


@pytest.fixture
def keys(lms):
    with httpx.Client(transport=httpx.MockTransport(lms.serve_keys)) as client:
        yield PlatformKeys(client)


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("data")


@pytest.fixture
def door(lti_engine, lms, keys, platform, data_folder):
    """The tool's own addresses, for browsers that come from the stand-in LMS."""
    return FrontDoor(lti_engine, lms, keys, data_folder)
