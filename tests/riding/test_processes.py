"""Processes end together, and a script that is run gets the signals that it would have got alone."""

import contextlib
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from probes.process import reaped
from probes.process.reaper import living
from probes.process.watched_child import end_child
from tests.commands import signal_trials

ROOT = Path(__file__).parents[2]
PATIENCE = 60
COUNTS = """
import signal, sys, time
got = []
for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1"):
    signal.signal(getattr(signal, name), lambda number, frame: got.append(number))
print("ready", flush=True)
end = time.monotonic() + 60
while time.monotonic() < end and not got:
    time.sleep(0.05)
time.sleep(1)
print("got", *map(int, got), flush=True)
sys.exit(7)
"""


@pytest.fixture
def started(tmp_path):
    """`advisor run` of a script with this text, in a session of its own, ready for signals."""
    processes = []

    def start(text, **more):
        (tmp_path / "script.py").write_text(text)
        command = [sys.executable, "-m", "advisor", "run", "script.py"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "start_new_session": True, **more}
        processes.append(process := subprocess.Popen(command, cwd=tmp_path, env=environment, **options))
        if process.stdout:
            assert process.stdout.readline() == "ready\n"
        return process

    yield start
    for process in processes:
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1])
@pytest.mark.parametrize("group", [False, True], ids=["to it alone", "to its group"])
def test_a_script_gets_each_signal_once_and_keeps_its_status(started, number, group):
    process = started(COUNTS)
    (os.killpg if group else os.kill)(process.pid, number)
    out, _ = process.communicate(timeout=PATIENCE)
    assert out.splitlines()[0] == f"got {int(number)}" and process.returncode == 7


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_a_script_that_a_signal_ends_ends_the_command_with_its_status(started, number):
    if signal.getsignal(number) is signal.SIG_IGN:
        pytest.skip("what started these tests has them ignore it")
    process = started("import time\nprint('ready', flush=True)\ntime.sleep(60)\n")
    process.send_signal(number)
    assert process.wait(PATIENCE) == 128 + number


def state(process):
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the states of processes, as Linux tells them")
@pytest.mark.parametrize("group", [False, True], ids=["to it alone", "to its group"])
def test_ctrl_z_stops_both_and_both_go_on(started, group):
    process = started(COUNTS, start_new_session=False, process_group=0)  # in a session of its own nobody could let it go on
    [child] = [
        one for one, parent in living()[0].items() if parent == process.pid and b"start.py" in Path(f"/proc/{one}/cmdline").read_bytes()
    ]
    (os.killpg if group else os.kill)(process.pid, signal.SIGTSTP)
    until(lambda: state(process.pid) == state(child) == "T")
    (os.killpg if group else os.kill)(process.pid, signal.SIGCONT)  # as a shell's `fg` does, to the group
    until(lambda: "T" not in (state(process.pid), state(child)))
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 7


def until(true):
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_terminal_that_closes_takes_the_script_with_it(started):
    outer, inner = pty.openpty()

    def with_terminal():
        import fcntl
        import termios

        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    process = started("import time\ntime.sleep(60)\n", stdin=inner, stdout=inner, stderr=inner, preexec_fn=with_terminal)
    os.close(inner)
    until(lambda: any(parent == process.pid for parent in living()[0].values()))
    time.sleep(3)
    os.close(outer)
    assert process.wait(PATIENCE) == 129


def test_a_reaper_that_died_is_replaced_and_ends_what_is_left(tmp_path):
    code = (
        "import subprocess, sys, time, os, signal\nfrom probes.process.reaped import REAPER_OF_THIS as reaper\n"
        "one, two = (subprocess.Popen(['sleep', '300']) for _ in range(2))\n"
        "reaper.watch(one.pid); os.kill(reaper.program.pid, signal.SIGKILL); reaper.program.wait(); reaper.watch(two.pid)\n"
        "print(one.pid, two.pid, flush=True); time.sleep(300)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    children = set(map(int, process.stdout.readline().split()))
    assert children <= living()[0].keys() and reaped.REAPER.exists()
    process.kill()
    process.wait()
    end = time.monotonic() + signal_trials.SURVIVAL
    while children & living()[0].keys() and time.monotonic() < end:
        time.sleep(0.05)
    assert not children & living()[0].keys()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it is looked for once a second")
def test_what_began_a_session_of_its_own_ends_with_the_training():
    code = "import subprocess, time; print(subprocess.Popen(['sleep', '99'], start_new_session=True).pid, flush=True); time.sleep(99)"
    command = [sys.executable, "-I", "-S", "-c", code]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
    other = int(process.stdout.readline())
    end_child(process)
    end = time.monotonic() + 5
    while other in living()[0] and time.monotonic() < end:
        time.sleep(0.02)
    assert process.returncode == -signal.SIGKILL and other not in living()[0]


def test_a_script_ends_with_what_started_it_before_a_reaper_knows_of_it(tmp_path):
    (tmp_path / "script.py").write_text("import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(300)\n")
    code = (
        "import time\nfrom pathlib import Path\nfrom probes.process.reaped import Reaper\nReaper.watch = lambda *told: time.sleep(300)\n"
        "from probes.observe import observed\nfrom probes.programs.program import Program\n"
        "observed(Program(Path('script.py')), Path('out'))\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True)
    child = int(process.stdout.readline())
    process.kill()
    process.wait()
    until(lambda: child not in living()[0])


@pytest.mark.stress
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the environments of processes, as Linux tells them")
@pytest.mark.parametrize(
    "command, number, moment",
    [
        ("probe", signal.SIGKILL, 5.0),
        ("probe", signal.SIGTERM, 5.0),
        ("run", signal.SIGKILL, 5.0),
        ("diagnose", signal.SIGKILL, 2.0),
        ("diagnose", signal.SIGHUP, 2.0),
        ("watch", signal.SIGTERM, 2.0),
    ],
)
def test_nothing_survives_and_nothing_is_changed(tmp_path, command, number, moment):
    folder = tmp_path / "project"
    folder.mkdir()
    trial = signal_trials.tried(signal_trials.project(folder), command, number, moment, group=False)
    assert not trial.faults, trial.said


@pytest.mark.parametrize("ending, status", [("import os, sys; os.close(1); sys.stdout = None", 0), ("sys.stdout = None; sys.exit(3)", 3)])
def test_a_script_without_standard_output_ends_as_it_does_alone(tmp_path, ending, status):
    (tmp_path / "script.py").write_text(f"import sys\n{ending}\n")
    command = [sys.executable, "-m", "advisor", "run", "script.py"]
    assert subprocess.run(command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True).returncode == status
