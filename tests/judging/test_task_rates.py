"""The usual learning rate of a task: it is that of the task that is told, and a change goes to it as far as it must."""

import itertools
import json
from dataclasses import replace

import pytest

import advisor
from advisor import curves
from advisor.evidence.learning_rate import distance, unusual_rate_evidence
from advisor.evidence.learning_rate_change import Known, size_learning_rate, target
from advisor.evidence.usual_rates import BANDS, USUAL, band, of_task
from advisor.judging import engine
from advisor.signals.hparams import OPTIMIZERS
from advisor.tasks import described, rates_of, tasks

LORA = dict(lora_r=8)


@pytest.mark.parametrize("name", tasks())
def test_the_rates_of_a_task_are_of_optimizers_that_there_are(name):
    settings = [{}, LORA, dict(batch_size=2), dict(model="LSTM"), dict(n_d=8)]
    for hparams, start in itertools.product(settings, [None, 2.3, 500.0]):
        rates = rates_of(described(name), hparams, start)
        assert set(rates) <= {*USUAL, ""} and all(0 < low <= high for low, high in rates.values()), (hparams, start)


@pytest.mark.parametrize("name, optimizer, hparams, low, high", [
    ("fine-tuning", "AdamW", {}, 1e-5, 5e-5), ("fine-tuning", "AdamW", LORA, 1e-4, 3e-4), ("diffusion", "AdamW", {}, 1e-4, 2e-4),
    ("language-model-pretraining", "AdamW", {}, 3e-4, 1e-3), ("language-model-pretraining", "SGD", dict(model="LSTM"), 20, 30),
    ("detection-segmentation", "SGD with momentum", dict(batch_size=16), 0.01, 0.02),
    ("detection-segmentation", "SGD with momentum", dict(batch_size=2), 0.00125, 0.0025), ("physics-informed", "Adam", {}, 1e-3, 1e-3),
    ("boosting", None, {}, 0.03, 0.3), ("contrastive", "SGD with momentum", {}, 0.015, 0.06), ("tabular", "Adam", dict(n_d=8), 0.01, 0.02),
    ("adversarial-training", "SGD with momentum", {}, 0.05, 0.1), ("sequence-to-sequence", "Adam", {}, 5e-4, 1e-3),
])  # fmt: skip
@pytest.mark.parametrize("sign, now", [(-1, 50.0), (+1, 1e-9)])
@pytest.mark.parametrize("steps", [None, 500, 200_000])
def test_a_change_goes_to_the_tasks_own_rate(name, optimizer, hparams, low, high, sign, now, steps):
    within = of_task(described(name), optimizer, hparams)
    to, why = target(Known(now if now < 1 or high < 5 else 5e3, sign, optimizer, steps, within=within))
    assert 0.9 * low <= to <= 1.25 * high and described(name).words in why


def test_where_no_task_is_known_the_optimizers_own_table_tells():
    assert of_task(described("supervised"), "AdamW", {}) is None and of_task(None, "SGD", {}) is None
    assert band(described("supervised"), "SGD", {}) == BANDS["SGD"] and set(OPTIMIZERS.values()) <= set(USUAL)


def test_a_loss_summed_over_pixels_wants_much_less_of_sgd():
    task = described("vae")
    assert of_task(task, "SGD", {}, 2.3) is None and of_task(task, "SGD", {}, 540.0).high == 1e-3


def test_a_rate_that_is_usual_of_its_task_is_not_unusual():
    hparams = dict(lr=2e-5, optimizer="AdamW")
    assert distance(None, hparams) < 0 and distance(None, hparams, described("fine-tuning")) == 0
    [told] = unusual_rate_evidence(None, hparams | dict(lr=1e-2), +1, described("fine-tuning"))
    assert "fine-tuning with AdamW" in told.fact and told.weight > 0
    assert distance(None, dict(lr=20, optimizer="SGD", model="LSTM"), described("language-model-pretraining")) == 0


@pytest.mark.parametrize("framework, to", [("transformers", 3e-5), ("", None)])
def test_where_no_optimizer_is_set_it_is_the_one_that_the_framework_takes(framework, to):
    run = curves.example(dict(train_loss=curves.flat(2.3) * curves.noise(0.01), hparams=dict(lr=0.01)))
    run.signals.update(task=described("fine-tuning"), framework=framework)
    size = size_learning_rate(run, -1)
    assert size.to == to if to else "not known" in size.why


def test_a_net_for_pictures_is_fine_tuned_faster_than_a_language_model():
    told = {sign: of_task(described("fine-tuning", (sign,)), "AdamW", {}) for sign in ("pretrained", "model_name_or_path", "lora_r")}
    assert told["model_name_or_path"].high < told["pretrained"].high and told["lora_r"].low == 1e-4
    assert distance(None, dict(lr=5e-4, optimizer="Adam"), described("fine-tuning", ("pretrained",))) == 0


def test_a_report_names_the_task_that_its_rate_is_usual_of():
    hparams = dict(lr=0.3, optimizer="AdamW", **LORA)
    stuck = curves.example(dict(train_loss=curves.flat(2.3) * curves.noise(0.002), hparams=hparams))
    run = replace(stuck, hparams=hparams)
    run.__dict__["signals"] = dict(stuck.signals)
    change = engine.diagnose(run).first_change
    assert change.hparam == "lr" and change.to == 2e-4 and "fine-tuning with AdamW" in change.why


def test_a_lora_checkpoint_is_told_its_own_rate_in_the_trainers_words(tmp_path):
    """Stuck from the first hundred steps on at a rate of .05: down to what LoRA takes, by the file that PEFT writes beside the state."""
    history = [dict(epoch=i / 50, step=10 * i, loss=2.1 + 0.02 * (i % 3), learning_rate=0.05, grad_norm=3.0) for i in range(1, 61)]
    state = dict(log_history=history, max_steps=600, num_train_epochs=2, train_batch_size=4)
    (tmp_path / "trainer_state.json").write_text(json.dumps(state))
    (tmp_path / "adapter_config.json").write_text(json.dumps(dict(peft_type="LORA", r=8, lora_alpha=16, lora_dropout=0.05)))
    [report] = advisor.diagnose(tmp_path)
    assert report.run.signal("task").name == "fine-tuning" and report.verdict == "problem"
    rates = [c for f in report.findings for cause in f.causes for c in cause.changes if c.hparam == "lr"]
    assert rates and all(c.how == {"transformers": "TrainingArguments(learning_rate=0.0002)"} for c in rates)
    assert not [e for f in report.findings for cause in f.causes for e in cause.evidence if e.tag == "batch_size"]


@pytest.mark.parametrize("sign, now, to", [(-1, 0.3, 0.005), (+1, 1e-7, 1e-6)])
def test_a_trainer_whose_task_is_not_known_may_be_fine_tuning(sign, now, to):
    """Down from a rate that no task takes to what its optimizer wants; up by ten times only, for fine-tuning wants little."""
    run = curves.example(dict(train_loss=curves.flat(2.3) * curves.noise(0.01), hparams=dict(lr=now, max_steps=900)))
    run.signals.update(task=described("supervised"), framework="transformers")
    assert size_learning_rate(run, sign).to == to
