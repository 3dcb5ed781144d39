"""`infolit demo` as a person runs it: ready, whole, restarted where it must be, and gone without a trace."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time

import httpx
import psutil
import pytest

from lti_tool.cli import main

pytestmark = pytest.mark.slow


MOST_READY_S = 60
"""Alone it is ready in a few seconds; here another test process and its browser have the same two cores."""


def free_ports():
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


def wait_for(is_so, within_s=60):
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < within_s, f"not within {within_s} s"
        time.sleep(0.02)


class Demo:
    """One running demo with its printed lines in a file."""

    def __init__(self, data, **environment):
        self.data = data
        self.port, self.lms_port = free_ports()
        self.lines = data.parent / f"{data.name}-{self.port}.out"
        with self.lines.open("w") as out:
            self.process = psutil.Popen(
                command("demo", "--port", self.port, "--lms-port", self.lms_port, "--data", data),
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**os.environ, **environment},
            )
        wait_for(lambda: "InfoLit is ready" in self.text or self.process.poll() is not None, within_s=120)
        assert self.process.poll() is None, self.text

    @property
    def text(self):
        return self.lines.read_text()

    @property
    def ready_s(self):
        return float(re.search(r"ready \(([\d.]+) s\)", self.text).group(1))

    def lms(self, path, **fields):
        return httpx.get(f"http://localhost:{self.lms_port}{path}", **fields).json()

    def find(self, *words):
        return [each for each in self.process.children() if all(word in command_of(each) for word in words)]

    def interrupt(self):
        """Ctrl-C. Gives the exit code and which of its processes are left."""
        tree = self.process.children(recursive=True)
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(30)
        _, alive = psutil.wait_procs(tree, timeout=10)
        return code, alive

    def kill(self):
        """For the end of a test, whatever state it is in."""
        if self.process.poll() is None:
            self.interrupt()


def command_of(process):
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


def command(*arguments):
    return [sys.executable, "-W", "ignore", "-m", "lti_tool.cli", *map(str, arguments)]


def run(*arguments, **environment):
    return subprocess.run(
        command(*arguments), capture_output=True, text=True, timeout=90, env={**os.environ, **environment}
    )


def is_open(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def processes_of(data):
    """Whatever names the data folder on its command line, such as the embedded database."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        if any(str(data) in part for part in process.info["cmdline"] or []):
            found.append(process)
    return found


def test_demo_lives_restarts_and_ends_without_a_trace(tmp_path_factory):
    data = tmp_path_factory.mktemp("demo") / "data"
    data.parent.parent.chmod(0o755)  # The embedded database runs as a user of its own under root
    demo = Demo(data)
    try:
        assert len(demo.lms("/api/users")) >= 157
        (worker,) = demo.find("worker")
        worker.kill()
        wait_for(lambda: demo.find("worker") and demo.find("worker") != [worker])
        assert "The worker ended (code -9); starting it again." in demo.text

        code, alive = demo.interrupt()

        assert (code, alive, processes_of(data)) == (0, [], [])
        assert not is_open(demo.port) and not is_open(demo.lms_port)
    finally:
        demo.kill()

    made = (data / "postgres" / "PG_VERSION").stat().st_mtime_ns
    again = Demo(data)
    try:
        assert (data / "postgres" / "PG_VERSION").stat().st_mtime_ns == made, "the same database goes on"
        assert again.ready_s < MOST_READY_S
        children = again.process.children(recursive=True)
        watched = [each for each in children if "postgres" not in " ".join(command_of(each)[:1])]
        again.process.kill()
        again.process.wait(10)
        _, alive = psutil.wait_procs(watched, timeout=15)
        assert alive == []
    finally:
        again.kill()

    # The killed demo left its database running; the next one joins it and takes it along.
    assert run("db", "status", INFOLIT_DATA=str(data)).returncode == 0
    wait_for(lambda: processes_of(data) == [], within_s=10)


def test_database_url_is_honoured(stack, tmp_path):
    demo = Demo(tmp_path / "data", INFOLIT_DATABASE_URL=stack.database_url)
    try:
        code, alive = demo.interrupt()
    finally:
        demo.kill()

    assert (code, alive) == (0, [])
    assert not (tmp_path / "data" / "postgres").exists()


def refused(capsys, monkeypatch, *arguments):
    """What a start that cannot go on prints, and its exit code; in this process, which spares the imports."""
    monkeypatch.setattr(sys, "argv", ["infolit", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    return capsys.readouterr().err, ended.value.code


def test_taken_port_is_one_clear_sentence(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        ended = run("demo", "--port", port, "--data", tmp_path / "data")

    assert ended.returncode == 1
    assert ended.stderr.strip() == (
        f"infolit: Port {port} on 127.0.0.1 is taken by another program. Stop that, or choose another port with --port."
    )


@pytest.mark.parametrize(
    ("arguments", "environment", "word"),
    [
        (("--port", "8400", "--lms-port", "8400"), {}, "--lms-port"),
        ((), {"INFOLIT_SESSION_MINUTES": "soon"}, "INFOLIT_SESSION_MINUTES"),
        ((), {"INFOLIT_DATABASE_URL": "mysql://here"}, "INFOLIT_DATABASE_URL"),
    ],
)
def test_wrong_start_is_refused_with_a_sentence_that_names_it(
    tmp_path, capsys, monkeypatch, arguments, environment, word
):
    port, lms_port = free_ports()
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    chosen = arguments or ("--port", port, "--lms-port", lms_port)

    said, code = refused(capsys, monkeypatch, "demo", "--data", tmp_path / "data", *chosen)

    assert code == 1 and word in said
    assert not (tmp_path / "data").exists()


def test_reset_leaves_a_folder_alone_that_no_demo_made(tmp_path, capsys, monkeypatch):
    kept = tmp_path / "thesis.odt"
    kept.write_text("years of work")
    port, lms_port = free_ports()

    said, code = refused(
        capsys, monkeypatch, "demo", "--reset", "--data", tmp_path, "--port", port, "--lms-port", lms_port
    )

    assert code == 1 and "--reset leaves it alone" in said
    assert list(tmp_path.iterdir()) == [kept]
