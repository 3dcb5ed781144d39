"""Every setting, read once at the start from `INFOLIT_*` variables. docs/settings.md lists them; a test says so.

A wrong value stops the start with one sentence that names the setting. Nothing here reads a file or opens a connection.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from lti_tool.errors import SettingsError


class Settings(BaseSettings):
    """All settings. The description of each field is its documentation."""

    model_config = SettingsConfigDict(env_prefix="INFOLIT_", extra="ignore", frozen=True)

    public_url: str = Field(
        "http://127.0.0.1:8400",
        description="The address people and LMSs reach the tool at, without a slash at the end. https, except on this machine.",
    )
    data: Path = Field(
        Path("data"), description="The folder for the embedded database and the generated secret key."
    )
    database_url: SecretStr | None = Field(
        None,
        description="A PostgreSQL server, as postgresql://user:password@host/name. Unset: an embedded PostgreSQL in the data folder.",
    )
    secret_key: SecretStr | None = Field(
        None,
        description="Encrypts keys and tokens at rest; 32 characters or more, the same on every machine. Unset: made once and kept in the data folder.",
    )
    content: Path | None = Field(
        None,
        description="A folder holding `modules/` and `quizzes/`. Unset: the lessons that come with the tool.",
    )
    default_locale: Literal["en", "es"] = Field(
        "en", description="The language of pages when neither LMS nor person chose one."
    )
    time_zone: str = Field(
        "UTC",
        description="The time zone that pages show times in, such as America/Chicago. The database keeps UTC.",
    )
    log_format: Literal["console", "json"] = Field(
        "console", description="How logs are written to standard error."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="The least severe log line written."
    )
    session_minutes: Annotated[int, Field(ge=5, le=720)] = Field(
        120, description="How long a launch stays usable without being used, in minutes."
    )
    session_max_hours: Annotated[int, Field(ge=1, le=48)] = Field(
        12, description="How long a launch stays usable at most, in hours."
    )
    login_minutes: Annotated[int, Field(ge=1, le=60)] = Field(
        10, description="How long the LMS may take between the start of a launch and its end, in minutes."
    )
    lms_timeout_s: Annotated[float, Field(gt=0, le=60)] = Field(
        10.0, description="How long one request to an LMS may take, in seconds."
    )
    lms_requests_per_s: Annotated[float, Field(ge=1, le=1000)] = Field(
        30.0,
        description="How many requests a second one process sends to one LMS at most: grades, class lists, results.",
    )
    school_year_starts: Annotated[int, Field(ge=1, le=12)] = Field(
        7, description="The month in which a new school year begins, 1 to 12."
    )
    auto_approve_deployments: bool = Field(
        False, description="Whether a launch from an unknown deployment of a registered platform is accepted."
    )
    key_rotation_days: Annotated[int, Field(ge=0, le=3650)] = Field(
        90,
        description="After how many days of signing a key gives way to the next by itself; 0 leaves that to you.",
    )
    allow_http_platforms: bool = Field(
        False,
        description="Whether addresses of LMSs and of standards may be plain http on this machine (for development and the demo).",
    )
    gallery: bool = Field(
        False,
        description="Whether `/gallery` shows every kind of activity with its keys, to anybody. Only for the demo and for development.",
    )
    delivery_lease_s: Annotated[float, Field(gt=0, le=600)] = Field(
        30.0,
        description="After how many seconds a grade taken by a worker that fell silent is taken by another.",
    )
    delivery_sweep_s: Annotated[int, Field(ge=1, le=300)] = Field(
        5,
        description="How often the worker looks for grades that are due, in seconds (besides being told of new ones).",
    )

    @field_validator("public_url")
    @classmethod
    def _is_origin(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("must start with https:// (or http:// on this machine)")
        if parts.query or parts.fragment or value.endswith("/"):
            raise ValueError("must not have a slash, a question mark or a # at its end")
        if parts.scheme == "http" and parts.hostname not in {"127.0.0.1", "localhost", "::1"}:
            raise ValueError("must be https: LMSs refuse plain http except on this machine")
        return value

    @field_validator("time_zone")
    @classmethod
    def _is_time_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("is not a known time zone: write it as Area/City, such as America/Chicago")
        return value

    @field_validator("database_url")
    @classmethod
    def _is_postgresql(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith(("postgresql://", "postgres://")):
            raise ValueError(
                "must start with postgresql:// (PostgreSQL is the one database the tool runs on)"
            )
        return value

    @field_validator("secret_key")
    @classmethod
    def _is_long(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < 32:
            raise ValueError("must have 32 characters or more")
        return value


def read_settings(**overrides: object) -> Settings:
    """Settings from the environment, with overrides from the command line. Raises SettingsError naming the setting."""
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        sentences = [_sentence(detail) for detail in error.errors(include_input=False, include_url=False)]
        raise SettingsError("\n".join(sentences)) from error


def _sentence(detail: ErrorDetails) -> str:
    name = "INFOLIT_" + "_".join(str(part) for part in detail["loc"]).upper()
    reason = str(detail["msg"]).removeprefix("Value error, ")
    return f"{name} cannot be used: {reason[0].lower()}{reason[1:]}. docs/settings.md describes it."
