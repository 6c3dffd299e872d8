"""Text and hyperparameter files beside runs: of which of them they tell."""

import time

import pytest

from advisor.reading.folders.folder_tree import Folder, Tree
from advisor.reading.joining.folder_runs import runs_of
from advisor.reading.log import Log
from advisor.reading.runs import read
from advisor.scalar import Line, scalar
from tests.reading.logs import log, only


def test_files_beside_a_run(tmp_path):
    log(tmp_path / "out" / "runs" / "a", {"loss": range(20)})
    (tmp_path / "out" / "train.log").write_text("ok\nCUDA out of memory. Tried to allocate\n")
    (tmp_path / "out" / "args.yaml").write_text("lr: 1e-3\nbatch_size: 8\n")
    (tmp_path / "out" / "runs" / "a" / "hparams.yaml").write_text("lr: 1e-2\n")
    run = only(tmp_path)
    assert run.hparams == {"lr": 0.01, "batch_size": 8}
    assert [(line.kind, line.number) for line in run.lines] == [("out-of-memory", 2)] and run.signal("lines") == run.lines


BROKE = {
    "a worker that died": "RuntimeError: DataLoader worker (pid 7) is killed by signal: Bus error.",
    "processes that lost each other": "[E ProcessGroupNCCL.cpp:563] [Rank 1] Watchdog caught collective operation timeout",
    "an exception": 'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\nKeyError: 3',
}


@pytest.mark.parametrize("text", BROKE.values(), ids=BROKE)
def test_a_training_that_broke_off_is_said_to(tmp_path, text):
    log(tmp_path, {"loss": range(20)})
    (tmp_path / "train.log").write_text(f"step 19\n{text}\n{text}\n")
    last = text.splitlines()[-1]
    assert only(tmp_path).notes == (f"the training broke off, says train.log line {1 + len(text.splitlines())}: {last}",)


def test_files_beside_several_runs_are_nobodys(tmp_path):
    for name in "ab":
        log(tmp_path / name, {"loss": range(20)})
    (tmp_path / "train.log").write_text("Killed\n")
    assert [run.lines for run in read(tmp_path)] == [(), ()]


@pytest.mark.parametrize("stamp", ["%Y-%m-%d %H:%M:%S,123 - INFO", "[%m/%d/%Y %H:%M:%S]"])
def test_a_line_belongs_to_the_training_of_its_time(tmp_path, stamp):
    began = time.mktime((2024, 3, 25, 9, 0, 0, 0, 0, -1))
    for day in range(2):
        log(tmp_path, {"loss": range(50)}, began + 86400 * day)
    text = time.strftime(stamp, time.localtime(began + 40)) + " step 40\nCUDA out of memory. Tried to allocate\n"
    (tmp_path / "train.log").write_text(text + time.strftime(stamp, time.localtime(began + 86430)) + " again\n")
    (tmp_path / "hparams.yaml").write_text("lr: 0.1\n")
    first, last = read(tmp_path)
    assert [line.kind for line in first.lines] == ["out-of-memory"] and last.lines == ()
    assert (first.hparams, last.hparams) == ({}, {"lr": 0.1})  # what is in no log is of the last: it wrote over what was there


def test_a_line_without_a_time_belongs_to_the_last_training(tmp_path):
    for began in (1000, 9000):
        log(tmp_path, {"loss": range(50)}, began)
    (tmp_path / "train.log").write_text("2024-99-99 00:00:00\nKilled\n")
    assert [len(run.lines) for run in read(tmp_path)] == [0, 1]


class Printed:
    """A format of what programs print: curves for want of a better log, and the lines that tell of a failure."""

    NAME, BESIDE, LAST_RESORT = "text", True, True

    @staticmethod
    def read(path, earlier=None):
        return Log(
            path, {"loss": scalar(range(50), [1 / (1 + i) for i in range(50)], tag="loss")}, lines=(Line("killed", str(path), 3, "Killed"),)
        )


@pytest.mark.parametrize("logged", [None, "out", "out/tb", "."])
def test_what_was_printed_is_a_run_where_nothing_was_logged(tmp_path, logged):
    tree = Tree(tmp_path)
    for place in (tmp_path, tmp_path / "out", tmp_path / "out" / "tb"):
        tree.folders[place] = Folder(place)
    tree.folders[tmp_path / "out"].beside.append((Printed, tmp_path / "out" / "train.log"))
    if logged:
        curve = scalar(range(9), range(9), tag="x")
        tree.folders[tmp_path / logged].logs.append(Log(tmp_path / "x.csv", {"x": curve}, format="csv"))
    [run] = runs_of(tree)
    assert (run.format, set(run.scalars)) == (("csv", {"x"}) if logged else ("text", {"loss"}))
    assert len(run.lines) == (logged != ".")
