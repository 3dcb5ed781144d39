"""Serving the demo LMS with granian: one worker process, because its memory is in that process, with several threads."""

from __future__ import annotations

import json
import os
import socket
from dataclasses import asdict
from pathlib import Path

from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from lti_tool.demo_lms.app import create_app
from lti_tool.demo_lms.config import DemoConfig, LinkSeed

CONFIG_VARIABLE = "INFOLIT_DEMO_LMS_CONFIG"
"""Carries the settings to the worker process, as JSON."""
_THREADS = 8
_KILL_TIMEOUT_S = 3


class PortTakenError(Exception):
    """Another program listens there already."""


def serve(config: DemoConfig, *, host: str, port: int) -> None:
    """Until SIGTERM or Ctrl-C."""
    _check_port(host, port)
    os.environ[CONFIG_VARIABLE] = write_config(config)
    Granian(
        "lti_tool.demo_lms.serve:app_from_environment",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=1,
        blocking_threads=_THREADS,
        websockets=False,
        log_level=LogLevels.error,
        workers_kill_timeout=_KILL_TIMEOUT_S,
    ).serve()


def app_from_environment() -> Flask:
    return create_app(read_config(os.environ[CONFIG_VARIABLE]))


def write_config(config: DemoConfig) -> str:
    values = asdict(config) | {"data_dir": str(config.data_dir) if config.data_dir else None}
    return json.dumps(values)


def read_config(text: str) -> DemoConfig:
    values = json.loads(text)
    data_dir = values.pop("data_dir")
    links = tuple(LinkSeed(**link) for link in values.pop("links"))
    scopes = tuple(values.pop("scopes"))
    return DemoConfig(data_dir=Path(data_dir) if data_dir else None, links=links, scopes=scopes, **values)


def _check_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise PortTakenError(f"Port {port} on {host} cannot be used: {problem.strerror}.") from problem
