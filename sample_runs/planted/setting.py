"""Everything that can be chosen, well or badly, for one training."""

from dataclasses import dataclass

OPTIMIZERS = ("SGD", "SGD with momentum", "Adam", "AdamW", "RMSprop")


@dataclass(frozen=True)
class Setting:
    """One training. The defaults are healthy; a fault is a few fields changed (faults.py)."""

    task: str
    optimizer: str
    lr: float
    seed: int = 0
    habit: str = "plain"
    length: float = 1.0  # times the task's steps
    batch_size: int = 32
    width: float = 1.0  # times the task's
    depth: int = 2  # hidden layers
    activation: str = "relu"
    gain: float = 1.0  # times the initial weights
    shift: float = 0.0  # added to the initial biases
    dropout: float = 0.0
    weight_decay: float = 0.0
    schedule: str = "constant"  # or "cosine", "step", "linear"
    schedule_length: float = 1.0  # of the run
    warmup: float = 0.0  # of the run
    max_grad_norm: float = 0.0  # 0: no clipping
    shuffle: bool = True
    examples: float = 1.0  # share of the training set
    input_scale: float = 1.0
    input_offset: float = 0.0
    wrong_labels: float = 0.0  # share of the targets that are shuffled
    frozen: bool = False  # all but the last layer
    bad_batch: float = 0.0  # when, as a share of the run, one batch of huge inputs comes
    half: bool = False  # gradients pass through 16 bits, their loss scale never lowered
    leak: bool = False  # every step keeps a few hundred kilobytes
    slow_data: float = 0.0  # seconds a batch takes to load
