"""What holds of the rules whatever is set: nobody is worse off with more, ends and scores stay within their bounds."""

from datetime import UTC, datetime, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st
from pytest import mark

from lti_tool.facts.accommodations import TIME_PERCENTS, Accommodation
from lti_tool.player.rules import (
    FEEDBACK_POLICIES,
    KEEPS,
    LATES,
    Done,
    Extension,
    Policy,
    after_lateness,
    counted,
    end_of,
    is_playable,
    opening,
    renewed_end,
    terms_of,
    told,
)

T = datetime(2026, 11, 26, 12, tzinfo=UTC)
FAR = datetime.max.replace(tzinfo=UTC)
few = settings(max_examples=120, deadline=None)
moments = st.integers(-6000, 6000).map(lambda minutes: T + timedelta(minutes=minutes))
policies = st.builds(
    Policy,
    max_attempts=st.none() | st.integers(1, 4),
    opens_at=st.none() | moments,
    due_at=st.none() | moments,
    closes_at=st.none() | moments,
    feedback=st.sampled_from(FEEDBACK_POLICIES),
    keeps=st.sampled_from(KEEPS),
    cooldown_minutes=st.integers(0, 500),
    time_limit_minutes=st.none() | st.integers(1, 480),
    late=st.sampled_from(LATES),
    late_percent=st.floats(0, 100),
    late_floor=st.floats(0, 100),
    late_grace_minutes=st.integers(0, 500),
)
accommodations = st.builds(
    Accommodation,
    time_percent=st.sampled_from(TIME_PERCENTS),
    no_timer=st.booleans(),
    extra_attempts=st.integers(0, 3),
    extra_days=st.integers(0, 5),
)
extensions = st.lists(
    st.builds(
        Extension,
        due_at=st.none() | moments,
        closes_at=st.none() | moments,
        extra_attempts=st.integers(0, 2),
        extra_minutes=st.integers(0, 60),
    ),
    max_size=2,
)
attempts = st.lists(st.tuples(st.floats(0, 1), moments, st.integers(0, 600)), min_size=1, max_size=4).map(
    lambda told: [
        Done(number=n, ratio=ratio, started_at=at, finished_at=at + timedelta(minutes=long))
        for n, (ratio, at, long) in enumerate(told, start=1)
    ]
)
STATES = ["not_yet", "closed", "used_up", "cooling", "open"]


@few
@mark.proves("rules-never-stricter")
@given(policies, accommodations, extensions, attempts, moments)
@example(
    policy=Policy(due_at=T, closes_at=T, late="per_day", late_percent=1.0, time_limit_minutes=1),
    more=Accommodation(no_timer=True),
    exceptions=[],
    tried=[Done(number=1, ratio=1.0, started_at=T, finished_at=T + timedelta(minutes=1))],
    now=T,
)
def test_more_never_makes_anything_stricter(policy, more, exceptions, tried, now):
    plain, better = terms_of(policy), terms_of(policy, more, exceptions)
    started = tried[0].started_at

    assert (end_of(better, started) or FAR) >= (end_of(plain, started) or FAR)
    if is_playable(plain, end_of(plain, started), now):
        assert is_playable(better, end_of(better, started), now)
    asked = {"finished": len(tried), "last_finished_at": tried[-1].finished_at, "now": now}
    if opening(plain, **asked).state == "open":
        assert opening(better, **asked).state == "open"
    assert counted(better, tried).ratio >= counted(plain, tried).ratio - 1e-9
    before, after = (told(terms, is_preview=False, now=now) for terms in (plain, better))
    assert (after.score, after.items) >= (before.score, before.items)


@few
@given(policies, moments, st.sampled_from(TIME_PERCENTS), st.sampled_from(TIME_PERCENTS))
def test_an_end_moves_later_with_more_time(policy, started, one, other):
    less, more = sorted((one, other))

    ends = [
        end_of(terms_of(policy, Accommodation(time_percent=percent)), started) or FAR
        for percent in (less, more)
    ]

    assert ends[0] <= ends[1]


@few
@given(policies, moments, moments)
def test_an_end_never_lies_before_the_beginning_and_never_comes_nearer(policy, started, before):
    end = end_of(terms_of(policy), started)

    assert end is None or end >= started
    renewed = renewed_end(terms_of(policy), started, before)
    assert renewed is None or renewed >= before


@few
@mark.proves("rules-late")
@given(policies, attempts)
def test_a_score_stays_a_ratio_and_lateness_never_raises_it(policy, tried):
    terms = terms_of(policy)

    for each in tried:
        floor = each.ratio * policy.late_floor / 100
        assert floor - 1e-9 <= after_lateness(terms, each) <= each.ratio + 1e-9
    found = counted(terms, tried)
    assert 0 <= found.ratio <= max(each.ratio for each in tried) + 1e-9
    assert 0 <= found.late_percent <= 100


@few
@given(policies, attempts, moments)
def test_the_same_settings_person_and_clock_give_the_same_answer(policy, tried, now):
    first, again = terms_of(policy), terms_of(policy)

    assert first == again
    assert counted(first, tried) == counted(again, list(reversed(tried)))
