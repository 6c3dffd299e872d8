"""Which column of a table counts its steps, which tells the time, and whether the table is a log of a training at all."""

import re
from collections.abc import Iterable, Sequence

import numpy as np

from advisor.reading.step_falls import STUB, falls
from advisor.reading.tables.cells import everywhere
from advisor.signals.resolve import ADVERSARIAL
from advisor.signals.tags import meaning, spelled

# Names of columns that count, the one to be believed first. "epochs" is a setting, and "time" counts nothing.
COUNTERS = (
    *("global_step", "total_timesteps", "timesteps_total", "num_env_steps_sampled", "total_env_interacts", "current_steps", "iteration"),
    *("iter", "training_iteration", "iterations", "step", "steps", "train_step", "training_step", "num_updates", "update", "updates"),
    *("n_iter", "num_iters", "timesteps", "env_steps", "num_timesteps", "samples", "consumed_samples", "batch", "batch_idx"),
    *("total_frames", "env_frames", "frames", "frame", "epoch", "ep", "episode", "episodes", "episode_id", "eps", "round"),
)
EPISODES = {"ep", "episode", "episodes", "episode_id", "eps"}
SETTINGS_TOO = {"samples", "batch", "batch_idx", "steps", "iterations", "timesteps", "episodes"}
COUNTS_ONLY = {"e", "i", "n", "no", "nr", "num", "number", "idx", "index", "unnamed_0", "row", "count", "x", "t", "it"}  # if cells do
COUNTING = re.compile("step|iter|epoch|batch|sample|update|ep|round|interacts|frame", re.I)  # one of these is in every counter's name
IN_BRACKETS = re.compile(r"\s*\([^()]*\)\s*$")
OF_ITS_OWN = re.compile(r"(?:epochs?|steps?|iterations?|iters?)(?:_\w+)?$")  # "Epochs(/10)": where no better name counts
CLOCKS = ("timestamp", "wall_time", "walltime", "unix_time", "datetime", "date", "ts", "time")  # the surest first
SPLIT_COLUMNS = {"mode", "split", "phase", "stage", "subset", "type", "set"}  # whose cells say "train" or "val"
TERMS = {"kl", "kld", "kl_div", "kl_divergence", "elbo"}  # of a variational loss, beside it
HITS = {"correct", "num_correct", "n_correct", "hits"}  # examples that were told right, beside the loss
OBJECTIVE = re.compile(r"_(?:loss|losses|reward|rewards|rew|ep_ret)_")
REWARD = re.compile(r"^_(?:train_|eval_|mean_|average_)*(?:episode|episodic|ep|mean|average)_(?:\w+_)?(?:rewards?|rew|returns?|ret)_")
EPISODE_REWARD = re.compile(
    r"^_(?:total_|cumulative_|mean_|avg_|average_|sum_|train_|eval_|test_)*(?:rewards?|returns?|scores?)_(?:mean_|sum_|total_)?$"
)
REWARDS = re.compile(r"^_(?:epoch_|episode_|total_|mean_|average_|avg_)*rewards?_$")
LAG = 2  # steps that one process may be behind another, at least


def plain(name: str) -> str:
    """The words of a column's own name: "trainer/global_step" is "global_step", and "Epochs(/10)" is "epochs"."""
    return spelled((IN_BRACKETS.sub("", name) or name).rpartition("/")[2]).strip("_")


def counters(names: Iterable[str]) -> list[str]:
    """The columns that may count the steps, the best first."""
    found = {plain(name): name for name in reversed(list(names)) if COUNTING.search(name)}
    return [found[name] for name in COUNTERS if name in found] or [
        name for plain_name, name in found.items() if OF_ITS_OWN.match(plain_name)
    ]


def counts_by_its_cells(name: str, cells: Sequence) -> bool:
    """Whether a column whose name says little, "e" or "n" or "index", counts: whole numbers, each one above the last by as many."""
    if plain(name) not in COUNTS_ONLY or len(cells) < STUB:
        return False
    own = everywhere(cells, len(cells))
    moves = np.diff(own)
    return bool(np.isfinite(own).all() and own[0] >= 0 and not (own % 1).any() and moves[0] > 0 and (moves == moves[0]).all())


def is_log(names: Iterable[str]) -> bool:
    """Whether columns of these names are the log of a training and not somebody's data: they count steps and name an objective.

    One that says no more than "loss", or of what data it is, is enough, and so is the reward of episodes that are counted; of others,
    such as "heat_loss", it takes two.
    """
    names = list(names)
    counted = counters(names)
    if any(plain(name) in EPISODES for name in counted) and any(EPISODE_REWARD.search(spelled(name)) for name in names):
        return True
    return bool(counted) and sum(map(_weight, names)) >= 2


def is_history(names: Iterable[str], in_order: bool = False) -> bool:
    """Whether columns of these names are what trainings write at their end: a row an epoch, and nothing that counts them.

    Every column but a clock is a measure of training, or the same of validation, and a loss is among them with its validation or its role:
    results of several models have a column for what makes them differ. Where the rows are known to stand `in_order`, any loss will do.
    """
    names = [name for name in names if name and plain(name) not in CLOCKS]
    bare = {plain(name).removeprefix("val_") for name in names if plain(name).startswith("val_")}
    known = {name: meaning(name) for name in names}
    losses = {said.role for said in known.values() if said and said.quantity == "loss" and not said.extra}
    measures = [bool(known[name]) or plain(name) in HITS or plain(name).removeprefix("val_") in bare for name in names]
    if counters(names):
        return False
    if names and all(REWARDS.search(spelled(name)) for name in names):
        return True
    if 2 * sum(bool(ADVERSARIAL.search(spelled(name))) for name in names) > len(names) > 1:
        return True  # the losses of both sides of a game, which name no other training
    if in_order:
        terms = sum(plain(name) in TERMS for name in names)
        return bool(losses) and 2 * (sum(measures) + terms) > len(names)
    return all(measures) and ("train" in losses or {"", "val"} <= losses)


def is_of_losses(names: Iterable[str]) -> bool:
    """Whether columns of these names may be what a file named by a loss holds: one of two is a loss."""
    names = [name for name in names if name]
    return len(names) == 2 and any((said := meaning(name)) and said.quantity == "loss" for name in names)


def _weight(name: str) -> int:
    known = meaning(name)
    if known and known.quantity in ("loss", "accuracy", "grad_norm") and (known.role or not known.extra):
        return 2
    return 2 if REWARD.search(spelled(name)) else int(bool(OBJECTIVE.search(spelled(name))))


class Axis:
    """The steps of rows that come one batch after the other.

    Rows that give none stand at the step before them. A count that begins anew in each epoch goes on from the epochs before, and
    fractions of an epoch are no count: then rows are counted.
    """

    def __init__(self) -> None:
        self.last = 0.0
        self.epoch = -np.inf
        self.before: dict[float, float] = {}  # epoch -> steps in the epochs before it, where each counts from its start
        self.base = 0.0
        self.rows: int | None = None

    def steps(self, own: np.ndarray, epochs: np.ndarray | None = None) -> np.ndarray:
        """The step of each row: int64, shape (n,); `own` and `epochs` are what its cells say, NaN where they say nothing."""
        finite = own[np.isfinite(own)]
        if self.rows is None and not self.last and len(finite) and (finite % 1).any():
            self.rows = 0
        if self.rows is not None:
            self.rows += len(own)
            return np.arange(self.rows - len(own), self.rows)
        own = filled(np.where(np.abs(own) < 2**62, own, np.nan), self.last)
        within = np.full(len(own), -np.inf) if epochs is None else filled(epochs, self.epoch)
        base = np.full(len(own), self.base)
        for at in falls(own, self.last):
            before, last = (within[at - 1], own[at - 1]) if at else (self.epoch, self.last)
            base[at:] = self._begin(within[at], before, last)
        if len(own):
            self.last, self.epoch = own[-1], within[-1]
        return (own + base).astype(np.int64)

    def _begin(self, epoch: float, epoch_before: float, last: float) -> float:
        """The count went back: to the start of the next epoch, or to where a restart took it up."""
        if epoch > epoch_before > -np.inf and epoch not in self.before:
            self.before[epoch] = self.base + last
        self.base = self.before.get(epoch, 0.0)
        return self.base


def filled(cells: np.ndarray, first: float) -> np.ndarray:
    """The cells, shape (n,), each that is not finite replaced by the one before it; `first` is what came before the first."""
    known = np.where(np.isfinite(cells), np.arange(1, len(cells) + 1), 0)
    return np.concatenate([[first], cells])[np.maximum.accumulate(known)] if len(cells) else cells


def rises(own: np.ndarray, epochs: np.ndarray | None = None) -> bool:
    """Whether these cells, shape (n,), count: no negative number, and seldom one below that before it, unless an epoch began.

    Or several processes counted alike, each a little behind another.
    `epochs` are the epochs in the same rows, None where no column tells them.
    """
    known = np.isfinite(own)
    if not known.any() or (own[known] < 0).any():
        return False
    at = falls(own[known])
    if epochs is not None and len(at):
        within = filled(epochs, -np.inf)[known]
        at = at[within[at] <= within[at - 1]]
    return len(at) * 4 < known.sum() or _told_by_several(own[known])


def _told_by_several(counts: np.ndarray) -> bool:
    """Whether most counts, shape (n,), stand there twice or oftener, and none is far behind the highest before it."""
    found, times = np.unique(counts, return_counts=True)
    behind = (np.maximum.accumulate(counts) - counts).max()
    return len(found) >= STUB and bool(np.median(times) >= 2 and behind <= max(LAG * np.diff(found).min(), np.ptp(counts) / 10))
