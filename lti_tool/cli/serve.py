"""`infolit serve` and `infolit worker`: the tool for real use, and more workers on any machine."""

from __future__ import annotations

import asyncio

import click
import httpx
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from lti_tool.app.assemble import NO_CONTENT, content_of, create_tool, set_up_logging
from lti_tool.app.worker import run_worker
from lti_tool.cli.database import database
from lti_tool.cli.supervise import Child, Supervisor, require_free_port, wait_until
from lti_tool.db.connect import open_engine
from lti_tool.db.migrate import migrate
from lti_tool.settings import Settings, read_settings

THREADS = 4


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8400, show_default=True, help="The port to listen on.")
@click.option(
    "--processes", default=2, show_default=True, help="Web processes; one per core is a good start."
)
@click.option("--worker/--no-worker", "with_worker", default=True, help="Whether to run a worker as well.")
def serve(host: str, port: int, processes: int, with_worker: bool) -> None:
    """Serve the tool, with a worker beside it, until stopped."""
    settings = read_settings()
    set_up_logging(settings)
    require_free_port(host, port, "--port")
    supervisor = Supervisor()
    supervisor.handle_signals()
    with database(settings) as url:
        prepare(settings, url)
        try:
            launch_tool(
                supervisor, settings, url, host=host, port=port, processes=processes, with_worker=with_worker
            )
            wait_for_tool(supervisor, host=host, port=port, with_worker=with_worker)
            if supervisor.is_stopping:
                return
            click.echo(
                f"InfoLit is ready: it listens on http://{host}:{port} and is known as {settings.public_url}. Ctrl-C ends it."
            )
            supervisor.run()
        finally:
            supervisor.stop()


def prepare(settings: Settings, url: str) -> None:
    """Migrate, make keys, check the content: what has to be right before anything listens."""
    engine = open_engine(url, pool_size=2)
    try:
        migrate(engine)
        create_tool(settings, engine)
    finally:
        engine.dispose()


def launch_tool(
    supervisor: Supervisor,
    settings: Settings,
    url: str,
    *,
    host: str,
    port: int,
    processes: int,
    with_worker: bool = True,
) -> None:
    """Start the web processes and the worker."""
    environment = child_environment(settings, url)
    web = ["web-process", "--host", host, "--port", str(port), "--processes", str(processes)]
    supervisor.start(Child(name="tool", arguments=web, environment=environment))
    if with_worker:
        supervisor.start(Child(name="worker", arguments=["worker"], environment=environment))


def wait_for_tool(supervisor: Supervisor, *, host: str, port: int, with_worker: bool = True) -> None:
    """Until the tool, and with it a worker, says that it is ready."""
    path = "/readyz" if with_worker else "/healthz"
    address = f"http://{host}:{port}{path}"
    wait_until(lambda: answers(address), within_s=60, what="tool", supervisor=supervisor)


def child_environment(settings: Settings, url: str) -> dict[str, str]:
    """The settings that a child cannot read from the environment it inherits."""
    told = {
        "INFOLIT_DATABASE_URL": url,
        "INFOLIT_DATA": str(settings.data),
        "INFOLIT_PUBLIC_URL": settings.public_url,
        "INFOLIT_LOG_LEVEL": settings.log_level,
    }
    for name in ("allow_http_platforms", "auto_approve_deployments", "gallery"):
        told[f"INFOLIT_{name.upper()}"] = str(getattr(settings, name)).lower()
    return told


def answers(address: str) -> bool:
    """Whether a local address answers 200."""
    try:
        return httpx.get(address, timeout=2, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


@click.command("web-process", hidden=True)
@click.option("--host", required=True)
@click.option("--port", type=int, required=True)
@click.option("--processes", type=int, required=True)
def web_process(host: str, port: int, processes: int) -> None:
    """The WSGI server; `infolit serve` starts it. What is read here, its forked workers share."""
    content_of(read_settings().content)
    Granian(
        "lti_tool.app.assemble:app_from_environment",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=processes,
        blocking_threads=THREADS,
        websockets=False,
        log_enabled=True,
        log_level=LogLevels.error,
        log_access=False,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
    ).serve()


@click.command()
def worker() -> None:
    """Run a worker: deliver grades, keep house. Any number may run, on any machine that reaches the database."""
    settings = read_settings()
    set_up_logging(settings)
    with database(settings) as url:
        engine = open_engine(url)
        migrate(engine)
        asyncio.run(run_worker(create_tool(settings, engine, library=NO_CONTENT), url))
