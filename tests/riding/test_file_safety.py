"""Nothing a script writes while it is probed lands among its owner's files."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from probes.probing.recipes import Script
from probes.process.remote_training import RemoteTraining
from probes.safety.files import ORDER
from probes.safety.trial import Trial

WRITES = """
import csv, json, os, shutil, sqlite3, tempfile
from pathlib import Path
import numpy as np
import torch
from torch.utils.tensorboard import SummaryWriter

here = Path(__file__).parent
assert json.loads(Path("config.json").read_text()) == {"lr": 1}
os.makedirs("checkpoints/best", exist_ok=True)
os.makedirs("checkpoints/best", exist_ok=True)
torch.save({"w": torch.ones(2)}, "checkpoints/best/model.pt")
torch.save({"w": torch.ones(2)}, here / "last.pt")
assert torch.load("last.pt")["w"].sum() == 2 and sorted(os.listdir("checkpoints")) == ["best", "old.pt"]
Path("config.json").write_text('{"lr": 2}')
assert json.loads(open(here / "config.json").read()) == {"lr": 2}
with open("log.csv", "a", newline="") as file:
    csv.writer(file).writerow([1, 2])
assert open("log.csv").read().splitlines() == ["step,loss", "1,2"]
np.save("curve.npy", np.ones(3))
shutil.copy2("curve.npy", "copy.npy")
assert np.load("copy.npy").sum() == 3
os.replace("curve.npy", "renamed.npy")
os.remove("checkpoints/old.pt")
assert not os.path.exists("checkpoints/old.pt") and not Path("curve.npy").exists() and np.load("renamed.npy").sum() == 3
shutil.rmtree("results")
assert not Path("results").is_dir()
with SummaryWriter("runs/mine") as writer:
    writer.add_scalar("loss", 1.0, 0)
with sqlite3.connect("runs.db") as base:
    base.execute("create table t (a)")
with tempfile.TemporaryDirectory() as folder:
    Path(folder, "x").write_text("x")
elsewhere = Path(os.environ["ELSEWHERE"])
(elsewhere / "new.txt").write_text("new")
model = torch.nn.Linear(2, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for step in range(1000):
    optimizer.zero_grad()
    model(torch.randn(4, 2)).sum().backward()
    optimizer.step()
    if step % 2 == 0:
        torch.save(model.state_dict(), f"checkpoints/{step}.pt")
"""


def tree(folder):
    return {str(path): path.read_bytes() if path.is_file() else None for path in sorted(folder.rglob("*"))}


@pytest.fixture
def project(tmp_path, monkeypatch):
    folder, elsewhere = tmp_path / "project", tmp_path / "elsewhere"
    for made in (folder / "checkpoints", folder / "results", elsewhere):
        made.mkdir(parents=True)
    (folder / "train.py").write_text(WRITES)
    (folder / "config.json").write_text('{"lr": 1}')
    (folder / "log.csv").write_text("step,loss\n")
    (folder / "checkpoints" / "old.pt").write_bytes(b"weights")
    (folder / "results" / "table.txt").write_text("precious")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("ELSEWHERE", str(elsewhere))
    return folder


@pytest.fixture(params=ORDER)
def guard(request, monkeypatch):
    """Each guard, alone; those that do not hold for other programs are chosen without being asked for."""
    monkeypatch.setenv("ADVISOR_GUARDS", request.param)
    if not Trial(()).of(ORDER[request.param]).python:
        pytest.skip("this system does not have it")
    return request.param


def test_everything_a_script_writes_is_kept_apart_and_found_again_by_it(project, monkeypatch, guard):
    scratch = project.parent.parent / f"{project.parent.name}-scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    before = tree(project.parent)
    training = RemoteTraining(Script(project / "train.py", guard=guard))
    try:
        for _ in range(4):
            training.step()
        note = training.notes[0]
    finally:
        training.close()
    assert tree(project.parent) == before
    patience = time.monotonic() + 10
    while any(scratch.iterdir()) and time.monotonic() < patience:  # removed by a process of its own
        time.sleep(0.05)
    assert not any(scratch.iterdir())
    assert "was kept away from your files" in note and "checkpoints/0.pt" in note


FRAMEWORKS = [("transformers", 20, "checkpoint-"), ("lightning", 60, "lightning_logs"), ("fastai", 60, "models/untrained.pth")]


@pytest.mark.parametrize(
    ("guard", "framework", "steps", "wrote"),
    [
        pytest.param(guard, *framework, marks=[] if i % 2 == j else pytest.mark.stress)
        for i, framework in enumerate(FRAMEWORKS)
        for j, guard in enumerate(["overlay", "landlock"])
    ],
    indirect=["guard"],
)
def test_a_framework_leaves_no_checkpoints_and_logs(tmp_path, monkeypatch, guard, framework, steps, wrote):
    pytest.importorskip(framework, reason="it is in the extra frameworks")
    shutil.copy(Path(__file__).parents[1] / "ridden" / f"with_{framework}.py", tmp_path)
    (tmp_path / "output" / "checkpoint-8").mkdir(parents=True)
    (tmp_path / "output" / "checkpoint-8" / "model.safetensors").write_bytes(b"mine")
    monkeypatch.chdir(tmp_path)
    before = tree(tmp_path)
    training = RemoteTraining(Script(tmp_path / f"with_{framework}.py", guard=guard))
    try:
        for _ in range(steps):
            training.step()
        note = training.notes[0]
    finally:
        training.close()
    assert tree(tmp_path) == before and wrote in note


THREADS = """
import os, sys
from pathlib import Path
from probes.probing import recipes

def look(*_):
    print(len(os.listdir("/proc/self/task")))
    raise SystemExit

recipes.keep_files_safe = look
recipes.{recipe}(Path(sys.argv[1])).serve(None)
"""


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="no /proc")
@pytest.mark.parametrize("recipe", ["Script", "RankedScript"])
def test_files_are_kept_safe_before_there_is_a_second_thread(recipe, tmp_path):
    """With two, an ordinary user's process cannot enter a namespace (EINVAL)."""
    script = tmp_path / "train.py"
    script.write_text("")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "OMP_NUM_THREADS": "4", "OPENBLAS_NUM_THREADS": "4"}
    code = THREADS.format(recipe=recipe)
    done = subprocess.run([sys.executable, "-c", code, script], env=environment, capture_output=True, text=True)
    assert done.stdout == "1\n", done.stderr
