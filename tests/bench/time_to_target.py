"""How good is the batch size that the probe suggests? python tests/bench/time_to_target.py [task ...]

Each task is trained at every power of two, at seven learning rates each, over two seeds. Counted are the steps to a target: a held-out
loss that a training at the task's own settings reaches, but for a tenth of its fall. Steps are counted, so that they do not depend on
the machine; they are multiplied by the time of a step, the fastest of many, taken for all sizes in turns. What takes more than twice
the fastest size's time is given up. The noise scale and the line of step times behind the suggestion are measured as the probe does.
"""

import math
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from probes.measurements import gradient_noise_scale, throughput
from probes.probing import batch_choice
from probes.trainings import from_model_file, model_file

TASKS = sorted((Path(__file__).parent / "tasks").glob("*.py"))
SIZES = [2**i for i in range(2, 11)]
SEEDS = (0, 1)
FACTORS = np.geomspace(0.1, 10, 7)  # of the rate scaled with the square root of the batch size
RATES = np.geomspace(1e-4, 1, 13)  # for the reference
BUDGET = 300  # steps of the reference
SHARE = 0.9  # of its fall
FINE = 1.04  # evaluations lie this factor apart
SLOW = 2.0  # times the fastest size's time, then a training is given up


def table(rows) -> SimpleNamespace:
    rows = list(rows)
    return SimpleNamespace(**{column: np.array([row[column] for row in rows], float) for column in rows[0]})


def steps_to(training, target: float, most: int) -> float:
    """Steps until the held-out loss is no higher than the target; infinite where `most` were not enough."""
    step, due = 0, 1.0
    while step < most:
        if not math.isfinite(training.step()):
            return math.inf
        step += 1
        if step >= due:
            due = max(step + 1, step * FINE)
            if training.evaluate() <= target:
                return step
    return math.inf


def reference(training) -> tuple[float, float]:
    """The best rate at the task's own batch size, and the target: what it leaves of the held-out loss, but for a tenth of the fall."""
    lowest, first = dict.fromkeys(RATES, math.inf), training.evaluate()
    for lr in RATES:
        with training.restored():
            training.lr, losses = lr, [first]
            for step in range(BUDGET):
                if not math.isfinite(training.step()):
                    break
                if step % 20 == 19:
                    losses.append(training.evaluate())
            lowest[lr] = min(loss for loss in losses if math.isfinite(loss))
    lr = min(lowest, key=lowest.__getitem__)
    return lr, first - SHARE * (first - lowest[lr])


def step_times(training, sizes, rounds: int = 10) -> dict[int, float]:
    """Seconds of a step at each size, the fastest of many, taken in turns."""
    least = dict.fromkeys(sizes, math.inf)
    with training.restored():
        for _ in range(rounds):
            for size in sizes:
                training.batch_size = size
                least[size] = min(least[size], throughput.timed(training, 4)[:, 0].min())
    return least


def sweep(path: Path, module) -> dict:
    """Of each batch size the fewest steps to the target over learning rates, their mean over seeds, and the time of a step."""
    trainings = [from_model_file.training_from(module, path, seed) for seed in SEEDS]
    today = trainings[0].batch_size
    lr, target = reference(trainings[0])
    times = step_times(trainings[0], [size for size in SIZES if size <= trainings[0].examples // 2])
    counted, fastest = {}, math.inf
    for size in sorted(times, key=lambda n: abs(math.log(n / today))):
        least = math.inf
        for rate in lr * math.sqrt(size / today) * FACTORS:
            most = int(min(4 * BUDGET, 2 * least, SLOW * fastest / times[size]))
            counts = []
            for training in trainings:
                with training.restored():
                    training.batch_size, training.lr = size, rate
                    counts.append(steps_to(training, target, most))
            least = min(least, float(np.mean(counts)))
        counted[size] = least
        fastest = min(fastest, least * times[size])
    return {"lr": lr, "target": target, "steps": counted, "times": times}


def suggestion(training, lr: float) -> tuple[int, float, float]:
    """What the probe suggests, and the noise scale and knee behind it."""
    with training.restored():
        noise = list(gradient_noise_scale.measure(training))
    with training.restored():
        noise += list(gradient_noise_scale.measure(training, lr=lr, steps=BUDGET // 4))
    with training.restored():
        speed = table(throughput.measure(training, seconds=4.0))
    tables = {"gradient_noise_scale": table(noise), "throughput": speed}
    found, _ = batch_choice.batch_size(tables, training.examples, training.hparams["optimizer"])
    known = batch_choice.noise_scale(tables["gradient_noise_scale"])
    return int(found.value or 0), known[0] if known else math.nan, throughput.knee(speed)[0]


def main() -> None:
    chosen = [path for path in TASKS if path.stem in sys.argv[1:]] or TASKS
    print(f"{'task':<22}{'noise':>7}{'knee':>7}{'suggested':>11}{'fastest':>9}{'ratio':>8}   time at each size, times the fastest")
    ratios = []
    for path in chosen:
        begin = time.perf_counter()
        with model_file.imported(path) as module:
            found = sweep(path, module)
            training = from_model_file.training_from(module, path)
            times = found["times"]
            size, noise, knee = suggestion(training, found["lr"])
        total = {n: found["steps"][n] * times[n] for n in times}
        fastest = min(total, key=total.__getitem__)
        ratios.append(total.get(size, math.inf) / total[fastest])
        curve = "  ".join(f"{n}: {total[n] / total[fastest]:.2f}" if total[n] < math.inf else f"{n}: >2" for n in total)
        print(f"{path.stem:<22}{noise:>7.0f}{knee:>7.0f}{size:>11}{fastest:>9}{ratios[-1]:>8.2f}   {curve}", flush=True)
        steps = {n: round(count) for n, count in found["steps"].items() if math.isfinite(count)}
        print(f"  target {found['target']:.4g}, steps {steps}, {time.perf_counter() - begin:.0f} s", file=sys.stderr)
    print(f"\nworst {max(ratios):.2f}, within 1.25: {sum(r <= 1.25 for r in ratios)} of {len(ratios)}")


if __name__ == "__main__":
    main()
