"""`python -m lti_tool.demo_lms`: serve the demo LMS until it is stopped."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from lti_tool.demo_lms.config import DemoConfig
from lti_tool.demo_lms.flavors import FLAVOR_NAMES, read_switches
from lti_tool.demo_lms.serve import PortTakenError, serve


def main() -> None:
    options = _parse()
    try:
        config = _configure(options)
        serve(config, host=options.host, port=options.port)
    except PortTakenError as problem:
        sys.exit(f"{problem} Choose another with --port.")
    except ValueError as problem:
        sys.exit(str(problem))


def _configure(options: argparse.Namespace) -> DemoConfig:
    return DemoConfig(
        base_url=options.base_url or f"http://localhost:{options.port}",
        tool_url=options.tool_url.rstrip("/"),
        data_dir=options.data,
        seed=options.seed,
        flavor=options.flavor,
        switches=read_switches(options.quirk),
    )


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m lti_tool.demo_lms", description=__doc__)
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: this machine only)"
    )
    parser.add_argument("--port", type=int, default=8401)
    parser.add_argument(
        "--base-url", help="how browsers and the tool reach this LMS (default: http://localhost:PORT)"
    )
    parser.add_argument("--tool-url", default="http://127.0.0.1:8400")
    parser.add_argument("--data", type=Path, help="folder for keys and grades (default: memory only)")
    parser.add_argument("--seed", type=int, default=2026, help="another seed gives other names and ids")
    parser.add_argument(
        "--flavor", choices=FLAVOR_NAMES, default="plain", help="the product to behave like (default: plain)"
    )
    parser.add_argument(
        "--quirk",
        action="append",
        default=[],
        metavar="NAME[=VALUE]",
        help="one documented behaviour switched on, or =no; may be repeated; the names are in quirks.py",
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
