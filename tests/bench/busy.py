"""Does a busy machine change the rate that a probe suggests? python tests/bench/busy.py [--others N] [TASK ...]

Each task's rate is found as in a probe without a budget, by itself and beside so many processes that do nothing but compute; with the same
seed both should come out the same. How many decades apart they do, and how long each took on the clock, is printed; ends with status 1
where any two are more than a tenth of a decade apart.
"""

import argparse
import contextlib
import multiprocessing
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

import torch

from tests.bench.finders import Found, tried
from tests.bench.truth import Task, tasks

SAME = 0.1  # decades


def burn() -> None:
    """Compute for ever."""
    while True:
        sum(range(10_000))


@contextlib.contextmanager
def others(count: int):
    """So many processes that compute beside the block."""
    burners = [multiprocessing.Process(target=burn, daemon=True) for _ in range(count)]
    for burner in burners:
        burner.start()
    try:
        yield
    finally:
        for burner in burners:
            burner.kill()


def timed(task: Task) -> tuple[Found, float]:
    """What is found, and the seconds it took."""
    begin = time.perf_counter()
    return tried(task, "constant", 300, 0), time.perf_counter() - begin


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("?")[0])
    parser.add_argument("tasks", nargs="*", default=["logistic_sgd", "diabetes_adam", "clusters_adamw"])
    parser.add_argument("--others", type=int, default=1, help="processes beside it")
    chosen, apart = parser.parse_args(), []
    torch.set_num_threads(1)
    for task in tasks(chosen.tasks):
        alone, seconds = timed(task)
        with others(chosen.others):
            beside, longer = timed(task)
        apart.append(abs(float(np.log10((beside.lr or np.nan) / (alone.lr or np.nan)))))
        print(f"{task.name:<24}{alone.lr:>9.1e} in {seconds:>4.0f} s, {beside.lr:>9.1e} in {longer:>4.0f} s: {apart[-1]:.2f} decades apart")
    return int(not all(decades <= SAME for decades in apart))


if __name__ == "__main__":
    sys.exit(main())
