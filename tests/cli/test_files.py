"""Results are written aside and renamed; JSON holds no NaN."""

import json
import os

import pytest

from unideep.cli.files import write_aside, write_json


def test_a_failed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "file.txt"
    path.write_text("old")

    def fail(aside):
        aside.write_text("half")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_aside(path, fail)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["file.txt"]


def test_what_is_not_finite_becomes_null(tmp_path):
    write_json(tmp_path / "a.json", {"losses": [1.5, float("nan")], "n": 1, "s": ("x", None)})
    text = (tmp_path / "a.json").read_text()
    assert json.loads(text) == {"losses": [1.5, None], "n": 1, "s": ["x", None]}
