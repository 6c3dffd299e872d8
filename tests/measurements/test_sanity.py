"""The sanity check: every planted bug is found by a real look and a real short training, and nothing is found where there is none."""

import copy
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

import advisor
from advisor.finding import LOUD
from advisor.judging import engine
from probes.examination import data, gradients, outputs
from probes.measurements import sanity
from probes.probing.run_directory import RunDirectory
from probes.training import EXAMINED
from probes.trainings import from_model_file, model_file
from probes.trainings.own_loop import OwnLoop
from tests.measurements.looked_at import logged, report_of, training
from tests.measurements.sanity_examples import (
    PLANTED,
    WELL,
    D,
    N,
    Through,
    classes,
    convolution,
    frozen_backbone,
    images,
    inputs,
    mlp,
    with_a_pooler,
)

HERE = Path(__file__).parents[1]
SAMPLE, TASKS = HERE.parent / "sample_runs" / "model.py", sorted((HERE / "bench" / "tasks").glob("*.py"))
torch.set_num_threads(1)
pytestmark = pytest.mark.filterwarnings("ignore:Using a target size")


def problems(report, *levels):
    return {f.problem for f in report.findings if f.level in (levels or LOUD)}


def first_causes(report):
    return {f.problem: f.causes[0].cause for f in report.findings if f.causes}


@pytest.mark.parametrize("make, wanted", PLANTED.values(), ids=PLANTED.keys())
def test_a_planted_bug_is_found_with_its_cause(make, wanted):
    torch.manual_seed(0)
    report = report_of(make())
    assert set(wanted) <= problems(report), [f.message for f in report.findings]
    causes = first_causes(report)
    assert all(causes[problem] == cause for problem, cause in wanted.items() if cause), causes


@pytest.mark.parametrize("make", WELL.values(), ids=WELL.keys())
def test_nothing_is_found_where_nothing_is_wrong(make):
    torch.manual_seed(0)
    report = report_of(make())
    assert not problems(report), [f.message for f in report.findings]
    assert not [why for why in report.skipped.values() if "fault" in why]


@pytest.mark.parametrize("path", [SAMPLE, *TASKS], ids=lambda path: path.stem)
def test_of_the_tasks_of_the_benches_only_the_ill_scaled_one_is_told(path):
    with model_file.imported(path) as module:
        report = report_of(from_model_file.training_from(module, path))
    assert problems(report) == ({"badly-scaled-inputs"} if path.stem == "scaled_momentum" else set()), [f.message for f in report.findings]


def test_what_may_be_meant_is_noted():
    backbone, pooler = (report_of(training(model, inputs(), classes())) for model in (frozen_backbone(), with_a_pooler()))
    assert first_causes(backbone)["parameters-without-gradient"] == "frozen-parameters" and problems(backbone, "note")
    assert first_causes(pooler)["parameters-without-gradient"] == "unused-layers"
    noisy = Through(lambda x, net: net(functional.dropout(x, 0.5)), net=mlp())
    assert first_causes(report_of(training(noisy, inputs(), classes())))["train-eval-mismatch"] == "noise-in-evaluation"


def test_a_model_that_was_trained_is_noted_to_begin_low():
    loop = training(mlp(), inputs(), classes(), lr=1e-2)
    for _ in range(150):
        loop.step()
    report = report_of(loop)
    assert problems(report, "note") == {"wrong-initial-loss"} and not problems(report)


# ── the look itself ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_loss_is_asked_what_it_says_of_known_answers():
    y = torch.tensor([0, 0, 0, 1])
    facts = outputs.output_facts(functional.cross_entropy, torch.randn(4, 3), y)
    entropy = -(0.75 * np.log(0.75) + 0.25 * np.log(0.25))
    assert facts["ignorant_loss"] == pytest.approx(np.log(3)) and facts["constant_loss"] == pytest.approx(entropy, rel=1e-4)
    assert facts["perfect_loss"] == pytest.approx(0, abs=1e-6) and facts["classes"] == 3
    t = torch.tensor([[1.0], [3.0]])
    facts = outputs.output_facts(functional.mse_loss, torch.zeros(2, 1), t)
    assert (facts["constant_loss"], facts["perfect_loss"]) == (1.0, 0.0)
    assert set(outputs.output_facts(lambda output, target: output[0].sum(), (torch.ones(1),), y)) == {"answers"}


def test_of_a_very_large_output_a_part_is_asked_about(monkeypatch):
    monkeypatch.setattr(outputs, "LARGE", 100)
    output, y, summed = torch.randn(64, 10), torch.arange(64) % 10, nn.CrossEntropyLoss(reduction="sum")
    facts = outputs.output_facts(summed, output, y)
    assert facts["answers"] == 64 and facts["ignorant_loss"] == pytest.approx(64 * np.log(10), rel=0.4)


def test_the_size_of_a_feature_is_that_of_its_values_other_than_0():
    x = torch.zeros(100, 3)
    x[:5, 0], x[:, 1], x[:, 2] = 1.0, torch.linspace(-1, 1, 100) * 400, 7.0
    scale = data.of_scale(x)
    assert scale["smallest_feature"] == 1.0 and scale["largest_feature"] == pytest.approx(400 / np.sqrt(3), rel=0.02)
    assert data.of_scale(torch.ones(10, 2)) == {}


def test_a_gradient_is_missing_only_where_it_is_in_every_minibatch():
    a, b, c = (nn.Parameter(torch.ones(2)) for _ in range(3))
    model = nn.ParameterDict({"a": a, "b": b, "c": c})
    passes = [lambda: (a.sum() + 0 * b.sum()).backward(), lambda: (0 * b.sum()).backward()]
    facts = gradients.gradient_facts(model, [a, b], passes, lambda: float((a + c).detach().sum()))
    assert facts["gradient/zero_gradient"] == facts["gradient/cut_off"] == facts["gradient/not_held"] == pytest.approx(1 / 3)
    assert facts["zero_gradient/b"] == facts["cut_off/c"] == 2.0 and facts["trainable"] == 6


def test_a_look_changes_nothing():
    loop = training(convolution(), *images())
    loop.step()
    before = copy.deepcopy((loop.model.state_dict(), loop.optimizer.state_dict())), torch.get_rng_state(), loop.order.place[1].tolist()
    first = loop.examined()
    after = (loop.model.state_dict(), loop.optimizer.state_dict()), torch.get_rng_state(), loop.order.place[1].tolist()
    assert repr(before[0]) == repr(after[0]) and torch.equal(before[1], after[1]) and before[2] == after[2]
    assert first == loop.examined() and all(isinstance(value, float) for value in first.values())


def test_one_minibatch_is_one_minibatch_until_it_is_set_again():
    loop = training(mlp(), inputs(), classes(), lr=0.0, optimizer=torch.optim.SGD)
    with loop.restored():
        loop.one_batch = True
        assert len({loop.step() for _ in range(3)}) == 1
        with loop.restored():
            same = loop.step()
        assert loop.step() == same
        loop.one_batch = True
        assert loop.step() != same
    assert not loop.one_batch and loop.step() == same and loop.step() != same


def test_the_rates_tried_are_todays_first_and_none_twice():
    def tried(today, lost_beyond):
        found = {}
        while len(found) < sanity.MOST_RATES and (rate := sanity.next_rate(today, found)) is not None:
            found[rate] = rate > lost_beyond
        return list(found)

    assert tried(1e-3, 5.0) == pytest.approx([1e-3, 1e-2, 1e-1, 1.0, 10.0, 1e-4])
    assert tried(0.3, 0.2) == pytest.approx([0.3, 1e-3, 1e-2, 1e-1, 0.03])
    assert tried(0.3, np.inf) == pytest.approx([0.3, 1e-3, 1e-2, 1e-1, 3.0, 30.0, 300.0])


def test_a_slow_training_is_looked_at_and_hardly_trained():
    class Slow(OwnLoop):
        def step(self):
            sanity.time.sleep(0.02)
            return super().step()

    loop = training(mlp(), torch.ones(N, D), classes())
    loop.__class__ = Slow
    rows = list(sanity.measure(loop, seconds=0.1))
    assert sum(row.get("one_batch/steps", 0) for row in rows) <= 8
    report = engine.diagnose(logged(rows))
    assert "there was time for" in report.skipped["cannot-overfit-one-batch"]


def test_what_was_seen_is_found_again_in_the_run_directory(tmp_path):
    log = RunDirectory(tmp_path / "run")
    for row in sanity.measure(training(mlp(last=nn.Softmax(dim=1)), inputs(), classes())):
        log.row(sanity, row)
    log.close()
    [report] = advisor.diagnose(tmp_path / "run")
    assert report.verdict == "problem" and report.findings[0].problem == "mismatched-output"
    assert report.first_change.hparam == "output_activation" and report.first_change.to == "logits"
    [note] = sanity.check(log.table("sanity"))
    assert note.level == "note" and "On one minibatch the loss went from" in note.message


def test_four_minibatches_are_looked_at():
    loop = training(mlp(), inputs(), classes())
    assert loop.examined()["examples"] == 32 * EXAMINED and loop.taken == EXAMINED
