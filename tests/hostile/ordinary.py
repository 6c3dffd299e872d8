"""An ordinary log of every format that is known, small, of a training of one of several kinds: what mutants are made from."""

import io
import json
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np

from tests.reading.event_files import event, packed, tensor_event
from tests.reading.mlflow_tables import TABLES
from tests.reading.wandb_files import framed, items

Files = dict[str, bytes]  # what lies in a folder, by its path there
Rows = dict[str, np.ndarray]  # tag -> values, shape (POINTS,)
POINTS, EPOCHS = 240, 12
SCHEMA = f"""{TABLES}INSERT INTO experiments VALUES (0, 'Default');
INSERT INTO runs VALUES ('a', 'one', 0, 'active');
INSERT INTO params VALUES ('lr', '0.001', 'a'), ('batch_size', '32', 'a');
"""


def training(random: np.random.Generator) -> Rows:
    """Curves of a training that learned, stood still, overfitted, exploded or was lost."""
    t = np.linspace(0, 1, POINTS)
    noisy = np.exp(0.02 * random.standard_normal((2, POINTS)))
    loss = 0.3 + 2 * np.exp(-8 * t)
    kinds = {
        "learns": (loss, loss + 0.1),
        "stands still": (np.full(POINTS, 2.3), np.full(POINTS, 2.31)),
        "overfits": (0.02 + 2 * np.exp(-8 * t), loss + 1.5 * np.clip(t - 0.4, 0, None)),
        "explodes": (loss + np.where(t > 0.6, 50 * t, 0), loss + np.where(t > 0.6, 60 * t, 0)),
        "is lost": (np.where(t > 0.5, np.nan, loss), np.where(t > 0.5, np.nan, loss)),
        "is slow": (2.3 - 0.4 * t, 2.35 - 0.4 * t),
    }
    train, val = kinds[random.choice(list(kinds))]
    return {"train_loss": train * noisy[0], "val_loss": val * noisy[1], "lr": np.full(POINTS, 1e-3)}


def events(rows: Rows, make: Callable = event) -> Files:
    messages = [make(i, tag, float(values[i])) for i in range(POINTS) for tag, values in rows.items()]
    return {"events.out.tfevents.1700000000.host.1.0": packed(messages)[0]}


def tensors(rows: Rows) -> Files:
    def made(step, tag, value):
        message = tensor_event(np.array(value, "<f4"), 1, False)
        message.step, message.wall_time, message.summary.value[0].tag = step, 1.7e9 + step, tag
        return message

    return events(rows, made)


def with_histograms(rows: Rows) -> Files:
    """Curves, and the weights of two layers now and then."""

    def made(step, tag, value):
        message = event(step, tag, value)
        if step % 20 == 0:
            counts, edges = np.histogram(np.random.default_rng(step).normal(scale=0.1, size=500), 30)
            histo = message.summary.value.add(tag=f"layer_{len(tag) % 2}/weight").histo
            histo.min, histo.max, histo.num = float(edges[0]), float(edges[-1]), 500
            histo.bucket_limit.extend(edges[1:].tolist())
            histo.bucket.extend(counts.astype(float).tolist())
        return message

    return events(rows, made)


def table(rows: Rows, separator: str = ",") -> bytes:
    lines = [separator.join(("epoch", "step", *rows))]
    lines += [separator.join(map(str, (i * EPOCHS // POINTS, i, *(f"{v[i]:.6g}" for v in rows.values())))) for i in range(POINTS)]
    return ("\n".join(lines) + "\n").encode()


def with_settings(rows: Rows) -> Files:
    settings = "lr: 0.001\nbatch_size: 32\nepochs: 12\ntrain_size: 640\noptimizer: {name: adam, betas: [0.9, 0.999]}\nshuffle: true\n"
    return {"metrics.csv": table(rows), "hparams.yaml": settings.encode()}


def dvclive(rows: Rows) -> Files:
    files = {}
    for tag, values in rows.items():
        lines = [f"{1700000000000 + i}\t{i}\t{v:.6g}" for i, v in enumerate(values)]
        files[f"plots/metrics/{tag}.tsv"] = "\n".join([f"timestamp\tstep\t{tag}", *lines, ""]).encode()
    return files


def keras_history(rows: Rows) -> Files:
    return {"history.json": json.dumps({tag.replace("train_", ""): values.tolist() for tag, values in rows.items()}).encode()}


def records(rows: Rows) -> list[dict]:
    return [{"step": i, "epoch": i * EPOCHS // POINTS, **{tag: float(values[i]) for tag, values in rows.items()}} for i in range(POINTS)]


def json_lines(rows: Rows) -> Files:
    return {"metrics.jsonl": "".join(json.dumps(row) + "\n" for row in records(rows)).encode()}


def trainer_state(rows: Rows) -> Files:
    state = {"log_history": [{"loss": row.pop("train_loss"), **row} for row in records(rows)], "max_steps": POINTS, "num_train_epochs": 12}
    return {"trainer_state.json": json.dumps(state, indent=1).encode()}


TEXTS = (
    "2024-01-02 03:04:05,678 - INFO - Epoch [{epoch}] step {step}: train_loss: {train:.4f} (1.3), val_loss: {val:.4f}, lr: {lr:.1e}\n",
    "step {step} | train loss {train:.6f} | val loss {val:.4e} | lr {lr:.1e}\n",
    "{{'train_loss': {train:.4f}, 'val_loss': {val:.4f}, 'learning_rate': {lr:.1e}, 'epoch': {step}}}\n",
    "Epoch {epoch}:  50%|█████     | {within}/20 [00:05<00:05,  9.90it/s, train_loss={train:.4f}, val_loss={val:.4f}]\r",
    "Epoch {step}/240\n938/938 [=======] - 2s 2ms/step - loss: {train:.4f} - val_loss: {val:.4f}\n",
    "| step | {step} |\n| train_loss | {train:.4f} |\n| val_loss | {val:.4f} |\n-------\n",
)


def text(rows: Rows, style: str) -> Files:
    said = (
        style.format(epoch=i * EPOCHS // POINTS, within=i % 20, step=i, train=rows["train_loss"][i], val=rows["val_loss"][i], lr=1e-3)
        for i in range(POINTS)
    )
    return {"train.log": "".join(said).encode()}


def wandb(rows: Rows) -> Files:
    history = [items(2, {"_step": row.pop("step"), "_timestamp": 1.7e9, **row}) for row in records(rows)]
    return {"run-1.wandb": framed([items(5, {"lr": 0.001, "opt/name": "adam"}), *history])[0]}


def mlflow(rows: Rows) -> Files:
    files = {"mlruns/0/a/meta.yaml": b"name: one\n", "mlruns/0/a/params/lr": b"0.001", "mlruns/0/a/params/batch_size": b"32"}
    for tag, values in rows.items():
        files[f"mlruns/0/a/metrics/{tag}"] = "".join(f"{1700000000000 + i} {v!r} {i}\n" for i, v in enumerate(values.tolist())).encode()
    return files


def database(rows: Rows, spoil: str = "") -> Files:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mlflow.db"
        with closing(sqlite3.connect(path)) as made:
            made.executescript(SCHEMA)
            points = [
                (tag, v, 1700000000000 + i, "a", i, int(v != v)) for tag, values in rows.items() for i, v in enumerate(values.tolist())
            ]
            made.executemany("INSERT INTO metrics VALUES (?, ?, ?, ?, ?, ?)", points)
            made.executescript(spoil)
            made.commit()
        return {"mlflow.db": path.read_bytes()}


def numbers(rows: Rows) -> Files:
    return {f"{tag}.txt": "".join(f"{v:.6g}\n" for v in values).encode() for tag, values in rows.items() if "loss" in tag}


def evaluations(rows: Rows) -> Files:
    """Of a policy that earns what a loss leaves."""
    file = io.BytesIO()
    np.savez(file, timesteps=np.arange(POINTS) * 1000, results=-np.tile(rows["val_loss"][:, None], 5), ep_lengths=np.full((POINTS, 5), 200))
    return {"evaluations.npz": file.getvalue()}


ORDINARY: dict[str, Callable[[Rows], Files]] = {
    "events": events,
    "tensors": tensors,
    "histograms": with_histograms,
    "csv": lambda rows: {"metrics.csv": table(rows)},
    "tsv": lambda rows: {"progress.tsv": table(rows, "\t")},
    "settings": with_settings,
    "dvclive": dvclive,
    "keras": keras_history,
    "skorch": lambda rows: {"history.json": json.dumps(records(rows)).encode()},
    "json-lines": json_lines,
    "trainer-state": trainer_state,
    "wandb": wandb,
    "mlflow": mlflow,
    "database": database,
    "numbers": numbers,
    "evaluations": evaluations,
    **{f"text {i}": lambda rows, style=style: text(rows, style) for i, style in enumerate(TEXTS)},
}
