"""Structured logs: each framework's real layout is read; growth is read on; damage is told; somebody's data is left alone."""

import io
import json
import os
import re
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from advisor import diagnose
from advisor.reading.formats import formats
from advisor.reading.formats.hparams_file import read as read_hparams
from advisor.reading.runs import read
from advisor.reading.storage.growing_lines import Lines, head
from advisor.reading.tables.csv_rows import CsvRows
from advisor.reading.tables.step_axis import COUNTERS, counters
from advisor.signals.hparams import canonical
from tests.reading.mlflow_tables import TABLES
from tests.reading.wandb_files import framed, items, wire

NAN = float("nan")


def put(folder, name, text):
    path = Path(folder) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def format_of(path):
    """The format a file is read by, None where it is of no run or only beside one."""
    known = next((f for f in formats() if f.sniff(path)), None)
    return None if known is None or known.BESIDE else known


def curves(log):
    return {tag: (curve.steps.tolist(), curve.values.tolist()) for tag, curve in log.scalars.items()}


def json_lines(*records):
    return "".join(json.dumps(record) + "\n" for record in records)


LIGHTNING = "epoch,lr-SGD,step,train_loss,val_loss\n,0.1,0,,\n0,,9,0.5,\n0,,9,,0.6\n,0.05,10,,\n1,,19,nan,\n1,,19,,0.55\n"
YOLO = """               epoch,      train/box_loss,      train/cls_loss,     metrics/mAP_0.5,               x/lr0
                   0,             0.11609,            0.055231,           0.0010562,              0.0001
                   1,             0.10012,            0.048888,            0.020033,              0.0002
"""
DETECTRON = json_lines(
    {"data_time": 0.01, "eta_seconds": 99.5, "iteration": 19, "loss_cls": 1.5, "lr": 0.001, "time": 0.4, "total_loss": 2.5},
    {"bbox/AP": 11.5, "data_time": 0.02, "iteration": 39, "loss_cls": 1.25, "lr": 0.002, "time": 0.4, "total_loss": 2.0},
)
MMENGINE = json_lines(
    {"lr": 0.1, "data_time": 0.01, "loss": 3.0, "time": 0.2, "epoch": 1, "iter": 50, "memory": 99, "step": 50},
    {"lr": 0.1, "data_time": 0.01, "loss": 2.0, "time": 0.2, "epoch": 1, "iter": 100, "memory": 99, "step": 100},
    {"coco/bbox_mAP": 0.125, "data_time": 0.5, "time": 0.75, "step": 1},
    {"lr": 0.1, "data_time": 0.01, "loss": NAN, "time": 0.2, "epoch": 2, "iter": 150, "memory": 99, "step": 150},
)
MMDET = json_lines(
    {"env_info": "sys.platform: linux", "config": "model = dict()", "seed": None, "exp_name": "x.py"},
    *({"mode": "train", "epoch": e, "iter": i, "lr": 0.02, "loss": 4.0 - e - i / 100} for e in (1, 2) for i in (50, 100)),
    {"mode": "val", "epoch": 2, "iter": 625, "lr": 0.02, "bbox_mAP": 0.25},
    {"mode": "train", "epoch": 3, "iter": 50, "lr": 0.02, "loss": 0.5},
)
DETR = json_lines(
    *(
        {"train_lr": 1e-4, "train_loss": 3.0 - e, "test_loss": 2.5, "test_coco_eval_bbox": [0.25, *[0.0] * 11], "epoch": e, "many": [1, 2]}
        for e in (0, 1)
    )
)
LLAMA = (
    '{"current_steps": 5, "total_steps": 10, "loss": 1.5, "lr": 1e-05, "epoch": 0.5, "percentage": 50.0, "elapsed_time": "0:00:05"}\n'
    '{"current_steps": 10, "total_steps": 10, "eval_loss": 1.25, "epoch": 1.0, "percentage": 100.0, "elapsed_time": "0:00:09"}\n'
)
STATE = {
    "best_metric": None,
    "epoch": 1.0,
    "global_step": 20,
    "log_history": [
        {"epoch": 0.5, "grad_norm": 1.5, "learning_rate": 5e-05, "loss": 2.0, "step": 10},
        {"epoch": 1.0, "grad_norm": NAN, "learning_rate": 0.0, "loss": 1.5, "step": 20},
        {"epoch": 1.0, "eval_loss": 1.25, "eval_runtime": 0.5, "step": 20},
        {"epoch": 1.0, "step": 20, "total_flos": 1e9, "train_loss": 1.75, "train_runtime": 3.5},
    ],
    "max_steps": 20,
    "num_train_epochs": 1,
    "train_batch_size": 8,
    "trial_params": {"learning_rate": 5e-05},
}
SKORCH = [
    {"batches": [{"train_loss": 9.0}], "epoch": e, "dur": 0.5, "train_loss": 1.0 / e, "train_loss_best": True, "valid_loss": 0.75}
    for e in (1, 2)
]
GUIDED = "step,samples,loss,loss_q0,grad_norm,lr,param_norm\n0,8,1.0,1.0,2.0,0.1,9\n10,88,0.5,,1.0,0.1,9\n"
FASTAI = "epoch,train_loss,valid_loss,accuracy,time\n0,0.5,0.25,0.75,00:12\n1,0.25,0.125,0.875,00:12\n"
SB3 = "rollout/ep_rew_mean,time/total_timesteps,time/iterations,train/loss,train/explained_variance\n20.5,2048,1,,\n22.5,4096,2,0.5,nan\n"

# Title: the file's name, its text, the format that reads it, and some of the curves in it.
REAL = {
    "Lightning": (
        "metrics.csv",
        LIGHTNING,
        "csv",
        {"train_loss": ([9, 19], [0.5, NAN]), "val_loss": ([9, 19], [0.6, 0.55]), "lr-SGD": ([0, 10], [0.1, 0.05])},
    ),
    "YOLOv5": ("results.csv", YOLO, "csv", {"train/box_loss": ([0, 1], [0.11609, 0.10012]), "x/lr0": ([0, 1], [1e-4, 2e-4])}),
    "timm": ("summary.csv", "epoch,train_loss,eval_loss,eval_top1,lr\n0,6.5,6.0,1.5,0.1\n", "csv", {"eval_top1": ([0], [1.5])}),
    "fastai": ("history.csv", FASTAI, "csv", {"train_loss": ([0, 1], [0.5, 0.25]), "epoch": ([0, 1], [0, 1])}),
    "Keras CSVLogger": ("training.log", "epoch;loss;val_loss\n0;1.5;2.5\n1;1.0;inf\n", "csv", {"val_loss": ([0, 1], [2.5, np.inf])}),
    "Stable-Baselines3": ("progress.csv", SB3, "csv", {"rollout/ep_rew_mean": ([2048, 4096], [20.5, 22.5]), "train/loss": ([4096], [0.5])}),
    "guided-diffusion": ("progress.csv", GUIDED, "csv", {"loss_q0": ([0], [1.0]), "grad_norm": ([0, 10], [2.0, 1.0])}),
    "TensorBoard's download": (
        "run-a-tag-Loss_train.csv",
        "Wall time,Step,Value\n1700000000.5,0,1.5\n1700000001.5,10,1.0\n",
        "csv",
        {"Loss_train": ([0, 10], [1.5, 1.0])},
    ),
    "a column that tells train from val": (
        "log.csv",
        "epoch,phase,loss\n0,train,3\n0,val,4\n1,train,2\n1,val,3.5\n",
        "csv",
        {"train/loss": ([0, 1], [3, 2]), "val/loss": ([0, 1], [4, 3.5])},
    ),
    "batches counted anew in each epoch": (
        "log.csv",
        "epoch,batch,loss\n0,0,4\n0,10,3\n1,0,2\n1,10,1\n",
        "csv",
        {"loss": ([0, 10, 10, 20], [4, 3, 2, 1])},
    ),
    "a batch size is no count": ("log.csv", "epoch,batch,loss\n0,32,4\n1,32,3\n", "csv", {"loss": ([0, 1], [4, 3])}),
    "detectron2": ("metrics.json", DETECTRON, "json-lines", {"total_loss": ([19, 39], [2.5, 2.0]), "bbox/AP": ([39], [11.5])}),
    "mmengine": (
        "scalars.json",
        MMENGINE,
        "json-lines",
        {"loss": ([50, 100, 150], [3.0, 2.0, NAN]), "coco/bbox_mAP": ([100], [0.125]), "time": ([50, 100, 150], [0.2] * 3)},
    ),
    "old mmdet": (
        "20200101_000000.log.json",
        MMDET,
        "json-lines",
        {"train/loss": ([50, 100, 150, 200, 250], [2.5, 2.0, 1.5, 1.0, 0.5]), "val/bbox_mAP": ([200], [0.25])},
    ),
    "DETR": ("log.txt", DETR, "json-lines", {"train_loss": ([0, 1], [3.0, 2.0]), "test_coco_eval_bbox/AP": ([0, 1], [0.25, 0.25])}),
    "LLaMA-Factory": ("trainer_log.jsonl", LLAMA, "json-lines", {"loss": ([5], [1.5]), "eval_loss": ([10], [1.25])}),
    "nan as Python prints it": (
        "log.jsonl",
        '{"step": 1, "loss": nan}\n{"step": 2, "loss": -inf}\n',
        "json-lines",
        {"loss": ([1, 2], [NAN, -np.inf])},
    ),
    "nested objects": (
        "log.jsonl",
        json_lines({"step": 3, "train": {"loss": 1.5}, "args": {"lr": 0.1}}),
        "json-lines",
        {"train/loss": ([3], [1.5])},
    ),
    "HF Trainer": (
        "trainer_state.json",
        json.dumps(STATE, indent=2),
        "trainer-state",
        {"loss": ([10, 20], [2.0, 1.5]), "grad_norm": ([10, 20], [1.5, NAN]), "eval_loss": ([20], [1.25])},
    ),
    "skorch": ("history.json", json.dumps(SKORCH), "json", {"train_loss": ([1, 2], [1.0, 0.5])}),
    "Keras history": ("history.json", '{"loss": [1.5, NaN], "val_loss": [2, 1]}', "json", {"loss": ([0, 1], [1.5, NAN])}),
    "lists in parts": ("log.json", '{"train": {"loss": [3, 2]}, "val": {"loss": [4]}}', "json", {"train/loss": ([0, 1], [3, 2])}),
    "a history without a counter": (
        "history.csv",
        "loss,mae,val_loss,val_mae\n4,3,5,4\n3,2,4,3\n2,2,3,3\n1,1,2,2\n",
        "csv",
        {"loss": ([0, 1, 2, 3], [4, 3, 2, 1]), "val_loss": ([0, 1, 2, 3], [5, 4, 3, 2])},
    ),
    "a history as pandas writes it": (
        "history.csv",
        ",loss,custom,val_loss,val_custom\n0,4,3,5,4\n1,3,2,4,3\n2,2,2,3,3\n3,1,1,2,2\n",
        "csv",
        {"loss": ([0, 1, 2, 3], [4, 3, 2, 1]), "custom": ([0, 1, 2, 3], [3, 2, 2, 1])},
    ),
    "losses of both splits": (
        "losses.tsv",
        "train_loss\ttest_loss\n4\t5\n3\t4\nnan\tnan\n1\t2\n",
        "csv",
        {"train_loss": ([0, 1, 2, 3], [4, 3, NAN, 1]), "test_loss": ([0, 1, 2, 3], [5, 4, NAN, 2])},
    ),
    "a table parted by spaces": (
        "curve.out",
        "#  step   rmse_val   rmse_trn    lr\n      0   1.0e+01   9.0e+00  1.0e-03\n    100   2.0e+00   1.0e+00  1.0e-03\n"
        "    200   1.0e+00   5.0e-01  9.0e-04\n    300   nan   4.0e-01  9.0e-04\n",
        "csv",
        {"rmse_trn": ([0, 100, 200, 300], [9, 1, 0.5, 0.4]), "rmse_val": ([0, 100, 200, 300], [10, 2, 1, NAN])},
    ),
    "losses and scores alone, in order": (
        "results.csv",
        "Loss,Accuracy,Recalls\n" + "".join(f"{1 / n},{1 - 1 / n},0.5\n" for n in range(1, 13)),
        "csv",
        {"Loss": (list(range(12)), [1 / n for n in range(1, 13)])},
    ),
    "losses beside a clock": (
        "loss.csv",
        "loss,part_loss,time\n" + "".join(f"{8 - n / 2},{n},2024-05-13 12:{n:02}:23\n" for n in range(12)),
        "csv",
        {"loss": (list(range(12)), [8 - n / 2 for n in range(12)])},
    ),
    "a counter with its end": ("loss.csv", "Epochs(/10),Loss\n1,3.5\n2,3.0\n3,2.5\n", "csv", {"Loss": ([1, 2, 3], [3.5, 3.0, 2.5])}),
    "names of loss functions": ("log.csv", "epoch,bce,kld\n0,2,1\n1,1,2\n", "csv", {"bce": ([0, 1], [2, 1]), "kld": ([0, 1], [1, 2])}),
    "frames": (
        "progress.csv",
        "episode_reward,frame,value\n0.5,640,0.2\n0.75,1280,0.1\n",
        "csv",
        {"episode_reward": ([640, 1280], [0.5, 0.75])},
    ),
    "DVCLive": ("dvclive/plots/metrics/train/loss.tsv", "step\tloss\n0\t1.0\n1\t0.5\n", "dvclive", {"train/loss": ([0, 1], [1.0, 0.5])}),
}
LINED = [title for title in REAL if REAL[title][2] in ("csv", "json-lines", "dvclive")]


@pytest.mark.parametrize("name, text, which, expected", REAL.values(), ids=REAL)
def test_what_a_framework_wrote_is_read(tmp_path, name, text, which, expected):
    path = put(tmp_path, name, text)
    known = format_of(path)
    assert known is not None and which == known.NAME
    log = known.read(path)
    np.testing.assert_equal({tag: curves(log).get(tag) for tag in expected}, expected)
    assert log.lost == () and all(curve.tag == tag for tag, curve in log.scalars.items())


# What only looks like a log, and would be a run nobody trained.
DATA = {
    "accelerations": ("data.csv", "step,acc_x,acc_y,acc_z\n0,1,2,3\n1,2,3,4\n"),
    "a time series": ("data.csv", "time,value\n1700000000,1\n1700000060,2\n"),
    "losses of goods": ("goods.csv", "step,heat_loss\n1,2\n2,3\n"),
    "a sweep": ("sweep.csv", "model,epoch,val_loss\na,5,0.1\nb,3,0.2\nc,9,0.1\nd,2,0.3\ne,1,0.2\n"),
    "results of a search": ("trials.csv", "trial,lr,batch_size,val_loss\n0,0.1,32,1.5\n1,0.2,32,1.0\n"),
    "results of several models": ("results.csv", "model,train_loss,test_loss\na,1,2\nb,2,3\nc,1,2\nd,2,2\n"),
    "results by a setting": ("results.csv", "hidden,train_loss,test_loss\n8,1,2\n16,2,3\n32,1,2\n64,2,2\n"),
    "claims": ("claims.csv", "premium,loss\n1,2\n2,3\n3,4\n4,5\n"),
    "losses and scores in no order": ("results.csv", "loss,accuracy\n" + "".join(f"{n * 7 % 12},{n}\n" for n in range(12))),
    "losses alone": ("claims.csv", "loss\n2\n3\n4\n5\n"),
    "scores of several models": ("scores.csv", "accuracy,f1\n1,2\n2,3\n3,4\n4,5\n"),
    "a table of words": ("list.txt", "# step loss comment\n1 the first\n2 the second\n3 the third\n"),
    "a matrix": ("matrix.txt", "1 2 3\n4 5 6\n7 8 9\n1 2 3\n"),
    "labels": ("train.csv", "id,label\n1,0\n2,1\n"),
    "negative steps": ("data.csv", "step,loss\n-3,1\n-2,2\n"),
    "steps that are words": ("data.csv", "step,loss\nfirst,1\nsecond,2\n"),
    "prose": ("notes.txt", "At each step, the loss\nfell, and fell.\n"),
    "a summary": ("all_results.json", '{"epoch": 3.0, "train_loss": 0.5}'),
    "a printed summary": ("all_results.json", '{\n    "epoch": 3.0,\n    "train_loss": 0.5\n}'),
    "settings": ("settings.json", '{"betas": [0.9, 0.999], "loss": "mse", "epoch": 3}'),
    "annotations": ("coco.json", '{"images": [{"id": 1}], "annotations": []}'),
    "texts": ("train.jsonl", json_lines({"text": "a", "label": 1}, {"text": "b", "label": 0})),
    "examples with their losses": ("hard.json", json.dumps([{"id": 5, "loss": 2.0}, {"id": 3, "loss": 1.0}])),
    "nothing": ("metrics.csv", ""),
    "bytes": ("metrics.csv", bytes(range(256)) * 40),
    "deep": ("history.json", "[" * 100_000),
    "a folder's meta data": ("mlruns/0/meta.yaml", "experiment_id: 0\n"),
}


def test_every_counter_is_found_by_its_words():
    assert all(counters([name]) == [name] for name in COUNTERS)


@pytest.mark.parametrize("name, text", DATA.values(), ids=DATA)
def test_somebodys_data_is_no_log(tmp_path, name, text):
    assert format_of(put(tmp_path, name, text)) is None


@pytest.mark.parametrize("title", LINED)
def test_a_file_that_grew_is_read_on(tmp_path, monkeypatch, title):
    monkeypatch.setattr(
        "advisor.reading.storage.growing_lines.SETTLED", 0 if len(REAL[title][1]) > 100 and "mmdet" not in title else 1 << 16
    )
    name, text, _, _ = REAL[title]
    data, log = text.encode(), None
    known = format_of(put(tmp_path, name, data))
    for cut in [*range(1, len(data), 7), len(data)]:
        log = known.read(put(tmp_path, name, data[:cut]), log)
    np.testing.assert_equal(curves(log), curves(known.read(tmp_path / name)))


class Counted(io.FileIO):
    """A file that counts the bytes read of all such files."""

    total = 0

    def read(self, size=-1):
        data = super().read(size)
        Counted.total += len(data)
        return data


class CountedPath(type(Path())):
    def open(self, mode="r"):
        return Counted(str(self), mode)


@pytest.mark.parametrize(
    "name, line", [("log.csv", "{},0.5,0.25\n"), ("log.jsonl", '{{"step": {}, "train_loss": 0.5}}\n'), ("m/metrics/loss", "17 0.5 {}\n")]
)
def test_only_what_is_new_is_read(tmp_path, name, line):
    put(tmp_path, "m/meta.yaml", "run_id: m\n")
    first = "step,train_loss,val_loss\n" if name.endswith("csv") else ""
    path = CountedPath(put(tmp_path, name, first + "".join(map(line.format, range(1, 50_000)))))
    known = format_of(path)
    log = known.read(path)
    with open(path, "a") as file:
        file.write(line.format(50_000))
    Counted.total = 0
    log = known.read(path, log)
    [curve] = [curve for tag, curve in log.scalars.items() if tag in ("train_loss", "loss")]
    assert curve.steps[-1] == 50_000 and len(curve) == 50_000 and Counted.total < 1 << 17


@pytest.mark.parametrize("new", [LIGHTNING[:60], LIGHTNING.replace("0.5", "0.7") * 2, GUIDED * 20], ids=["shorter", "changed", "another"])
def test_a_file_put_in_its_place_is_read_anew(tmp_path, new):
    known = format_of(put(tmp_path, "metrics.csv", LIGHTNING))
    log = known.read(tmp_path / "metrics.csv")
    again = known.read(put(tmp_path, "metrics.csv", new), log)
    np.testing.assert_equal(curves(again), curves(known.read(tmp_path / "metrics.csv")))


LOST = {
    "the last line of a CSV": ("a.csv", "step,loss\n1,2\n2,1.5\n3,1.", {"loss": ([1, 2], [2, 1.5])}, "the last line was cut at byte 20"),
    "the last line of JSON": (
        "a.jsonl",
        '{"step": 1, "loss": 2}\n{"step": 2, "lo',
        {"loss": ([1], [2])},
        "the last line was cut at byte 23",
    ),
    "rows of other columns": ("a.csv", "step,loss\n1,2\n2\n3,1,7\n4,1,\n", {"loss": ([1, 4], [2, 1])}, "2 rows have other columns"),
    "no UTF-8": ("a.csv", b"step,loss,l\xe4rm\n1,2,\xff\n2,1,3\n", {"loss": ([1, 2], [2, 1])}, ""),
    "a byte order mark": ("a.csv", b"\xef\xbb\xbfstep,loss\r\n1,2\r\n", {"loss": ([1], [2])}, ""),
    "lines that are no JSON": (
        "a.jsonl",
        '{"step": 1, "loss": 2}\nTraceback:\n[1]\n{"step": 2, "loss": 1}\n',
        {"loss": ([1, 2], [2, 1])},
        "",
    ),
    "a line that is a novel": ("a.csv", "step,loss\n1,2\n" + "x" * 5000 + "\n2,1\n", {"loss": ([1, 2], [2, 1])}, "5001 bytes in lines"),
    "a new header": (
        "a.csv",
        "epoch,step,loss\n0,1,2\nepoch,step,loss,val_loss\n0,2,1,3\n",
        {"loss": ([1, 2], [2, 1]), "val_loss": ([2], [3])},
        "",
    ),
    "two columns of one name": ("a.csv", "step,loss,loss\n1,2,3\n", {"loss": ([1], [2]), "loss (2)": ([1], [3])}, ""),
    "hostile names": (
        "a.csv",
        'step,loss,"a,""b\x1b[31m",' + "z" * 999 + "\n1,2,3,4\n",
        {'a,"b\x1b[31m': ([1], [3]), "z" * 200: ([1], [4])},
        "",
    ),
    "begun again from a checkpoint": (
        "a.csv",
        "step,loss\n" + "".join(f"{i},{i}\n" for i in (*range(10), *range(6, 12))),
        {"loss": (list(range(12)), list(range(12)))},
        "began again at step 6: the 4 points",
    ),
    "a point out of order": ("a.csv", "step,loss\n0,9\n1,8\n2,7\n3,6\n0,5\n", {"loss": ([0, 0, 1, 2, 3], [9, 5, 8, 7, 6])}, ""),
    "a document cut off": (
        "trainer_state.json",
        json.dumps(STATE)[:300],
        {"loss": ([10, 20], [2, 1.5])},
        "is not whole JSON.*2 whole entries",
    ),
    "an empty document": ("trainer_state.json", "", {}, "is empty"),
    "a document of another kind": ("trainer_state.json", '{"log_history": {"loss": 1}}', {}, ""),
    "a list cut off": ("history.json", json.dumps([*SKORCH, SKORCH[-1]])[:-9], {"valid_loss": ([1, 2], [0.75] * 2)}, "is not whole JSON"),
}


@pytest.mark.parametrize("name, text, expected, said", LOST.values(), ids=LOST)
def test_damage_loses_only_itself(tmp_path, monkeypatch, name, text, expected, said):
    monkeypatch.setattr("advisor.reading.storage.growing_lines.LONGEST", 1000)
    monkeypatch.setattr("advisor.reading.storage.growing_lines.BLOCK", 100)
    path = put(tmp_path, name, text)
    log = next(f for f in formats() if f.sniff(path)).read(path)
    np.testing.assert_equal({tag: curves(log).get(tag) for tag in expected}, expected)
    assert len(log.lost) == bool(said)
    if said:
        assert log.lost[0].startswith(name) and re.search(said, log.lost[0])


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(REAL)), st.integers(0, 2000), st.binary(max_size=20), st.integers(0, 20))
def test_no_bytes_make_it_fail(title, place, junk, cut):
    name, text, _, _ = REAL[title]
    data = text.encode()
    with tempfile.TemporaryDirectory() as folder:
        known = format_of(put(folder, name, data))
        log = known.read(put(folder, name, data[:place] + junk + data[place + cut :]))
    for curve in log.scalars.values():
        assert len(curve.steps) == len(curve.values) == len(curve.wall) and (np.diff(curve.steps) >= 0).all()


cell = st.sampled_from(
    ["", " ", "nan", "NaN", "-inf", "inf", "1", " 2.5", "1e-3", "0.1234567890123456789", "x", "True", "NA", "9" * 30, '"1"']
)


@given(st.lists(st.lists(cell, min_size=2, max_size=4), min_size=1, max_size=6), st.sampled_from(",;"))
@settings(max_examples=150, deadline=None)
def test_many_rows_are_read_as_few_are(rows, separator):
    lines = [separator.join([str(i), *row]) for i, row in enumerate(rows)]
    with pytest.MonkeyPatch.context() as patch:
        slow, quick = CsvRows(), CsvRows()
        slow.take([separator.join(["step", "loss", "", "a"]), *lines])
        patch.setattr("advisor.reading.tables.header.MANY", 1)
        quick.take([separator.join(["step", "loss", "", "a"]), *lines])
    np.testing.assert_equal(curves(quick.table.log(Path())), curves(slow.table.log(Path())))
    assert quick.odd == slow.odd


@given(st.lists(st.binary(max_size=30)), st.integers(1, 50), st.data())
@settings(max_examples=60, deadline=None)
def test_lines_are_the_files_lines_however_it_grew(parts, block, data):
    whole = b"\n".join(parts)
    assume(whole.count(b"\r") < 2)  # of several, and no line feed before them, lines may end in those
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr("advisor.reading.storage.growing_lines.BLOCK", block)
        lines, found = Lines(), []
        for end in sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=4))):
            patch.setattr("advisor.reading.storage.growing_lines.SETTLED", 0)
            with put(folder, "f", whole[:end]).open("rb") as file:
                assert lines.go_on_in(file)
                found += [line for batch in lines.new(file) for line in batch]
            seen = whole[:end].removeprefix(b"\xef\xbb\xbf").split(b"\n")
            assert (
                found == [line.removesuffix(b"\r").decode("utf-8", "replace") for line in seen[:-1]]
                and lines.torn == whole[:end][lines.offset :]
            )


def test_the_head_of_a_file_ends_with_a_whole_line(tmp_path):
    assert (
        head(put(tmp_path, "f", "ab\ncd\nef"), 7) == ["ab", "cd"]
        and head(tmp_path / "f", 8) == ["ab", "cd"]
        and head(tmp_path / "f", 9)[-1] == "ef"
    )


def test_times_of_day_are_kept(tmp_path):
    for name, text in {
        "a.csv": "timestamp,step,loss\n2024-01-01T00:00:00+00:00,1,2\n",
        "b.csv": "time,step,loss\n1704067200000,1,2\n",
        "c.jsonl": '{"_timestamp": 1704067200, "step": 1, "loss": 2}',
    }.items():
        log = format_of(put(tmp_path, name, text)).read(tmp_path / name)
        assert log.started == log.scalars["loss"].wall[0] == 1704067200 and set(log.scalars) == {"loss"}


ODD_CELLS = {
    "metrics.csv": (
        "step,train_loss\n" + "".join(f"{i},{'error' if i == 7 else 1 / (i + 1)}\n" for i in range(40)),
        "1 cells of train_loss",
    ),
    "progress.csv": ("step,train_loss\n" + "".join(f"{'?' if i == 7 else i},{1 / (i + 1)}\n" for i in range(40)), "1 cells of step"),
    "metrics.jsonl": (
        "".join(f'{{"step": {i}, "loss": {"--" if i == 7 else 1 / (i + 1)}}}\n' for i in range(40)),
        "1 lines are no whole JSON",
    ),
}


@pytest.mark.parametrize("name", ODD_CELLS)
def test_cells_that_hold_no_number_are_told(tmp_path, name):
    text, told = ODD_CELLS[name]
    [run] = read(put(tmp_path, name, text))
    assert [told in note for note in run.notes] == [True] and len(run.signal("train_loss")) == 40 - ("step" not in told)


def test_cells_that_say_there_is_nothing_are_not_told(tmp_path):
    [run] = read(put(tmp_path, "metrics.csv", "step,train_loss,note\n" + "".join(f"{i},{'N/A' if i % 2 else i},ok\n" for i in range(40))))
    assert run.notes == () and len(run.signal("train_loss")) == 20


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
@pytest.mark.parametrize("name", ["metrics.csv", "history.json", "metrics.jsonl"])
def test_what_may_be_a_log_and_cannot_be_read_is_told(tmp_path, name):
    put(tmp_path, "progress.csv", ODD_CELLS["metrics.csv"][0].replace("error", "1"))
    put(tmp_path, name, "step,loss\n").chmod(0)
    [run] = read(tmp_path)
    assert run.notes == (f"{name} could not be read: Permission denied",)


def test_a_run_of_mlflow(tmp_path):
    run = "mlruns/123/abc"
    put(tmp_path, f"{run}/meta.yaml", "run_id: abc\n")
    put(tmp_path, f"{run}/metrics/train/loss", "1700000000000 2.5 0\n1700000001000 nan 10\n1700000002000 1.5 20 data 0a1b\n")
    put(tmp_path, f"{run}/metrics/val_acc", "1700000002000 0.5 20\n")
    for name, value in {"learning_rate": "1e-3", "batch_size": "32", "optimizer": "Adam", "odd": "[1", "sub/x": "True"}.items():
        put(tmp_path, f"{run}/params/{name}", value)
    [found] = read(tmp_path)
    assert found.name == run and found.signal("train_loss").steps.tolist() == [0, 10, 20] and found.signal("val_accuracy").values == [0.5]
    assert found.signal("train_loss").wall[0] == 1.7e9
    assert dict(found.hparams) == {"learning_rate": 0.001, "batch_size": 32, "optimizer": "Adam", "odd": "[1", "sub/x": True}


def test_a_header_that_cannot_be_parted(tmp_path):
    path = put(tmp_path, "dvclive/plots/metrics/loss.tsv", f'"{"x" * 200_000}\tloss\n0\t2\n')
    assert not format_of(path).read(path).scalars


def test_a_run_of_dvclive(tmp_path):
    put(tmp_path, "dvclive/plots/metrics/train/loss.tsv", "step\tloss\n0\t2\n1\t1\n")
    put(tmp_path, "dvclive/plots/metrics/temperature.tsv", "timestamp\tstep\ttemperature\n1700000000000\t0\t0.5\n")
    put(tmp_path, "dvclive/params.yaml", "lr: 1e-3\n")
    [found] = read(tmp_path)
    assert set(found.scalars) == {"train/loss", "temperature"} and found.hparams == {"lr": 0.001} and found.name == "dvclive"


SETTINGS = {
    "Hydra": (".hydra/config.yaml", "optimizer: {lr: 1e-3}\ntrainer: {max_epochs: 3}\n", {"lr": 0.001, "epochs": 3}),
    "W&B": ("config.yaml", "_wandb: {value: {a: 1}}\nwandb_version: 1\nlr: {desc: null, value: 1e-3}\n", {"lr": 0.001}),
    "Ultralytics": (
        "args.yaml",
        "lr0: 0.01\nbatch: 16\nimgsz: 640\nworkers: 8\n",
        {"lr": 0.01, "batch_size": 16, "image_size": 640, "num_workers": 8},
    ),
    "YOLOv5": ("hyp.yaml", "lr0: 0.01\nweight_decay: 0.0005\n", {"lr": 0.01, "weight_decay": 0.0005}),
    "HF": ("training_args.json", '{"learning_rate": 5e-5, "per_device_train_batch_size": 8}', {"lr": 5e-5, "batch_size": 8}),
}


@pytest.mark.parametrize("name, text, expected", SETTINGS.values(), ids=SETTINGS)
def test_settings_beside_a_log_have_our_names(tmp_path, name, text, expected):
    put(tmp_path, "metrics.csv", LIGHTNING)
    put(tmp_path, name, text)
    [found] = read(tmp_path)
    assert found.signal("hparams") == expected == canonical(read_hparams(tmp_path / name).hparams)


@pytest.mark.parametrize("name", ["metrics.csv", "trainer_state.json", "trainer_log.jsonl", "train_log.txt", "run-a.wandb"])
def test_what_git_lfs_left_is_told(tmp_path, name):
    put(tmp_path, name, "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n")
    put(tmp_path, "a/metrics.csv", LIGHTNING)
    lost, _ = diagnose(tmp_path)
    assert lost.reason == f"{name} is only what Git LFS left in its place: run git lfs pull"


ROWS = [{"_step": i, "_timestamp": 1.7e9 + i, "train/loss": NAN if i == 7 else 1 / (i + 1), "note": "x" * 90} for i in range(1000)]
WANDB, ENDS = framed([wire(17, wire(4, items(1, {"lr": 0.001})[2:])), items(5, {"opt/name": "adam"}), *(items(2, row) for row in ROWS)])
END_BEFORE = max(end for end in ENDS if end <= 50_000)


def test_a_run_of_wandb(tmp_path):
    put(tmp_path, "wandb/offline-run-1/run-1.wandb", WANDB)
    put(tmp_path, "wandb/offline-run-1/files/output.log", "CUDA out of memory\n")
    [found] = read(tmp_path)
    np.testing.assert_equal(found.scalars["train/loss"].values, [row["train/loss"] for row in ROWS])
    assert found.scalars["train/loss"].steps.tolist() == list(range(1000)) and found.scalars["train/loss"].wall[-1] == 1.7e9 + 999
    assert dict(found.hparams) == {"lr": 0.001, "opt/name": "adam"} and found.lines[0].kind == "out-of-memory" and not found.notes


@pytest.mark.parametrize(
    "data, least, said",
    [
        (WANDB[:-9], 999, f"cut at byte {ENDS[-2]} "),
        (WANDB[:50_000] + bytes(20) + WANDB[50_020:], 999, "bytes at offset 49"),
        (WANDB[:70_000] + b"\xff" * 70_000 + WANDB[140_000:], 200, "bytes at offset 69"),
        (WANDB[:50_000] + bytes(5) + b"\x00" * 30_000, 250, f"{80_005 - END_BEFORE} bytes at offset {END_BEFORE} were damaged"),
        (WANDB[:32_761] + b"\xff" + WANDB[32_762:], 998, "were damaged"),
        (b"", 0, "is empty"),
        (b"some text", 0, "no W&B run in its 9 bytes"),
        (WANDB[:7], 0, ""),
    ],
    ids=["torn", "a hole", "a large hole", "zeros to the end", "the beginning of a record that goes on", "empty", "text", "just begun"],
)
def test_damaged_files_of_wandb(tmp_path, data, least, said):
    path = put(tmp_path, "run-1.wandb", data)
    log = format_of(path).read(path)
    loss = log.scalars.get("train/loss", [])
    assert len(loss) >= least and len(log.lost) == bool(said) and all(said in sentence for sentence in log.lost)
    assert not len(loss) or np.array_equal(loss.values, [ROWS[i]["train/loss"] for i in loss.steps], equal_nan=True)


def test_a_growing_file_of_wandb(tmp_path):
    log = None
    for end in (3, 7, 40, 5000, 32_000, 32_800, ENDS[500], len(WANDB)):
        path = put(tmp_path, "run-1.wandb", WANDB[:end])
        log = format_of(path).read(path, log)
    np.testing.assert_equal(curves(log), curves(format_of(path).read(path)))


def test_another_file_of_wandb_in_its_place(tmp_path):
    log = format_of(put(tmp_path, "run-1.wandb", WANDB[:5000])).read(tmp_path / "run-1.wandb")
    path = put(tmp_path, "run-1.wandb", framed([items(2, {"_step": i, "loss": 1.0}) for i in range(900)])[0])
    assert set(format_of(path).read(path, log).scalars) == {"loss"}


def test_what_wandb_writes(tmp_path, monkeypatch):
    wandb = pytest.importorskip("wandb")
    with wandb.init(dir=str(tmp_path), mode="offline", config={"lr": 0.1}, settings=wandb.Settings(silent=True, console="off")) as run:
        for i in range(50):
            run.log({"train/loss": 1 / (i + 1), "nested": {"a": float("inf")}})
    [found] = read(tmp_path)
    assert found.scalars["train/loss"].values.tolist() == [1 / (i + 1) for i in range(50)] and found.hparams == {"lr": 0.1}
    assert np.isinf(found.scalars["nested/a"].values).all()


SCHEMA = f"""{TABLES}INSERT INTO experiments VALUES (0, 'Default/..');
INSERT INTO runs VALUES ('aaaaaaaa1', 'one', 0, 'active'), ('bbbbbbbb2', 'one', 0, 'active'), ('c', 'gone', 0, 'deleted');
INSERT INTO params VALUES ('lr', '0.001', 'aaaaaaaa1');
INSERT INTO metrics VALUES ('loss', 2.5, 1700000000000, 'aaaaaaaa1', 0, 0), ('loss', 0, 1700000001000, 'aaaaaaaa1', 10, 1),
    ('loss', -1.7976931348623157e308, 1700000002000, 'aaaaaaaa1', 20, 0), ('loss', 1.5, 1700000003000, 'bbbbbbbb2', 1, 0);
"""


def test_a_database_of_mlflow(tmp_path):
    with closing(sqlite3.connect(tmp_path / "mlflow.db")) as database:
        database.executescript(SCHEMA)
    before = (tmp_path / "mlflow.db").read_bytes()
    one, other = read(tmp_path)
    assert (one.name, other.name) == ("mlflow.db/Default_/one", "mlflow.db/Default_/one-bbbbbbbb") and one.hparams == {"lr": 0.001}
    np.testing.assert_equal(curves(one), {"loss": ([0, 10, 20], [2.5, NAN, -np.inf])})
    assert one.scalars["loss"].wall[0] == 1.7e9 and (tmp_path / "mlflow.db").read_bytes() == before
    assert len(read(tmp_path / "mlflow.db")) == 2


@pytest.mark.parametrize("data", [b"", b"SQLite format 3\x00" + bytes(2000), b"text"], ids=["empty", "damaged", "text"])
def test_what_is_no_database_is_told(tmp_path, data):
    log = format_of(put(tmp_path, "mlflow.db", data)).read(tmp_path / "mlflow.db")
    assert len(log.lost) == 1 and log.lost[0].startswith("mlflow.db could not be read as MLflow's database")


def test_settings_in_the_log_itself(tmp_path):
    log = format_of(put(tmp_path, "trainer_state.json", json.dumps(STATE))).read(tmp_path / "trainer_state.json")
    assert canonical(log.hparams) == {"batch_size": 8, "max_steps": 20, "epochs": 1, "lr": 5e-05}


def test_lightnings_own_logger(tmp_path):
    loggers = pytest.importorskip("lightning.pytorch.loggers")
    logger = loggers.CSVLogger(str(tmp_path))
    logger.log_hyperparams({"lr": 0.1})
    for step in range(5):
        logger.log_metrics({"train_loss": 1 / (step + 1)}, step)
        logger.save()
    logger.log_metrics({"val_loss": NAN}, 4)
    logger.save()
    [found] = read(tmp_path)
    assert found.signal("train_loss").values.tolist() == [1 / (i + 1) for i in range(5)] and found.signal("val_loss").steps == [4]
    assert found.hparams == {"lr": 0.1}


EPOCHS = [f"{i},{1.5 * 0.9**i + 0.01 * (i % 3):.4f}\n" for i in range(12)]


def test_tables_of_two_sets_beside_each_other_are_one_training(tmp_path):
    (tmp_path / "train_log.csv").write_text("epoch,total_loss\n" + "".join(EPOCHS))
    (tmp_path / "val_log.csv").write_text("epoch,total_loss\n" + "".join(f"{i},{0.8 + 0.01 * i:.4f}\n" for i in range(12)))
    [run] = read(tmp_path)
    assert run.signal("train_loss").values[0] == 1.5 and run.signal("val_loss").values[-1] == 0.91
    assert run.signal("val_loss").tag == "val/total_loss"


def test_a_table_of_other_columns_beside_it_changes_no_name(tmp_path):
    (tmp_path / "train.csv").write_text("epoch,loss\n" + "".join(EPOCHS))
    (tmp_path / "test.csv").write_text("epoch,test_loss\n" + "".join(EPOCHS))
    assert {tag for run in read(tmp_path) for tag in run.scalars} - {"epoch"} == {"loss", "test_loss"}


def test_a_file_named_by_its_only_column_is_a_curve_however_noisy(tmp_path):
    noisy = np.random.default_rng(1).uniform(0.5, 0.7, 30)
    (tmp_path / "val_loss.csv").write_text("val_loss\n" + "".join(f"{value:.6f}\n" for value in noisy))
    (tmp_path / "loss.csv").write_text("loss\n" + "".join(f"{1.5 * 0.9**i:.6f}\n" for i in range(30)))
    [run] = read(tmp_path)
    assert np.allclose(run.signal("val_loss").values, noisy, atol=1e-6) and len(run.signal("train_loss")) == 30
