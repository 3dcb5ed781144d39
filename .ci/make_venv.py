"""Build or repair the virtual environment from a lock file, and link this project into it.

Why it is not simply `python3 -m venv` and `pip install -e .`:

* Debian's python3 comes without ensurepip. Then pip comes from the machine's own pip if there is one, else
  from Debian's python3-pip-whl, unpacked under .cache. That needs no root, so root and user take one way.
* An editable install needs a build backend, downloaded on the side and not covered by the lock's hashes.
  A .pth file, a start script and a METADATA file do the same job with nothing to download.
* A run may be interrupted, or two may start at once: a file lock, a marker and a stamp cover that.

INFOLIT_VENV names another folder than .venv.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
import venv
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = (ROOT / (os.environ.get("INFOLIT_VENV") or ".venv")).resolve()
PYTHON = VENV / "bin" / "python"
CACHE = ROOT / ".cache"
UNFINISHED = VENV / "infolit-unfinished"
WHEELS = "usr/share/python-wheels"
LOCKS = {"run": "requirements.lock", "test": "requirements-test.lock"}

# The test lock holds every pin of the other one, so an environment for tests also serves for running.
COVERS = {"run": ("run",), "test": ("run", "test")}

START_SCRIPT = """\
#!/bin/sh
'''exec' "{python}" "$0" "$@"
' '''
# The lines above start Python from shell, since a #! line can neither be long nor hold a space.
import sys
from {module} import {function}
sys.exit({function}())
"""


class SetupError(Exception):
    """Says in one sentence what failed and what to do next."""


def main(arguments: list[str]) -> int:
    purpose = arguments[0] if arguments else "run"
    if purpose not in LOCKS:
        return complain(f"unknown purpose {purpose!r}; use `.ci/venv` or `.ci/venv test`.")
    try:
        if not is_current(purpose):
            with only_one_at_a_time():
                bring_up_to_date(purpose)
    except SetupError as error:
        return complain(str(error))
    except PermissionError as error:
        return complain(
            f"{error.filename} cannot be written; make it yours or set INFOLIT_VENV to a folder of yours."
        )
    except KeyboardInterrupt:
        return 130
    return 0


def complain(sentence: str) -> int:
    sys.stderr.write(f"infolit: {sentence}\n")
    return 1


def is_current(purpose: str) -> bool:
    stamp = stamp_of(purpose)
    is_whole = PYTHON.exists() and not UNFINISHED.exists() and stamp.exists()
    return is_whole and stamp.read_text() == fingerprint(purpose)


def stamp_of(purpose: str) -> Path:
    return VENV / f"infolit-{purpose}.stamp"


def fingerprint(purpose: str) -> str:
    """Changes with anything the environment is built from; a moved folder needs new start scripts too."""
    parts = [
        (ROOT / LOCKS[purpose]).read_bytes(),
        Path(__file__).read_bytes(),
        repr(project()).encode(),
        bytes(VENV),
    ]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def project() -> tuple[str, str, dict[str, str]]:
    table = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return table["name"], table["version"], table["scripts"]


@contextlib.contextmanager
def only_one_at_a_time() -> Iterator[None]:
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "venv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def bring_up_to_date(purpose: str) -> None:
    if is_current(purpose):  # another run did it while this one waited
        return
    sys.stderr.write(f"Installing Python packages into {shown(VENV)} (a minute or two the first time) ...\n")
    if not is_sound():
        create()
    for stamp in map(stamp_of, LOCKS):
        stamp.unlink(missing_ok=True)
    UNFINISHED.touch()
    ensure_pip()
    install(LOCKS[purpose])
    link_project()
    for covered in COVERS[purpose]:
        stamp_of(covered).write_text(fingerprint(covered))
    UNFINISHED.unlink()


def shown(path: Path) -> Path:
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path


def is_sound() -> bool:
    """Whether the folder holds a working environment, made in this place and not left half done."""
    is_whole = PYTHON.exists() and not UNFINISHED.exists() and was_made_here()
    return is_whole and succeeds("-c", "import sys; sys.exit(sys.version_info < (3, 11))")


def was_made_here() -> bool:
    """Start scripts name their Python by its full path, so after a move they start nothing."""
    return f" {VENV}\n" in (VENV / "pyvenv.cfg").read_text()


def create() -> None:
    if (
        VENV.exists()
        and any(VENV.iterdir())
        and not (VENV / "pyvenv.cfg").exists()
        and not UNFINISHED.exists()
    ):
        raise SetupError(
            f"{VENV} is not a virtual environment; empty it, or set INFOLIT_VENV to another folder."
        )
    shutil.rmtree(VENV, ignore_errors=True)
    VENV.mkdir(parents=True)
    UNFINISHED.touch()
    venv.create(VENV, symlinks=True)


def ensure_pip() -> None:
    pip_sources = (pip_is_there, pip_from_python, pip_from_this_machine, pip_from_debian)
    if not any(source() for source in pip_sources):
        raise SetupError(
            "no pip found; install it (Debian, as root: apt-get install python3-venv) and run this again."
        )


def pip_is_there() -> bool:
    return succeeds("-m", "pip", "--version")


def pip_from_python() -> bool:
    return succeeds("-m", "ensurepip", "--default-pip")


def pip_from_this_machine() -> bool:
    return (
        run([sys.executable, "-m", "pip", "--python", PYTHON, "install", "--quiet", "pip"], silent=True) == 0
    )


def pip_from_debian() -> bool:
    """Debian's wheel can install itself: Python runs a package straight out of a zip file."""
    wheel = find_pip_wheel(Path("/")) or find_pip_wheel(unpacked_pip_package())
    return wheel is not None and succeeds(
        f"{wheel}/pip", "install", "--quiet", "--no-index", "--no-deps", wheel
    )


def find_pip_wheel(folder: Path) -> Path | None:
    return max((folder / WHEELS).glob("pip-*.whl"), default=None)


def unpacked_pip_package() -> Path:
    folder = CACHE / "pip-package"
    run([ROOT / ".ci" / "unpack-debs", folder, "python3-pip-whl"])
    return folder


def install(lock: str) -> None:
    """Only ready-made wheels: building from source would fetch build tools that the lock does not cover."""
    options = [
        "--quiet",
        "--no-input",
        "--disable-pip-version-check",
        "--only-binary=:all:",
        "--require-hashes",
    ]
    code = run(inside("-m", "pip", "install", *options, "-r", ROOT / lock))
    if code > 0:
        UNFINISHED.unlink()  # pip undid its changes itself, so what was there before still works
    if code != 0:
        raise SetupError(
            "pip could not install the packages (see above); check the network, then run this again."
        )


def link_project() -> None:
    name, version, scripts = project()
    packages = Path(output("-c", "import sysconfig; print(sysconfig.get_path('purelib'))"))
    for old in packages.glob(f"{name}-*.dist-info"):
        shutil.rmtree(old)
    facts = packages / f"{name}-{version}.dist-info"
    facts.mkdir()
    written = [packages / f"{name}.pth", facts / "METADATA", facts / "INSTALLER", facts / "entry_points.txt"]
    written[0].write_text(f"{ROOT}\n")
    written[1].write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    written[2].write_text(".ci/venv\n")
    written[3].write_text(
        "".join(["[console_scripts]\n", *(f"{key} = {value}\n" for key, value in scripts.items())])
    )
    written += [write_start_script(command, target) for command, target in scripts.items()]
    # With a RECORD, `pip uninstall` and a later `pip install -e .` clean this up like any other package.
    lines = [f"{os.path.relpath(path, packages)},,\n" for path in [*written, facts / "RECORD"]]
    (facts / "RECORD").write_text("".join(lines))


def write_start_script(command: str, target: str) -> Path:
    module, function = target.split(":")
    path = VENV / "bin" / command
    path.write_text(START_SCRIPT.format(python=PYTHON, module=module, function=function))
    path.chmod(0o755)
    return path


def inside(*arguments: str | Path) -> list[str | Path]:
    """A command of the environment's own Python, shut off from PYTHONPATH and the user's packages."""
    return [PYTHON, "-I", *arguments]


def succeeds(*arguments: str | Path) -> bool:
    return run(inside(*arguments), silent=True) == 0


def run(command: list[str | Path], silent: bool = False) -> int:
    stream = subprocess.DEVNULL if silent else None
    settings = os.environ | {"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}
    return subprocess.run(
        command, check=False, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, env=settings
    ).returncode


def output(*arguments: str) -> str:
    return subprocess.run(inside(*arguments), check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
