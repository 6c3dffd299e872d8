"""How a tree is cut into units: one for whatever may be one run, in order of paths."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.reading.folders.folder_groups import NAMED, FolderGroup, group_folders
from advisor.reading.folders.walk import walk
from advisor.reading.runs import read_group
from tests.reading.logs import log


def tree(root, *files):
    for file in files:
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" if "tfevents" in path.name else b"")


CUT = {
    "one run": (["tfevents"], [["."]]),
    "a run far below belongs with all above it": (["train.log", "a/hparams.yaml", "a/tb/tfevents"], [[".", "a", "a/tb"]]),
    "two runs stand apart, and what lies above them is of neither": (["train.log", "a/tfevents", "b/tfevents"], [["a"], ["b"]]),
    "halves of one run": (["x/train/tfevents", "x/val/tfevents", "y/tfevents"], [["x", "x/train", "x/val"], ["y"]]),
    "a half of a half": (["x/val/test/tfevents", "y/tfevents"], [["x", "x/val", "x/val/test"], ["y"]]),
    "a run called test": (["test/tfevents"], [[".", "test"]]),
    "what add_scalars wrote": (
        ["a/tfevents", "a/loss_train/tfevents", "a/b/c/tfevents", "d/tfevents"],
        [["a", "a/loss_train", "a/b", "a/b/c"], ["d"]],
    ),
    "folders without logs are left out": (["a/tfevents", "a/code/x.py", "b/tfevents", "c/x.py"], [["a"], ["b"]]),
}


@pytest.mark.parametrize("files, units", CUT.values(), ids=CUT)
def test_a_tree_is_cut_where_no_run_reaches_across(tmp_path, files, units):
    tree(tmp_path, *files)
    cut = [[os.path.relpath(place, tmp_path) for place, _ in unit.places] for unit in group_folders(tmp_path).groups]
    assert [sorted(unit) for unit in cut] == [sorted(unit) for unit in units]
    assert all(unit[0] == min(unit, key=len) for unit in cut), "parents come first"


FOLDERS = ("a", "b", "train", "val", "loss_train", "1700000000.5", "rank0", "rank1", "checkpoint-5", "runs", "metrics", "plots")
TRAINER = '{"log_history": [' + ",".join(f'{{"step": {i}, "loss": {9 - i}}}' for i in range(9)) + "]}"
FILES = {
    "hparams.yaml": "lr: 0.1\n",
    "meta.yaml": "run_id: a\n",
    "train.log": "".join(f"step {i} loss {9 - i}.0\n" for i in range(20)),
    "stderr": "".join(f"step {i} loss {9 - i}.5\n" for i in range(20)) + "CUDA out of memory\n",
    "trainer_state.json": TRAINER,
    "acc.tsv": "".join(f"{i}\t{i}.5\n" for i in range(9)),
    "loss": "".join(f"{1700000000000 + i} {9 - i}.0 {i}\n" for i in range(9)),
}
WAYS = st.tuples(st.lists(st.sampled_from(FOLDERS), max_size=4), st.sampled_from([[], [], [], [".hydra"]])).map(
    lambda way: (*way[0], *way[1])
)
PLACED = st.tuples(WAYS, st.sampled_from(["events", "events", *FILES]))


@settings(max_examples=150, deadline=None)
@given(st.sets(PLACED, max_size=8))
def test_reading_unit_by_unit_gives_what_reading_all_at_once_gives(files):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for names, kind in files:
            place = root.joinpath(*names)
            place.mkdir(parents=True, exist_ok=True)
            log(place, {"loss": range(9)}) if kind == "events" else (place / kind).write_text(FILES[kind])
        everything = FolderGroup(root, tuple((place, tuple(sorted(names))) for place, names in walk(root)))
        together, apart = read_group(everything, {}), [run for unit in group_folders(root).groups for run in read_group(unit, {})]
        assert list(map(_said, together)) == list(map(_said, apart))


def _said(run):
    return run.name, sorted(run.scalars), sorted(run.hparams), run.lines, run.notes, run.format, run.unread


def test_files_are_counted_and_some_named(tmp_path):
    tree(tmp_path, *(f"b/{i}.py" for i in range(9)))
    listed = group_folders(tmp_path)
    assert listed.files == 9 and listed.names == [f"{i}.py" for i in range(NAMED)]


def test_a_folder_that_cannot_be_entered_is_a_unit_in_its_place(tmp_path, monkeypatch):
    tree(tmp_path, "a/tfevents", "b/tfevents", "c/tfevents")
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda place: _refuse(place) if str(place).endswith("b") else scandir(place))
    assert [(unit.path.name, unit.closed) for unit in group_folders(tmp_path).groups] == [
        ("a", ""),
        ("b", "could not be entered: Permission denied"),
        ("c", ""),
    ]


def _refuse(place):
    raise PermissionError(13, "Permission denied", str(place))
