"""Every cause against its own examples, and the arithmetic by which causes are weighed."""

import re

import pytest

from advisor import curves
from advisor.judging import engine, rules
from advisor.signals.hparams import HPARAMS
from tests.judging.rules import TRANSFORMS, changed, examples, finite, first_causes

CAUSES = rules.causes()
PROBLEM_NAMES = {rule.name for rule in rules.problems()}
HEADINGS = ["What it means", "How it is weighed", "What to change", "References"]


@pytest.mark.parametrize("rule, signals", examples(CAUSES, "BAD"))
def test_the_cause_does_not_depend_on_how_it_was_logged(rule, signals):
    first = {name: first_causes(changed(signals, transform)) for name, transform in TRANSFORMS.items()}
    assert all(rule.name in causes for causes in first.values()), first


@pytest.mark.parametrize("rule", CAUSES, ids=lambda rule: rule.name)
def test_house_style(rule):
    assert re.findall(r"^(\w[\w ]+)$", rule.doc, re.M) == HEADINGS
    assert rule.headline.endswith(".")
    assert set(rule.module.EXPLAINS) <= PROBLEM_NAMES
    assert rule.module.GOOD
    assert not isinstance(rule.module.PRIOR, dict) or set(rule.module.PRIOR) == set(rule.module.EXPLAINS)


@pytest.mark.parametrize("rule, signals", examples(CAUSES, "BAD"))
def test_changes_are_concrete(rule, signals):
    for finding in engine.diagnose(curves.example(signals)).findings:
        assert sum(c.probability for c in finding.causes) <= 1
        for change in (change for cause in finding.causes for change in cause.changes):
            assert (
                change.hparam in HPARAMS
                and change.why
                and "None" not in change.how.get("pytorch", "None" * (change.hparam != "augmentation"))
            )
            assert (change.to is None) != (change.by is None)
            assert finite(change.to) and (change.interval is None or change.interval[0] <= (change.to or change.by) <= change.interval[1])


@pytest.mark.parametrize("problem", sorted(PROBLEM_NAMES))
def test_every_problem_has_a_cause(problem):
    assert any(problem in rule.module.EXPLAINS for rule in CAUSES)


@pytest.mark.parametrize("problem, wanted", [
    ("out-of-memory", ["batch_size", "accumulation_steps", "precision", "activation_checkpointing"]),
])  # fmt: skip
def test_the_guides_order_of_solutions(problem, wanted):
    [cause] = [rule for rule in CAUSES if rule.name == "batch-size-too-large"]
    report = engine.diagnose(curves.example(next(iter(cause.module.BAD.values()))))
    assert [c.hparam for c in report.findings[0].causes[0].changes] == wanted
    assert report.first_change == report.findings[0].causes[0].changes[0]


def test_evidence_adds_up_to_odds():
    """Ten decibans more make a cause ten times as likely against every other."""
    signals = dict(train_loss=curves.fall() * curves.nan_after(0.03))
    [plain] = engine.diagnose(curves.example(signals)).findings
    [known] = engine.diagnose(curves.example(signals | {"hparams": dict(lr=0.3, optimizer="SGD")})).findings
    odds = []
    for finding in (plain, known):
        probability = {c.cause: c.probability for c in finding.causes}
        odds.append(probability["learning-rate-too-high"] / probability["exploding-gradients"])
    [extra] = [e.weight for c in known.causes if c.cause == "learning-rate-too-high" for e in c.evidence if e.tag == "lr"]
    assert extra > 0 and odds[1] / odds[0] == pytest.approx(10 ** (extra / 10), rel=0.05)


def test_findings_of_one_cause_are_folded_and_one_change_is_first():
    """A loss that is stuck and an accuracy of one number: the second finding names the first, and its cause gains by that."""
    stuck = dict(train_loss=curves.fall(start=2.33, end=2.3, rate=900) * curves.noise(0.002), hparams=dict(lr=1.0, optimizer="Adam"))
    report = engine.diagnose(curves.example(stuck | dict(val_accuracy=curves.every(10, curves.flat(0.1)))))
    [first, second] = report.findings
    assert {first.problem, second.problem} == {"loss-not-decreasing", "one-class"}
    assert (first.same_cause_as, second.same_cause_as) == ("", first.problem)
    [gained] = [e for e in second.causes[0].evidence if e.signal == "findings"]
    assert gained.value == first.causes[0].probability and gained.weight > 0
    assert report.first_change == first.causes[0].changes[0]


def test_what_could_decide_is_named():
    report = engine.diagnose(curves.example(dict(train_loss=curves.flat(2.3) * curves.noise(0.01))))
    assert report.findings[0].problem == "loss-not-decreasing"
    assert {"lr", "layer_grad_norms"} <= set(report.findings[0].missing)


@pytest.mark.parametrize("norm, hparams, told", [(90.0, {}, True), (20.0, {}, False), (90.0, dict(precision="fp16"), False)])
def test_a_gradient_that_was_steep_before_any_step_is_not_the_rates_doing(norm, hparams, told):
    """It is told from 8 times the loss on, unless a loss scale may be in it."""
    loss = curves.fall(start=5.0) * curves.nan_after(0.02)
    signals = dict(train_loss=loss, grad_norm=norm * curves.nan_after(0.02), hparams=dict(lr=1e-3, optimizer="Adam") | hparams)
    [finding] = engine.diagnose(curves.example(signals)).findings
    [usual] = engine.diagnose(curves.example(signals | dict(grad_norm=1.0 * curves.nan_after(0.02)))).findings
    facts = {c.cause for c in finding.causes for e in c.evidence if e.fact.startswith("norm of the first gradient") and e.weight > 0}
    assert ("exploding-gradients" in facts) == told
    [rate, before] = [{c.cause: c.probability for c in f.causes}.get("learning-rate-too-high", 0.0) for f in (finding, usual)]
    assert rate < before / 2 if told else rate == before
