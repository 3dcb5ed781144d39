import json

from lti_tool.demo_lms import LinkSeed


def test_grades_and_keys_survive_a_restart(make_tool, tmp_path):
    before = make_tool(data_dir=tmp_path)
    before.post_score(comment="Kept.")

    after = make_tool(data_dir=tmp_path)

    assert (after.cell()["score"], after.cell()["comment"]) == (18, "Kept.")
    assert after.http.get("/.well-known/jwks.json").json == before.http.get("/.well-known/jwks.json").json
    assert after.post_score().status_code == 409


def test_private_keys_are_readable_for_the_owner_only(make_tool, tmp_path):
    make_tool(data_dir=tmp_path)

    assert (tmp_path / "demo-lms-keys.json").stat().st_mode & 0o777 == 0o600


def test_another_seed_starts_afresh(make_tool, tmp_path):
    make_tool(data_dir=tmp_path).post_score()

    after = make_tool(data_dir=tmp_path, seed=7)

    assert after.cell()["received_count"] == 0


def test_file_is_whole_after_each_score(make_tool, tmp_path):
    tool = make_tool(data_dir=tmp_path)

    tool.post_score()

    kept = json.loads((tmp_path / "demo-lms.json").read_text())
    assert [row["score_given"] for row in kept["results"]] == [18]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["demo-lms-keys.json", "demo-lms.json"]


def test_courses_can_have_other_links(make_tool):
    link = LinkSeed(course_id="grade-7", title="Mine", content="module:mine", points=3)

    tool = make_tool(links=(link,))

    assert (
        tool.launch("grade-7-mine")["https://purl.imsglobal.org/spec/lti/claim/custom"]["content"]
        == "module:mine"
    )
