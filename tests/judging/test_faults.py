"""A fault of ours costs itself: whichever part of judging fails is told, and the rest of the answer stands."""

import importlib
import pkgutil
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import advisor
from advisor import curves
from advisor.curves import fall
from advisor.faults import gathered
from advisor.finding import Evidence, Finding
from advisor.frameworks import frameworks
from advisor.judging import engine, rules, weighing
from advisor.run import Run
from advisor.scalar import scalar
from advisor.statistics.epoch_pattern import period
from advisor.tasks import tasks

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "sample_runs" / "overfitting" / "runs"
ROOMS = ["coverage", "anchors", "evidence", "evidence.rates", "evidence.validation", "statistics", "signals"]


def fails(*given, **named):
    raise RuntimeError("made up")


@pytest.fixture
def kept(monkeypatch):
    """Faults are kept and told, as at a user's."""
    monkeypatch.delenv("ADVISOR_FAULTS")


@pytest.fixture
def failing(kept):
    """Let the function of a rule fail."""
    changed = []

    def of(rule):
        changed.append((rule, rule.function))
        object.__setattr__(rule, "function", fails)

    yield of
    for rule, function in changed:
        object.__setattr__(rule, "function", function)


def bad(rule):
    return curves.example(next(iter({**rule.module.BAD, **rule.module.GOOD}.values())))


@pytest.mark.parametrize("rule", rules.problems(), ids=lambda rule: rule.name)
def test_a_problem_that_fails_is_skipped_and_the_others_are_judged(rule, failing):
    before = engine.diagnose(bad(rule))
    failing(rule)
    after = engine.diagnose(bad(rule))
    said = f"internal fault in {rule.name}, please report"
    assert after.skipped[rule.name] == said and [str(fault) for fault in after.faults] == [said]
    assert {f.problem for f in after.findings} == {f.problem for f in before.findings} - {rule.name}
    assert set(after.passed) == set(before.passed) - {rule.name}
    assert after.verdict != "healthy"
    assert after.faults[0].again == f"advisor diagnose example --select {rule.name} --verbose"
    assert "made up" in after.faults[0].error and after.faults[0].place.startswith("tests/judging/test_faults.py")


def test_health_is_not_said_where_a_problem_could_not_be_looked_for(failing):
    well = {"train_loss": curves.fall() * curves.noise(0.02), "val_loss": curves.fall() * curves.noise(0.01)}
    assert engine.diagnose(curves.example(well)).verdict == "healthy"
    [rule] = [rule for rule in rules.problems() if rule.name == "overfitting"]
    failing(rule)
    report = engine.diagnose(curves.example(well))
    assert (report.verdict, report.reason) == ("cannot-tell", "internal fault in overfitting, please report")


def explained(rule):
    """A finding that the cause may explain, with its causes, and the faults that were met."""
    run = bad(rule)
    engine.look_at(run)
    curve = next((s for s in run.signals.values() if hasattr(s, "steps")), None)
    first, last = (int(curve.steps[0]), int(curve.steps[-1])) if curve is not None and len(curve) else (0, 1)
    finding = Finding("Seen.", (Evidence("train_loss", first, last, "seen", 1.0),), problem=rule.module.EXPLAINS[0])
    with gathered() as faults:
        return weighing.explain(finding, run), [fault.part for fault in faults]


@pytest.mark.parametrize("rule", rules.causes(), ids=lambda rule: rule.name)
def test_a_cause_that_fails_is_left_out_and_the_others_are_weighed(rule, failing):
    before, none = explained(rule)
    failing(rule)
    after, faults = explained(rule)
    assert not none and faults == [rule.name]
    others = {c.cause for c in before.causes} - {rule.name}
    assert others <= {c.cause for c in after.causes} and rule.name not in {c.cause for c in after.causes}


@pytest.mark.parametrize("rule", rules.causes(), ids=lambda rule: rule.name)
def test_a_cause_whose_changes_fail_stands_without_them(rule, kept, monkeypatch):
    before, _ = explained(rule)
    monkeypatch.setattr(rule.module, "changes", fails)
    after, faults = explained(rule)
    assert [(c.cause, c.probability) for c in after.causes] == [(c.cause, c.probability) for c in before.causes]
    shown = rule.name in {c.cause for c in before.causes}
    assert faults == [rule.name] * shown and all(not c.changes for c in after.causes if c.cause == rule.name)


@pytest.fixture(scope="module")
def sample():
    [run] = advisor.read(SAMPLE)
    return run, engine.diagnose(replace(run))


def test_each_cause_that_fails_stands_in_skipped(sample, failing):
    run, before = sample
    cause = before.findings[0].causes[0].cause
    [rule] = [rule for rule in rules.causes() if rule.name == cause]
    failing(rule)
    after = engine.diagnose(replace(run))
    assert after.skipped[cause] == f"internal fault in {cause}, please report"
    assert [f.problem for f in after.findings] == [f.problem for f in before.findings] and after.verdict == before.verdict


@pytest.mark.parametrize("name, module", [*tasks().items(), *frameworks().items()], ids=str)
def test_a_task_or_framework_that_fails_is_not_recognized_and_told(name, module, sample, kept, monkeypatch):
    run, before = sample
    monkeypatch.setattr(module, "recognize", fails)
    after = engine.diagnose(replace(run))
    assert after.skipped[name] == f"internal fault in {name}, please report"
    assert [f.problem for f in after.findings] == [f.problem for f in before.findings] and after.verdict == before.verdict


def modules_of(room):
    for found in pkgutil.iter_modules(importlib.import_module(f"advisor.{room}").__path__):
        if not found.ispkg:
            yield pytest.param(importlib.import_module(f"advisor.{room}.{found.name}"), id=f"{room}.{found.name}")


@pytest.mark.parametrize("module", [p for room in ROOMS for p in modules_of(room)])
def test_whatever_helpers_fail_there_is_an_answer(module, sample, kept, monkeypatch):
    """What asks them is told as failed, or nothing asked them and the answer is the same."""
    run, before = sample
    for function in [*vars(module).values()]:
        if callable(function) and not isinstance(function, type) and getattr(function, "__module__", "") == module.__name__:
            for known in [m for key, m in sys.modules.items() if key.startswith("advisor.")]:
                for attribute in [a for a, value in vars(known).items() if value is function]:
                    monkeypatch.setattr(known, attribute, fails)
    after = engine.diagnose(replace(run))
    assert after.faults or (after.verdict, after.skipped, after.findings) == (before.verdict, before.skipped, before.findings)
    assert after.reason if not after.skipped else all(after.skipped[fault.part] == str(fault) for fault in after.faults)
    assert after.verdict == "problem" or after.faults


def test_a_signal_that_fails_costs_the_rules_that_ask_for_it(sample, kept, monkeypatch):
    run, before = sample
    monkeypatch.setattr("advisor.signals.layers.layer_grad_norms", fails)
    after = engine.diagnose(replace(run))
    asking = {rule.name for rule in rules.problems() if "layer_grad_norms" in (*rule.needs, *rule.uses)}
    said = "internal fault in layer_grad_norms, please report"
    assert {name for name in before.skipped | dict.fromkeys(before.passed) if after.skipped.get(name) == said} <= asking
    assert after.skipped["layer_grad_norms"] == said and after.findings[0].problem == before.findings[0].problem
    assert run.signal("train_loss") is not None and replace(run).signal("layer_grad_norms") is None


@pytest.mark.parametrize("error, said", [(MemoryError, "memory ran out in judging"), (RecursionError, "internal fault in judging")])
def test_what_exhausts_memory_or_the_stack_costs_the_run(error, said, sample, kept, monkeypatch):
    run, _ = sample

    def exhausts(run):
        raise error

    monkeypatch.setattr(engine, "coverage_of", exhausts)
    report = engine.diagnose(replace(run))
    assert report.verdict == "cannot-tell" and said in report.reason and not report.findings


def test_a_fault_is_an_error_in_our_tests(sample, monkeypatch):
    run, _ = sample
    monkeypatch.setattr(engine, "coverage_of", fails)
    with pytest.raises(RuntimeError, match="made up"):
        engine.diagnose(replace(run))


def test_siblings_that_fail_are_told_of_each_run_and_those_found_before_are_forgotten(kept, monkeypatch):
    def run(name, lr, end):
        curve = fall(end=end)
        steps = np.arange(len(curve))
        return Run(Path("search") / name, {"train/loss": scalar(steps, curve, tag="train/loss")}, hparams={"lr": lr}, name=name)

    runs = [run("a", 0.001, 2.0), run("b", 0.1, 0.1)]
    advisor.diagnose(runs)
    assert runs[0].signal("siblings").rate == 0.1
    advisor.diagnose(runs, alone=True)
    assert runs[0].signal("siblings") is None
    monkeypatch.setattr("advisor.evidence.siblings.sibling_of", fails)
    reports = advisor.diagnose(runs)
    assert all(report.skipped["siblings"] == "internal fault in siblings, please report" for report in reports)
    assert reports[1].passed


def test_a_text_alone_that_says_that_the_loss_is_no_number_is_heard(tmp_path):
    (tmp_path / "train.log").write_text("starting\nLoss is nan\n")
    [report] = advisor.diagnose(tmp_path)
    assert report.verdict == "problem" and report.findings[0].problem == "exploding-loss" and "Loss is nan" in report.findings[0].message
    (tmp_path / "train.log").write_text("starting\nLoss is nan, step skipped\n")
    assert advisor.diagnose(tmp_path)[0].verdict == "cannot-tell"


@pytest.mark.parametrize("points", [5, 8, 13, 31])
def test_a_period_is_no_multiple_of_it(points):
    chance, n = np.random.default_rng(points), 400
    values = 1 + np.exp(-np.arange(n) / 200) * (1 + 0.1 * chance.standard_normal(points)[np.arange(n) % points])
    found = period(scalar(10 * np.arange(n), values + 0.02 * chance.standard_normal(n)))
    assert (found.points, found.steps) == (points, 10 * points)
