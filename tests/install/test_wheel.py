"""The wheel carries everything a server needs: lessons, migrations, templates, styles, scripts, catalogues."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return next(folder.glob("infolit-*.whl"))


@pytest.mark.parametrize(
    "name",
    [
        "lti_tool/_data/modules/skills.yaml",
        "lti_tool/_data/modules/leave-the-page/module.yaml",
        "lti_tool/_data/quizzes/banks/leave-the-page.yaml",
        "lti_tool/_data/migrations/versions/0001_first_tables.py",
        "lti_tool/web/templates/play/step.html",
        "lti_tool/web/static/css/tokens.css",
        "lti_tool/web/translations/es/play.po",
        "lti_tool/interactions/sorter/es.po",
        "lti_tool/interactions/choice/element.js",
        "lti_tool/interactions/choice/template.html",
        "lti_tool/interactions/choice/style.css",
        "lti_tool/demo_lms/templates/course.html",
    ],
)
def test_wheel_carries(wheel, name):
    assert name in zipfile.ZipFile(wheel).namelist()


def test_installed_wheel_checks_its_own_lessons_far_from_the_checkout(wheel, tmp_path):
    installed = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(installed)

    result = subprocess.run(
        [sys.executable, "-m", "lti_tool.cli", "content", "check"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stderr + result.stdout
    assert "No problems: 5 modules" in result.stdout
