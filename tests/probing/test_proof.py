"""From what a report advises to what is tried, and from what mends to the line that keeps it."""

import ast
import subprocess
from pathlib import Path

import numpy as np
import pytest

import advisor
from advisor.curves import example, fall, rise
from advisor.errors import AdvisorError
from advisor.finding import Cause, Change, Finding, Report
from advisor.run import Run
from probes.programs.program import Program
from probes.trying.change import setting
from probes.trying.plan import Plan
from probes.trying.proving.from_report import changes_of
from probes.trying.proving.patch import patch
from probes.trying.proving.proof import kept, proof_text, proved
from probes.trying.replay import kept_step, replayed


def report(*causes, hparams=(), problem="exploding-loss", level="error"):
    """A report with one finding, whose causes have these changes."""
    made = tuple(Cause(f"cause-{i}", 0.5, "So it is.", (), tuple(changes)) for i, changes in enumerate(causes))
    run = Run(name="run", path=Path("run"), format="tensorboard", scalars={}, hparams=dict(hparams))
    return Report(run, "problem", made[0].changes[0] if made else None, (Finding("It rose.", (), level, 0.9, problem, made),))


def tried(*args, **options):
    return [" ".join(one.told for one in settings) for _, settings in changes_of(report(*args, **options))[1]]


def test_the_first_change_of_each_cause_is_tried_in_turn():
    lr, clip, second = Change("lr", to=0.01), Change("max_grad_norm", to=1.0), Change("lr", to=0.001)
    assert tried([lr, second], [clip]) == ["lr=0.01", "max_grad_norm=1", "lr=0.001"]
    assert tried([lr], [lr], [clip]) == ["lr=0.01", "max_grad_norm=1"], "none twice"


def test_a_factor_is_of_what_the_run_says_and_names_are_those_of_knobs():
    assert tried([Change("lr", by=0.1)], hparams={"lr": 0.5}) == ["lr=0.05"]
    assert tried([Change("batch_size", by=2.0)], hparams={"batch_size": 48}) == ["batch_size=96"]
    assert tried([Change("schedule", to=5000)]) == ["schedule=cosine"]
    assert tried([Change("optimizer", to="AdamW")]) == ["optimizer=AdamW lr=0.001"]
    assert tried([Change("initialization", to="He")]) == ["initialization=He"]


def test_what_no_knob_makes_is_passed_over():
    assert tried([Change("labels", to="those of their inputs")], [Change("lr", by=0.1)]) == []
    assert tried([Change("hidden_size", to=64), Change("dropout", to=0.5)]) == ["dropout=0.5"]
    assert changes_of(report([Change("lr", to=1.0)], level="note")) == (None, [])


OPTION = 'import argparse\nargs = argparse.ArgumentParser()\nargs.add_argument("--learning-rate", type=float, default=5.0)  # ä\n'
KEYWORD = "from torch.optim import SGD\nnorm = BatchNorm1d(8, momentum=0.1)\noptimizer = SGD(model.parameters(), lr=5.0, momentum=0.5)\n"
CASES = [
    (OPTION, "lr=0.1", "default=0.1)  # ä"),
    ("LR = 5.0\nlr = LR\n", "lr=0.1", "LR = 0.1"),
    (KEYWORD, "lr=0.1", "lr=0.1, momentum=0.5"),
    (KEYWORD, "momentum=0.9", "lr=5.0, momentum=0.9"),
    ("loader = DataLoader(data, batch_size=64)\n", "batch_size=16", "batch_size=16"),
]


@pytest.mark.parametrize("source, change, expected", CASES)
def test_a_change_is_a_diff_that_applies_where_its_value_stands_in_the_script(tmp_path, source, change, expected):
    script = tmp_path / "train.py"
    script.write_text(source, encoding="utf-8")
    diff = patch(script, [setting(change)])
    assert script.read_text(encoding="utf-8") == source, "the script itself is not touched"
    done = subprocess.run(["patch", "-p1"], cwd=tmp_path, input=diff, text=True, capture_output=True)
    assert done.returncode == 0, done.stdout + done.stderr
    after = script.read_text(encoding="utf-8")
    assert expected in after and ast.parse(after) and after.count("\n") == source.count("\n")


@pytest.mark.parametrize("source", ["a(lr=1.0)\nb(lr=2.0)\n", "optimizer = SGD(p, lr=rate)\n", "x = (\n", ""])
def test_a_value_that_stands_nowhere_or_twice_has_no_diff(tmp_path, source):
    (tmp_path / "train.py").write_text(source, encoding="utf-8")
    assert patch(tmp_path / "train.py", [setting("lr=0.1")]) == ""


OPTIMIZER = "import torch\n\f\n# one\nopt = torch.optim.SGD(p, lr=1.0)\n# the end"


@pytest.mark.parametrize(
    "dress", [str, lambda text: text.replace("\n", "\r\n"), lambda text: "\ufeff" + text], ids=["no end", "CRLF", "mark"]
)
def test_a_script_keeps_its_line_ends_its_pages_and_its_mark(tmp_path, dress):
    script, source = tmp_path / "train.py", dress(OPTIMIZER).encode()
    script.write_bytes(source)
    done = subprocess.run(
        ["patch", "-p1", "--binary"], cwd=tmp_path, input=patch(script, [setting("lr=0.1")]).encode(), capture_output=True
    )
    assert done.returncode == 0 and script.read_bytes() == source.replace(b"lr=1.0", b"lr=0.1")


@pytest.mark.parametrize("source", [b"# caf\xe9\nb(lr=2.0)\n", "b(lr=2.0)\n".encode("utf-16"), b"\0b(lr=2.0)\n", b"a\rb(lr=2.0)\r", None])
def test_a_script_that_is_no_utf_8_or_is_gone_has_no_diff(tmp_path, source):
    if source is not None:
        (tmp_path / "train.py").write_bytes(source)
    assert patch(tmp_path / "train.py", [setting("lr=0.1")]) == ""


@pytest.mark.parametrize("typed", ["\u00b2", "9" * 5000, "-1", "1e3", ""])
def test_a_whole_number_is_one(typed):
    with pytest.raises(AdvisorError):
        setting(f"batch_size={typed}")


FALLS_AND_RISES = {"train_loss": fall(end=0.1), "val_loss": fall(end=0.5) + rise(0.8, after=0.4)}


def curve(*values):
    return example({"val_loss": np.array(values)}).signal("val_loss")


def test_the_step_that_is_kept():
    first, second = curve(3.0, 2.0, 2.5, 2.4, 1.0), curve(3.0, 2.0, 2.5, 1.0)
    assert kept_step(setting("patience=2"), first, 0, None) == first.steps[1]
    assert kept_step(setting("patience=2"), second, 0, None) == second.steps[3], "whenever it ends, the lowest is kept"
    assert kept_step(setting("epochs=3"), first, 1000, 12) == 250 and kept_step(setting("max_steps=250"), first, 1000, None) == 250
    for one, epochs, words in [("epochs=30", 10, "stands on none"), ("epochs=3", None, "max_steps=N"), ("max_steps=1000", 1, "1000")]:
        with pytest.raises(AdvisorError, match=words):
            kept_step(setting(one), first, 1000, epochs)
    with pytest.raises(AdvisorError, match="none was seen"):
        kept_step(setting("patience=2"), None, 1000, 10)


def test_what_stopping_early_keeps_stands_on_the_curves():
    run = example(FALLS_AND_RISES)
    change = Change("patience", to=5, how={"pytorch": "EarlyStopping(patience=5)"})
    early = Report(
        run, "problem", change, (Finding("It rose.", (), "warning", 0.9, "overfitting", (Cause("c", 0.5, "So.", (), (change,)),)),)
    )
    assert "overfitting" in [found.problem for found in advisor.diagnose(run)[0].findings], "which is what it is to be rid of"
    found = replayed(early, setting("patience=5"), "overfitting")
    lowest, end = run.signal("val_loss").values.min(), run.signal("val_loss").values[-1]
    assert found.verdict == "mended" and f"{lowest:.4g} in place of {end:.4g}" in found.notes[0] and found.cost.steps == 0
    proof = proved(early, Program(Path("train.py")), Plan(), out=None, progress=lambda *_: None, tell=pytest.fail)
    said = " ".join(proof_text(proof).split())
    assert "Mended: patience=5 mends overfitting." in said and said.endswith("To keep it: EarlyStopping(patience=5)")
    shorter = replayed(early, setting("epochs=4"), "overfitting", epochs=10)
    assert shorter.verdict == "mended" and 0 < shorter.score.value <= found.score.value
    late = replayed(early, setting("epochs=9"), "overfitting", epochs=10)
    assert late.score.value > 0 and late.verdict != "mended", "by then it overfits all the same"
    assert replayed(early, setting("patience=5"), "").verdict == "better"


def test_nothing_to_prove_is_told_in_a_sentence():
    healthy = Report(example({"train_loss": fall()}), "healthy")
    for of, words in [(healthy, "nothing is wrong with it"), (report([Change("labels", to="right")]), "without a line in the script")]:
        with pytest.raises(AdvisorError, match=words):
            proved(of, Program(Path("train.py")), Plan(), out=None, progress=lambda *_: None, tell=pytest.fail)


def test_what_the_command_line_sets_is_kept_there(tmp_path):
    (tmp_path / "train.py").write_text(OPTION, encoding="utf-8")
    change, settings = Change("lr", to=0.1, how={"pytorch": "SGD(lr=0.1)"}), [setting("lr=0.1")]
    assert kept(change, settings, Program(tmp_path / "train.py", ("--learning-rate=5",))) == (
        ("on the command line: --learning-rate 0.1",),
        "",
    )
    assert kept(change, settings, Program(tmp_path / "train.py"))[1].startswith("--- a/train.py\n+++ b/train.py\n")
    (tmp_path / "train.py").write_text("1\n", encoding="utf-8")
    assert kept(change, settings, Program(tmp_path / "train.py")) == (("SGD(lr=0.1)",), "")
