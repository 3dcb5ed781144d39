"""What the pages list is what the program has."""

import importlib.util
import pkgutil
import re
from importlib import import_module

import pytest
from doc_pages import ROOT, table_after

import lti_tool
from lti_tool.db.base import Base
from lti_tool.demo_lms import DemoConfig, create_app
from lti_tool.interactions import find_kinds
from lti_tool.interactions.about import load_about
from lti_tool.interactions.manual import kind_page
from lti_tool.mastery.engine import cold_item, cold_skill, cold_student, expected_score, level, update
from lti_tool.mastery.levels import PoolItem, mastery_probability, threshold
from lti_tool.mastery.parameters import DEFAULTS
from lti_tool.settings import Settings

DOCS = ROOT / "docs"
ADMINISTRATORS, SPECIALISTS = DOCS / "administrators.md", DOCS / "specialists.md"
SOURCES = {
    file: file.read_text()
    for file in (ROOT / "lti_tool").rglob("*")
    if file.suffix in {".py", ".html"} and "demo_lms" not in file.parts
}


@pytest.fixture(scope="module")
def generate():
    """docs/generate.py, by its place: `docs` is no package that is installed."""
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["settings.md", "commands.md", "import-export.md"])
def test_generated_part_is_current(generate, name):
    page = (DOCS / name).read_text()

    assert generate.renew(page) == page, "run `python -m docs.generate`"


def test_every_command_has_its_section(generate):
    shown = set(re.findall(r"^## (infolit .+)$", (DOCS / "commands.md").read_text(), re.MULTILINE))

    assert shown == {
        " ".join(path) for path, command in generate.list_commands() if not hasattr(command, "commands")
    }


def test_every_example_of_a_setting_is_accepted(generate, monkeypatch):
    without_default = {name for name, field in Settings.model_fields.items() if field.default is None}
    assert without_default <= generate.SETTING_EXAMPLES.keys()

    for name, value in generate.SETTING_EXAMPLES.items():
        monkeypatch.setenv(f"INFOLIT_{name.upper()}", value)
    Settings()


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("name", sorted(find_kinds()))
def test_every_kind_tells_all_about_itself(name, lang):
    page, about = kind_page(name, lang), load_about(name)

    assert page.startswith(f"# {about.name.within(lang)} (`{name}`)")
    assert about.accessibility.within(lang).strip() in page
    assert "Scoring" in page and "Worked example" in page and "```yaml" in page
    assert about.authors.en != about.authors.es and about.accessibility.en != about.accessibility.es


def test_page_with_an_unknown_part_is_refused(generate):
    with pytest.raises(ValueError, match="weather"):
        generate.renew("<!-- generated: weather -->\n<!-- end of weather -->")


def test_every_table_about_people_is_in_the_privacy_table():
    for module in pkgutil.walk_packages(lti_tool.__path__, "lti_tool."):
        if module.name.endswith(".tables"):
            import_module(module.name)
    about_people = {
        name
        for name, table in Base.metadata.tables.items()
        if {"person_id", "attempt_id"} & set(table.columns.keys())
    }
    rows = table_after(ADMINISTRATORS, "**What is stored about people**, and where:\n")

    named = {name for row in rows for name in re.findall(r"`(\w+)`", row[0])}

    assert about_people | {"person"} <= named <= Base.metadata.tables.keys()


def test_custom_parameters_are_those_the_program_reads():
    read = {name for source in SOURCES.values() for name in re.findall(r'\.custom\.get\("(\w+)"', source)}

    assert {row[0].strip("`") for row in table_after(ADMINISTRATORS, "## Custom parameters")} == read


def test_quoted_messages_are_those_people_see():
    everything = re.sub(r"\s+", " ", " ".join(SOURCES.values()))
    quoted = [
        text
        for row in table_after(ADMINISTRATORS, "## When something does not work")
        for text in re.findall(r'"([A-Z][^"`]+)"', row[0])
    ]

    assert len(quoted) >= 6
    for text in quoted:
        assert text in everything


def test_addresses_of_the_demo_lms_exist(tmp_path):
    app = create_app(
        DemoConfig(base_url="http://localhost:8401", tool_url="http://127.0.0.1:8400", data_dir=tmp_path)
    )
    known = {str(rule) for rule in app.url_map.iter_rules()}

    named = set(
        re.findall(
            r"(?:localhost:8401|POST )(/(?:api/[a-z-]+|log|token|auth))\b",
            (DOCS / "learn-lti.md").read_text(),
        )
    )

    assert len(named - {"/api/lti"}) >= 6
    assert named - {"/api/lti"} <= known


def test_the_worked_example_is_what_the_model_says():
    """Ten right answers to new medium questions with four options, five on each of two occasions."""
    student, skill = cold_student(7), cold_skill()
    pool = [PoolItem(cold_item(7, tag).mean, 0.25) for tag in ("easy", "medium", "hard")]
    lines = []
    for number in range(1, 11):
        after = update(student, skill, cold_item(7, "medium"), score=1.0, guess=0.25)
        student, skill = after.student, after.skill
        p = mastery_probability(student, skill, threshold(pool))
        shown = level(p, number, 1 if number <= 5 else 2).value.replace("_", " ")
        expected = expected_score(student, skill, pool).mean
        lines.append(
            [
                str(number),
                f"{after.expected:.0%}",
                f"{after.moved:+.2f}",
                f"{p:.0%}",
                f"{expected:.0%}",
                shown,
            ]
        )

    assert table_after(SPECIALISTS, "five in one lesson's quiz, five in the next.\n") == lines


def test_levels_are_explained_with_the_numbers_that_hold():
    text = SPECIALISTS.read_text()

    for words in (
        f"fewer than {DEFAULTS.min_answers} answers on the skill, or all on {DEFAULTS.min_occasions - 1} occasion",
        f"below {DEFAULTS.developing_from:.0%}".replace("%", " %"),
        f"it is {DEFAULTS.proficient_from:.0%} or more".replace("%", " %"),
        f"fallen below {DEFAULTS.refresh_below:.0%}".replace("%", " %"),
        f"would score {DEFAULTS.mastery_cut:.0%} or more".replace("%", " %"),
    ):
        assert words in text
