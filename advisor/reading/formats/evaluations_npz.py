"""Stable-Baselines3's evaluations.npz: what each evaluation of a policy earned, over environment steps; nothing is unpickled.

References
----------
DLR-RM/stable-baselines3, `EvalCallback`: `timesteps` [n], `results` and `ep_lengths` [n, episodes], `successes` [n, episodes] where the
environment tells them.
"""

import math
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np

from advisor.reading.log import Log
from advisor.run import Missing
from advisor.scalar import FARTHEST, scalar

NAME = "evaluations"
BESIDE = False
STEPS = "timesteps"
TAGS = {"results": "eval/mean_reward", "ep_lengths": "eval/mean_ep_length", "successes": "eval/success_rate"}  # as EvalCallback logs them
LARGEST = 1 << 26  # bytes of an array
NUMBERS = "fiub"
DAMAGED = (ValueError, KeyError, EOFError, NotImplementedError, RuntimeError, zipfile.BadZipFile, zlib.error)


def sniff(path: Path) -> bool:
    return path.name == "evaluations.npz" and path.is_file()


def read(path: Path, earlier: Log | None = None) -> Log:
    """The mean over the episodes of each evaluation; of a file that is damaged or still being written, nothing, which is told.

    Raises
    ------
    OSError
        The file could not be opened or read.
    """
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            there = {name.removesuffix(".npy") for name in archive.namelist()}
            arrays = {name: array(archive, name) for name in (STEPS, *TAGS) if name in there}
        curves = {TAGS[name]: means(arrays[STEPS], values, TAGS[name]) for name, values in arrays.items() if name != STEPS}
    except DAMAGED as error:
        return Log(path, lost=(Missing(f"{path.name} is no whole file of evaluations: {error}"),))
    return Log(path, curves)


def array(archive: zipfile.ZipFile, name: str) -> np.ndarray:
    """An array of numbers, float64. What its header says of its size is believed only where the bytes are there.

    Raises
    ------
    ValueError
        It holds something else, more than `LARGEST` bytes, or other than its header says.
    """
    with archive.open(f"{name}.npy") as member:
        data = BytesIO(member.read(LARGEST + 1))
    major, _ = np.lib.format.read_magic(data)
    header = np.lib.format.read_array_header_1_0 if major == 1 else np.lib.format.read_array_header_2_0
    shape, fortran, kind = header(data)
    content = data.read()
    if kind.kind not in NUMBERS or fortran or math.prod(shape) * kind.itemsize != len(content):
        raise ValueError(f"{name} is no array of numbers, or not whole")
    return np.frombuffer(content, kind).reshape(shape).astype(float)


def means(steps: np.ndarray, values: np.ndarray, tag: str):
    """The mean of each row [n, episodes] at its step.

    Raises
    ------
    ValueError
        There are not as many rows as steps, or a step is no number.
    """
    if steps.ndim != 1 or values.ndim < 1 or len(values) != len(steps) or not values.size:
        raise ValueError(f"{tag} has no value for each of its steps")
    if not np.isfinite(steps).all() or np.abs(steps).max() > FARTHEST:
        raise ValueError("its steps are none that anything counts to")
    return scalar(steps.astype(np.int64), values.reshape(len(steps), -1).mean(1), tag=tag)
