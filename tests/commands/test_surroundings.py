"""A command that is started without what all are started with: an answer, or one sentence."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.command_line import WELL, log
from tests.commands.signal_trials import ignore_nothing

ROOT = Path(__file__).parents[2]


def shell(line, here):
    """What the line does; `$advisor` in it is the program."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "advisor": f"{sys.executable} -P -m advisor"}
    return subprocess.run(["sh", "-c", line], cwd=here, env=environment, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("form, closed", [("", ">&-"), ("--json", ">&-"), ("", "<&-"), ("--json", "2>&-"), ("", "<&- >&- 2>&-")])
def test_closed_streams_change_no_status_and_no_file(tmp_path, form, closed):
    file = log(tmp_path / "runs", WELL)
    before = file.read_bytes()
    done = shell(f"$advisor diagnose runs {form} {closed}", tmp_path)
    assert (done.returncode, done.stderr) == (0, "") and file.read_bytes() == before
    assert bool(done.stdout) == (">&- " not in f"{closed} " or closed == "2>&-")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has a device that is always full")
def test_an_answer_that_cannot_be_written_is_told(tmp_path):
    log(tmp_path / "runs", WELL)
    done = shell("$advisor diagnose runs > /dev/full", tmp_path)
    assert done.returncode == 2 and done.stderr == "advisor: the system did not allow it: No space left on device.\n"


def test_a_current_folder_that_is_gone_is_told(tmp_path):
    log(tmp_path / "runs", WELL)
    done = shell(f"mkdir gone; cd gone; rmdir ../gone; $advisor diagnose {tmp_path}/runs", tmp_path)
    assert done.returncode == 2 and done.stderr == "advisor: the current folder is gone: go to one that is there.\n"


def test_ctrl_c_while_the_program_is_loaded_ends_it_without_a_traceback(tmp_path):
    (tmp_path / "typer.py").write_text("import time\nprint('loading', flush=True)\ntime.sleep(60)\n")
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "preexec_fn": ignore_nothing}
    process = subprocess.Popen([sys.executable, "-P", "-m", "advisor", "diagnose", "."], env=environment, **options)
    assert process.stdout.readline() == "loading\n"
    process.send_signal(signal.SIGINT)
    assert not process.communicate(timeout=60)[1] and process.returncode == -signal.SIGINT


def test_a_torch_that_cannot_be_loaded_is_told(tmp_path):
    (tmp_path / "libraries" / "torch").mkdir(parents=True)
    (tmp_path / "libraries" / "torch" / "__init__.py").write_text("raise ImportError('libtorch_cpu.so: failed to map segment')\n")
    (tmp_path / "train.py").write_text("import torch\n")
    done = shell(f"PYTHONPATH={tmp_path}/libraries:$PYTHONPATH $advisor probe train.py --only noise", tmp_path)
    assert done.returncode == 2 and done.stderr.splitlines()[-1] == (
        "advisor: train.py cannot be probed, for PyTorch could not be loaded: libtorch_cpu.so: failed to map segment."
    )
