import pytest

from lti_tool.demo_lms import spec


def read(tool, path=None, accept=spec.MEDIA_MEMBERS, **query):
    path = path or f"/api/lti/courses/{tool.context_id()}/memberships"
    return tool.http.get(path, query_string=query or None, headers=tool.bearer() | {"Accept": accept})


def test_roster_has_the_teacher_and_all_students(tool):
    answer = read(tool)

    assert answer.content_type == spec.MEDIA_MEMBERS
    assert answer.json["context"]["id"] == tool.context_id()
    assert len(answer.json["members"]) == 26
    ana = next(member for member in answer.json["members"] if member["name"] == "Ana Morales")
    assert ana["user_id"] == tool.launch()["sub"]
    assert ana["status"] == "Active"
    assert ana["lis_person_sourcedid"] == "S100076"
    assert f"{spec.MEMBERSHIP_ROLE}Learner" in ana["roles"]


@pytest.mark.parametrize("accept", ["application/json", "*/*", "", f"{spec.MEDIA_MEMBERS}2"])
def test_accept_must_name_the_media_type(tool, accept):
    answer = read(tool, accept=accept)

    assert (answer.status_code, answer.json["error"]) == (406, "wrong_accept")


def test_accept_may_name_other_types_too(tool):
    assert read(tool, accept=f"application/json, {spec.MEDIA_MEMBERS};q=0.9").status_code == 200


def test_following_next_verbatim_brings_everybody_once(tool):
    answer = read(tool, limit=10)
    found = [member["user_id"] for member in answer.json["members"]]
    while "Link" in answer.headers:
        answer = read(tool, answer.headers["Link"].partition(">")[0].removeprefix("<"))
        found += [member["user_id"] for member in answer.json["members"]]

    assert len(found) == len(set(found)) == 26


@pytest.mark.parametrize("role", ["Instructor", f"{spec.MEMBERSHIP_ROLE}Instructor"])
def test_role_filter_takes_short_and_full_names(tool, role):
    assert [member["name"] for member in read(tool, role=role).json["members"]] == ["Marcus Bell"]


def test_roster_for_a_link_carries_what_a_launch_would_say(tool):
    link = tool.lms.state.find_link("grade-7-leave-the-page")

    members = read(tool, rlid=link.resource_link_id).json["members"]

    assert members[1]["message"][0][f"{spec.LTI_CLAIM}custom"]["content"] == "module:leave-the-page"
    assert members[1]["message"][0][f"{spec.LTI_CLAIM}lis"]["person_sourcedid"] == "S100076"


def test_link_of_another_course_is_not_found(tool):
    link = tool.lms.state.find_link("grade-8-leave-the-page")

    assert read(tool, rlid=link.resource_link_id).status_code == 404
