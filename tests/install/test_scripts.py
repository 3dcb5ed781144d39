"""The install scripts and lock files: complete, pinned, free of this or that machine, and fit to be read by sh."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CI = ROOT / ".ci"
LOCKS = ["requirements.lock", "requirements-test.lock"]
SHELL_SCRIPTS = sorted(path.name for path in CI.iterdir() if path.is_file() and path.suffix != ".py")


def canonical(requirement):
    """`psycopg[binary,pool]>=3.2` and `Psycopg` are the same project, `psycopg`."""
    return re.sub(r"[-_.]+", "-", re.match(r"[A-Za-z0-9._-]+", requirement)[0]).lower()


def blocks(lock):
    """Each requirement of a lock file with its continuation lines, comments left out."""
    text = re.sub(r"^\s*#.*\n", "", (ROOT / lock).read_text(), flags=re.MULTILINE)
    return [block for block in re.split(r"\n(?=\S)", text.replace("\\\n", "")) if block.strip()]


def pins(lock):
    found = (re.match(r"(\S+?)==(\S+)", block) for block in blocks(lock))
    return {canonical(match[1]): match[2] for match in found}


def declared(*extras):
    table = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [
        *table["dependencies"],
        *(name for extra in extras for name in table["optional-dependencies"][extra]),
    ]
    return {canonical(requirement) for requirement in wanted}


def venv_run(*arguments, **settings):
    environment = os.environ | {"PYTHON": sys.executable} | settings
    return subprocess.run(
        [CI / "venv", *arguments], env=environment, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize(
    ("lock", "extras"), [("requirements.lock", []), ("requirements-test.lock", ["test"])]
)
def test_lock_holds_every_declared_dependency(lock, extras):
    missing = declared(*extras) - pins(lock).keys()

    assert not missing, f"run `make lock`: {lock} lacks {sorted(missing)}"


@pytest.mark.parametrize(
    ("lock", "extras"), [("requirements.lock", []), ("requirements-test.lock", ["test"])]
)
def test_lock_gives_up_what_is_no_longer_declared(lock, extras):
    requirements = re.split(r"\n(?=\S)", (ROOT / lock).read_text())
    direct = {canonical(block) for block in requirements if "infolit (pyproject" in block}

    assert direct == declared(*extras)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_pinned_with_a_hash(lock):
    loose = [
        block
        for block in blocks(lock)
        if not re.match(r"\S+==\S+.*--hash=sha256:[0-9a-f]{64}", block, re.DOTALL)
    ]

    assert blocks(lock)
    assert not loose


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_no_host_and_no_folder(lock):
    text = (ROOT / lock).read_text()

    assert not re.findall(r".*(?:://|^\s*-{1,2}(?!hash)\w|\s/\w|file:).*", text, re.MULTILINE)


def test_running_and_testing_use_the_same_versions():
    running, testing = (pins(lock) for lock in LOCKS)

    assert running.items() <= testing.items()


@pytest.mark.parametrize("name", SHELL_SCRIPTS)
def test_shell_script_parses_and_says_what_it_is_for(name):
    lines = (CI / name).read_text().splitlines()

    parsed = subprocess.run(["sh", "-n", CI / name], capture_output=True, text=True)

    assert parsed.returncode == 0, parsed.stderr
    assert lines[0] == "#!/bin/sh"
    assert lines[1].startswith("# ")
    assert os.access(CI / name, os.X_OK)


def test_continuous_integration_runs_what_people_run(tmp_path):
    called = tmp_path / "called"
    make = tmp_path / "make"
    make.write_text(f'#!/bin/sh\necho "$@ CI=$CI in $PWD" > {called}\n')
    make.chmod(0o755)

    subprocess.run([CI / "run"], env={"PATH": f"{tmp_path}:{os.environ['PATH']}"}, check=True, timeout=20)

    assert called.read_text() == f"test CI=true in {ROOT}\n"


def test_make_alone_lists_the_commands():
    answer = subprocess.run(
        ["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True
    )

    listed = re.findall(r"make (\S+)", answer.stdout)

    assert {"help", "demo", "test", "lock", "format", "clean"} <= set(listed)


def test_no_python_is_said_in_a_sentence(tmp_path):
    (tmp_path / "dirname").symlink_to(shutil.which("dirname"))

    answer = subprocess.run(
        ["/bin/sh", CI / "venv"], env={"PATH": str(tmp_path)}, capture_output=True, text=True
    )

    assert answer.returncode == 1
    assert "no Python 3.11 or newer found" in answer.stderr


def test_folder_that_is_no_environment_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")

    answer = venv_run(INFOLIT_VENV=str(tmp_path))

    assert answer.returncode == 1
    assert "not a virtual environment" in answer.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.slow
def test_failed_install_says_what_to_do_and_claims_nothing(tmp_path):
    folder = tmp_path / "env"

    answer = venv_run(INFOLIT_VENV=str(folder), PIP_NO_INDEX="1", PIP_FIND_LINKS="")

    assert answer.returncode == 1
    assert "run this again" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert not list(folder.glob("*.stamp"))


def test_chromium_that_does_not_draw_is_refused():
    environment = os.environ | {"INFOLIT_CHROMIUM": "/bin/true"}

    answer = subprocess.run([CI / "chromium"], env=environment, capture_output=True, text=True, timeout=60)

    assert answer.returncode == 1
    assert answer.stdout == ""
    assert "INFOLIT_CHROMIUM" in answer.stderr
