import time

import pytest
from tool_stand_in import ToolClient, ToolStandIn

from lti_tool.demo_lms import DemoConfig, create_app


class Clock:
    """Real time, plus what a test adds."""

    def __init__(self):
        self.ahead_s = 0.0

    def __call__(self):
        return time.time() + self.ahead_s


@pytest.fixture(scope="session")
def shared_stand_in():
    stand_in = ToolStandIn()
    with stand_in.serve():
        yield stand_in


@pytest.fixture
def stand_in(shared_stand_in):
    shared_stand_in.published = [shared_stand_in.key]
    return shared_stand_in


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def make_tool(stand_in, clock):
    """A tool facing a new LMS, whose settings may be changed."""

    def make(**changes):
        config = DemoConfig(**{"tool_url": stand_in.url} | changes)
        return ToolClient(create_app(config, clock=clock), stand_in)

    return make


@pytest.fixture
def tool(make_tool):
    return make_tool()
