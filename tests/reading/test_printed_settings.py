"""Settings that a program printed before it trained are its hyperparameters, where nothing else told them."""

import time

import pytest

from advisor.reading.printed.settings import printed_settings
from advisor.reading.runs import read
from tests.reading.logs import log, only

STEPS = "".join(f"step {i}: loss {2.3 * 0.97**i:.4f}, lr: 0.5\n" for i in range(30))


@pytest.mark.parametrize("text, told", [
    ("python train.py --lr=5e-4 --batch_size=128 --num_workers 2\n", dict(lr=5e-4, batch_size=128, num_workers=2)),
    ("Namespace(learning_rate=0.001, batch_size=32, eval_batch_size=64)\n", dict(learning_rate=1e-3, batch_size=32)),
    ("optimizer:\n  LR: 0.001\nparameters:\n  batch_size: 100\n", dict(lr=1e-3, batch_size=100)),
    ("TrainingArguments(\n  per_device_train_batch_size=16,\n  per_gpu_train_batch_size=None,\n  bf16=True,\n)\n",
     dict(per_device_train_batch_size=16, dtype="bf16")),
    ("{'lr': 0.01, 'dtype': torch.bfloat16}\n", dict(lr=0.01, dtype="bfloat16")),
    ("bf16=False, lr_scheduler='cosine', min_lr=1e-6, dataset_batch_size=1000\n", {}),
    ("disc lr: 0.01\ngen lr: 0.02\nbatch_size: 8\n", dict(batch_size=8)),
    (f"lr: 0.01\n{STEPS}batch_size: 8\n", dict(lr=0.01)),
    ("import torch\nfrom torch import nn\ndef step(lr=0.02):\n    pass\n", {}),
    ('Model: "sequential"\n_____\n', dict(framework="tensorflow")),
    (f"Epoch 1/10\n249/249 [{'=' * 30}] - 2s - loss: 1.91 - acc: 0.53\n", dict(framework="keras")),
    (f"Epoch: 1/10\n249/249 [{'=' * 30}] - 2s - loss: 1.91 - acc: 0.53\n", {}),
    (f"Epoch 1/10\n [{'=' * 30}]  Step: 21ms | Tot: 2s | Loss: 1.9\n", {}),
    ("2023-01-01: I tensorflow/core/gpu_device.cc:1532] Created device /job:localhost/replica:0\n", dict(framework="tensorflow")),
    ("2023-01-01: I tensorflow/core/util/port.cc:113] oneDNN custom operations are on.\n", {}),
    ("Batch Size: 48 (across 4 devices)\nLearning Rate: 0.0005\nWeight decay = 0\n",
     dict(batch_size=48, learning_rate=5e-4, weight_decay=0.0)),
    ("Validation batch size: 16\nInitial learning rate: 0.1\n", {}),
    ("Namespace(lr=0.01, lr_decay=0.75, weight_decay=0.0005)\n", dict(lr=0.01, weight_decay=5e-4)),
    ("epoch = 50\nbatch_size = 20\nlr = 1.0\n", dict(batch_size=20, lr=1.0)),
    ("epoch: 1\nlr = 1.0\n", {}),
    ("batch_size=0 lr=-1 num_workers=2.5\n", {}),
    (f"{STEPS}EarlyStopping counter: 1 out of 7\n{STEPS}EarlyStopping counter: 2 out of 7\n", dict(patience=7)),
    ("[EarlyStopping] No improvement for 6/7 epochs\n", dict(patience=7)), ("Early stopping at epoch 12/100\n", {}),
    ("EarlyStopping counter: 1 out of 7\nEarlyStopping counter: 1 out of 20\n", {}),
])  # fmt: skip
def test_what_is_printed_once_before_the_first_measurement_is_a_setting(text, told):
    assert printed_settings(text) == told


def test_a_run_has_them_where_its_curves_are_printed(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "train.log").write_text(f"--lr=5e-4 --batch_size=128\n{STEPS}")
    [run] = read(tmp_path / "a")
    assert run.signal("hparams")["lr"] == 5e-4 and run.signal("hparams")["batch_size"] == 128


@pytest.mark.parametrize(
    "text", ["Epoch 1/1 " + " " * 60_000, "Epoch 1/1\n" * 6_000, "batch size " * 6_000, "epoch = " + "1" * 60_000, "early stop " * 6_000]
)
def test_no_head_takes_its_length_squared(text):
    began = time.process_time()
    printed_settings(text)
    assert time.process_time() - began < 1


def test_a_file_of_two_bytes_a_character_has_them_too(tmp_path):
    (tmp_path / "train.log").write_text(f"--lr=5e-4\n{STEPS}", encoding="utf-16")
    [run] = read(tmp_path)
    assert run.signal("hparams")["lr"] == 5e-4


def test_what_was_logged_counts_more(tmp_path):
    log(tmp_path, {"loss": {i: 2.3 * 0.97**i for i in range(30)}})
    (tmp_path / "hparams.yaml").write_text("learning_rate: 0.01\n")
    (tmp_path / "train.log").write_text(f"--lr=5e-4\n{STEPS}")
    assert only(tmp_path).signal("hparams")["lr"] == 0.01
