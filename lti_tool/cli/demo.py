"""`infolit demo`: the tool, a worker and the demo LMS with its seeded district, in one foreground process tree."""

from __future__ import annotations

import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread

import click

from lti_tool.app.assemble import NO_CONTENT, content_of, create_tool, set_up_logging
from lti_tool.cli.admin import make_admin_link
from lti_tool.cli.database import database
from lti_tool.cli.history import is_seeded, launch_of, seed_history
from lti_tool.cli.serve import answers, launch_tool, wait_for_tool
from lti_tool.cli.supervise import Child, Supervisor, require_free_port, wait_until
from lti_tool.content.served import Shelf
from lti_tool.db.connect import open_engine, transaction
from lti_tool.db.migrate import migrate
from lti_tool.demo_lms import FLAVOR_NAMES, DemoConfig, Flavor, seed_district
from lti_tool.errors import SettingsError
from lti_tool.facts.launch import Launch, LaunchPerson, Role
from lti_tool.lti.platforms import PlatformFacts, add_platform, change_platform, find_platform
from lti_tool.people.arrive import arrive
from lti_tool.people.grants import ensure_tenant, give_grant
from lti_tool.settings import Settings, read_settings
from lti_tool.tool import Tool

DISTRICT = "maple-valley"
MARK = "infolit-demo"
"""A file by this name says that a data folder is a demo's and may be emptied by --reset."""
HOST = "127.0.0.1"


@click.command()
@click.option("--port", default=8400, show_default=True, help="The tool's port.")
@click.option("--lms-port", default=8401, show_default=True, help="The demo LMS's port.")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=Path("data/demo"),
    show_default=True,
    help="Where the demo keeps its data.",
)
@click.option(
    "--reset", is_flag=True, help="Start afresh: remove what an earlier demo left in the data folder."
)
@click.option(
    "--flavor",
    type=click.Choice(FLAVOR_NAMES),
    default="plain",
    show_default=True,
    help="The LMS product that the demo LMS behaves like.",
)
@click.option("--verbose", is_flag=True, help="Show a line for each request.")
def demo(port: int, lms_port: int, data: Path, reset: bool, flavor: Flavor, verbose: bool) -> None:
    """Try everything on this machine: the tool, a worker, and a demo LMS with 150 students."""
    began = time.monotonic()
    if port == lms_port:
        raise SettingsError("--port and --lms-port are the same; the tool and the demo LMS need one each.")
    require_free_port(HOST, port, "--port")
    require_free_port(HOST, lms_port, "--lms-port")
    settings = read_settings(
        public_url=f"http://{HOST}:{port}",
        data=data.resolve(),
        allow_http_platforms=True,
        gallery=True,
        log_level="info" if verbose else "warning",
    )
    set_up_logging(settings)
    _prepare_folder(settings.data, reset=reset)
    _run(settings, port=port, lms_port=lms_port, flavor=flavor, began=began)


def _run(settings: Settings, *, port: int, lms_port: int, flavor: Flavor, began: float) -> None:
    config = DemoConfig(
        base_url=f"http://localhost:{lms_port}",
        tool_url=settings.public_url,
        data_dir=settings.data / "lms",
        flavor=flavor,
    )
    supervisor = Supervisor()
    supervisor.handle_signals()
    try:
        # The demo LMS has no use for the database, and gets ready meanwhile.
        _start_lms(supervisor, config, port=lms_port)
        with database(settings) as url:
            _run_tool(supervisor, settings, url, config, port=port, lms_port=lms_port, began=began)
    finally:
        supervisor.stop()
    click.echo("The demo has ended. Its data is kept; `--reset` starts afresh.")


def _run_tool(
    supervisor: Supervisor,
    settings: Settings,
    url: str,
    config: DemoConfig,
    *,
    port: int,
    lms_port: int,
    began: float,
) -> None:
    """Beside the demo LMS, until the whole is to end. The tool and its worker have ended when the database may."""
    seeding = Thread(target=_seed_once, args=(settings, url, config, lambda: supervisor.is_stopping))
    try:
        admin_link = _prepare(settings, url, config)
        launch_tool(supervisor, settings, url, host=HOST, port=port, processes=2)
        wait_for_tool(supervisor, host=HOST, port=port)
        address = f"http://localhost:{lms_port}/healthz"
        wait_until(lambda: answers(address), within_s=30, what="demo LMS", supervisor=supervisor)
        if not supervisor.is_stopping:
            _welcome(settings, config, admin_link, seconds=time.monotonic() - began)
            seeding.start()
        supervisor.run()
    finally:
        supervisor.stop()
        if seeding.is_alive():
            seeding.join()


def _prepare_folder(data: Path, *, reset: bool) -> None:
    """Make the data folder; with `reset` empty it, but only if a demo made it."""
    mark = data / MARK
    if reset and data.exists():
        if not mark.exists() and any(data.iterdir()):
            raise SettingsError(
                f"{data} was not made by a demo, so --reset leaves it alone. Choose another with --data."
            )
        shutil.rmtree(data)
    data.mkdir(parents=True, exist_ok=True)
    mark.touch()


def _start_lms(supervisor: Supervisor, config: DemoConfig, *, port: int) -> None:
    options = ["--port", str(port), "--tool-url", config.tool_url, "--data", str(config.data_dir)]
    options += ["--flavor", config.flavor]
    supervisor.start(Child(name="demo LMS", module="lti_tool.demo_lms", arguments=options, environment={}))


def _prepare(settings: Settings, url: str, config: DemoConfig) -> str:
    """Migrate and register the demo LMS: what has to be there before the parts start. Gives a link to the administrator's pages."""
    with _tool_on(settings, url) as tool:
        tenant_id, platform_id = _register(tool, config)
        _grant_specialist(tool, config, tenant_id, platform_id)
        return make_admin_link(tool, DISTRICT, minutes=12 * 60)


def _seed_once(settings: Settings, url: str, config: DemoConfig, is_stopping: Callable[[], bool]) -> None:
    """The district's autumn, in the background: everything works meanwhile, and the board fills as students finish."""
    with _tool_on(settings, url) as tool:
        tenant_id, platform_id = _register(tool, config)
        district = seed_district(config.seed, config.quirks)
        if is_seeded(tool, district, platform_id):
            return
        click.echo(
            "  The district's 150 students play their autumn; the board fills during the next seconds …"
        )
        seed_history(
            replace(tool, library=content_of(settings.content), shelf=Shelf(content_of(settings.content))),
            district,
            tenant_id=tenant_id,
            platform_id=platform_id,
            deployment_id=config.deployment_id,
            is_stopping=is_stopping,
        )
    if not is_stopping():
        click.echo("  The autumn is over: the specialist's board is complete.")


@contextmanager
def _tool_on(settings: Settings, url: str) -> Iterator[Tool]:
    """The tool without lessons. A power cut may cost the demo its last half second, which spares it waiting for the disk."""
    engine = open_engine(url, pool_size=4, options="-c synchronous_commit=off")
    try:
        migrate(engine)
        yield create_tool(settings, engine, library=NO_CONTENT)
    finally:
        engine.dispose()


def _register(tool: Tool, config: DemoConfig) -> tuple[uuid.UUID, uuid.UUID]:
    facts = PlatformFacts(
        name="Demo LMS",
        issuer=config.issuer,
        client_id=config.client_id,
        auth_url=f"{config.base_url}/auth",
        token_url=config.token_url,
        jwks_url=f"{config.base_url}/.well-known/jwks.json",
        product=config.product,
    )
    with transaction(tool.sessions) as session:
        tenant = ensure_tenant(session, DISTRICT, seed_district(config.seed, config.quirks).name)
        known = find_platform(session, facts.issuer, facts.client_id)
        if known is not None:
            return tenant.id, change_platform(session, known.id, facts, allow_http=True).id
        platform = add_platform(
            session,
            facts,
            tenant_id=tenant.id,
            now=tool.clock(),
            allow_http=True,
            deployment_ids=[config.deployment_id],
        )
        return tenant.id, platform.id


def _grant_specialist(tool: Tool, config: DemoConfig, tenant_id: uuid.UUID, platform_id: uuid.UUID) -> None:
    district = seed_district(config.seed, config.quirks)
    base = Launch(
        tenant_id=tenant_id,
        platform_id=platform_id,
        deployment_id=config.deployment_id,
        message="resource_link",
        target_link_uri=config.launch_url,
        person=LaunchPerson(subject="nobody"),
        role=Role.NONE,
    )
    with transaction(tool.sessions) as session:
        for person in (each for each in district.people if each.kind == "specialist"):
            came = arrive(session, launch_of(base, person, None), now=tool.clock())
            give_grant(
                session,
                tenant_id=tenant_id,
                person_id=came.person_id,
                role="specialist",
                school=None,
                granted_by="command:demo",
                now=tool.clock(),
            )


def _welcome(settings: Settings, config: DemoConfig, admin_link: str, *, seconds: float) -> None:
    click.echo(
        f"""
  InfoLit is ready ({seconds:.1f} s).

  Open the demo LMS:        {config.base_url}

  Try this:
    1. Choose the student Ana Morales, open “Leave the Page”, answer a little, close the tab.
       Open it again: she is where she was. Finish, and see “Delivered to your teacher”.
    2. Choose the teacher Marcus Bell: the gradebook fills by itself; “InfoLit class page” shows each student.
    3. Choose the specialist Rosa Delgado: “InfoLit board” shows every skill in every grade.
    4. Watch what LMS and tool said to each other: {config.base_url}/log

  Administrator's pages (this link works once):
    {admin_link}

  Every kind of activity, to try: {settings.public_url}/gallery

  The tool itself: {settings.public_url}   Ctrl-C ends everything.
"""
    )
