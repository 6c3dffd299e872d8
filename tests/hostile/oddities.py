"""Logs that somebody may well have, and that are odd all the same: no steps, epochs in nanoseconds, settings of any type."""

import numpy as np

from tests.hostile.ordinary import POINTS, Files, training

STEPS = {
    "none": lambda i: 7,
    "falling": lambda i: POINTS - i,
    "negative": lambda i: i - 2 * POINTS,
    "of samples": lambda i: i * 1_000_000,
    "of tokens": lambda i: i * 20_000_000_000,
    "of time": lambda i: 1_700_000_000 + i,
    "with a leap": lambda i: i if i < POINTS - 2 else 10**15 + i,
    "with a leap in the middle": lambda i: i if i < POINTS // 2 else 10**17 + i,
    "of an epoch": lambda i: i % 20,
    "fractions": lambda i: i / 7,
    "the largest": lambda i: 2**63 - POINTS + i,
    "one": lambda i: 0 if i < POINTS - 1 else 1,
}
EPOCHS = {
    "of steps": lambda i: i // 20,
    "nanoseconds": lambda i: 1_700_000_000_000_000_000 + i * 1_000_000_000,
    "falling": lambda i: 12 - i // 20,
    "a leap": lambda i: i // 20 if i < POINTS - 1 else 10**9,
    "back at the end": lambda i: i // 20 if i < POINTS - 1 else 0,
    "negative": lambda i: -(i // 20),
    "fractions": lambda i: i / 20,
    "thousands an entry": lambda i: i * 1000,
}
CLOCKS = {
    "": lambda i: 1_700_000_000 + i,
    "infinite": lambda i: "inf" if i > POINTS - 3 else 1_700_000_000 + i,
    "falling": lambda i: 1_700_000_000 - i,
    "nanoseconds": lambda i: (1_700_000_000 + i) * 10**9,
    "of a date": lambda i: f"2024-01-01 00:{i // 60:02}:{i % 60:02}",
    "enormous": lambda i: 1e300,
    "zero": lambda i: 0,
}
VALUES = (
    *(
        "maybe",
        "!!bool maybe",
        "!!int x",
        "!!float y",
        "!!timestamp never",
        "!!binary ?",
        "!!set {a, b}",
        "!!omap [a]",
        "!!python/name:os.system",
    ),
    *("nan", ".inf", "-1", "0", "1e400", "9" * 400, "[1, 2, [3]]", "{a: {b: {c: 1}}}", "null", "~", "''", "2024-01-01", "12:30:45", "0x1f"),
    *(
        "true",
        "off",
        "'0.1'",
        '"1e-3"',
        "1_000",
        "'inf'",
        "'nan'",
        "[]",
        "{}",
        "&a [*a]",
        "!!map {1: 2}",
        "{? [a, b] : 1}",
        "|\n  text",
        "1000000",
    ),
    *("1000000000000", "0.5", "-0.0", "1e-320", "1e308", "!!null x", "!!str 5", "!!seq x", "<<", "{<<: 1}", "*unknown", "@", "`", "%"),
)
SETTINGS = (
    *("lr", "learning_rate", "epochs", "max_steps", "batch_size", "train_size", "optimizer", "weight_decay", "momentum", "warmup_steps"),
    *("num_classes", "dropout", "seed", "shuffle", "precision", "gradient_accumulation_steps", "num_workers", "clip", "scheduler", "betas"),
    *("lr_scheduler_type", "total_steps", "model", "task", "label_smoothing", "fp16", "eval_steps", "pretrained", "dataset", "world_size"),
)


def odd(random: np.random.Generator) -> tuple[Files, list[str]]:
    """A table with an odd way of counting steps, epochs or time, beside settings of any type."""
    step, epoch, clock = (str(random.choice(list(known))) for known in (STEPS, EPOCHS, CLOCKS))
    rows = training(random)
    evaluated = int(random.choice([1, 20, POINTS]))
    lines = [",".join(("step", "epoch", "timestamp", *rows))]
    for i in range(POINTS):
        values = [f"{v[i]:.6g}" if tag != "val_loss" or i % evaluated == 0 else "" for tag, v in rows.items()]
        lines.append(",".join([str(STEPS[step](i)), str(EPOCHS[epoch](i)), str(CLOCKS[clock](i)), *values]))
    if random.random() < 0.3:
        lines = [",".join(cell for j, cell in enumerate(line.split(",")) if j != 1) for line in lines]  # no epoch
    said = [f"steps {step}", f"epochs {epoch}", f"clock {clock}"]
    names = random.choice(SETTINGS, int(random.integers(0, 6)), replace=False)
    chosen = [f"{name}: {VALUES[random.integers(len(VALUES))]}" for name in map(str, names)]
    files = {"metrics.csv": ("\n".join(lines) + "\n").encode(), "hparams.yaml": ("\n".join(chosen) + "\n").encode()}
    return (files if chosen else {"metrics.csv": files["metrics.csv"]}), [*said, *chosen]
