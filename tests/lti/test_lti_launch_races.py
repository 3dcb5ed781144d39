"""One launch, posted twice at the same moment: exactly one is accepted, on a real database with real locks."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from lti_stand_in import NOW, Launcher

from lti_tool.db.connect import transaction
from lti_tool.errors import LaunchExpiredError, UnknownDeploymentError
from lti_tool.lti import spec
from lti_tool.lti.deployments import list_deployments
from lti_tool.lti.verify import accept_launch


@pytest.fixture
def launcher(sessions, lms, keys, settings, platform):
    return Launcher(sessions, lms, keys, settings)


def at_the_same_time(count, action):
    """What each of `count` threads came to: a value or an error."""
    barrier = threading.Barrier(count)

    def run(_):
        barrier.wait(timeout=20)
        try:
            return action()
        except (LaunchExpiredError, UnknownDeploymentError) as error:
            return error

    with ThreadPoolExecutor(max_workers=count) as pool:
        return list(pool.map(run, range(count)))


@pytest.mark.proves("launch-once")
@pytest.mark.parametrize("count", [2, 8])
def test_of_simultaneous_posts_exactly_one_is_accepted(launcher, count):
    form = launcher.form(launcher.begin())

    outcomes = at_the_same_time(count, lambda: launcher.post(form))

    accepted = [outcome for outcome in outcomes if not isinstance(outcome, LaunchExpiredError)]
    assert len(accepted) == 1


def test_when_both_passed_the_check_the_second_waits_for_the_first_and_loses(launcher, sessions):
    form = launcher.form(launcher.begin())
    first, second = launcher.check(form), launcher.check(form)
    outcome = []

    def accept_second():
        with pytest.raises(LaunchExpiredError), transaction(sessions) as session:
            started.set()
            accept_launch(session, second, now=NOW)
        outcome.append("refused")

    started = threading.Event()
    with sessions() as session:
        assert accept_launch(session, first, now=NOW)
        thread = threading.Thread(target=accept_second)
        thread.start()
        assert started.wait(timeout=20)
        assert outcome == []
        session.commit()
    thread.join(timeout=20)

    assert outcome == ["refused"]


def test_deployment_first_seen_by_many_launches_at_once_is_noted_once(launcher, sessions, platform):
    forms = [launcher.form(launcher.begin(), **{spec.DEPLOYMENT_ID: "deployment-2"}) for _ in range(6)]

    outcomes = at_the_same_time(6, lambda: launcher.post(forms.pop()))

    assert all(isinstance(outcome, UnknownDeploymentError) for outcome in outcomes)
    with transaction(sessions) as session:
        assert [row.deployment_id for row in list_deployments(session, platform.id)] == [
            "deployment-2",
            "deployment-1",
        ]
