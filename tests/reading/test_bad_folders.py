"""Folders as they should not be: each fault is a sentence in its place, costs nothing else, and nothing blocks or is written."""

import os
import re
import shutil
import signal
import socket
import unicodedata
from contextlib import closing

import pytest

import advisor as package
from advisor.reading.folders.walk import walk as walk_
from advisor.reading.formats import formats
from advisor.wording import UNPRINTABLE
from probes.probing.run_directory import RunDirectory
from tests.commands.command_line import SICK, WELL, advisor, log, refused, tree
from tests.hostile.disk_faults import disk

LOGS = (
    "events.out.tfevents.1.host",
    "train.log",
    "hparams.yaml",
    "metrics.csv",
    "metrics.jsonl",
    "trainer_state.json",
    "wandb-history.jsonl",
)


@pytest.fixture(autouse=True)
def impatient():
    """What blocks is a failure."""
    signal.signal(signal.SIGALRM, lambda *_: pytest.fail("it blocked"))
    signal.alarm(60)
    yield
    signal.alarm(0)


def pointer(folder):
    (folder / "x.tfevents").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n")


def garbage(folder):
    (folder / "x.tfevents").write_bytes(b"garbage" * 99)


LOST = {
    "Git LFS": (pointer, "run git lfs pull"),
    "garbage": (garbage, "no whole record"),
    "empty": (lambda f: (f / "x.tfevents").touch(), "is empty"),
}


@pytest.mark.parametrize("lose, said", LOST.values(), ids=LOST)
def test_a_run_that_cannot_be_read_is_a_row_among_others(tmp_path, lose, said):
    log(tmp_path / "good", WELL)
    (tmp_path / "bad").mkdir()
    lose(tmp_path / "bad")
    before = tree(tmp_path)
    result = advisor("diagnose", tmp_path)
    assert result.exit_code == 0 and "Nothing wrong" in result.stdout
    assert re.search(rf"\? {tmp_path}/bad Could not be read: .*{said}", " ".join(result.stdout.split()))
    assert tree(tmp_path) == before
    shutil.rmtree(tmp_path / "good")
    refused(advisor("diagnose", tmp_path), said)
    refused(advisor("diagnose", tmp_path, "--json"), said)


def test_pipes_and_sockets_named_like_logs_are_no_logs(tmp_path, monkeypatch):
    log(tmp_path / "run", WELL)
    for name in LOGS:
        (tmp_path / name).mkdir()
        os.mkfifo(tmp_path / name / name)
        assert not any(f.sniff(tmp_path / name / name) for f in formats())
    with closing(socket.socket(socket.AF_UNIX)) as listening:
        monkeypatch.chdir(tmp_path)
        listening.bind("x.tfevents.socket")
        [report] = package.diagnose(tmp_path)
        assert report.verdict == "healthy" and not report.run.notes
    refused(advisor("diagnose", tmp_path / "train.log" / "train.log"), "is not a log")


def test_links_in_a_circle_and_to_nowhere(tmp_path):
    log(tmp_path / "run", WELL)
    (tmp_path / "run" / "up").symlink_to(tmp_path)
    (tmp_path / "self").symlink_to(tmp_path / "self")
    (tmp_path / "gone.tfevents").symlink_to(tmp_path / "nowhere")
    assert [report.verdict for report in package.diagnose(tmp_path)] == ["healthy"]


@pytest.mark.parametrize("gone", ["folder", "file"])
def test_what_is_removed_while_it_is_looked_at(tmp_path, monkeypatch, gone):
    log(tmp_path / "a", WELL)
    log(tmp_path / "b", SICK)
    walk = walk_

    def removing(root, failed=None):
        for place, names in walk(root, failed):
            yield place, names
            if place.name == "b":
                shutil.rmtree(place) if gone == "folder" else next(place.iterdir()).unlink()

    monkeypatch.setattr("advisor.reading.folders.folder_groups.walk", removing)
    monkeypatch.setattr("advisor.reading.formats.is_log", lambda path: True)
    result = advisor("diagnose", tmp_path)
    assert result.exit_code == 0 and "Nothing wrong" in result.stdout


def test_what_may_not_be_read(tmp_path, monkeypatch):
    for name in ("a", "b", "c"):
        log(tmp_path / name, WELL)
    opened, entered = type(tmp_path).open, os.scandir

    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(type(tmp_path), "open", lambda path, *mode: refuse(path) if "/b/" in str(path) else opened(path, *mode))
    monkeypatch.setattr(os, "scandir", lambda place: refuse(place) if str(place).endswith("c") else entered(place))
    a, b, c = package.diagnose(tmp_path)
    assert a.verdict == "healthy"
    assert b.reason.endswith("could not be read: Permission denied") and c.reason == "could not be entered: Permission denied"


HOSTILE = [
    "a\nb",
    "\x1b[31mred\x07",
    "[bold]x[/]",
    "\u202egnp.exe",
    "ж" * 100,
    "表" * 80,
    "-rf",
    "$(rm -rf ~)",
    "שלום",
    "x" * 250,
    "tab\tx",
    "a'b\"c",
]


def test_hostile_names_in_the_table_and_in_json(tmp_path):
    for name in HOSTILE:
        log(tmp_path / name, SICK)
    log(tmp_path / "no UTF-8", SICK)
    (tmp_path / "no UTF-8").rename(tmp_path / os.fsdecode(b"\xff\xfe"))
    printed = advisor("diagnose", tmp_path, "--json").stdout
    assert len(package.diagnose(tmp_path)) == printed.count('"verdict"') == len(HOSTILE) + 1
    table = advisor("diagnose", tmp_path).stdout
    assert table.count("✗") == len(HOSTILE) + 2 and "[bold]x[/]" in table
    assert {unicodedata.category(c) for c in table if c != "\n"}.isdisjoint(UNPRINTABLE)


def test_a_root_that_is_a_run_itself_holds_the_runs_below_too(tmp_path):
    log(tmp_path, WELL)
    log(tmp_path / "other", SICK)
    assert [(r.run.name, r.verdict) for r in package.diagnose(tmp_path)] == [(tmp_path.name, "healthy"), ("other", "problem")]


def test_a_text_alone_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "train.log").write_text("".join(f"epoch {i} loss: {2 / (1 + i)}\n" for i in range(60)))
    with disk(str(tmp_path), {"kind": "EACCES", "at": 0, "reads": True}), pytest.raises(package.AdvisorError) as told:
        package.read(tmp_path)
    assert str(told.value) == f"nothing in {tmp_path} could be used: train.log could not be read: Permission denied."


@pytest.mark.parametrize("described", [False, True])
def test_a_probe_ended_before_its_first_measurement_is_told_in_a_sentence(tmp_path, described):
    probe = RunDirectory(tmp_path / "probe-model")
    probe.describe({"lr": 0.1}) if described else None
    probe.close()
    with pytest.raises(package.AdvisorError, match="was ended before its first measurement, or still waits for it: probe again"):
        package.diagnose(tmp_path)


def test_of_a_metric_that_was_cut_its_run_tells(tmp_path):
    metrics = tmp_path / "mlruns" / "0" / "a" / "metrics"
    metrics.mkdir(parents=True)
    (metrics.parent / "meta.yaml").write_text("name: one\n")
    (metrics / "train_loss").write_text("".join(f"{1700000000000 + i} {2 / (1 + i)} {i}\n" for i in range(60))[:-1])
    [run] = package.read(tmp_path)
    assert len(run.scalars["train_loss"]) == 59
    assert any("the last line was cut" in note for note in run.notes), run.notes


@pytest.mark.skipif(not os.path.exists("/proc/self/maps"), reason="only Linux shows the kernel's state as files")
def test_a_link_to_what_the_kernel_tells_is_no_log(tmp_path):
    log(tmp_path / "run", WELL)
    for name, kernel in (("metrics.csv", "/proc/kmsg"), ("train.log", "/proc/self/maps"), ("memory.log", "/dev/shm/none")):
        (tmp_path / "run" / name).symlink_to(kernel)  # the first never ends to be read
    [(_, names)] = walk_(tmp_path / "run")
    assert {"metrics.csv", "train.log"}.isdisjoint(names) and "memory.log" in names
    assert [report.verdict for report in package.diagnose(tmp_path)] == ["healthy"]
