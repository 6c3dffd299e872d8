"""What is said where nothing, or not everything, can be read."""

import socket
from contextlib import closing

import pytest

from advisor.errors import AdvisorError
from advisor.reading.runs import read
from tests.reading.logs import log, only


def test_what_was_lost_is_told_with_the_run(tmp_path):
    path = log(tmp_path / "a", {"loss": range(9)})
    path.write_bytes(path.read_bytes()[:-3])
    assert "was cut at byte" in only(tmp_path).notes[0]


def test_many_runs_are_read(tmp_path):
    for i in range(300):
        log(tmp_path / f"{i:03}", {"loss": range(9)})
    assert len(read(tmp_path)) == 300


def lfs(folder):
    (folder / "events.out.tfevents.1").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n")


def bound(folder):
    with closing(socket.socket(socket.AF_UNIX)) as listening:
        listening.bind(str(folder / "tfevents.s"))


UNREADABLE = {
    "nothing": (lambda f: None, "looked there and below for TensorBoard event files .* no files at all"),
    "other files": (lambda f: [(f / n).write_text("") for n in ("a.py", "b.log")], "saw 2 other files: a.py, b.log"),
    "many others": (lambda f: [(f / f"{i}.py").write_text("") for i in range(9)], "saw 9 other files: 0.py, 1.py, 2.py, 3.py, 4.py, …"),
    "an empty file": (lambda f: (f / "x.tfevents").write_bytes(b""), "x.tfevents is empty"),
    "garbage": (lambda f: (f / "x.tfevents").write_bytes(b"abc" * 99), "x.tfevents: no whole record in its 297 bytes"),
    "a header": (lambda f: log(f, {}), "hold no scalars and no histograms yet"),
    "an empty table": (lambda f: (f / "metrics.csv").write_text(""), "metrics.csv is empty: the training has logged nothing yet"),
    "a Trainer without history": (lambda f: (f / "trainer_state.json").write_text('{"epoch": 1.0}'), "has no log_history: the Trainer"),
    "Git LFS": (lfs, "git lfs pull"),
    "a folder of that name": (lambda f: (f / "tfevents").mkdir(), "no files at all"),
    "a socket": (bound, "saw 1 other file: tfevents.s"),
}


@pytest.mark.parametrize("made, said", UNREADABLE.values(), ids=UNREADABLE)
def test_where_nothing_can_be_read_it_is_said_why(tmp_path, made, said):
    made(tmp_path)
    with pytest.raises(AdvisorError, match=said) as error:
        read(tmp_path)
    assert str(error.value).endswith(".") and "\n" not in str(error.value)


def test_a_missing_folder_is_asked_after(tmp_path, monkeypatch):
    log(tmp_path / "runs" / "overfitting", {"loss": range(9)})
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AdvisorError, match=r"did you mean runs/overfitting\? 1 folder below the current one holds"):
        read("runs/overfiting")
    with pytest.raises(AdvisorError, match=r"there is no folder nothing/like/it\."):
        read("nothing/like/it")


def test_a_file_that_is_no_log(tmp_path):
    (tmp_path / "train.py").write_text("")
    with pytest.raises(AdvisorError, match="is not a log"):
        read(tmp_path / "train.py")
