"""What is tried: scripts of several styles with a planted fault or none, and changes."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SCRIPTS = Path(__file__).with_name("scripts")
SHARED = "problem.py"
STYLES = ("plain", "functions", "trainer", "sliced", "lightning_module", "accelerated", "hf_trainer")
TASKS = {"digits": 8, "wine": 40, "breast_cancer": 15, "diabetes": 20, "text": 8}  # epochs
OPTIMIZERS = {"SGD": 0.05, "AdamW": 2e-3}
SOUND: dict[str, Any] = {"scale": 1, "dropout": 0.0, "spread": 0, "weight_decay": 0.0, "batch_size": 32, "clip": 0, "activation": "ReLU"}
SOUND |= {"momentum": 0.0, "seed": 0}
# a fault, the change that is known to mend it, and the change that makes it in a sound script; None where no knob does
FAULTS = {
    "rate too high": (lambda lr: {"lr": 100 * lr}, lambda lr: f"lr={lr:g}", lambda lr: f"lr={100 * lr:g}"),
    "rate too low": (lambda lr: {"lr": lr / 3000}, lambda lr: f"lr={lr:g}", lambda lr: f"lr={lr / 3000:g}"),
    "weight decay": (lambda lr: {"weight_decay": decay(lr)}, lambda lr: "weight_decay=0", lambda lr: f"weight_decay={decay(lr):g}"),
    "clipped away": (lambda lr: {"clip": 1e-5}, lambda lr: "max_grad_norm=1", lambda lr: "max_grad_norm=1e-5"),
    "dropout": (lambda lr: {"dropout": 0.98}, lambda lr: "dropout=0.1", lambda lr: "dropout=0.98"),
    "initialization": (lambda lr: {"spread": 3.0, "activation": "Tanh"}, lambda lr: "initialization=Xavier", None),
    "inputs": (lambda lr: {"scale": 3000}, lambda lr: "input_scale=standardize", None),
}
USELESS = ("max_grad_norm=1e9", "weight_decay=1e-9", "label_smoothing=1e-9")
RANDOM = {
    "lr": lambda draw: f"{10 ** draw.uniform(-5, 1):.3g}",
    "weight_decay": lambda draw: f"{10 ** draw.uniform(-6, 1):.3g}",
    "max_grad_norm": lambda draw: f"{10 ** draw.uniform(-3, 2):.3g}",
    "dropout": lambda draw: f"{draw.uniform(0, 0.9):.2f}",
    "batch_size": lambda draw: str(2 ** draw.randint(2, 8)),
    "initialization": lambda draw: draw.choice(("He", "Xavier", "orthogonal")),
    "input_scale": lambda draw: "standardize",
    "schedule": lambda draw: draw.choice(("constant", "cosine", "one-cycle")),
    "optimizer": lambda draw: draw.choice(("SGD", "Adam", "AdamW", "RMSprop")),
    "momentum": lambda draw: f"{draw.uniform(0, 0.99):.2f}",
    "warmup_steps": lambda draw: str(draw.randint(5, 100)),
}


def decay(lr: float) -> float:
    """So much that nothing can be learned: AdamW's is times the rate, SGD's a part of the gradient."""
    return 0.5 / lr if lr < 0.01 else 5.0


@dataclass(frozen=True)
class Case:
    """A script of this style with these options; `change` is tried, with further arguments of `advisor try` in `more`."""

    test: str
    name: str
    style: str
    options: dict[str, Any]
    change: str = ""
    more: tuple[str, ...] = field(default=())

    def script(self, folder: Path) -> Path:
        """Its file, written with what it imports; the script's options stand in it as a literal."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / SHARED).write_text((SCRIPTS / SHARED).read_text(encoding="utf-8"), encoding="utf-8")
        text = (SCRIPTS / f"{self.style}.py").read_text(encoding="utf-8").replace("options = {}", f"options = {self.options!r}")
        (folder / "train.py").write_text(text, encoding="utf-8")
        return folder / "train.py"


def cases(seeds: int) -> Iterator[Case]:
    """All of them, for every seed each task with each optimizer, in the style whose turn it is."""
    turn = 0
    for seed in range(seeds):
        for data, epochs in TASKS.items():
            for optimizer, lr in OPTIMIZERS.items():
                sound = {**SOUND, "data": data, "epochs": epochs, "optimizer": optimizer, "lr": lr, "seed": seed}
                name = f"{data}-{optimizer}-{seed}"
                yield Case("identical", name, "plain", sound, f"lr={lr!r}")
                yield Case("like", f"{name}-rate", "plain", sound, f"lr={lr * (1 + 1e-6)!r}")
                yield Case("like", f"{name}-draw", "plain", sound, "arg:--draw")
                for number, fault in enumerate(FAULTS):
                    if fault == "clipped away" and optimizer != "SGD":  # which the scale of the gradient is nothing to
                        continue
                    yield from of_fault(f"{name}-{fault}", fault, sound, STYLES[turn % len(STYLES)], USELESS[number % len(USELESS)])
                    turn += 1


def of_fault(name: str, fault: str, sound: dict[str, Any], style: str, useless: str) -> Iterator[Case]:
    """One planted fault: repaired, made in the sound script, left alone, proved by what is advised, and changed at random."""
    broken, repair, fault_made = FAULTS[fault]
    sick, mends = sound | broken(sound["lr"]), repair(sound["lr"])
    yield Case("repair", name, style, sick, mends)
    if fault_made is not None:
        yield Case("exchanged", name, style, sound, fault_made(sound["lr"]))
    yield Case("useless", name, style, sick, useless if fault != "clipped away" else "weight_decay=1e-9")
    yield Case("prove", name, style, sick)
    draw = random.Random(name)
    knob = draw.choice(list(RANDOM))
    yield Case("random", name, style, sick, f"{knob}={RANDOM[knob](draw)}")
    yield Case("full", name, style, sick, mends, ("--steps", "1000000"))
