"""What learning rate is usual of an optimizer, in one table: a row an optimizer, a column a use.

The columns differ because they answer different questions:

- `band` is where trainings that work are found, the guide's starting values and the tuned rates of published benchmarks together; with
  momentum 0.9 a step acts ten times. It is wide, for a rate inside it must not be called unusual.
- `folk` is the one number that people begin with; the calibration sets it beside what the advisor says.
- `trial` is the one a probe begins to look from, on a short training: of plain SGD ten times the folk's, for what a short training wants.
- `sized` is the power of ten that a change of the rate is sized from, for 10,000 steps and a loss that starts at 2.3, before the
  calibration moves it (advisor/evidence/weights.toml).
"""

from typing import NamedTuple


class UsualRate(NamedTuple):
    """Learning rates of one optimizer; `sized` is a power of ten. None where nobody measured it."""

    trial: float
    band: tuple[float, float] | None = None
    folk: float | None = None
    sized: float | None = None


USUAL = {
    "SGD": UsualRate(0.1, (0.01, 0.1), 0.01, -1.5),
    "SGD with momentum": UsualRate(0.01, (0.001, 0.1), 0.01, -2.5),
    "Adam": UsualRate(1e-3, (3e-4, 3e-3), 1e-3, -3.0),  # and its like: NAdam, RAdam, Adamax, SparseAdam
    "AdamW": UsualRate(1e-3, (1e-4, 3e-3), 1e-3, -3.0),
    "RMSprop": UsualRate(1e-3, (1e-4, 3e-3), 1e-3, -3.0),
    "Adagrad": UsualRate(1e-2),
    "Adadelta": UsualRate(1.0),
    "Lion": UsualRate(1e-4),
}
BANDS = {name: usual.band for name, usual in USUAL.items() if usual.band is not None}
FOLK = {name: usual.folk for name, usual in USUAL.items() if usual.folk is not None}
SIZED = {name: usual.sized for name, usual in USUAL.items() if usual.sized is not None}
