"""advisor watch as a process, beside one that writes: on a terminal, in a pipe; how it ends, and what it leaves behind."""

import contextlib
import fcntl
import json
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import numpy as np
import pytest

from tests.commands.command_line import SICK, WELL, advisor, log, refused

ROOT = Path(__file__).parents[2]
PATIENCE = 60  # seconds; nothing here takes one, but machines are busy
SHOWN, HIDDEN, OTHER_SCREEN, FIRST_SCREEN = b"\x1b[?25h", b"\x1b[?25l", b"\x1b[?1049h", b"\x1b[?1049l"


class Process:
    """advisor watch runs, on a terminal of 80 by 24, or in a pipe."""

    def __init__(self, here, *arguments, terminal=True):
        self.fd, inner = pty.openpty() if terminal else os.pipe()
        if terminal:
            self.resize(80, 24)
        env = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
        env |= {"TERM": "xterm-256color", "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "advisor", "watch", "runs", *arguments, "--every", "0.1"]
        self.child = subprocess.Popen(command, cwd=here, env=env, stdin=subprocess.DEVNULL, stdout=inner, stderr=subprocess.PIPE)
        os.close(inner)
        self.seen = b""

    def resize(self, columns, rows):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def until(self, said, after=0):
        """Read until it said so; returns how much it had said by then."""
        deadline = time.monotonic() + PATIENCE
        while said.encode() not in self.seen[after:]:
            assert time.monotonic() < deadline and self.read(), f"never said {said!r} but {self.seen[-500:].decode(errors='replace')}"
        return len(self.seen)

    def read(self):
        try:
            ready, _, _ = select.select([self.fd], [], [], 1.0)
            data = os.read(self.fd, 1 << 16) if ready else b""
        except OSError:  # the other end of a terminal was closed
            return False
        self.seen += data
        return bool(data) or self.child.poll() is None

    def end(self, number=None):
        """Send a signal if given; returns the status once it ended, with all that it said read."""
        if number:
            self.child.send_signal(number)
        deadline = time.monotonic() + PATIENCE
        while self.read():
            assert time.monotonic() < deadline
        return self.child.wait(PATIENCE)

    def complaints(self):
        return self.child.stderr.read().decode()


@pytest.fixture
def start(tmp_path):
    with contextlib.ExitStack() as stack:

        def started(*arguments, **options):
            process = Process(tmp_path, *arguments, **options)
            stack.callback(os.close, process.fd)
            stack.callback(process.child.stderr.close)
            stack.callback(process.child.wait)
            stack.callback(process.child.kill)
            return process

        yield started


def terminal_is_put_back(seen):
    return seen.rfind(SHOWN) > seen.rfind(HIDDEN) > -1 and seen.rfind(FIRST_SCREEN) > seen.rfind(OTHER_SCREEN) > -1


def test_on_a_terminal(tmp_path, start):
    watch = start()
    watch.until("Waiting for logs")
    log(tmp_path / "runs" / "a", {"Loss/train": WELL["Loss/train"][:20]})
    watch.until("Warming up: 20 of 60")
    log(tmp_path / "runs" / "b", SICK)
    at = watch.until("problem")
    watch.resize(150, 40)
    watch.child.send_signal(signal.SIGWINCH)
    watch.until("⠀" * 90, after=at)  # no row of 80 columns has as many blanks of a curve
    assert watch.end(signal.SIGINT) == 130 and not watch.complaints()
    assert terminal_is_put_back(watch.seen)
    left = watch.seen[watch.seen.rfind(FIRST_SCREEN) :].decode()
    assert "overfitting" in left and "What changed" in left and "Ctrl-C" not in left


@pytest.mark.parametrize("how, status", [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_the_terminal_is_put_back_whatever_ends_the_watch(tmp_path, start, how, status):
    watch = start()
    watch.until("Waiting for logs")
    assert watch.end(how) == status and terminal_is_put_back(watch.seen)


def test_in_a_pipe_a_problem_is_a_line_and_ends_the_watch(tmp_path, start):
    old = log(tmp_path / "runs" / "old", {"Loss/train": [np.nan] * 20})
    os.utime(old, (1e9, 1e9))
    watch = start("--fail-on", "error", terminal=False)
    watch.until("old: problem (exploding-loss)")
    log(tmp_path / "runs" / "new", {"Loss/train": [*WELL["Loss/train"], np.nan]})
    assert watch.end() == 1
    said = watch.seen.decode().splitlines()
    assert [line.partition(" ")[2].partition(" appeared")[0] for line in said[1:]] == [
        "new: began",
        "new: verdict cannot-tell → problem",
        "new: exploding-loss",
    ]
    assert "\x1b" not in watch.seen.decode()
    assert "--fail-on error asks: exploding-loss (error)" in watch.complaints()


def test_json_lines(tmp_path, start):
    watch = start("--json", "--fail-on", "warning", terminal=False)
    watch.until("waiting")
    log(tmp_path / "runs", SICK)
    assert watch.end() == 1
    events = [json.loads(line) for line in watch.seen.decode().splitlines()]
    assert [e["event"] for e in events] == ["waiting", "began", "verdict", "appeared"]
    assert events[3]["problem"] == "overfitting" and events[3]["level"] == "warning" and events[3]["schema"] == 1


def test_the_users_word_holds_as_under_diagnose(tmp_path, start):
    log(tmp_path / "runs", SICK)
    assert b"problem (overfitting)" in said_first(start(terminal=False))
    assert b"cannot-tell at step" in said_first(start("--task", "GAN", terminal=False))
    (tmp_path / "pyproject.toml").write_text('[tool.advisor]\nignore = ["overfitting"]\nfail-on = "note"')
    assert b"overfitting" not in said_first(start(terminal=False))


def said_first(watch):
    watch.until(" at step ")
    assert watch.end(signal.SIGINT) == 130 and not watch.complaints()
    return watch.seen


def test_bad_usage():
    refused(advisor("watch", "runs", "--tag", "tran_loss=x"), "train_loss")
    refused(advisor("watch", "runs", "--task", "fine-tunning"), "--task", "Did you mean fine-tuning?")
    assert advisor("watch", "runs", "--every", "0").exit_code == 2
