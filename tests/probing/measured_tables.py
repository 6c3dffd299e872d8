"""What the measurements for a batch size log, made up with known answers."""

from types import SimpleNamespace

import numpy as np


def tables(noise_scale, alpha, beta, fits=4096, limit=1e9):
    """Tables of the noise scale, throughput and peak memory: steps take α + β·B seconds, and batch sizes up to `fits` fit."""
    sizes = 2.0 ** np.arange(1, 13)
    measured = {"trained": [0], "noise_scale": [noise_scale], "low": [noise_scale / 1.5], "high": [noise_scale * 1.5]}
    memory = {"batch_size": sizes, "reserved_bytes": sizes * limit / fits, "resident_bytes": 0 * sizes, "limit_bytes": limit + 0 * sizes}
    named = {"gradient_noise_scale": measured, "throughput": {"batch_size": sizes, "step_time": alpha + beta * sizes}}
    named["peak_memory"] = {**memory, "fits": sizes <= fits}
    return {name: SimpleNamespace(**{c: np.array(v) for c, v in columns.items()}) for name, columns in named.items()}
