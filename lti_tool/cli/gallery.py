"""`infolit gallery`: every kind of activity in all its states, served on this machine or written to a folder."""

from __future__ import annotations

from pathlib import Path

import click
from werkzeug.serving import make_server

from lti_tool.app.gallery import create_gallery, write_gallery
from lti_tool.cli.supervise import require_free_port


@click.command("gallery")
@click.option("--port", default=8450, show_default=True, help="The port to listen on, on this machine only.")
@click.option(
    "--write",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write all pages into this folder instead of serving them; they open without a server.",
)
def gallery_command(port: int, folder: Path | None) -> None:
    """Show every kind of activity with its examples in all states, in both languages. Needs no database."""
    if folder is not None:
        pages = write_gallery(folder)
        click.echo(f"Wrote {pages} pages. Open {folder / 'index.html'} in a browser.")
        return
    require_free_port("127.0.0.1", port, "--port")
    server = make_server("127.0.0.1", port, create_gallery(), threaded=True)
    click.echo(f"The gallery is at http://127.0.0.1:{port}/gallery. Ctrl-C ends it.")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo("The gallery has closed.")
    finally:
        server.server_close()
