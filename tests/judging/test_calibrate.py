"""Calibration on made-up material with known answers, and one run of the corpus from training to label."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

from advisor import curves
from advisor.calibrate import cause_weights, confidences, corpus_report, fit, judged, labelled, probabilities, table, votes
from advisor.calibrate.cause_weights import Case
from advisor.calibrate.judged import Claim, Judged
from advisor.calibrate.labelled import HEALTHY, HIGH, LOW, Labelled, sweep_of
from advisor.calibrate.odds import Line
from advisor.evidence import weights
from advisor.finding import Finding

ROOT = Path(__file__).parents[2]
PRIOR = {cause: ("prior", cause, "p") for cause in "ab"}
FACT = ("evidence", "a", "fact")


def seen(true, fact, task="t"):
    """A finding with causes a and b, both at 0 decibans by hand; `fact` says 5 decibans for a."""
    adds = ({PRIOR["a"]: 1.0} | ({FACT: 5.0} if fact else {}), {PRIOR["b"]: 1.0})
    by_hand = {PRIOR["a"]: 0.0, PRIOR["b"]: 0.0} | ({FACT: 1.0} if fact else {})
    return Case(task, "ab"[true], "p", ("a", "b"), adds, by_hand, true)


def known(task="t", fault=HIGH, source="sweep", run=None, label="too_high", lr=1.0, **more):
    sweep = sweep_of({0.001: 0.1, 0.01: 0.95, 0.1: 1.0, 1.0: -np.inf})
    run = run or curves.example(dict(train_loss=curves.fall() * curves.nan_after(0.03), hparams=dict(lr=lr, optimizer="SGD")))
    return Labelled(run, task, f"{task}-sgd", source, fault, label, lr, sweep, **more)


@pytest.mark.parametrize("true, sign", [(0, 1), (1, -1)])
def test_a_cause_that_is_often_true_becomes_likelier(true, sign):
    found = cause_weights.fitted([seen(true, fact=False, task=str(i)) for i in range(20)])
    assert sign * found[PRIOR["a"]] > 1 and sign * found[PRIOR["b"]] < -1


def test_a_fact_that_tells_gains_weight_and_one_that_misleads_loses_it():
    telling = [seen(0, True, str(i)) for i in range(30)] + [seen(1, False, str(i)) for i in range(30)]
    misleading = [seen(1, True, str(i)) for i in range(30)] + [seen(0, False, str(i)) for i in range(30)]
    assert cause_weights.fitted(telling)[FACT] > 1.2 and cause_weights.fitted(misleading)[FACT] < 0.8


def test_the_gradient_of_the_likelihood_is_its_slope():
    cases = [seen(0, True), seen(1, False), seen(1, True), seen(0, False, "u")]
    place = {key: i for i, key in enumerate([*PRIOR.values(), FACT])}
    arguments = (*cause_weights.tensors(cases, place), np.array([0.0, 0.0, 1.0]), np.array([3.0, 3.0, 0.5]))
    at = np.array([1.0, -2.0, 1.3])
    slope = [(cause_weights.loss(at + d, *arguments)[0] - cause_weights.loss(at - d, *arguments)[0]) / 2e-5 for d in 1e-5 * np.eye(3)]
    assert cause_weights.loss(at, *arguments)[1] == pytest.approx(slope, rel=1e-4)


def test_no_task_is_in_both_halves():
    runs = [known(task=f"t{i % 7}") for i in range(20)] + [known(task="vae", source="DeepOBS"), known(task="wmt", source="AlgoPerf")]
    held = fit.folds(runs)
    assert sorted(task for fold in held for task in fold) == sorted({r.task for r in runs})
    assert {"vae"} in held and {"wmt"} in held


@pytest.mark.parametrize("rate, good", [(0.01, True), (0.03, True), (0.1, True), (0.003, False), (1.0, False), (0.0001, False)])
def test_between_two_rates_progress_is_drawn_straight(rate, good):
    assert known().sweep.good(rate) == good


def said(confidence, right, problem="p"):
    return Claim(problem, confidence, confidence, right, (("a", 0.5),))


@pytest.mark.parametrize("way", confidences.WAYS)
def test_confidence_follows_how_often_findings_were_right(way):
    heard = votes.of_findings(Judged(known(task=f"t{i}"), (said(0.95, i % 2 == 0),), None) for i in range(200))
    with weights.using(dict(problems=confidences.table(confidences.WAYS[way](heard), heard))):
        assert weights.confidence(Finding("", (), confidence=0.95, problem="p")) == pytest.approx(0.5, abs=0.06)


def test_first_causes_are_as_probable_as_they_were_right():
    """Said to be even, right one time in four: the curve says a quarter, and a sure one stays surer."""
    even = [
        Judged(known(task=f"t{i}"), (Claim("p", 0.9, 0.9, True, ((HIGH if i % 4 == 0 else LOW, 0.5), ("b", 0.2))),), None)
        for i in range(200)
    ]
    sure = [Judged(known(task=f"t{i}"), (Claim("p", 0.9, 0.9, True, ((HIGH if i % 10 else LOW, 0.9),)),), None) for i in range(200)]
    curve = probabilities.a_curve(votes.of_first_causes([*even, *sure]))
    [first, last] = (probabilities.recalibrated([items[0]], curve)[0].claims[0].causes for items in (even, sure))
    assert first[0][1] == pytest.approx(0.25, abs=0.02) and last[0][1] == pytest.approx(0.9, abs=0.02)
    assert first[0][1] / first[1][1] == pytest.approx(0.5 / 0.2)


@pytest.mark.parametrize("causes, asks, outcome", [
    (((HIGH, 0.4),), True, "right"), ((("b", 0.4), (HIGH, 0.3)), True, "third"), ((("b", 0.4),), True, "asks"),
    ((("b", 0.9),), True, "another"),
    ((("b", 0.4),), False, "another"),
])  # fmt: skip
def test_what_came_of_a_planted_fault(causes, asks, outcome):
    assert Judged(known(), (Claim("p", 0.9, 0.9, True, causes, asks),), None).outcome == outcome


def test_what_came_of_a_planted_fault_that_raised_nothing():
    outcomes = [Judged(known(), (), None, noted, untold).outcome for noted, untold in ((False, False), (True, False), (False, True))]
    assert outcomes == ["nothing", "note", "cannot tell"]


def test_what_is_judged_right():
    assert judged.right("exploding-loss", known()) and not judged.right("overfitting", known(overfits=False))
    assert judged.right("overfitting", known(fault=HEALTHY, overfits=True)) and not judged.right("underfitting", known(fault=HEALTHY))


def test_the_report_and_the_table_tell_of_every_run():
    high = judged.judged(known())
    assert high.first == HIGH and judged.repaired(high) == known().sweep.good(high.lr)
    low = Judged(known(fault=LOW, label="too_low"), (said(0.8, True, "slow-convergence"),), None)
    healthy = Judged(known(fault=HEALTHY, label="normal"), (said(0.8, False, "unstable-loss"),), None)
    found = fit.Validated([high, low, healthy], [high], Line())
    text = "\n".join(corpus_report.lines(found))
    assert "| alone | sweep | too_low | 1 | 1/1 (100%) | 0/1 (0%) | 0/1 (0%) | 0/1 (0%) | 1/1 (100%) |" in text
    assert "| sweep | 1 | 1/1 (100%) | 1/1 (100%) | unstable-loss 1 |" in text and f"| {HIGH} | 1 | **{HIGH}** 1 |" in text
    written = table.written({"problems": {"p": {"shift": -2.5}}, "causes": table.counted({}, found)})
    assert tomllib.loads(written)["causes"][HIGH]["corpus"] == dict(planted=1, first=1, right=1)
    assert tomllib.loads(written)["problems"] == {"p": {"shift": -2.5}}


def test_the_picture_is_drawn(tmp_path):
    pytest.importorskip("matplotlib")
    items = [judged.judged(known()), Judged(known(fault=LOW), (said(0.8, False),), None)]
    corpus_report.write(tmp_path, fit.Validated(items, items, Line()))
    assert (tmp_path / "corpus.png").read_bytes().startswith(b"\x89PNG") and (tmp_path / "corpus.md").exists()


SCRIPT = """
import sys, pathlib
sys.path.insert(0, sys.argv[1])
import corpus
from planted.faults import changed
folder = pathlib.Path(sys.argv[2])
family = [f for f in corpus.families() if f.task == "wine"][0]
short = changed(family, dict(lr=0.03, length=0.7))
for turn in range(2):  # the second finds everything there
    for rate in (1e-6, 0.03, 100.0):
        place = folder / "sweeps" / "wine-sgd-with-momentum" / f"lr-{rate:g}"
        corpus.run(changed(short, dict(lr=rate)), {place: short.habit}, "learning-rate")
    corpus.run(short, {folder / "runs" / "wine-healthy": "plain"}, "healthy")
    places = corpus.twice(folder / "runs" / "wine-wrong-labels", "plain", "monitor")
    corpus.run(changed(short, dict(wrong_labels=1.0)), places, "wrong-labels")
"""


def test_a_run_of_the_corpus_is_trained_once_and_labelled(tmp_path):
    """Trained, logged as people log, and labelled by what came of it."""
    script = [sys.executable, "-W", "ignore", "-c", SCRIPT, ROOT / "sample_runs", tmp_path]
    subprocess.run(script, check=True, capture_output=True, env=os.environ | {"OMP_NUM_THREADS": "1"})
    assert len(list(tmp_path.rglob("*tfevents*"))) == 9
    found = {r.run.path.name: r for r in labelled.corpus(tmp_path)}
    assert {name: r.fault for name, r in found.items()} == {
        "lr-1e-06": LOW, "lr-0.03": HEALTHY, "lr-100": HIGH, "wine-healthy": HEALTHY, "wine-wrong-labels": "wrong-labels",
        "wine-wrong-labels.monitor": "wrong-labels",
    }  # fmt: skip
    assert all(r.run.signal("train_loss") is not None for r in found.values())


@pytest.mark.parametrize("make, said", [
    (lambda d: None, "holds no corpus"),
    (lambda d: (d / "sweeps").mkdir(), "0 tasks"),
    (lambda d: ((d / "sweeps/a/lr-1").mkdir(parents=True), (d / "sweeps/a/lr-1/fault.toml").write_text("fault = ")), "could not be read"),
], ids=["no corpus", "an empty corpus", "a label that is no TOML"])  # fmt: skip
def test_a_corpus_that_cannot_be_used_is_refused_in_a_sentence(make, said, tmp_path, monkeypatch, capsys):
    from advisor.calibrate.__main__ import main

    make(tmp_path)
    monkeypatch.setattr(sys, "argv", ["calibrate", str(tmp_path), "--table", str(tmp_path / "weights.toml")])
    with pytest.raises(SystemExit, match=said):
        main()
    assert not (tmp_path / "weights.toml").exists()
