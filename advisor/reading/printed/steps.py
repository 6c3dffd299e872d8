"""Which step a printed line belongs to: its own counters, and those of the lines above it."""

from dataclasses import dataclass, field

from advisor.reading.printed.measures import Measured
from advisor.reading.printed.names import BATCH, STEPS


@dataclass
class Axis:
    """Steps counted by one word; where they start again with each epoch, the epochs before are added."""

    base: float = 0.0
    last: float | None = None
    length: float = 0.0  # of an epoch
    stride: float = 0.0
    epoch: float | None = None
    first: float = 0.0  # 1 where epochs are counted from 1

    def at(self, epoch: float | None, step: float, total: float | None, restarts: bool) -> float:
        """The step since the training began; `restarts` says the counter is one that starts again by its nature."""
        told, self.length = self.length, total or max(self.length, step)
        if epoch is None:
            if restarts and self.last is not None and step < self.last:
                self.base += self.length
        elif self.epoch is None:
            self.first = min(float(int(epoch)), 1.0)
            self.base = (int(epoch) - self.first) * total if restarts and total else 0.0
        elif epoch > self.epoch and ((restarts and total) or step <= (self.last or 0.0)):
            ran = self.last or 0.0  # beyond what was said to be all, as where several passes count as one
            length = ran + 1 if restarts and ran > told else self.length
            self.base += length * (int(epoch) - int(self.epoch)) + (0.0 if total or step else self.stride)
        elif epoch < self.epoch and self.base:
            self.base = max(0.0, (int(epoch) - self.first) * self.length)
        self.stride = step - self.last if self.last is not None and step > self.last else self.stride
        self.epoch, self.last = epoch if epoch is not None else self.epoch, step
        return self.base + step

    def is_done_with(self, epoch: float | None, step: float, total: float | None) -> bool:
        """Whether all batches of the epoch were counted, and these are others: of an evaluation, that no line says it is."""
        whole = epoch is not None and epoch == self.epoch and self.last is not None and self.last == self.length
        return whole and total is not None and total != self.length and step <= total


@dataclass
class Steps:
    """The step of each line in turn.

    A line without a counter, and one that only names its epoch beside others that count steps, belongs where the line above it was.
    """

    axes: dict[str, Axis] = field(default_factory=dict)
    epoch: float | None = None
    position: float | None = None
    counted: bool = False  # by steps, not only by epochs
    moved: bool = False  # a step was counted since the last line that named its epoch only

    @property
    def in_parts(self) -> bool:
        """Whether points stand at parts of epochs, and no step was counted: then a bare counter among them is another's."""
        return not self.counted and self.epoch is not None and self.epoch % 1 > 0

    def at(self, said: Measured) -> float | None:
        """The step of this line, None where nothing tells."""
        plan = said.plan
        if said.step is None:
            return self._epoch(said) if said.epoch is not None else self.position
        if plan.validates and self.counts_batches(said):
            return self.position
        epoch = said.epoch if said.epoch is not None else self.epoch
        axis = self.axes.setdefault(plan.word, Axis())
        if STEPS.get(plan.word, 1) == BATCH and axis.is_done_with(epoch, said.step, said.total):
            return None
        self.position = axis.at(epoch, said.step, said.total, STEPS.get(plan.word, 1) == BATCH)
        self.counted = self.moved = True
        self.epoch = epoch
        return self.position

    def _epoch(self, said: Measured) -> float:
        if self.counted and not self.moved and said.epoch != self.epoch:
            self.counted = False  # what was counted before was no training
        self.moved = False
        self.epoch = said.epoch
        if not self.counted:
            self.position = said.epoch
        return self.position or 0.0

    def counts_batches(self, said: Measured) -> bool:
        """Whether a validation's counter runs to another end than the training's, or is behind it: it counts its own batches, or itself."""
        axis = self.axes.get(said.plan.word)
        if axis and self.may_count_validations(said):
            return (said.step or 0.0) < (axis.last or 0.0)
        other = said.total is not None and (axis is None or said.total != axis.length)
        return other or STEPS.get(said.plan.word, 1) == BATCH

    def may_count_validations(self, said: Measured) -> bool:
        """Whether a validation tells a count without its end and without an epoch, where the training tells both count and epoch."""
        counts = said.plan.word in self.axes and STEPS.get(said.plan.word, 1) != BATCH
        return counts and self.epoch is not None and said.total is None and said.epoch is None
