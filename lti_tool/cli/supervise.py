"""One foreground process that keeps its children running and ends them all: the tool, the worker, the demo LMS.

Children live in sessions of their own, so that Ctrl-C reaches only this process, which then ends them in order. One that dies by itself is
started again; one that dies at once, again and again, ends the whole with its reason. When this process itself is killed, the kernel tells
the children to end (Linux).
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

import click

from lti_tool.errors import SettingsError

_STOP_S = 8.0
_TOO_SOON_S = 3.0
_MOST_RESTARTS = 5
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(kw_only=True)
class Child:
    """One process to keep running."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    module: str = "lti_tool.cli"
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    failures: int = 0

    def start(self) -> None:
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", self.module, *self.arguments],
            env={**os.environ, **self.environment},
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            preexec_fn=_end_with_parent,
        )


@dataclass(kw_only=True)
class Supervisor:
    """Starts children in order, watches them, ends them in reverse order."""

    children: list[Child] = field(default_factory=list)
    is_stopping: bool = False

    def start(self, child: Child) -> None:
        child.start()
        self.children.append(child)

    def run(self) -> None:
        """Until a signal, or until a child cannot be kept running."""
        while not self.is_stopping:
            self.look_after_all()
            time.sleep(0.2)

    def look_after_all(self) -> None:
        """Start again what has ended. Raises SettingsError when that does not help."""
        for child in self.children:
            self._look_after(child)

    def _look_after(self, child: Child) -> None:
        if child.process is None or child.process.poll() is None or self.is_stopping:
            return
        _signal_group(child, signal.SIGKILL)  # What it started itself may still hold the port.
        ran_s = time.monotonic() - child.started_at
        child.failures = child.failures + 1 if ran_s < _TOO_SOON_S else 1
        if child.failures > _MOST_RESTARTS:
            raise SettingsError(
                f"The {child.name} ended {child.failures} times right after its start; see its lines above."
            )
        click.echo(f"The {child.name} ended (code {child.process.returncode}); starting it again.", err=True)
        child.start()

    def stop(self) -> None:
        """Ask every child to end, newest first, wait, and end by force what does not."""
        self.is_stopping = True
        alive = [child for child in reversed(self.children) if child.process and child.process.poll() is None]
        for child in alive:
            _signal_group(child, signal.SIGTERM)
        deadline = time.monotonic() + _STOP_S
        for child in alive:
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))  # type: ignore[union-attr] # alive has one
            except subprocess.TimeoutExpired:
                _signal_group(child, signal.SIGKILL)
        for child in alive:
            _signal_group(child, signal.SIGKILL)

    def handle_signals(self) -> None:
        """Ctrl-C, a closed terminal and a service manager's stop all end the run loop."""

        def on_signal(number: int, frame: FrameType | None) -> None:
            self.is_stopping = True

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, on_signal)


def _end_with_parent() -> None:
    """In the new child: SIGTERM when the supervisor dies without ending it, as by kill -9."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _signal_group(child: Child, number: signal.Signals) -> None:
    """To the child and what it started; a group that is gone already is fine."""
    if child.process is None:
        return
    try:
        os.killpg(child.process.pid, number)
    except ProcessLookupError:
        return


def require_free_port(host: str, port: int, option: str) -> None:
    """Raises SettingsError naming the option when somebody listens there already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SettingsError(
                f"Port {port} on {host} is taken by another program. Stop that, or choose another port with {option}."
            ) from error


def wait_until(is_ready: Callable[[], bool], *, within_s: float, what: str, supervisor: Supervisor) -> None:
    """Wait for a part to answer. Raises SettingsError when it does not in time."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline and not supervisor.is_stopping:
        supervisor.look_after_all()
        if is_ready():
            return
        time.sleep(0.05)
    if not supervisor.is_stopping:
        raise SettingsError(
            f"The {what} did not become ready within {within_s:.0f} seconds; see its lines above."
        )
