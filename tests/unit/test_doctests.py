"""Every example in a docstring runs."""

import doctest
import pkgutil
from importlib import import_module

import pytest

import lti_tool

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(lti_tool.__path__, "lti_tool.")
    if not module.name.endswith("__main__")
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_hold(name):
    result = doctest.testmod(import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)

    assert result.failed == 0
