from collections import Counter

from lti_tool.demo_lms import seed_district


def test_district_has_the_promised_size():
    district = seed_district()

    assert Counter(person.kind for person in district.people) == {
        "student": 150,
        "teacher": 6,
        "specialist": 1,
    }
    assert [course.grade for course in district.courses] == [2, 4, 5, 7, 8, 11]
    assert Counter(course.school.name for course in district.courses) == {
        "Cedar Elementary": 3,
        "Harbor Middle & High": 3,
    }
    assert all(len(district.list_students(course.id)) == 25 for course in district.courses)


def test_ana_is_first_in_grade_seven_and_reads_spanish():
    district = seed_district()

    ana = district.list_students("grade-7")[0]
    assert (ana.name, ana.locale, ana.id) == ("Ana Morales", "es", "student-076")


def test_about_a_quarter_read_spanish_in_every_district():
    for seed in range(20):
        spanish = [person for person in seed_district(seed).people if person.locale == "es"]
        assert 37 <= len(spanish) <= 39


def test_same_seed_gives_the_same_district_and_another_seed_another():
    assert seed_district(5) == seed_district(5)
    assert {person.sub for person in seed_district(5).people}.isdisjoint(
        person.sub for person in seed_district(6).people
    )


def test_nobody_shares_a_name_or_an_id():
    for seed in range(20):
        people = seed_district(seed).people
        for attribute in ("name", "id", "sub", "sis_id", "email"):
            assert len({getattr(person, attribute) for person in people}) == len(people), attribute


def test_opaque_ids_tell_nothing():
    assert all(person.id not in person.sub for person in seed_district().people)
