"""Which shapes of a run are recognized, from which signals and how few points? python tests/bench/shapes.py [--shape NAME] [--misses]

An atlas: every shape below, ill and healthy, is drawn at each number of points, noise and choice of signals, and judged. A cell in which
an ill shape shows too little for a person is left out. Printed are the share of the ill cells with an alarm of the right problem, and of
the healthy ones with any, by shape and signals and by shape and points: whole rows or columns that are empty are holes in the rules.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from advisor.finding import LOUD  # noqa: E402
from advisor.judging.engine import diagnose  # noqa: E402
from advisor.run import Run  # noqa: E402
from advisor.scalar import scalar  # noqa: E402

POINTS = 2, 3, 4, 5, 8, 12, 20, 50, 200
NOISE = 0.003, 0.03, 0.12  # of the loss, log-normal
CALM = 0.004  # of a loss that is the same answer to everything
SIGNALS = {
    "train": ("train_loss",),
    "val": ("val_loss",),
    "both": ("train_loss", "val_loss"),
    "all three": ("train_loss", "val_loss", "val_accuracy"),
    "train+score": ("train_loss", "val_accuracy"),
    "score": ("val_accuracy",),
}
DIVERGED = {"exploding-loss", "unstable-loss", "loss-not-decreasing"}
UNLEARNED = {"loss-not-decreasing", "loss-plateau", "one-class", "slow-convergence", "underfitting"}
LOST = {"exploding-loss", "hidden-nan"}
OVERFIT = {"overfitting"}
Curve = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Shape:
    """What is logged over the time t from 0 to 1, what names it, none of a healthy one, and from what a person sees it.

    It needs `fewest` points; `sees` are the signals of which one must be there, `calm` bounds the noise, and in more than `loudest`
    nothing is seen.
    """

    train: Curve
    val: Curve
    score: Curve
    names: frozenset[str] = frozenset()
    fewest: int = 2
    sees: tuple[str, ...] = ("train_loss", "val_loss", "val_accuracy")
    calm: float = np.inf
    loudest: float = np.inf


def fall(t: np.ndarray, start: float, end: float, rate: float = 8.0) -> np.ndarray:
    return end + (start - end) * np.exp(-rate * t)


def since(t: np.ndarray, at: float) -> np.ndarray:
    return np.clip((t - at) / (1 - at), 0, None)


def alike(train: Curve, score: Curve, names: set[str], fewest: int, **more) -> Shape:
    """A shape whose losses do the same."""
    return Shape(train, train, score, frozenset(names), fewest, **more)


def learned(t: np.ndarray) -> np.ndarray:
    return 0.1 + 0.8 * (1 - np.exp(-8 * t))


def last(t: np.ndarray) -> np.ndarray:
    return t > 1 - max(0.1, 1.5 / (len(t) - 1))


def high(shape: Curve, when: Curve, to: float) -> Curve:
    return lambda t: np.where(when(t), to, shape(t))


def overfit(by: float, low: float) -> Shape:
    val = lambda t: 0.6 + 0.4 * np.exp(-4 * t / low) + 0.6 * by * since(t, low)  # noqa: E731
    fewest, loudest = (5, 0.12) if by >= 0.4 else (12, 0.03)
    return Shape(lambda t: fall(t, 1.2, 0.06, 4), val, lambda t: 0.75 - 0.25 * np.exp(-20 * t), frozenset(OVERFIT), fewest,
                 ("val_loss",), loudest=loudest)  # fmt: skip


def ill() -> dict[str, Shape]:
    good, loss = (lambda t: fall(t, 2.3, 0.3)), ("train_loss", "val_loss")
    grown = lambda t: np.maximum(good(t), np.where(t > 0.6, 0.3 * np.exp(3.84 * since(t, 0.6)), 0))  # noqa: E731
    shapes = {
        "diverges late": alike(grown, lambda t: np.where(t > 0.65, 0.1, learned(t)), DIVERGED, 5),
        "thrown up at the end": alike(high(good, last, 25.0), high(learned, last, 0.1), DIVERGED, 5),
        "climbs back": alike(lambda t: fall(t, 2.3, 0.7, 12) + 1.5 * since(t, 0.3), lambda t: learned(t) - since(t, 0.3) / 2, DIVERGED, 5),
        "only rises": alike(lambda t: 2.3 + 5 * t, lambda t: 0.1 + 0 * t, DIVERGED | UNLEARNED, 4, sees=loss),
        "NaN half way": alike(high(good, lambda t: t > 0.5, np.nan), learned, LOST, 2, sees=loss),
        "collapses to a guess": alike(high(good, lambda t: t > 0.6, 2.303), high(learned, lambda t: t > 0.6, 0.1), DIVERGED, 6, calm=0.02),
        "exactly 0": alike(lambda t: 0 * t, lambda t: 0.1 + 0 * t, LOST | UNLEARNED, 5, sees=("train_loss",)),
        "one class": alike(lambda t: fall(t, 1.0, 0.6, 30), lambda t: 0.71875 + 0 * t, UNLEARNED, 4, sees=("val_accuracy",), calm=CALM),
        "plateau": alike(lambda t: fall(t, 2.3, 1.95, 60), lambda t: 0.25 - 0.15 * np.exp(-60 * t), UNLEARNED, 12, loudest=0.03),
        "slow": alike(lambda t: 4.607 - 0.12 * t, lambda t: 0.01 + 0.01 * t, UNLEARNED, 8, loudest=0.003),
        "swings": Shape(good, lambda t: np.where(np.arange(len(t)) % 2, 3.5, 0.9), lambda t: np.where(np.arange(len(t)) % 2, 0.15, 0.7),
                        frozenset(DIVERGED | OVERFIT), 8, ("val_loss", "val_accuracy")),
    }  # fmt: skip
    for classes in (2, 10, 100):
        guess, chance = np.log(classes), lambda t, c=classes: 1 / c + 0 * t
        shapes[f"a guess among {classes}"] = alike(lambda t, g=guess: g + 0 * t, chance, UNLEARNED, 4, calm=CALM)
        came_down = lambda t, g=guess: np.where(t <= 0, 1.8 * g, g)  # noqa: E731
        shapes[f"down to a guess among {classes}"] = alike(came_down, chance, UNLEARNED, 5, calm=CALM)
    return shapes | {f"overfits by {by:.0%} from {low:.0%}": overfit(by, low) for by in (0.15, 0.4, 1.5) for low in (0.15, 0.5)}


def healthy() -> dict[str, Shape]:
    two = lambda *a: (lambda t: fall(t, *a), lambda t: 1.1 * fall(t, *a))  # noqa: E731
    bumps = lambda t: fall(t, 2.3, 0.3, 6) * (1 + 0.5 * (1 - (4 * t) % 1) * (t > 0.25))  # noqa: E731
    shapes = {
        "clean": (*two(2.3, 0.2), learned),
        "straight": (lambda t: 2.3 - 1.5 * t, lambda t: 2.3 - 1.4 * t, lambda t: 0.1 + 0.5 * t),
        "converged": (*two(2.3, 0.15, 40), lambda t: 0.94 - 0.84 * np.exp(-40 * t)),
        "fine-tuned": (*two(0.45, 0.36, 6), lambda t: 0.85 + 0.05 * t),
        "hardly moves, from a good start": (*two(1.82, 1.7, 4), lambda t: 0.6 + 0.02 * t),
        "restarts of the rate": (bumps, bumps, learned),
        "a hump at first": (lambda t: fall(t, 2.3, 0.3) + 0.6 * np.exp(-(((t - 0.04) / 0.03) ** 2)), lambda t: fall(t, 2.2, 0.35), learned),
        "one spike": (lambda t: fall(t, 2.3, 0.3) * np.where(np.arange(len(t)) == int(0.55 * len(t)), 15, 1), two(2.3, 0.3)[1], learned),
        "a large first loss": (lambda t: np.where(t <= 0, 900, fall(t, 2.0, 0.3)), two(2.0, 0.3)[1], learned),
        "a small rise": (*[lambda t: fall(t, 2.3, 0.3, 10), lambda t: fall(t, 2.2, 0.4, 10) * (1 + 0.04 * since(t, 0.6))], learned),
        "solved": (*two(0.7, 1e-4, 12), lambda t: np.minimum(1, 0.5 + 3 * t)),
        "in raw units": (*two(4e5, 2e4, 6), learned),
        "below 0": (lambda t: fall(t, 1.5, -4.0, 6), lambda t: fall(t, 1.4, -3.8, 6), learned),
        "a late drop": (lambda t: np.where(t < 0.5, fall(t, 2.3, 0.9, 12), 0.5), lambda t: np.where(t < 0.5, 1.0, 0.6), learned),
    }
    return {name: Shape(*curves) for name, curves in shapes.items()}


def drawn(shape: Shape, points: int, noise: float, signals: tuple[str, ...]) -> Run:
    """A run of this shape, the same at each call."""
    rng, t, spread = np.random.default_rng(points), np.linspace(0, 1, points), min(noise, shape.calm)
    curves = {
        "train_loss": shape.train(t) * np.exp(spread * rng.standard_normal(points)),
        "val_loss": shape.val(t) * np.exp(spread / 2 * rng.standard_normal(points)),
        "val_accuracy": np.round(shape.score(t), 4),
    }
    return Run(Path("atlas"), {name: scalar(np.arange(1, points + 1), curves[name], tag=name) for name in signals}, name="atlas")


def cells(shape: Shape) -> Iterator[tuple[str, int, float]]:
    """Signals, points and noise of which a person would say what is wrong, if anything is."""
    for name, signals in SIGNALS.items():
        for points in POINTS:
            for noise in NOISE:
                if points >= shape.fewest and set(shape.sees) & set(signals) and min(noise, shape.calm) <= shape.loudest:
                    yield name, points, noise


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("?")[0])
    parser.add_argument("--shape", default="", help="only shapes whose names hold this")
    parser.add_argument("--misses", action="store_true", help="print each cell that is answered wrongly")
    chosen = parser.parse_args()
    for what, shapes in (("recognized", ill()), ("alarmed", healthy())):
        table: dict[tuple[str, object], list[bool]] = defaultdict(list)
        for name, shape in shapes.items():
            for signals, points, noise in cells(shape) if chosen.shape in name else ():
                alarms = {f.problem for f in diagnose(drawn(shape, points, noise, SIGNALS[signals])).findings if f.level in LOUD}
                accepted = shape.names | (OVERFIT if signals == "val" else set())  # which of the two nobody could say
                hit = bool(alarms & accepted if shape.names else alarms)
                for key in (signals, points, "all"):
                    table[name, key].append(hit)
                    table["all", key].append(hit)
                if chosen.misses and hit != bool(shape.names):
                    print(f"  {name}, {signals}, {points} points, noise {noise:g}: {', '.join(sorted(alarms)) or 'nothing'}")
        columns = (*SIGNALS, *POINTS, "all")
        print(f"{what:36}" + "".join(f"{column!s:>12}" if column in SIGNALS else f"{column!s:>5}" for column in columns))
        for name in [*shapes, "all"]:
            shares = [f"{np.mean(told):.0%}" if (told := table.get((name, column))) else "." for column in columns]
            widths = [12 if column in SIGNALS else 5 for column in columns]
            print(f"{name:36}" + "".join(f"{share:>{width}}" for share, width in zip(shares, widths, strict=True)), flush=True)


if __name__ == "__main__":
    main()
