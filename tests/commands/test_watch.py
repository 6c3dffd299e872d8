"""A run watched while it is written: only new bytes are read, nothing is told that passes, nothing that comes stops the watch."""

import json
import os
import re
import time
import tomllib
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from advisor import run
from advisor.curves import fall, nan_after, noise
from advisor.reading.formats import text_log
from advisor.reading.log import Log
from advisor.reading.runs import read as read_
from advisor.scalar import Line, scalar
from advisor.watching import growing_logs, unfinished_run
from advisor.watching.events import as_json, line
from advisor.watching.screen import screen
from advisor.watching.unfinished_run import at_the_end
from advisor.watching.watch import Watch
from advisor.watching.watched_run import WatchedRun
from tests.commands.command_line import HOSTILE, SICK, WELL, log

ROOT = Path(__file__).parents[2]
SAMPLES, README = ROOT / "sample_runs", ROOT / "README.md"
EXPECTED = {path.parent.name: tomllib.loads(path.read_text()) for path in sorted(SAMPLES.glob("*/expected.toml"))}
POINTS = 200


class Counted:
    """A log format of lines "step value" that counts the bytes it reads."""

    NAME, BESIDE = "counted", False

    def __init__(self):
        self.bytes, self.failure = 0, None

    def sniff(self, path):
        return path.suffix == ".points" and path.is_file()

    def read(self, path, earlier=None):
        if self.failure:
            raise self.failure
        with path.open("rb") as file:
            file.seek(earlier.rest if earlier else 0)
            data = file.read()
        self.bytes += len(data)
        rows = [tuple(map(float, row.split())) for row in data.decode().splitlines()]
        points = ([*earlier.scalars["Loss/train"].steps], [*earlier.scalars["Loss/train"].values]) if earlier else ([], [])
        steps, values = (old + [row[i] for row in rows] for i, old in enumerate(points))
        curve = scalar(np.array(steps), values, 1e9 + np.arange(len(steps)), "Loss/train")
        return Log(path, {"Loss/train": curve} if steps else {}, started=1e9, rest=(earlier.rest if earlier else 0) + len(data))


@pytest.fixture
def counted(monkeypatch):
    known = Counted()
    monkeypatch.setattr("advisor.reading.formats.formats", lambda: (known,))
    return known


def write(path, values, first=0, mode="a"):
    """Append points to a file of the counted format."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open(mode) as file:
        file.writelines(f"{first + i} {value}\n" for i, value in enumerate(values))


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def watch(tmp_path, clock):
    return Watch(tmp_path, now=clock)


def kinds(events):
    return [event.kind for event in events]


def test_only_new_bytes_are_read(tmp_path, counted):
    grows, rests = tmp_path / "a" / "x.points", tmp_path / "b" / "x.points"
    write(rests, range(1000))
    followed = growing_logs.GrowingLogs(tmp_path)
    for i in range(5):
        write(grows, range(10), first=10 * i)
        assert followed.look() == ({grows, rests} if i == 0 else {grows})
        assert {r.name: len(r.scalars["Loss/train"]) for r in followed.runs} == {"a": 10 * (i + 1), "b": 1000}
    assert followed.look() == set()
    assert counted.bytes == grows.stat().st_size + rests.stat().st_size


@pytest.mark.parametrize("change", ["truncated", "replaced"])
def test_a_file_that_did_not_only_grow_is_read_anew(tmp_path, counted, change):
    path = tmp_path / "x.points"
    write(path, range(50))
    followed = growing_logs.GrowingLogs(tmp_path)
    followed.look()
    if change == "replaced":
        write(tmp_path / "new", range(90))
        (tmp_path / "new").replace(path)
    else:
        write(path, range(20), mode="w")
    assert followed.look() == {path}
    [r] = followed.runs
    assert len(r.scalars["Loss/train"]) == (90 if change == "replaced" else 20)
    path.unlink()
    assert followed.look() == {path} and not followed.runs and followed.trouble and not followed._logs


def test_files_beside_a_run_are_read_once(tmp_path, monkeypatch):
    read, seen = text_log.read, []
    monkeypatch.setattr(text_log, "read", lambda path, earlier=None: seen.append(path) or read(path, earlier))
    log(tmp_path, WELL)
    (tmp_path / "train.log").write_text("step 1\n")
    followed = growing_logs.GrowingLogs(tmp_path)
    followed.look()
    log(tmp_path / "other", WELL)
    assert followed.look() and seen == [tmp_path / "train.log"]
    (tmp_path / "train.log").write_text("step 1\ntorch.OutOfMemoryError: CUDA out of memory.\n")
    followed.look()
    assert seen == [tmp_path / "train.log"] * 2


def test_a_run_followed_is_the_run_read(tmp_path):
    """Joined sub-folders, a second file that goes on, and text beside them: as `advisor.read` reads them all at once."""
    followed = growing_logs.GrowingLogs(tmp_path)
    for folder in ("train", "val"):
        log(tmp_path / folder, {"loss": fall()})
        followed.look()
    log(tmp_path / "train", {"loss": fall()}, steps=range(20 * POINTS, 20 * POINTS + POINTS))
    (tmp_path / "run.log").write_text("CUDA out of memory\n")
    followed.look()
    [mine], [whole] = followed.runs, read_(tmp_path)
    assert (mine.name, mine.notes, mine.lines) == (whole.name, whole.notes, whole.lines) and mine.lines
    assert {tag: s.values.tolist() for tag, s in mine.scalars.items()} == {tag: s.values.tolist() for tag, s in whole.scalars.items()}


def replayed(whole, looks=14):
    """The events of a run that is looked at so many times, more often at first, and at last as one that ended."""
    walls = np.sort(whole.signal("train_loss").wall)
    watched, events = None, []
    for n in np.geomspace(12, len(walls), looks).astype(int):
        scalars = {tag: s[s.wall <= walls[n - 1]] for tag, s in whole.scalars.items() if s.wall[0] <= walls[n - 1]}
        r = replace(whole, scalars=scalars, lines=whole.lines if n == len(walls) else ())
        watched = watched or WatchedRun(r, 0.0)
        events += watched.update(r, 0.0)
    return events, [*watched.tick(1e6)]


@pytest.mark.parametrize("name", EXPECTED)
def test_on_the_way_nothing_is_told_that_passes(name):
    [whole] = read_(SAMPLES / name)
    events, last = replayed(whole)
    told = {e.problem for e in events if e.kind == "appeared"}
    expected = EXPECTED[name]
    if expected["verdict"] == "healthy":
        assert not told and not [e for e in last if e.kind == "appeared" and e.level != "note"]
    assert not told & at_the_end()
    assert set(expected["must"]) <= told | ({e.problem for e in last if e.kind == "appeared"} & (at_the_end() | told))


def test_what_is_certain_is_told_at_once():
    curve = fall() * noise(0.02) * nan_after(0.5)
    whole = run.Run(Path("a"), {"Loss/train": scalar(np.arange(len(curve)), curve, 1e9 + np.arange(len(curve)), "Loss/train")}, name="a")
    first = int(np.argmax(np.isnan(curve)))
    seen = [replace(whole, scalars={"Loss/train": whole.scalars["Loss/train"][:n]}) for n in (first, first + 1)]
    watched = WatchedRun(seen[0], 0.0)
    assert kinds(watched.judge(seen[0])) == ["verdict"]
    verdict, appeared = watched.update(seen[1], 0.0)
    assert (appeared.problem, appeared.level, appeared.step) == ("exploding-loss", "error", first)
    assert "healthy → problem" in verdict.message
    killed = replace(seen[0], lines=(Line("killed", "nohup.out", 8, "Killed"),))
    assert "out-of-memory" in {e.problem for e in WatchedRun(seen[0], 0.0).update(killed, 0.0)}


@pytest.mark.parametrize("seconds, needed", [(1, 60), (60, 20), (600, 15)])
def test_rare_points_need_less_patience(seconds, needed):
    for n in (needed - 1, needed):
        curve = scalar(np.arange(n), fall()[:n], 1e9 + seconds * np.arange(n), "Loss/train")
        r = run.Run(Path("a"), {"Loss/train": curve})
        report, _ = unfinished_run.judge_unfinished(r, {}, ended=False)
        assert report.verdict == ("healthy" if n == needed else "cannot-tell")
        assert unfinished_run.judge_unfinished(r, {}, ended=True)[0].verdict == "healthy"


def test_silence(tmp_path, watch, clock, counted):
    write(tmp_path / "x.points", fall()[:50])
    watch.look()
    clock.now += 59
    assert not watch.look()
    clock.now += 600
    assert kinds(watch.look()) == ["silent", "verdict"]
    assert watch.runs[watch.focus].ended
    write(tmp_path / "x.points", fall()[50:100], first=50)
    assert kinds(watch.look()) == ["goes-on"]


def test_a_pause_like_those_before_is_no_silence():
    wall = 1e9 + np.cumsum([1.0, 1, 1, 300, 1, 1, 1])
    curve = scalar(np.arange(7), np.ones(7), wall, "Loss/train")
    assert unfinished_run.silence_limit(run.Run(Path("a"), {"Loss/train": curve})) == 900


def test_what_happens_below_the_folder(tmp_path, clock, counted):
    watch = Watch(tmp_path / "runs", now=clock)
    [event] = watch.look()
    assert event.kind == "waiting" and "runs does not exist" in event.message
    assert not watch.look()
    (tmp_path / "runs").mkdir()
    [event] = watch.look()
    assert event.kind == "waiting" and "no logs" in event.message
    write(tmp_path / "runs" / "a" / "x.points", fall()[:5])
    assert [(e.kind, e.run) for e in watch.look()] == [("began", "a")]
    write(tmp_path / "runs" / "b" / "x.points", fall()[:5])
    assert [(e.kind, e.run) for e in watch.look()] == [("began", "b")]
    assert watch.focus[0].name == "b"
    write(tmp_path / "runs" / "a" / "x.points", fall()[5:9], first=5)
    assert not watch.look() and watch.focus[0].name == "b", "the eye wandered"
    write(tmp_path / "runs" / "b" / "x.points", fall()[:3], mode="w")
    [event] = watch.look()
    assert event.kind == "began-again" and "was 4, and now is 2" in event.message
    clock.now += 90
    write(tmp_path / "runs" / "a" / "x.points", fall()[9:12], first=9)
    assert [(e.kind, e.run) for e in watch.look()] == [("silent", "b")] and watch.focus[0].name == "a"
    for path in (tmp_path / "runs").rglob("*.points"):
        path.unlink()
    assert kinds(watch.look()) == ["waiting"]
    assert kinds(watch.look()) == ["gone", "gone"] and watch.focus is None


def test_halves_become_one_run(tmp_path, watch):
    log(tmp_path / "train", {"loss": fall()})
    watch.look()
    log(tmp_path / "val", {"loss": fall()})
    assert not set(kinds(watch.look())) & {"began", "gone"}
    assert watch.focus == (tmp_path, 0)


def test_old_runs_do_not_end_a_watch(tmp_path, watch):
    log(tmp_path / "old", {"Loss/train": [np.nan] * 30})
    log(tmp_path / "sick", SICK)
    long_ago = time.time() - 3600
    for path in tmp_path.rglob("*tfevents*"):
        os.utime(path, (long_ago, long_ago))
    [event, more] = watch.look()
    assert event.kind == "watching" and "problem" in event.message and "1 problem" in more.message
    assert watch.failing("note") is None
    log(tmp_path / "new", {"Loss/train": [1.0, np.nan]})
    watch.look()
    for level in ("note", "warning", "error"):
        assert watch.failing(level)[0].run.name == "new"


def test_a_warning_is_no_error(tmp_path, watch):
    watch.look()
    log(tmp_path, SICK)
    watch.look()
    assert watch.failing("warning")[1].problem == "overfitting" and watch.failing("error") is None


def test_a_file_that_can_no_longer_be_read(tmp_path, watch, counted, monkeypatch):
    monkeypatch.delenv("ADVISOR_FAULTS")
    path = tmp_path / "x.points"
    write(path, fall()[:50])
    watch.look()
    failures = [(PermissionError(13, "Permission denied"), "Permission denied"), (ValueError("a bug"), "internal fault in counted")]
    for failure, said in failures:
        counted.failure = failure
        write(path, [1.0], first=50)
        assert not watch.look()
        [note] = watch.look()
        assert note.kind == "note" and "x.points could not be read on" in note.message and said in note.message
    counted.failure = None
    watch.look()
    assert watch.runs[watch.focus].run.steps == (0, 50)


def test_a_file_that_could_never_be_read(tmp_path, watch, counted):
    counted.failure = PermissionError(13, "Permission denied")
    write(tmp_path / "x.points", fall()[:50])
    [event] = watch.look()
    assert event.kind == "waiting" and "x.points could not be read: Permission denied" in event.message
    counted.failure = None
    assert kinds(watch.look()) == ["began"]


def test_garbage_is_told_once_and_does_not_stop_the_watch(tmp_path, watch):
    path = log(tmp_path, WELL)
    whole = path.read_bytes()
    path.write_bytes(whole[:12000])
    watch.look()
    with path.open("ab") as file:
        file.write(np.random.default_rng(0).bytes(500) + whole[12000:17000])
    watch.look()
    told = []
    for start in range(17000, 17350, 70):
        with path.open("ab") as file:
            file.write(whole[start : start + 70])  # records cut anywhere, as a writer leaves them
        told += watch.look()
    assert [e.kind for e in told] == ["note"] and "damaged" in told[0].message


def test_a_rule_that_fails_does_not_stop_the_watch(tmp_path, watch, counted, monkeypatch):
    monkeypatch.delenv("ADVISOR_FAULTS")
    write(tmp_path / "x.points", fall()[:50])
    watch.look()
    monkeypatch.setattr("advisor.judging.engine.judged", lambda run, *how: 1 / 0)
    for i in range(2):
        write(tmp_path / "x.points", [1.0], first=50 + i)
        assert kinds(watch.look()) == ["failed"] * (i == 0)
    assert watch.runs[watch.focus].run.steps == (0, 51)


SIZES = [(80, 24), (120, 50), (200, 30), (40, 24), (80, 10), (20, 5), (1, 1)]


@pytest.mark.parametrize("runs", [0, 1, 13])
def test_the_screen_fits(tmp_path, watch, runs):
    watch.look()
    for i in range(runs):
        log(tmp_path / f"{i}[red]x[/]", {f"{HOSTILE}train/loss": SICK["Loss/train"], f"{HOSTILE}val/loss": SICK["Loss/test"]})
    watch.look()
    for width, height in SIZES:
        lines = screen(watch, Console(width=width, height=height))
        assert 0 < len(lines) <= height and all(text.cell_len <= width for text in lines), (width, height)
        assert not {"\x1b", "\u202e"} & set("".join(text.plain for text in lines))


def test_the_screen_in_the_readme(tmp_path, monkeypatch, request):
    """README shows what the screen shows, of a run that is seen four times."""
    clock, began = Clock(), datetime(2026, 1, 5, 14, 2, 11).timestamp()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("time.time", lambda: began + clock.now - Clock.now)
    watch = Watch(Path("runs"), now=clock)
    log("runs/lr-0.1", WELL)
    watch.look()
    for first, last in [(0, 40), (40, 70), (70, 130), (130, 200)]:
        clock.now += last - first
        log("runs/lr-0.3", {tag: values[first:last] for tag, values in SICK.items()}, steps=range(20 * first, 20 * last, 20))
        watch.look()
    rows = screen(watch, Console(width=100, height=30))
    assert {"train_loss", "What", "1"} <= {str(row.plain.split(" ")[0]) for row in rows}
    shown = "<!-- watch -->\n```text\n" + "\n".join(row.plain.rstrip() for row in rows) + "\n```\n<!-- end -->"
    text = README.read_text(encoding="utf-8")
    if request.config.getoption("--update-golden"):
        README.write_text(text := re.sub(r"<!-- watch -->.*?<!-- end -->", lambda _: shown, text, flags=re.S), encoding="utf-8")
    assert shown in text, "run pytest --update-golden"


def test_a_low_screen_shows_what_matters_most(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    watch = Watch(Path("runs"))
    watch.look()
    log("runs", SICK)
    watch.look()
    text = "\n".join(row.plain for row in screen(watch, Console(width=80, height=9)))
    assert "overfitting" in text and "Change first" in text and "⠤" not in text


def test_events_in_lines_and_in_json(tmp_path, watch):
    watch.look()
    log(tmp_path / HOSTILE.replace("/", "_"), {"Loss/train": [1.0, np.nan]})
    for event in watch.look():
        message = json.loads(as_json(event))
        assert set(message) == {"schema", "time", "event", "message", "run", "step", "problem", "level"}
        assert "\n" not in line(event).plain and not {"\x1b", "\u202e"} & set(line(event).plain)
    assert message["event"] == "appeared" and message["step"] == 20
