"""The page about what is proven says what the tables say."""

import importlib.util
from pathlib import Path

import flows
import pytest
from quirk_table import ROWS

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def conformance():
    spec = importlib.util.spec_from_file_location("docs_conformance", DOCS / "conformance.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_page_is_current(conformance):
    page = (DOCS / "conformance.md").read_text()

    assert conformance.renew(page) == page, "run `python -m docs.conformance`"


def test_every_flow_exists_and_is_gone_through(conformance):
    made = {name for name, value in vars(flows).items() if conformance.is_flow(flows, value)}

    assert {flow for row in ROWS for flow in row.flows} == made
    assert all(getattr(flows, name).__doc__ for name in made)
