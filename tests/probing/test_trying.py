"""`advisor try`, whole: a script trained as it is and with a change, each training in a process of its own."""

import json
from pathlib import Path

import pytest

import advisor
from probes.trying.arms.arm import Arm
from probes.trying.arms.training import trained
from probes.trying.pairs import NAMES
from tests.commands.command_line import advisor as command
from tests.commands.command_line import refused, tree
from tests.riding.ridden_scripts import SCRIPTS, skip_unless_installed

SCRIPT = """
import argparse
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

options = argparse.ArgumentParser()
options.add_argument("--lr", type=float, default=30.0)
options.add_argument("--hidden", type=int, default=16)
args = options.parse_args()
torch.manual_seed(0)
x = torch.randn(400, 6)
y = (x[:, 0] + x[:, 1] > 0).long()
train, held = TensorDataset(x[:320], y[:320]), TensorDataset(x[320:], y[320:])
model = nn.Sequential(nn.Linear(6, args.hidden), nn.Tanh(), nn.Linear(args.hidden, 2))
optimizer = torch.optim.SGD(model.parameters(), lr=args.lr, momentum=0.9)
criterion = nn.CrossEntropyLoss()
for epoch in range(12):
    for inputs, targets in DataLoader(train, 16, shuffle=True):
        optimizer.zero_grad()
        loss = criterion(model(inputs), targets)
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        print(epoch, sum(criterion(model(a), b).item() for a, b in DataLoader(held, 40)) / 2)
    torch.save(model.state_dict(), "last.pt")
"""


pytestmark = pytest.mark.usefixtures("forked")


@pytest.fixture
def script(tmp_path, monkeypatch):
    """The script in the current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    Path("train.py").write_text(SCRIPT, encoding="utf-8")
    return Path("train.py")


def told(*arguments):
    """What --json prints."""
    result = command("try", "--json", *arguments)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_a_change_that_mends(script):
    before = tree(script.parent)
    said = told("train.py", "--set", "lr=0.1", "--out", "out")
    assert said["verdict"] == "mended" and said["symptom"] and said["pairs"] == 2 and said["measured_on"] == "validation"
    assert said["changes"][0] | {"why": ""} == {"hparam": "lr", "from": 30.0, "to": 0.1, "by": None, "interval": None, "why": "", "how": {}}
    assert said["score"]["value"] > 0.2 and 0 <= said["turns_later"] <= 0.05 and said["more_pairs"] is None
    assert said["cost"]["steps"] > 400 and said["cost"]["cpu_seconds"] > 0 and len(said["runs"]) == 2
    assert sorted(folder.name for folder in Path("out").glob("pair-1-*")) == [f"pair-1-{name}" for name in NAMES]
    assert [report["run"]["hparams"]["lr"] for report in said["reports"]] == [30.0, pytest.approx(0.1)]
    first, changed = (advisor.read(folder)[0] for folder in said["runs"][0])
    assert first.signal("train_loss").values[0] == changed.signal("train_loss").values[0], "from one start"
    printed = [float(line.split()[1]) for line in Path("out/output").read_text().splitlines() if line[:1].isdigit()]
    assert first.signal("val_loss").values == pytest.approx(printed[: len(first.signal("val_loss"))], rel=1e-4)
    after = {path: what for path, what in tree(script.parent).items() if path.parts[:1] != ("out",)}
    assert after == before, "nothing of the user's was touched"
    assert any("seeds its generators itself" in note for note in said["notes"])


def test_a_change_that_the_script_does_not_use_is_told_at_once(script):
    said = told("train.py", "--set", "dropout=0.3", "--steps", "30", "--", "--lr", "0.1")
    assert (said["verdict"], said["identical"], said["pairs"]) == ("no-difference", True, 1)
    assert said["steps"] == [30, 30] and said["measured_on"] == "validation" and said["turns_later"] is None


def test_an_arm_that_breaks_is_a_result_in_words(script):
    result = command("try", "train.py", "--set", "arg:--hidden=none", "--steps", "20", "--pairs", "1", "--", "--lr", "0.1")
    assert result.exit_code == 0 and "Cannot tell yet: --hidden=none" in result.stdout
    said = " ".join(result.stdout.split())
    assert "has been tried in 1 pair; about 2 more pairs would tell" in said and "Pair 1, changed: it ended with status 2" in said


def test_what_is_advised_is_proved_and_kept_as_a_diff(script):
    before = script.read_text(encoding="utf-8")
    assert trained(Arm(script), Path("sick"), lambda _: None).ended.whole
    result = command("diagnose", "sick", "--script", "train.py", "--prove", "--patch", "fix.diff", "--json")
    assert result.exit_code == 0, result.stderr
    [report] = json.loads(result.stdout)["reports"]
    proof, first = report["proof"], report["first_change"]
    assert (proof["verdict"], proof["symptom"]) == ("mended", report["findings"][0]["problem"])
    assert proof["changes"][0]["hparam"] == first["hparam"] == "lr" and proof["changes"][0]["to"] == pytest.approx(first["to"])
    assert f"default={first['to']:g})" in Path("fix.diff").read_text(encoding="utf-8") and script.read_text(encoding="utf-8") == before
    replayed = told("train.py", "--run", "sick", "--set", "max_steps=60")
    assert replayed["verdict"] in ("better", "worse", "no-difference", "mended") and replayed["cost"]["steps"] == replayed["pairs"] == 0
    refused(command("try", "train.py", "--run", "sick", "--set", "max_steps=60000"), "stands on none")
    refused(command("diagnose", "sick", "--prove"), "--script train.py")
    refused(command("diagnose", "sick", "--script", "train.py"), "are for --prove")
    refused(command("diagnose", "sick", "--script", "train.py", "--prove", "--patch", "fix.diff"), "fix.diff exists")


MODEL = """
import torch
from torch import nn
from torch.utils.data import TensorDataset
max_steps, batch_size, lr, schedule = 30, 8, 0.5, "linear"
def model():
    return nn.Linear(3, 2)
def dataset():
    x = torch.randn(100, 3)
    return TensorDataset(x, (x[:, 0] > 0).long())
loss = nn.functional.cross_entropy
def optimizer(parameters, lr):
    return torch.optim.SGD(parameters, lr=lr)
"""


def test_a_model_file_is_trained_as_it_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("model.py").write_text(MODEL, encoding="utf-8")
    done = trained(Arm(Path("model.py"), settings=(("lr", 0.05),)), Path("run"), lambda _: None)
    [run] = advisor.read("run")
    assert done.ended.whole and done.ended.steps == 30 and run.signal("val_loss").steps.tolist() == [10, 20, 30]
    assert run.signal("lr").values[[0, -1]] == pytest.approx([0.05 * 59 / 60, 0.05 / 60], rel=1e-4)


def test_the_validation_of_a_fastai_learner_is_told(tmp_path, monkeypatch):
    skip_unless_installed("fastai")
    monkeypatch.chdir(tmp_path)
    done = trained(Arm(SCRIPTS / "with_fastai.py", ("flat",)), Path("run"), lambda _: None)
    loss = advisor.read("run")[0].signal("val_loss")
    assert done.ended.whole and loss.steps.tolist() == [25, 50, 75] and loss.values[-1] < loss.values[0]


LOSSLESS = """
import torch
weight = torch.nn.Parameter(torch.ones(3))
optimizer = torch.optim.SGD([weight], lr=0.1)
for _ in range(5):
    weight.grad = torch.ones(3)
    optimizer.step()
"""


def test_bad_input_is_one_sentence(script):
    for arguments, words in [
        (("train.py",), "--set lr=0.01"),
        (("train.py", "--set", "lrr=1"), "Did you mean lr?"),
        (("nothing.py", "--set", "lr=1"), "nothing.py"),
        (("train.py", "--set", "lr=1", "--budget", "soon"), "--budget"),
        (("train.py", "--set", "lr=1", "--run", "nowhere"), "nowhere"),
    ]:
        refused(command("try", *arguments), words)
    Path("idle.py").write_text("1 + 1", encoding="utf-8")
    for arguments, words in [
        (("train.py", "--set", "lr=1", "--budget", "0.05s"), "no time for a pair"),
        (("idle.py", "--set", "lr=1"), "no optimizer step was seen"),
    ]:
        said = command("try", *arguments)
        assert said.exit_code == 2 and not said.stdout and words in said.stderr.splitlines()[-1]
        assert "2 to 8 pairs" in said.stderr.splitlines()[0], "what it costs is told first"
    Path("broken.py").write_text("import torch\nraise SystemExit('no data')", encoding="utf-8")
    said = command("try", "broken.py", "--set", "lr=1")
    assert said.exit_code == 2 and said.stderr.splitlines()[-2:-1] == ["no data"] and "ended with status 1" in said.stderr
    assert not Path("runs").exists()
    Path("lossless.py").write_text(LOSSLESS, encoding="utf-8")
    said = command("try", "lossless.py", "--set", "lr=1")
    assert said.exit_code == 2 and "took 5 steps, but no loss was seen" in said.stderr.splitlines()[-1]
