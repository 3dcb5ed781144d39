"""Pages of which parts are written by a program.

A page holds `<!-- generated: NAME -->` and `<!-- end of NAME -->`; what stands between is replaced, all else is written by hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import click

Makers = Mapping[str, Callable[[], str]]
"""What makes a part afresh, by the name in the page's marks."""


def renew(page: str, makers: Makers) -> str:
    """The page with each of its generated parts made afresh. Raises ValueError for a part nobody can make."""
    for name in re.findall(r"<!-- generated: (.+?) -->", page):
        start, end = f"<!-- generated: {name} -->", f"<!-- end of {name} -->"
        if name not in makers or end not in page:
            raise ValueError(f"The part “{name}” is unknown or has no end.")
        before, _, rest = page.partition(start)
        after = rest.partition(end)[2]
        page = f"{before}{start}\n\n{makers[name]()}\n\n{end}{after}"
    return page


def write(files: Iterable[Path], makers: Makers, arguments: list[str]) -> int:
    """Renew the files; with `--check` only tell which are out of date. Gives the exit code: 1 when such a check found one."""
    is_check, is_stale = "--check" in arguments, False
    for file in files:
        page = file.read_text()
        renewed = renew(page, makers)
        if renewed == page:
            continue
        is_stale = True
        if not is_check:
            file.write_text(renewed)
        click.echo(f"docs/{file.name}: {'out of date' if is_check else 'written'}")
    return int(is_check and is_stale)
