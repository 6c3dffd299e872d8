"""What watching costs: the same loops with and without `probes.Monitor`, blocks in turn (ABAB) in one process.

    python tests/bench/overhead.py            # a table; ends with status 1 where a limit is passed

Processor time is compared, which other work on the machine disturbs least, each block with the two around it; the median counts. Then what
`advisor run` adds to a script of a few steps, and what of that is the diagnosis at its end: the least of a few, in turns.
"""

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import torch
from torch import nn

from probes import Monitor

PAIRS, ROUNDS = 25, 5
FIXED = 0.5  # seconds of processor time that watching may add to a script, however short
SCRIPT = """
import torch
model = torch.nn.Linear(4, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for _ in range(30):
    optimizer.zero_grad()
    torch.nn.functional.mse_loss(model(torch.randn(16, 4)), torch.randn(16, 1)).backward()
    optimizer.step()
"""


def mlp():
    """About half a millisecond a step."""
    model = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 10))
    return model, torch.randn(32, 64), 400


def cnn():
    """About 40 ms a step."""
    layers = [nn.Conv2d(3, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU(), nn.Conv2d(32, 64, 3, 2, 1), nn.BatchNorm2d(64), nn.ReLU()]
    layers += [nn.Conv2d(64, 64, 3, padding=1), nn.BatchNorm2d(64), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10)]
    return nn.Sequential(*layers), torch.randn(38, 3, 32, 32), 10


def transformer():
    """About 40 ms a step, many parameters."""
    block = nn.TransformerEncoderLayer(128, 4, 512, batch_first=True)
    body = nn.TransformerEncoder(block, 4, enable_nested_tensor=False)
    return nn.Sequential(body, nn.Flatten(), nn.Linear(128 * 32, 10)), torch.randn(15, 32, 128), 10


LOOPS = {mlp: 0.15, cnn: 0.03, transformer: 0.03}  # the most that watching may add


def block(model, optimizer, x, y, steps):
    """Seconds of processor time a step."""
    begin = time.process_time()
    for _ in range(steps):
        loss = nn.functional.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return (time.process_time() - begin) / steps


def measured(make):
    """Seconds a step without us, and the median ratio with to without."""
    torch.manual_seed(0)
    model, x, steps = make()
    y = torch.randint(0, 10, (len(x),))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    with tempfile.TemporaryDirectory() as folder:
        monitor = Monitor(folder, model, optimizer)
        block(model, optimizer, x, y, 2 * steps)  # warm-up of both
        without, with_us = [], []
        for _ in range(PAIRS):
            monitor.hooks.stop()
            without.append(block(model, optimizer, x, y, steps))
            monitor.hooks.start()
            with_us.append(block(model, optimizer, x, y, steps))
        around = [(before + after) / 2 for before, after in pairwise(without)]
        ratios = [ours / plain for ours, plain in zip(with_us, around, strict=False)]
        monitor.close()
    return statistics.median(without), statistics.median(ratios)


def processor_seconds(arguments, folder):
    """What a command takes, with all that it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2]), "OMP_NUM_THREADS": "1"}
    subprocess.run([sys.executable, *arguments], cwd=folder, env=environment, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def fixed():
    """Seconds of processor time: of the script alone, and what `advisor run` adds, without and with the diagnosis."""
    commands = ["few.py"], ["-m", "advisor", "run", "--out", "run", "few.py"], ["-m", "advisor", "diagnose", "run"]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "few.py").write_text(SCRIPT)
        rounds = []
        for _ in range(ROUNDS):
            shutil.rmtree(Path(folder, "run"), ignore_errors=True)
            rounds.append([processor_seconds(arguments, folder) for arguments in commands])
    alone, run, diagnosis = (min(times) for times in zip(*rounds, strict=True))
    return alone, run - alone - diagnosis, run - alone


def main():
    torch.set_num_threads(1)
    passed = True
    for make, limit in LOOPS.items():
        seconds, ratio = measured(make)
        passed &= ratio <= 1 + limit
        print(f"{make.__name__:12} {1000 * seconds:7.2f} ms a step {100 * (ratio - 1):+6.1f} %   (at most {100 * limit:.0f} %)")
    alone, watching, whole = fixed()
    print(f"{'once':12} {alone:7.2f} s alone {watching:+10.2f} s     (at most {FIXED} s; {whole:+.2f} s with the diagnosis)")
    return 0 if passed and watching <= FIXED else 1


if __name__ == "__main__":
    sys.exit(main())
