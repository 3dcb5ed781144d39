"""Kinds are found by their folders, and a folder that lacks something says what."""

import shutil
import sys

import pytest

from lti_tool.errors import ContentError
from lti_tool.interactions import FOLDER, IncompleteKindError, find_kinds, get_kind, load_kind, seeded_order


def test_kinds_are_the_folders():
    assert {"choice", "order", "short_text", "sorter"} <= set(find_kinds())
    assert find_kinds() is find_kinds()
    assert get_kind("order") is find_kinds()["order"]


def test_unknown_kind_is_a_content_error():
    with pytest.raises(ContentError):
        get_kind("telepathy")


def test_folder_without_template_says_so(tmp_path):
    shutil.copytree(FOLDER / "choice", tmp_path / "half")
    (tmp_path / "half" / "template.html").unlink()

    with pytest.raises(IncompleteKindError, match=r"“half” lacks template\.html"):
        load_kind(tmp_path / "half")


def test_module_without_score_says_so(tmp_path, monkeypatch):
    package = tmp_path / "some_kinds"
    shutil.copytree(FOLDER / "choice", package / "mute")
    (package / "__init__.py").touch()
    (package / "mute" / "__init__.py").write_text(
        "from lti_tool.interactions.choice import Spec, key_text, parse, public\n"
    )
    monkeypatch.syspath_prepend(tmp_path)

    with pytest.raises(IncompleteKindError, match="“mute” lacks score, guess_floor"):
        load_kind(package / "mute", "some_kinds")

    del sys.modules["some_kinds"], sys.modules["some_kinds.mute"]


def test_seeded_order_knows_nothing_of_the_written_order():
    ids = ["a", "b", "c", "d", "e"]

    assert seeded_order(ids, 3) == seeded_order(ids[::-1], 3)
    assert sorted(seeded_order(ids, 3)) == ids
    assert seeded_order(["a", "c"], 3) == tuple(i for i in seeded_order(ids, 3) if i in "ac")
    assert len({seeded_order(ids, seed) for seed in range(50)}) > 30
