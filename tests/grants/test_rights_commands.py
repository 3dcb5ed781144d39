"""`infolit grant` and `infolit district`."""

import pytest
from click.testing import CliRunner
from stack import ANA, MODULE_LINK, SPECIALIST

from lti_tool.cli import infolit
from lti_tool.errors import InfoLitError


@pytest.fixture(scope="module")
def launched(shared_stack):
    shared_stack.launch(MODULE_LINK, ANA)
    return shared_stack


@pytest.fixture
def run(launched, monkeypatch, tmp_path):
    monkeypatch.setenv("INFOLIT_DATABASE_URL", launched.database_url)
    monkeypatch.setenv("INFOLIT_DATA", str(tmp_path))
    district = launched.rows("SELECT slug FROM tenant WHERE id = :id", id=launched.tenant_id)[0]["slug"]

    def run(*arguments, **options):
        result = CliRunner().invoke(infolit, [*arguments, "--district", options.get("district", district)])
        if isinstance(result.exception, InfoLitError):
            return 1, result.exception.message
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output

    return run


@pytest.fixture
def rosa(launched):
    return launched.person(SPECIALIST).email


def test_roles_are_given_listed_and_taken_back(run, rosa):
    school = ("--school", "Harbor Middle & High")
    assert run("grant", "give", "specialist", rosa, *school, "--grades", "6-8")[0] == 0
    code, told = run("grant", "give", "principal", rosa, *school)
    assert (code, told) == (0, "Given: principal of Harbor Middle & High. It holds from their next page.\n")

    _, told = run("grant", "list", rosa)
    assert "principal " in told
    assert "Harbor Middle & High, grades 6–8" in told

    assert run("grant", "take", "principal", rosa) == (0, "Taken back: 1.\n")
    assert run("grant", "take", "specialist", rosa, *school) == (0, "Taken back: 1.\n")
    assert "principal" not in run("grant", "list")[1]
    assert "the whole district" in run("grant", "list")[1]  # the one the demo gave


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("give", "teacher", "{rosa}"), "comes from the LMS"),
        (("give", "principal", "{rosa}"), "say which"),
        (("give", "coordinator", "{rosa}", "--school", "Harbor Middle & High"), "whole district"),
        (("give", "specialist", "{rosa}", "--grades", "13"), "is no grade"),
        (("give", "specialist", "{ana}"), "learns here"),
        (("give", "specialist", "nobody@x.example"), "has launched InfoLit"),
    ],
)
@pytest.mark.proves("rights-no-more")
def test_what_cannot_be_given_is_refused_with_words(run, launched, rosa, arguments, says):
    code, told = run("grant", *(each.format(rosa=rosa, ana=launched.person(ANA).email) for each in arguments))

    assert (code, says in told) == (1, True), told


def test_list_says_what_the_lms_tells(run, launched):
    assert "learner in 1 class" in run("grant", "list", launched.person(ANA).email)[1]


@pytest.mark.proves("email-links")
def test_district_vouches_for_a_domain_that_is_its_own(run):
    assert run("district", "email-domain", "add", "@Students.Harbor.example")[0] == 0
    assert run("district", "email-domain", "list")[1] == "students.harbor.example\n"
    for domain, says in (
        ("gmail.com", "Anybody can get"),
        ("harbor", "is no e-mail domain"),
        ("a b.example", "is no e-mail domain"),
    ):
        code, told = run("district", "email-domain", "add", domain)
        assert (code, says in told) == (1, True), told
    CliRunner().invoke(infolit, ["admin", "link", "--district", "valley"])
    code, told = run("district", "email-domain", "add", "students.harbor.example", district="valley")
    assert (code, "Another district" in told) == (1, True)

    assert run("district", "email-domain", "remove", "students.harbor.example")[0] == 0
    assert "None" in run("district", "email-domain", "list")[1]


@pytest.mark.parametrize(("size", "code"), [("4", 1), ("31", 1), ("15", 0), ("10", 0)])
def test_smallest_group_stays_in_its_bounds(run, size, code):
    assert run("district", "smallest-group", size)[0] == code
