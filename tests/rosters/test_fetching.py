"""A roster from a real OneRoster server on a socket: paging, tokens, patience, changes, and a fetch that was cut off."""

from datetime import UTC, datetime

import pytest
from one_roster_server import OneRosterServer
from serving import free_server, served
from sis import ALL_ENROLLED, Silent

from lti_tool.errors import RosterError
from lti_tool.lti.feeds import Feed, open_server
from lti_tool.rosters.fetching import fetch_roster


class SIS:
    """A district with its server."""

    def __init__(self, district, app, server):
        self.district, self.app = district, app
        self.url = f"http://localhost:{server.server_port}"
        self.waited = []

    def feed(self, **changes):
        entries = {
            "url": self.url,
            "token_url": f"{self.url}/token",
            "client_id": "infolit",
            "version": self.app.version,
            "secret": "s3cret",
        }
        return Feed(**entries | changes)

    def fetch(self, *, since=None, progress=None, is_dry=False, **changes):
        feed = self.feed(**changes)
        with open_server(feed, clock=lambda: datetime.now(UTC), allow_http=True) as server:
            server._sleep = self.waited.append
            means, order = self.district.means(progress), self.district.order(is_dry=is_dry)
            outcome = fetch_roster(means, order, server, url=feed.root, since=since)
        return outcome.run.counts, [f"{each.file}:{each.line}" for each in outcome.problems]


@pytest.fixture(params=["1.1", "1.2"])
def sis(request, district):
    app = OneRosterServer(request.param)
    server = free_server(app, host="localhost")
    with served(server):
        yield SIS(district, app, server)


@pytest.mark.parametrize(("links", "total"), [(True, True), (False, True), (False, False)])
def test_every_page_is_read(sis, links, total):
    sis.app.links, sis.app.total = links, total

    counts, problems = sis.fetch()

    assert problems == []
    assert counts["people"] == {"new": 3, "passed": 1}
    assert sis.district.enrolled() == ALL_ENROLLED
    assert (
        sis.district.one(
            "SELECT count(*) FROM person_year WHERE tenant_id = :tenant AND school_id IS NOT NULL"
        )
        == 2
    )
    assert sis.district.one(
        "SELECT person_id FROM person_alias WHERE tenant_id = :tenant AND kind = 'state'"
    ) == sis.district.person("U1")
    assert "hunter2" not in str(sis.district.everything())


def test_token_that_ends_midway_is_asked_for_again(sis):
    sis.app.token_uses = 2

    assert sis.fetch()[0]["people"]["new"] == 3

    assert len(sis.app.tokens) > 2


def test_busy_server_is_waited_for_as_it_asks(sis):
    sis.app.busy = [(429, [("Retry-After", "7")]), (503, [])]

    assert sis.fetch()[0]["people"]["new"] == 3

    assert sis.waited == [7.0, 2.0]


def test_long_wait_is_said_and_the_next_run_goes_on(sis):
    read = []
    sis.app.busy = []

    class Busy(Silent):
        def advance(self, done):
            read.append(self.label)
            if len(read) == 3:
                sis.app.busy = [(429, [("Retry-After", "1800")])]

    with pytest.raises(RosterError, match="1800 seconds"):
        sis.fetch(progress=Busy())
    asked = len(sis.app.seen)

    counts, problems = sis.fetch()

    assert problems == [] and counts["people"] == {"new": 3, "passed": 1}
    paths = [path for path, _ in sis.app.seen[asked:]]
    assert "/orgs" not in paths, "what was read is asked for again"
    assert sis.district.enrolled() == ALL_ENROLLED
    assert sis.district.rows("SELECT state FROM roster_run WHERE tenant_id = :tenant") == [("done",)]


def test_changes_since_a_moment_are_asked_for_and_applied(sis):
    sis.fetch()
    since = datetime(2026, 11, 1, tzinfo=UTC)
    fresh, stale = "2026-11-02T08:00:00.000Z", "2026-10-30T08:00:00.000Z"
    was = sis.app.lists["enrollments"]
    sis.app.lists["enrollments"] = [
        {**was[0], "status": "tobedeleted", "dateLastModified": fresh},
        {**was[1], "status": "tobedeleted", "dateLastModified": stale},
    ]

    counts, _ = sis.fetch(since=since)

    assert sis.app.seen[-1][1]["filter"] == "dateLastModified>'2026-11-01T00:00:00.000Z'"
    assert counts["enrolments"] == {"ended": 1, "ended_with": 0} and "missing" not in counts
    assert sis.district.enrolled() == ALL_ENROLLED[1:]


def test_dry_run_writes_nothing(sis):
    before = sis.district.everything()

    counts, _ = sis.fetch(is_dry=True)

    assert counts["people"]["new"] == 3
    assert sis.district.everything() == before


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"secret": "wrong"}, "no access token"),
        ({"url": "nonsense"}, "no secure web address"),
        ({"url": "http://sis.example"}, "no secure web address"),
        ({"token_url": "http://sis.example/token"}, "no secure web address"),
    ],
)
def test_wrong_entries_are_said(sis, changes, sentence):
    with pytest.raises(RosterError, match=sentence) as refusal:
        sis.fetch(**changes)

    assert "s3cret" not in refusal.value.message and "wrong" not in refusal.value.message


def test_wrong_path_is_said(sis):
    with pytest.raises(RosterError, match="no such list"):
        sis.fetch(url=f"{sis.url}/ims/oneroster/v9")


def test_rest_of_a_list_on_another_server_is_not_read(sis):
    sis.app.next_elsewhere = True

    with pytest.raises(RosterError, match="another server"):
        sis.fetch()

    assert sis.district.one("SELECT count(*) FROM person WHERE tenant_id = :tenant") == 0


def test_server_that_is_not_there_is_said(sis):
    with pytest.raises(RosterError, match="could not be reached"):
        sis.fetch(url="http://localhost:9", token_url="http://localhost:9/token")

    assert len(sis.waited) == 5
