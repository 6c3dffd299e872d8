"""The calibrated table holds to the modules, and the engine to the table."""

import ast
import inspect
import math
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from advisor import curves
from advisor.commands.cli import app
from advisor.evidence import weights
from advisor.finding import Finding
from advisor.judging import engine, rules, weighing

CAUSES, PROBLEMS = {rule.name: rule for rule in rules.causes()}, {rule.name: rule for rule in rules.problems()}
PLANTED = set(weights.weights()["causes"])
NAN = dict(train_loss=curves.fall() * curves.nan_after(0.03), hparams=dict(lr=10.0, optimizer="SGD"))


def texts(module):
    """Every text written in a module and in the advisor's modules that it imports from."""
    trees = [ast.parse(inspect.getsource(module))]
    named = [node.module for node in ast.walk(trees[0]) if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("advisor.")]
    trees += [ast.parse(Path(sys.modules[name].__file__).read_text(encoding="utf-8")) for name in named]
    return {node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def numbers(table):
    for value in table.values():
        yield from numbers(value) if isinstance(value, dict) else [value]


def test_every_number_is_finite():
    found = list(numbers(weights.weights()))
    assert len(found) > 50 and all(math.isfinite(n) for n in found)


@pytest.mark.parametrize("name", sorted(PLANTED & set(CAUSES)))
def test_nothing_in_the_table_is_stale(name):
    """A fact that was reworded, or a problem that is no longer explained, has left numbers behind: run python -m advisor.calibrate."""
    known = weights.of("causes", name)
    assert set(known.get("prior", {})) <= set(CAUSES[name].module.EXPLAINS)
    assert set(known.get("evidence", {})) <= texts(CAUSES[name].module)
    assert all(fact["times"] >= 0 for fact in known.get("evidence", {}).values())


def test_every_name_in_the_table_is_of_the_catalogue():
    """A cause that has no rule yet may have been planted, but has no weights."""
    assert set(weights.weights()["problems"]) <= set(PROBLEMS)
    assert not [name for name in PLANTED - set(CAUSES) if {"prior", "evidence"} & set(weights.of("causes", name))]


def test_an_empty_table_leaves_every_module_its_own_numbers():
    run = curves.example(NAN)
    with weights.using({}):
        [finding] = engine.diagnose(run).findings
        rule = CAUSES["learning-rate-too-high"]
        assert weighing.prior(rule, finding.problem) == rule.module.PRIOR["exploding-loss"] and finding.confidence == 0.99


def test_the_engine_uses_the_table():
    run = curves.example(NAN)
    fact = "diverged in the first tenth, at step"
    for prior, times in ((3.0, 1.0), (-7.0, 2.0)):
        table = dict(causes={"learning-rate-too-high": dict(prior={"exploding-loss": prior}, evidence={fact: dict(times=times)})})
        with weights.using(table):
            [finding] = engine.diagnose(run).findings
            assert weighing.prior(CAUSES["learning-rate-too-high"], finding.problem) == prior
            [cause] = [c for c in finding.causes if c.cause == "learning-rate-too-high"]
            assert [e.weight for e in cause.evidence if e.fact == fact] == [4.0 * times]


@pytest.mark.parametrize("name", ["learning-rate-too-high", "vanishing-gradients"])
def test_explain_tells_the_weights_and_how_often_they_were_right(name):
    """Every fact with its decibans, and the runs that the cause was true of and named in."""
    told = CliRunner().invoke(app, ["explain", name], env={"COLUMNS": "200"}).stdout
    known = weights.of("causes", name)
    assert all(f"{fact['decibans']:+.1f}  {kind}" in told for kind, fact in known["evidence"].items())
    assert f"The cause in {known['corpus']['planted']} runs, and named first in {known['corpus']['right']} of them" in told


@pytest.mark.parametrize("problem", sorted(PROBLEMS))
def test_a_finding_that_its_rule_is_surer_of_is_no_less_sure(problem):
    said = [weights.confidence(Finding("", (), confidence=c / 100, problem=problem)) for c in range(50, 100)]
    assert said == sorted(said) and said[0] > 0 and said[-1] <= 1


def test_what_was_wrong_more_often_than_right_is_said_to_be():
    """No floor at a half: a reader who is told 18% knows what to think of the warning."""
    with weights.using({"problems": {"overfitting": dict(shift=-1.5, slope=0.0)}}):
        assert weights.confidence(Finding("", (), confidence=0.97, problem="overfitting")) == 0.18
