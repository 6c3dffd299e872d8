"""What a smaller batch, accumulation, half precision and checkpointing save is what was measured with each."""

import numpy as np
import pytest
import torch
from torch import nn

from advisor.errors import AdvisorError
from probes.measurements import memory_savings
from probes.trainings.checkpointing import forget_random_states, repeated_blocks
from tests.measurements.table_of_rows import table
from tests.trainings.trainings import Text, dense, loop, made, second_step


def test_each_saving_is_the_one_measured():
    training = made(Text, torch.optim.SGD, examples=150)
    training.memory_budget = second_step(training, 100).allocated
    rows = table(memory_savings.measure(training, batch_size=64))
    assert rows.batch_size.tolist() == [64, 32, 16, 64, 64, 64] and rows.accumulation_steps.tolist() == [1, 1, 4, 1, 1, 1]
    assert rows.precision.tolist() == [0, 0, 0, 1, 0, 1] and rows.checkpointing.tolist() == [0, 0, 0, 0, 1, 1]
    assert rows.largest[0] == 100 and (rows.largest[3:] > 100).all()
    assert rows.peak_bytes[0] == second_step(training, 64).reserved and (rows.peak_bytes[1:] < rows.peak_bytes[0]).all()
    training.checkpointing = True
    assert rows.peak_bytes[4] == second_step(training, 64).reserved
    [finding] = memory_savings.check(rows)
    changes = finding.causes[0].changes
    assert [(c.hparam, c.to) for c in changes] == [
        ("batch_size", 32),
        ("accumulation_steps", 4),
        ("precision", "bf16"),
        ("activation_checkpointing", "on"),
    ]
    assert f"checkpointing {1 - rows.peak_bytes[4] / rows.peak_bytes[0]:.0%}" in finding.message


def test_no_blocks_no_checkpointing_and_no_saving_no_finding():
    training = made(dense)
    rows = table(memory_savings.measure(training, batch_size=2))  # weights, gradients and AdamW's state are all there is
    assert not rows.checkpointing.any() and list(memory_savings.check(rows)) == []
    with pytest.raises(AdvisorError, match="no list of 3 or more blocks"):
        training.checkpointing = True


def test_what_the_model_cannot_do_is_a_row_without_a_number():
    training = made(examples=400, batch_size=256)

    def whole(output, target):
        if output.dtype != torch.float32:
            raise TypeError("only in single precision")
        return nn.functional.cross_entropy(output, target)

    training.loss = whole
    rows = table(memory_savings.measure(training))
    assert np.isnan(rows.peak_bytes[rows.precision == 1]).all() and np.isfinite(rows.peak_bytes[rows.precision == 0]).all()
    assert all(change.hparam != "precision" for change in next(memory_savings.check(rows)).causes[0].changes)


def test_repeated_blocks_are_the_outermost_lists_of_one_class():
    model = Text()
    assert repeated_blocks(model) == list(model.blocks)
    nested = nn.Sequential(*(nn.Sequential(*(nn.Linear(4, 4) for _ in range(3))) for _ in range(4)))
    assert repeated_blocks(nested) == list(nested)
    assert repeated_blocks(dense()) == [] == repeated_blocks(nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2)))


def test_checkpointing_changes_no_gradient_and_is_undone():
    def losses(training):
        torch.manual_seed(3)  # of dropout
        return [training.step() for _ in range(4)]

    plain, checkpointed = made(Text), made(Text)
    checkpointed.checkpointing = True
    assert losses(checkpointed) == pytest.approx(losses(plain), rel=1e-5)
    checkpointed.checkpointing = False
    assert not any("forward" in vars(module) for module in checkpointed.model.modules())
    with checkpointed.restored():
        checkpointed.checkpointing, checkpointed.precision = True, "bf16"
    assert not checkpointed.checkpointing and checkpointed.precision == "fp32"


def test_blocks_may_leave_random_states_alone():
    training = made(Text)
    training.checkpointing = True
    blocks = training.model.blocks
    forget_random_states(training.model)
    assert all(block.forward.keywords == {"use_reentrant": False, "preserve_rng_state": False} for block in blocks)
    assert training.step() > 0


def test_half_precision_trains_nearly_alike():
    losses = {}
    for precision in ("fp32", "bf16", "fp16"):
        training = loop()
        training.precision = precision
        torch.manual_seed(3)
        losses[precision] = [training.step() for _ in range(5)]
        assert all(p.dtype == torch.float32 for p in training.parameters)
    assert losses["bf16"] == pytest.approx(losses["fp32"], rel=0.03) and losses["bf16"] != losses["fp32"]
    assert losses["fp16"] == pytest.approx(losses["fp32"], rel=0.01) and losses["fp16"] != losses["fp32"]
    with pytest.raises(ValueError, match="one of fp32, bf16, fp16"):
        training.precision = "fp8"
