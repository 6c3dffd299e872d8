"""`advisor compare`: what it prints, its JSON, its status, and how it fails."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from advisor.commands.cli import app

SAMPLES = Path(__file__).parents[2] / "sample_runs"
LOW, HIGH = str(SAMPLES / "learning-rate-too-low"), str(SAMPLES / "learning-rate-too-high")


def compare(*arguments):
    return CliRunner().invoke(app, ["compare", *map(str, arguments)])


def log(folder, end, seed=0):
    folder.mkdir(parents=True)
    steps = np.arange(0, 500, 10)
    loss = end + (2.3 - end) * np.exp(-steps / 100) + 0.01 * np.random.default_rng(seed).standard_normal(len(steps))
    rows = "".join(f"{step},{value},{value * 1.1}\n" for step, value in zip(steps, loss, strict=True))
    (folder / "metrics.csv").write_text(f"step,train_loss,val_loss\n{rows}", encoding="utf-8")
    (folder / "hparams.yaml").write_text(f"lr: {0.1 if end < 0.5 else 0.01}\nseed: {seed}\n", encoding="utf-8")


def test_it_says_what_differs_before_what_came_out():
    said = compare(HIGH, LOW).stdout
    assert said.index("Differ in") < said.index("At equal steps") and "the runs differ in more than lr" in " ".join(said.split())
    assert "better" in said.splitlines()[0] or "better" in said.splitlines()[1]


def test_json_keeps_its_contract():
    told = json.loads(compare(HIGH, LOW, "--json").stdout)
    assert told["schema"] == 1 and told["verdict"] in ("better", "worse", "no-difference", "cannot-tell")
    assert {"differs", "at_equal_steps", "at_equal_time", "noise"} <= set(told) and told["differs"][0] == {
        "hparam": "lr",
        "a": 4.0,
        "b": 0.001,
    }
    assert {"signal", "step", "a", "b", "gain"} == set(told["at_equal_steps"])


def test_folders_of_seeds_are_groups_and_worse_ends_a_job(tmp_path):
    for seed in range(3):
        log(tmp_path / "a" / f"s{seed}", 0.4, seed)
        log(tmp_path / "b" / f"s{seed}", 0.8, 10 + seed)
    told = json.loads(compare(tmp_path / "a", tmp_path / "b", "--json").stdout)
    assert told["verdict"] == "worse" and len(told["a"]) == 3 and told["noise"]["runs"] == 6
    assert compare(tmp_path / "a", tmp_path / "b").exit_code == 0
    assert compare(tmp_path / "a", tmp_path / "b", "--fail-on", "worse").exit_code == 1
    assert compare(tmp_path / "b", tmp_path / "a", "--fail-on", "worse").exit_code == 0
    one = json.loads(compare(tmp_path / "a" / "s0", tmp_path / "b" / "s0", "--json").stdout)
    assert one["verdict"] == "worse" and one["noise"]["runs"] == 6  # by the seeds beside them


def test_the_page_lays_one_curve_over_the_other(tmp_path):
    result = compare(HIGH, LOW, "--html", tmp_path / "x.html")
    page = (tmp_path / "x.html").read_text(encoding="utf-8")
    assert result.exit_code == 0 and page.count("<path") == 2 and "A went from" in page and "B went from" in page


@pytest.mark.parametrize(
    "arguments, said",
    [
        ((LOW, LOW), "hold the same run"),
        ((LOW, SAMPLES / "nowhere"), "there is no folder"),
        ((LOW, HIGH, "--json", "--plain"), "choose one of"),
    ],
)
def test_bad_input_is_one_sentence(arguments, said):
    result = compare(*arguments)
    assert result.exit_code == 2 and said in result.stderr and len(result.stderr.strip().splitlines()) == 1 and not result.stdout
