"""Keeps what a training tells of each step and logs it as a TensorBoard run, at a price the training does not feel.

Losses and norms stay tensors until many are written at once, so that no step waits for the device. Long runs are thinned: beyond
`FULL` steps a row is the mean of two, beyond twice as many the mean of four, so that nothing is left out and a run stays small.
"""

import time
import weakref
from pathlib import Path
from typing import Any

from advisor.run import OTHERS
from probes.gradients import layer_figures
from probes.gradients.step_figures import gradient_norms, largest_lr, numbers, total
from probes.observing.accumulation_noise import NoiseOfAccumulation
from probes.observing.event_writer import EventFile
from probes.observing.examples import Examples
from probes.observing.validation import Validation

EVERY = 20  # steps between two looks at the layers
WAIT = 1.0  # seconds that rows wait to be written, at most
FULL = 16384  # steps that are logged one by one
QUICK, SOME = 0.003, 4  # seconds: while steps are shorter than this, gradients and layers are looked at so many times less often
COLUMNS = ("train/loss", "train/lr", "train/step_time", "train/data_time")


class Recorder:
    """Listens to `hooks.Hooks` of the given optimizer, else the first that steps; writes to `folder`, or the open file `sink`."""

    EVALUATED = True

    def __init__(self, folder: Path, optimizer: Any = None, model: Any = None, every: int = EVERY, sink: Any = None):
        self.folder, self.optimizer, self.model, self.every, self.sink = folder, optimizer, model, every, sink
        self.file: EventFile | None = None
        self.said: dict[str, Any] = {}  # settings that are known from elsewhere, and hold in place of what can be seen
        self.layers: Any = None
        self.made_so_far: list[tuple[Any, Any]] = []  # each with its learning rate then, which a schedule may have left
        self.others: dict[str, None] = {}  # classes of optimizers that step on losses of their own
        self.noise = NoiseOfAccumulation()
        self.validation = Validation(lambda loss: self.log({"val/loss": loss}))
        self.examples = Examples()
        self.lost, self.read, self.learned_from = self.validation.lost, self.validation.read, self.examples.lost
        self.step = 0
        self.rows: list[list[Any]] = []
        self.norms: list[tuple[int, float, Any]] = []
        self.extra: list[tuple[int, float, dict[str, Any]]] = []
        self.last = self.written = time.perf_counter()
        self.clock, self.step_time = time.time() - self.last, 0.0
        self.begin()

    def begin(self) -> None:
        """Nothing is known of the next step."""
        self.loss: Any = None
        self.norm: Any = None
        self.lr: Any = None
        self.sample: Any = None
        self.waited = 0.0
        self.counted = False

    def made(self, optimizer: Any) -> None:
        """Note an optimizer with the learning rate it was made with, until one is followed."""
        if self.optimizer is None:
            self.made_so_far = [one for one in self.made_so_far if one[0]() is not optimizer]
            self.made_so_far.append((weakref.ref(optimizer), largest_lr(optimizer)))

    def fetched(self, batch: Any, seconds: float) -> None:
        """Count the minibatch, its examples and the seconds it was waited for."""
        self.waited += seconds
        self.noise.fetched += 1
        if self.step == 0:  # before it the script was setting up
            self.last = time.perf_counter() - seconds
        self.examples.fetched(batch)

    def before_backward(self) -> None:
        """What was validated is over, and what was read last is trained on."""
        self.validation.trains()

    def backward(self, loss: Any, scale: Any, inside: bool) -> None:
        """Add the loss, shape (), to the step's, and note the gradient's norms; in every `SOME`-th step alone while steps are quick."""
        if inside and self.counted:  # a line search asks again and again; the first is the loss at this step's weights
            return
        self.counted = inside
        self.validation.backward(loss)
        self.loss = loss if inside or self.loss is None else self.loss + loss  # a closure begins anew, whatever it was asked before
        self.noise.after_backward(self.optimizer)
        whose = self.optimizer if self.optimizer is not None else self.only_one()
        if whose is not None and (self.step_time > QUICK or self.step % SOME == 0):
            self.norm = gradient_norms(whose, scale)

    def only_one(self) -> Any:
        """The optimizer that will step first, where there can be no doubt."""
        return self.made_so_far[0][0]() if len(self.made_so_far) == 1 else None

    def before_step(self, optimizer: Any) -> None:
        """Note the learning rate and, in some steps, a sample of the weights; of the followed optimizer alone."""
        self.optimizer = self.optimizer or optimizer
        if optimizer is not self.optimizer:
            return
        self.lr = largest_lr(optimizer)
        if self.layers is None:
            self.layers = layer_figures.Layers(optimizer, self.model)
        if self.step % (self.every if self.step_time > QUICK else SOME * self.every) == 0:
            self.sample = self.layers.sampled()

    def after_step(self, optimizer: Any) -> None:
        """Close the step's row, and write about once a second; another optimizer's step is none, and its class is noted."""
        if optimizer is not self.optimizer:
            if self.loss is not None:  # else it shares the step before
                self.others[type(optimizer).__name__] = None
            self.loss = self.norm = None  # of the other one's part of the loop
            return
        now, self.step = time.perf_counter(), self.step + 1
        if self.norm is not None:
            self.norms.append((self.step, now, self.norm))
        self.examples.stepped(optimizer)
        self.noise.at_step(optimizer, self.examples.size if self.examples.told else None)
        if self.sample is not None:
            self.extra.append((self.step, now, self.layers.figures(self.sample, self.norm)))
            if noise := self.noise.figures():
                self.extra.append((self.step, now, noise))
        loss = float("nan") if self.loss is None else self.loss
        self.step_time = now - self.last
        self.rows.append([now, loss, self.lr, self.step_time, self.waited])
        self.begin()
        if self.step > 1 and (now - self.written > WAIT or len(self.rows) >= 256):  # all that step have by then, and are told of
            self.flush()
        self.last = time.perf_counter()

    def skipped(self, optimizer: Any) -> None:
        """Forget the loss and norm of a step that was not taken; it counts for none."""
        self.loss = self.norm = None

    def given(self, loss: Any) -> None:
        """The loss of this step, in the user's own words: of the step under way, else of the last one."""
        loss = loss.detach().reshape(()) if hasattr(loss, "detach") else float(loss)
        if self.loss is not None or not self.rows:
            self.loss = loss
        else:
            self.rows[-1][1] = loss

    def log(self, values: dict[str, Any]) -> None:
        """Other scalars, by tag, at the last step."""
        self.extra.append((self.step, time.perf_counter(), values))

    def flush(self, everything: bool = False) -> None:
        """Write what is complete."""
        self.written = time.perf_counter()
        stride = 1 << max(0, (self.step - 1) // FULL).bit_length()
        whole = len(self.rows) if everything else max(0, len(self.rows) - 1) // stride * stride  # the last may be given its loss yet
        rows, self.rows, norms, self.norms, extra, self.extra = self.rows[:whole], self.rows[whole:], self.norms, [], self.extra, []
        if not rows and not extra:
            return
        if self.file is None:
            self.file = EventFile(self.folder, self.sink)
            self.file.hparams(self.hparams())
        if rows:
            self.write_rows(rows, stride)
        if norms:
            steps, walls, values = zip(*norms, strict=True)
            self.put(("train/grad_norm",), steps, walls, total(values))
        for tags in dict.fromkeys(tuple(values) for _, _, values in extra):
            steps, walls, values = zip(*(one for one in extra if tuple(one[2]) == tags), strict=True)
            self.put(tags, steps, walls, numbers([value for row in values for value in row.values()]))

    def write_rows(self, rows: list[list[Any]], stride: int) -> None:
        """Each `stride` rows as their mean."""
        import numpy as np

        table = np.column_stack([numbers(list(column)) for column in zip(*rows, strict=True)])
        begins = np.arange(0, len(table), stride)
        counts = np.diff([*begins, len(table)])
        mean = np.add.reduceat(table[:, 1:], begins) / counts[:, None]
        ends = begins + counts - 1
        self.put(COLUMNS, self.step - len(self.rows) - len(table) + 1 + ends, table[ends, 0], mean)

    def put(self, tags: tuple[str, ...], steps: Any, walls: Any, values: Any) -> None:
        """Write values, shape (n,) or (n, tags), at these n steps; `walls` are readings of `time.perf_counter`, in seconds."""
        import numpy as np

        assert self.file is not None
        self.file.rows(tags, steps, np.asarray(walls) + self.clock, np.reshape(values, (len(steps), len(tags))))

    def hparams(self) -> dict[str, Any]:
        """What the optimizer and the data are set to."""
        found: dict[str, Any] = {}
        if self.optimizer is not None:
            group = self.optimizer.param_groups[0]
            made = next((lr for one, lr in self.made_so_far if one() is self.optimizer), group["lr"])
            found |= {"optimizer": type(self.optimizer).__name__, "lr": float(group.get("initial_lr", made))}
            found |= {name: float(group[name]) for name in ("momentum", "weight_decay") if isinstance(group.get(name), (int, float))}
        if self.others:
            found[OTHERS] = ", ".join(self.others)
        return found | ({"batch_size": self.examples.size} if self.examples.size else {}) | self.said

    def close(self) -> None:
        """Write what is left, also of a mean that is not complete, and close the file for good."""
        self.validation.over()
        self.flush(everything=True)
        if self.file is not None:
            self.file.close()
