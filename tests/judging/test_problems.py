"""Every problem against its own examples, against everyone else's, and against the house style."""

import re
from inspect import Parameter, signature
from pathlib import Path

import numpy as np
import pytest

from advisor import curves
from advisor.evidence import weights
from advisor.finding import LEVELS
from advisor.judging import engine, rules
from advisor.run import Run
from advisor.scalar import scalar
from advisor.statistics.curve_shape import CannotTell
from tests.judging.rules import LOSSES, TRANSFORMS, changed, examples, found, recognized, scaled

PROBLEMS = rules.problems()
HEADINGS = ["What it means", "How it is detected", "References"]
BOTH = [*examples(PROBLEMS, "BAD"), *examples(PROBLEMS, "GOOD")]


@pytest.mark.parametrize("rule, signals", BOTH)
def test_verdict_does_not_depend_on_how_it_was_logged_nor_on_the_unit_of_the_loss(rule, signals):
    ways = {name: changed(signals, transform) for name, transform in TRANSFORMS.items()}
    if not any(signals is (rule.module.BAD | rule.module.GOOD).get(title) for title in getattr(rule.module, "IN_NATS", ())):
        ways |= {f"loss times {factor}": changed(signals, scaled(factor), LOSSES) for factor in (3.0, 0.01)}  # a cross-entropy has a unit
    expected = recognized(rule, curves.example(signals))
    assert {name: recognized(rule, run) for name, run in ways.items()} == dict.fromkeys(ways, expected)


@pytest.mark.parametrize("rule", PROBLEMS, ids=lambda rule: rule.name)
def test_house_style(rule):
    assert re.findall(r"^(\w[\w ]+)$", rule.doc, re.M) == HEADINGS
    assert rule.headline.endswith(".")
    assert rule.module.BAD and rule.module.GOOD


@pytest.mark.parametrize("rule, signals", examples(PROBLEMS, "BAD"))
def test_a_finding_is_a_sentence_with_its_numbers(rule, signals):
    """As sure as its rule is, likelier so than not; how often such findings were right on runs of others may be less."""
    with weights.using({}):
        found = engine.diagnose(curves.example(signals)).findings
    for finding in found:
        assert finding.message.endswith(".") and re.search(r"\d", finding.message), finding.message
        assert finding.level in LEVELS and 0.5 <= finding.confidence <= 0.99
        assert 0 < weights.confidence(finding) <= 0.99
        assert finding.evidence and all(e.first_step <= e.last_step for e in finding.evidence)


@pytest.mark.parametrize(
    "rule, threshold",
    [
        pytest.param(rule, p, id=f"{rule.name}({p.name})")
        for rule in PROBLEMS
        for p in signature(rule.module.check).parameters.values()
        if p.kind is Parameter.KEYWORD_ONLY
    ],
)
def test_every_threshold_is_pinned_from_both_sides(rule, threshold):
    def verdicts(factor):
        return [
            verdict(rule, signals, {threshold.name: threshold.default * factor})
            for signals in (*rule.module.BAD.values(), *rule.module.GOOD.values())
        ]

    assert verdicts(0.01) != verdicts(1) != verdicts(100)


def verdict(rule, signals, setting):
    run = curves.example(signals)
    try:
        return [(f.level, len(f.evidence)) for f in rule.function(**rule.signals(run), **setting)]
    except CannotTell:
        return []


def test_an_unknown_signal_is_an_error_at_load_time_with_its_place(tmp_path, monkeypatch):
    (tmp_path / "odd_rule.py").write_text('"""Odd."""\n\n\ndef check(train_los):\n    return ()\n')
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(TypeError, match=r"odd_rule\.py:4: check\(\) asks for 'train_los'"):
        rules.rule_from_module(__import__("odd_rule"), "check")


@pytest.mark.parametrize("points", [0, 1, 3, 9])
def test_short_runs_are_skipped_with_the_number_needed(points):
    report = engine.diagnose(curves.example({"train_loss": (curves.flat(2.3) * curves.noise(0.1))[:points]}))
    assert report.verdict == "cannot-tell" and not report.findings
    assert report.skipped["loss-not-decreasing"] == f"train_loss has {points} finite point{'s' * (points != 1)}; 10 are needed"
    assert report.skipped["overfitting"] == "no val_loss was logged"


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("size", [1e22, 1e150, 1e307])
def test_a_loss_of_any_size_is_judged_without_complaint(size):
    rng = np.random.default_rng(0)
    wild = np.where(rng.random(600) < 0.5, 0.0, size * rng.random(600))
    curves = {"train_loss": wild, "val_loss": wild[::-1], "grad_norm": wild, "lr": np.full(600, 30.0)}
    epoch = scalar(range(600), np.arange(600) // 100, tag="epoch")
    run = Run(Path("run"), {"epoch": epoch, **{tag: scalar(range(600), values, tag=tag) for tag, values in curves.items()}})
    report = engine.diagnose(run)
    assert report.verdict == "problem" and not any("fault" in why for why in report.skipped.values())


def test_which_problem_fires_on_whose_examples(golden):
    """The confusion matrix: a row an example, the problems found in it."""
    rows = [f"{case.id}: {', '.join(sorted(found(curves.example(case.values[1])))) or 'nothing'}" for case in BOTH]
    golden("problems_on_examples.txt", "\n".join(rows) + "\n")
