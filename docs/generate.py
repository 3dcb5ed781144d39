"""Writes the listable parts of the docs from what ships: settings and commands. (Interaction kinds document themselves: `infolit kinds`.)

python -m docs.generate             from the top of the repository; says which pages changed
python -m docs.generate --check     changes nothing; exit code 1 when a page is out of date
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from docs import marked
from docs.exchange import columns_part, formats_part
from docs.rosters import never_read_part, oneroster_part, table_part
from docs.spine import crosswalk_part, skills_part
from lti_tool.cli import infolit
from lti_tool.settings import Settings

DOCS = Path(__file__).resolve().parent
PAGES = ("settings.md", "skills.md", "commands.md", "import-export.md", "rosters.md")
SETTING_EXAMPLES = {
    "public_url": "https://infolit.district.example",
    "data": "/var/lib/infolit",
    "database_url": "postgresql://infolit:secret@db.district.example/infolit",
    "secret_key": "a-long-random-text-of-32-characters-or-more",
    "content": "/srv/infolit-content",
    "default_locale": "es",
    "log_format": "json",
    "log_level": "warning",
    "session_minutes": "90",
    "session_max_hours": "10",
    "login_minutes": "5",
    "lms_timeout_s": "20",
    "school_year_starts": "8",
    "auto_approve_deployments": "true",
    "allow_http_platforms": "true",
    "gallery": "true",
    "delivery_lease_s": "60",
    "delivery_sweep_s": "10",
    "time_zone": "America/Chicago",
    "lms_requests_per_s": "10",
    "key_rotation_days": "180",
}
"""A usable value for each setting; one that is not here shows its default. A test says that each is accepted."""


def cell(text: str) -> str:
    """A text as it may stand in a table."""
    return " ".join(text.split()).replace("|", "\\|")


# ---- settings ---------------------------------------------------------------------------------------------------------


def settings_part() -> str:
    lines = ["| setting | what it does | default | example |", "|---|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "none" if field.default is None else f"`{shown_value(field.default)}`"
        row = (f"`INFOLIT_{name.upper()}`", cell(f"{field.description}{limits(name)}"), default)
        lines.append(f"| {' | '.join(row)} | `{SETTING_EXAMPLES.get(name, shown_value(field.default))}` |")
    return "\n".join(lines)


def shown_value(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def limits(name: str) -> str:
    """The allowed values, as the JSON Schema of the settings has them."""
    schema = Settings.model_json_schema()["properties"][name]
    if "enum" in schema:
        return f" One of {', '.join(f'`{value}`' for value in schema['enum'])}."
    low, high = schema.get("minimum", schema.get("exclusiveMinimum")), schema.get("maximum")
    if high is None:
        return ""
    return f" {'Above' if 'exclusiveMinimum' in schema else 'From'} {low:g} to {high:g}."


# ---- commands ---------------------------------------------------------------------------------------------------------


def list_commands(
    command: click.Command = infolit, path: tuple[str, ...] = ("infolit",)
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command somebody may type, with the words that lead to it; groups included."""
    yield path, command
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            if not inner.hidden:
                yield from list_commands(inner, (*path, name))


def commands_part() -> str:
    found = [(path, command) for path, command in list_commands() if not isinstance(command, click.Group)]
    return "\n\n".join(command_section(path, command) for path, command in found)


def command_section(path: tuple[str, ...], command: click.Command) -> str:
    arguments = [shown_argument(each) for each in command.params if isinstance(each, click.Argument)]
    options = [each for each in command.params if isinstance(each, click.Option)]
    usage = " ".join([*path, *(["[OPTIONS]"] if options else []), *arguments])
    parts = [f"## {' '.join(path)}", f"```\n{usage}\n```", " ".join((command.help or "").split())]
    if options:
        rows = [f"| {shown_option(each)} | {option_text(each)} |" for each in options]
        parts.append("\n".join(["| option | what it does |", "|---|---|", *rows]))
    return "\n\n".join(parts)


def shown_argument(argument: click.Argument) -> str:
    name = (argument.name or "").upper()
    choices = getattr(argument.type, "choices", None)
    shown = f"{{{'|'.join(choices)}}}" if choices else name
    return f"[{shown}]…" if argument.nargs == -1 else shown


def shown_option(option: click.Option) -> str:
    names = [*option.opts, *option.secondary_opts]
    value = "" if option.is_flag else f" {option.type.name.upper()}"
    return ", ".join(f"`{name}{value}`" for name in names)


def option_text(option: click.Option) -> str:
    notes = [option.help or ""]
    if option.required:
        notes.append("Required.")
    if option.secondary_opts:
        notes.append(f"Default: `{(option.opts if option.default else option.secondary_opts)[0]}`.")
    elif isinstance(option.default, str | int | Path) and not option.is_flag:
        notes.append(f"Default: `{option.default}`.")
    if option.envvar:
        notes.append(f"Or set `{option.envvar}`.")
    return cell(" ".join(notes))


# ---- pages ------------------------------------------------------------------------------------------------------------


def parts() -> dict[str, Callable[[], str]]:
    """What can be generated, by the name in the page's marks."""
    return {
        "settings": settings_part,
        "commands": commands_part,
        "formats": formats_part,
        "columns": columns_part,
        "skills": skills_part,
        "crosswalk": crosswalk_part,
        "oneroster columns": oneroster_part,
        "never read": never_read_part,
        "table columns": table_part,
    }


def renew(page: str) -> str:
    return marked.renew(page, parts())


def main(arguments: list[str]) -> int:
    return marked.write([DOCS / name for name in PAGES], parts(), arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
