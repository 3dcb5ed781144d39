"""From settings to a `Tool`, and from a `Tool` to the Flask app that granian serves."""

from __future__ import annotations

import logging
import os
import secrets
from functools import lru_cache
from pathlib import Path

import structlog
from flask import Flask
from sqlalchemy import Engine

from lti_tool.content.folder import load_library
from lti_tool.content.library import Library, find_content
from lti_tool.content.served import Shelf
from lti_tool.db.base import utcnow
from lti_tool.db.connect import open_engine, session_factory, transaction
from lti_tool.errors import SettingsError
from lti_tool.lti.gateway import HTTPGateway
from lti_tool.lti.keys import ensure_keys
from lti_tool.lti.platform_keys import PlatformKeys
from lti_tool.lti.seal import Seal
from lti_tool.settings import Settings, read_settings
from lti_tool.tool import Tool
from lti_tool.web import install

MAX_FORM_BYTES = 1024 * 1024


NO_CONTENT = Library(modules={}, quizzes={}, banks={}, skills={})
"""For processes that show no lesson, such as a worker: reading the content takes seconds. A district's own is read against it, so they ask for none."""


@lru_cache(maxsize=1)
def content_of(content: Path | None) -> Library:
    """The lessons and quizzes, read and checked once for a process and for those it forks. Raises ContentError."""
    modules, quizzes = find_content(content)
    return load_library(modules, quizzes=quizzes)


def create_tool(settings: Settings, engine: Engine, *, library: Library | None = None) -> Tool:
    """Everything the use cases need, on a migrated database; `library` instead of the settings' content."""
    sessions = session_factory(engine)
    seal = Seal(secret_of(settings))
    gateway = HTTPGateway(sessions, seal, settings)
    library = library or content_of(settings.content)
    with transaction(sessions) as session:
        ensure_keys(session, seal, utcnow())
    return Tool(
        settings=settings,
        sessions=sessions,
        gateway=gateway,
        keys=PlatformKeys(gateway.client),
        seal=seal,
        library=library,
        shelf=Shelf(library),
        clock=utcnow,
    )


def create_app(tool: Tool) -> Flask:
    app = Flask("lti_tool.web", static_folder="static", template_folder="templates")
    app.config["MAX_CONTENT_LENGTH"] = MAX_FORM_BYTES
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 300
    install(app, tool)
    return app


def app_from_environment() -> Flask:
    """What granian's workers call. The database is migrated and its address set by the process that started them."""
    settings = read_settings()
    set_up_logging(settings)
    return create_app(create_tool(settings, open_engine(database_url(settings))))


def database_url(settings: Settings) -> str:
    if settings.database_url is None:
        raise SettingsError(
            "INFOLIT_DATABASE_URL is not set; start the tool with `infolit serve` or `infolit demo`."
        )
    return settings.database_url.get_secret_value()


def secret_of(settings: Settings) -> str:
    """The secret of the settings, or the one kept in the data folder, made at the first start and readable by its owner only."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    path = settings.data / "secret_key"
    settings.data.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read_secret(path)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return _read_secret(path)


def _read_secret(path: Path) -> str:
    secret = path.read_text().strip()
    if len(secret) < 32:
        raise SettingsError(
            f"{path} does not hold a secret of 32 characters or more. Remove it to have a new one made."
        )
    return secret


def set_up_logging(settings: Settings) -> None:
    """One line per event on standard error; `json` for machines, `console` for people."""
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(file=os.fdopen(2, "w", buffering=1, closefd=False)),
        cache_logger_on_first_use=False,  # A cached logger would not hear of a later configuration in the same process.
    )
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
