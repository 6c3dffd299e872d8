"""Whether `advisor try` is right: planted faults with their repairs, the same with the sides exchanged, changes that cannot help, and none.

    python -m tests.bench.prove RESULTS [--only KIND] [--seeds N]     # RESULTS is a folder, in which it is kept and gone on with

Every script is a whole one of its own, trained by `advisor try --json` as a user would. The table at the end is for README.
"""

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median

SCRIPT = """
import torch
from sklearn import datasets
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.set_num_threads(1)
torch.manual_seed({seed})
data = datasets.load_{data}()
x = torch.tensor(data.data, dtype=torch.float32)
y = torch.tensor(data.target{kind})
x = (x - x.mean(0)) / (x.std(0) + 1e-3) * {scale}
y = (y - y.mean()) / y.std() if y.is_floating_point() else y
order = torch.randperm(len(x))
cut = len(x) * 3 // 4
train, held = (TensorDataset(x[part], y[part]) for part in (order[:cut], order[cut:]))
width = 1 if y.is_floating_point() else int(y.max()) + 1
first, second = nn.Linear(x.shape[1], 64), nn.Linear(64, 64)
model = nn.Sequential(first, nn.{activation}(), nn.Dropout({dropout}), second, nn.{activation}(), nn.Linear(64, width))
if {spread}:
    for layer in model:
        if isinstance(layer, nn.Linear):
            nn.init.normal_(layer.weight, std={spread})
optimizer = torch.optim.{optimizer}(model.parameters(), lr={lr}, weight_decay={weight_decay})
loss = nn.MSELoss() if width == 1 else nn.CrossEntropyLoss()
answer = (lambda out: out[:, 0]) if width == 1 else (lambda out: out)
for epoch in range({epochs}):
    model.train()
    for inputs, targets in DataLoader(train, {batch_size}, shuffle=True):
        optimizer.zero_grad()
        loss(answer(model(inputs)), targets).backward()
        if {clip}:
            nn.utils.clip_grad_norm_(model.parameters(), {clip})
        optimizer.step()
    model.eval()
    with torch.no_grad():
        print(epoch, sum(float(loss(answer(model(a)), b)) * len(a) for a, b in DataLoader(held, 128)) / len(held))
"""
SOUND = {"scale": 1, "dropout": 0.0, "spread": 0, "weight_decay": 0.0, "batch_size": 32, "clip": 0, "activation": "ReLU"}
TASKS = {"digits": ("", 8), "wine": ("", 40), "breast_cancer": ("", 15), "diabetes": (", dtype=torch.float32", 20)}
OPTIMIZERS = {"SGD": 0.05, "AdamW": 2e-3}
# a fault, and the change that is known to mend it
FAULTS = {
    "rate too high": (lambda lr: {"lr": 100 * lr}, lambda lr: f"lr={lr:g}"),
    "rate too low": (lambda lr: {"lr": lr / 3000}, lambda lr: f"lr={lr:g}"),
    "weight decay": (lambda lr: {"weight_decay": 0.5 / lr if lr < 0.01 else 5.0}, lambda lr: "weight_decay=0"),
    "clipped away": (lambda lr: {"clip": 1e-5}, lambda lr: "max_grad_norm=1"),
    "dropout": (lambda lr: {"dropout": 0.98}, lambda lr: "dropout=0.1"),
    "initialization": (lambda lr: {"spread": 3.0, "activation": "Tanh"}, lambda lr: "initialization=Xavier"),
    "inputs": (lambda lr: {"scale": 3000}, lambda lr: "input_scale=standardize"),
}
KINDS = ("like", "repair", "exchanged", "useless")


def cases(seeds: int) -> Iterator[tuple[str, str, dict, str]]:
    """Kind, name, what the script is filled with, and the change."""
    for seed in range(seeds):
        for data, (kind, epochs) in TASKS.items():
            for optimizer, lr in OPTIMIZERS.items():
                sound = {**SOUND, "data": data, "kind": kind, "epochs": epochs, "optimizer": optimizer, "lr": lr, "seed": seed}
                name = f"{data}-{optimizer}-{seed}"
                yield "like", name, sound, f"lr={lr * (1 + 1e-6)!r}"
                for fault, (broken, repair) in FAULTS.items():
                    yield "repair", f"{name}-{fault}", sound | broken(lr), repair(lr)
                    if fault.startswith("rate"):
                        yield "exchanged", f"{name}-{fault}", sound, f"lr={broken(lr)['lr']:g}"
                        yield "useless", f"{name}-{fault}", sound | broken(lr), "num_workers=1"


def tried(folder: Path, name: str, filled: dict, change: str) -> dict:
    """What is said of it."""
    place = folder / name.replace(" ", "-")
    place.mkdir(parents=True, exist_ok=True)
    (place / "train.py").write_text(SCRIPT.format(**filled), encoding="utf-8")
    command = [sys.executable, "-m", "advisor", "try", "train.py", "--set", change, "--json"]
    done = subprocess.run(command, cwd=place, capture_output=True, text=True)
    said = json.loads(done.stdout) if done.returncode == 0 else {"verdict": "refused", "why": done.stderr.strip().splitlines()[-1:]}
    return {key: said.get(key) for key in ("verdict", "symptom", "pairs", "steps", "score", "measured_on", "cost", "identical", "why")}


def table(rows: list[dict]) -> str:
    """Verdicts of each kind, and what they took."""
    verdicts = ("mended", "better", "no-difference", "worse", "cannot-tell", "refused")
    lines = ["| kind | tries | " + " | ".join(verdicts) + " | pairs, median |", "|---" * (len(verdicts) + 3) + "|"]
    for kind in KINDS:
        of = [row for row in rows if row["test"] == kind]
        if of:
            counts, pairs = Counter(row["verdict"] for row in of), median(row["pairs"] or 0 for row in of)
            lines.append(f"| {kind} | {len(of)} | " + " | ".join(str(counts[one]) for one in verdicts) + f" | {pairs:g} |")
    return "\n".join(lines)


def main() -> None:
    """Try what is not tried yet, and print the table of all."""
    options = argparse.ArgumentParser()
    options.add_argument("results", type=Path)
    options.add_argument("--only", choices=KINDS)
    options.add_argument("--seeds", type=int, default=1)
    args = options.parse_args()
    args.results.mkdir(parents=True, exist_ok=True)
    kept = args.results / "tries.jsonl"
    rows = [json.loads(line) for line in kept.read_text(encoding="utf-8").splitlines()] if kept.exists() else []
    done = {(row["test"], row["name"]) for row in rows}
    for kind, name, filled, change in cases(args.seeds):
        if (args.only and kind != args.only) or (kind, name) in done:
            continue
        row = {"test": kind, "name": name, "change": change, **tried(args.results / kind, name, filled, change)}
        rows.append(row)
        with kept.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        print(kind, name, change, row["verdict"], row["symptom"], row["pairs"], flush=True)
    print(table(rows))


if __name__ == "__main__":
    main()
