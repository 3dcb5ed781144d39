"""A smaller district than the benchmark's, as a gate: sets, not rows one by one, and no plan that joins everything with everything."""

import time

from benchmarks.rosters.generate import Size, generate

SMALL = Size(users=4000, schools=5, classes=200, enrolments=20_000)
MOST_CPU_S, MOST_S = 25, 120


def test_small_district_is_imported_twice_within_bounds(district, tmp_path):
    folder = generate(tmp_path / "r", SMALL)
    began, used = time.monotonic(), time.process_time()

    first, problems = district.take(folder)
    again, _ = district.take(generate(folder, SMALL, changed=0.1))

    assert problems == []
    assert first["people"] == {"new": 4000} and first["enrolments"]["new"] == 20_000 and first["cases"] == {}
    assert again["people"] == {"changed": 380, "same": 3620} and again["enrolments"]["same"] == 20_000
    assert time.process_time() - used < MOST_CPU_S
    assert time.monotonic() - began < MOST_S
