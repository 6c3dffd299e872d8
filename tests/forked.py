"""Processes that trainings live in, forked from the test's own, which has torch loaded: one is there at once, not after seconds of a core.

They run, crash, are killed and run out of memory as processes do. That one is there where `probes/start.py` is started for it, as at a
user's, is for the tests that do not ask for this: of `RemoteTraining` itself, of scripts in processes of their own, of the program.
"""

import contextlib
import importlib
import os
import signal
import subprocess
import sys
import time
import warnings

import pytest

from probes import child

OPEN = 1024  # descriptors are below it; a process that was started has the first three and those passed on
LOADED = ("torch._dynamo", "torch.profiler", "sklearn.datasets")  # by a first optimizer, a first prediction of memory, and the sample model


class Forked:
    """What `subprocess.Popen` is for a child of ours that was started."""

    def __init__(self, environment=None, pass_fds=(), start_new_session=False, stderr=None):
        (there, self_out), (self_in, back) = os.pipe(), os.pipe()
        parent, self.returncode = os.getpid(), None
        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # threads that the child does not have
            self.pid = os.fork()
        if self.pid == 0:
            os.setsid() if start_new_session else None
            live(parent, there, back, 2 if stderr is None else stderr.fileno(), environment or os.environ.copy(), pass_fds)
        os.close(there), os.close(back)
        self.stdin, self.stdout = os.fdopen(self_out, "wb"), os.fdopen(self_in, "rb")

    def poll(self):
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode

    def send_signal(self, number):
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self):
        self.send_signal(signal.SIGKILL)

    def wait(self, timeout=float("inf")):
        end = time.monotonic() + timeout
        while self.poll() is None:
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired("a child of ours", timeout)
            time.sleep(0.002)
        return self.returncode


def live(parent, source, sink, printed, environment, passed):
    """Be the child, whose messages come from `source` and go to `sink`, and what it prints to `printed`, and end."""
    status = 1
    try:
        os.dup2(source, 0), os.dup2(sink, 1), os.dup2(printed, 2)
        for descriptor in {*range(3, OPEN)} - {*passed}:
            with contextlib.suppress(OSError):
                os.close(descriptor)
        os.environ.clear()
        os.environ.update(environment)
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        sys.stdout = sys.stderr = os.fdopen(2, "w", closefd=False)
        sys.argv[:] = ["start.py", str(parent)]
        child.main()
        status = 0
    finally:
        os._exit(status)


@contextlib.contextmanager
def forking():
    """Trainings and their ranks are forked, where that can be: not after CUDA or threads of OpenMP were begun with."""
    torch = pytest.importorskip("torch")
    with pytest.MonkeyPatch.context() as patch:
        if hasattr(os, "fork") and not torch.cuda.is_available() and torch.get_num_threads() == 1:
            for name in LOADED:
                importlib.import_module(name)
            for module in ("watched_child", "rank_group"):
                patch.setattr(f"probes.process.{module}.start_child", Forked)
        yield


@pytest.fixture
def forked():
    """Of this test."""
    with forking():
        yield


@pytest.fixture(scope="module")
def all_forked():
    """Of this test, and of those after it in its file."""
    with forking():
        yield
