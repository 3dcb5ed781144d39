"""The demo LMS as a program: it starts, answers, can be stopped, and keeps its grades."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def running(port, *options):
    command = [sys.executable, "-m", "lti_tool.demo_lms", "--port", str(port), *options]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)


def fetch(port, path, method="GET", body=None, patience_s=20):
    """The answer, as soon as the server is there to give one."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", body, {"Content-Type": "application/json"}, method=method
    )
    deadline = time.monotonic() + patience_s
    while True:
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - this machine
                return answer.read()
        except urllib.error.URLError as problem:
            if not isinstance(problem.reason, ConnectionRefusedError) or time.monotonic() > deadline:
                raise


def test_program_serves_and_ends_cleanly_on_sigterm(port, tmp_path):
    with running(port, "--data", str(tmp_path)) as process:
        assert b"ok" in fetch(port, "/healthz")
        children = subprocess.run(
            ["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=False
        ).stdout.split()

    assert process.returncode == 0
    for child in children:
        with pytest.raises(ProcessLookupError):
            os.kill(int(child), 0)


def test_dropped_call_breaks_the_connection(port):
    call = (
        b"POST /api/lti/courses/x/lineitems/y/scores HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"
    )
    with running(port):
        fetch(port, "/api/behavior", "POST", b'{"scores": {"mode": "drop", "count": 1}}')

        with contextlib.closing(socket.create_connection(("127.0.0.1", port), 10)) as line:
            line.sendall(call)
            received = b"".join(iter(lambda: line.recv(4096), b""))

    # The server closes of its own accord, with no answer or with less of one than the 64 bytes announced.
    assert len(received.partition(b"\r\n\r\n")[2]) < 64
    assert not received or b"content-length: 64" in received


def test_taken_port_is_named(port):
    with contextlib.closing(socket.create_server(("127.0.0.1", port))):
        process = subprocess.run(
            [sys.executable, "-m", "lti_tool.demo_lms", "--port", str(port)],
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )

    assert process.returncode == 1
    assert f"Port {port}" in process.stderr
    assert "Traceback" not in process.stderr
