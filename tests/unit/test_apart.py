"""Rounds over several districts' work: what fails in one is logged without its words, and the next is done all the same."""

from structlog.testing import capture_logs

from lti_tool.app.apart import each_apart


def test_one_that_fails_holds_up_no_other_and_says_where_it_was_but_not_of_whom():
    done = []

    def work(thing):
        if thing == 2:
            raise ValueError("Ana Silva")
        done.append(thing)

    with capture_logs() as logs:
        each_apart([1, 2, 3], work)

    assert done == [1, 3]
    (entry,) = logs
    assert (entry["thing"], entry["kind"]) == ("2", "ValueError")
    assert any("test_apart.py" in place for place in entry["trace"]) and "Ana" not in str(entry)
