"""One district, one LMS, a second registration: apart from test_one_issuer.py, whose districts it would add to."""

import pytest
from stack import ANA, QUIZ_LINK
from test_one_issuer import another_lms, deliver_in_time, hand_in, harbor, played, valley  # noqa: F401 - fixtures


@pytest.mark.proves("tenant-apart", "tenant-grades-apart")
def test_new_registration_of_the_same_district_starts_anew(harbor, valley, played):  # noqa: F811 - fixtures
    """The LMS was registered a second time: old grades stay where they were, new ones go by the new registration."""
    with another_lms(harbor, district="maple-valley", client_id="10000000000099") as new:
        before = harbor.gradebook()[ANA, QUIZ_LINK]
        student = new.launch(QUIZ_LINK, ANA)
        assert "/attempt/" in student.path
        hand_in(student)
        deliver_in_time(harbor)

        assert new.gradebook()[ANA, QUIZ_LINK]["score"] == 0
        assert harbor.gradebook()[ANA, QUIZ_LINK] == before
        assert harbor.count("placement", platform_id=new.platform_id) == 1
