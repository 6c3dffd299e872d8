"""Steers a script's own loop from inside: at which learning rate a step is taken, whether it changes anything, where its data come from.

The first steps only show how the loop is built: which optimizers step together, how many minibatches and backward passes make a step, and
how many minibatches are fetched ahead. Steps that must not change the weights are withheld; a learning rate of 0 would still move what the
optimizer keeps.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from probes.gradients.layer_figures import local
from probes.gradients.real_numbers import measurable, real
from probes.hooks.other_engines import need_own_parameters
from probes.process.rank import need_ranks
from probes.riding.feeding.supply import MinibatchSupply
from probes.riding.loop.accumulated_steps import AccumulatedSteps
from probes.riding.loop.altered_forward import AlteredForward
from probes.riding.loop.discarded_steps import DiscardedSteps
from probes.riding.loop.first_steps import FirstSteps
from probes.riding.loop.held_learning_rate import HeldSettings
from probes.riding.loop.loop_shape import LoopShape
from probes.riding.loop.step_contexts import StepContexts
from probes.riding.loop.step_gradient import StepGradient
from probes.riding.loop.step_record import StepRecord, StepTally
from probes.riding.loop.withheld_steps import WithheldSteps
from probes.state.found_modules import parameters_of, roots
from probes.state.random_states import RandomStates
from probes.state.script_state import Moment, ScriptState


class Steering:
    """Listens to `hooks.Hooks`; calls `stepped(record)` after every step, from within the script's loop, once it knows the loop.

    Attributes
    ----------
    lr : float
        At which steps are taken.
    frozen : bool
        While it is true steps change no weights.
    joined : AccumulatedSteps
        Of how many of the script's steps one is made.
    forward : AlteredForward
        In what, and how, forward passes are computed.
    lost : DiscardedSteps
        Of which nothing is told.
    gradient : StepGradient
        What is read of gradients.
    tally : StepTally
        What has come together of the step under way.
    blocks : StepContexts
        What steps are taken in.
    withheld : WithheldSteps
        Which change nothing.
    numbers_lost : bool
        Whether the script broke on what is no number.
    """

    def __init__(self, seed: int, ready: Callable[[], None], stepped: Callable[[StepRecord], None]):
        self.on_ready, self.stepped, self.supply = ready, stepped, MinibatchSupply(seed, self.minibatch_given)
        self.lr: float | None = None
        self.frozen, self.joined, self.forward = False, AccumulatedSteps(), AlteredForward()
        self.lost, self.gradient, self.tally = DiscardedSteps(self.supply), StepGradient(), StepTally(self.supply)
        self.blocks, self.withheld = StepContexts(), WithheldSteps()
        self.carried: ScriptState | None = None
        self.when_ready: Callable[[], None] | None = None
        self.start()

    def start(self) -> None:
        """The script begins."""
        self.shape: LoopShape | None = None
        self.numbers_lost = False
        self.withheld.start()
        self.settings = HeldSettings()
        self.first = FirstSteps(note_buffers=self.carried is None)
        self.supply.start(self.first.seen)
        self.modules: list[Any] = []
        self.lost.start()
        self.gradient.start()
        self.forget()

    def forget(self) -> None:
        """Nothing is known of the next step."""
        self.partial = False
        self.tally.begin()
        if self.shape is not None and self.shape.training is None:
            self.forward.begin()

    # ── what torch tells ───────────────────────────────────────────────────────────────────────────────────────────────

    def made(self, optimizer: Any) -> None:
        """Note an optimizer's settings and its model's buffers before their first use; once the loop is known, nothing."""
        if self.shape is None:
            self.settings.made(optimizer)
            self.first.optimizer(optimizer)

    def fetched(self, batch: Any, seconds: float) -> None:
        """Nothing: the supply tells of those that are trained on, see `minibatch_given`."""

    def minibatch_given(self, batch: Any) -> None:
        """The script was given this minibatch to train on: enter the blocks that wait for one, and half precision."""
        self.blocks.minibatch_given(batch)
        if self.shape is not None:
            self.forward.begin()

    def before_backward(self) -> None:
        """Half precision ends with the forward pass."""
        self.forward.end()

    def backward(self, loss: Any, scale: Any, inside: bool) -> None:
        """Note the loss, shape (), and the gradient; where the step under way asked for it (`inside`), it is used next."""
        self.tally.backward_done(loss, inside)
        self.supply.trained()
        if self.shape is None:
            self.first.backward()
        else:
            self.gradient.after_backward(scale)
        if inside:
            self.at_gradient(self.first.stepped or self.first.made)
        if self.shape is not None and self.tally.passes < self.shape.backwards:
            self.forward.begin()

    def before_step(self, optimizer: Any) -> None:
        """Add up or take away the gradient that is about to be used, and hold the learning rate of an optimizer of the loop."""
        if self.shape is None or not self.first.inside:
            self.at_gradient([optimizer])
        if self.shape is not None and optimizer in self.shape.group:
            assert self.lr is not None
            self.settings.hold(optimizer, self.lr)

    def at_gradient(self, optimizers: list[Any]) -> None:
        """The gradient of a step is there, and not used yet."""
        parameters, shape = parameters_of(optimizers), self.shape
        self.partial = shape is not None and shape.accumulates and self.tally.passes < shape.backwards
        lost = self.partial or self.supply.unwanted > 0 or self.was_understood_in_between
        if not lost:
            self.joined.add(parameters, last=not self.frozen)
        if self.frozen or lost or shape is None:
            self.withheld.begin(optimizers, parameters)

    def after_step(self, optimizer: Any) -> None:
        """Give the optimizer its own settings back; with the last one of the loop's a step is over."""
        self.settings.release(optimizer)
        self.withheld.end()
        if self.shape is None:
            shape = self.first.step(optimizer, inside=self.tally.inside)
            self.forget()
            if shape is not None:
                self.loop_known(shape)
        elif optimizer is self.shape.group[-1] and not self.was_understood_in_between:
            self.end_step(self.shape)
        elif optimizer not in self.shape.group or optimizer is self.shape.group[-1]:
            self.forget()

    @property
    def was_understood_in_between(self) -> bool:
        """Whether the step under way began before the loop was known, and the first of its optimizers has stepped: the rest is none."""
        return self.shape is not None and self.shape.backwards > 0 and not self.tally.passes

    def skipped(self, optimizer: Any) -> None:
        """A gradient scaler found numbers too large and took no step."""
        if self.shape is not None and optimizer is self.shape.group[-1]:
            self.end_step(self.shape)
        else:
            self.tally.loss = None

    # ── the end of a step ──────────────────────────────────────────────────────────────────────────────────────────────

    def end_step(self, shape: LoopShape) -> None:
        """Tell of the step that is over, or undo it where it counts for nothing, and begin another."""
        record, stale = self.tally.record(), self.supply.unwanted > 0
        self.supply.used(self.tally.passes if shape.accumulates else shape.batches)
        if stale or self.partial:
            self.gradient.forget()
        if stale:
            self.lost.used_up()
        elif self.partial:
            self.lost.undo(self.tally.passes)
        else:
            self.stepped(record)
        self.supply.random = RandomStates()
        if shape.accumulates:
            self.lost.begin()
        self.forget()

    def is_lost(self) -> bool:
        """Whether the loss or a weight is no finite number any more."""
        import torch

        if self.shape is None or self.numbers_lost:
            return self.numbers_lost and self.shape is not None
        loss = [] if self.tally.loss is None else [self.tally.loss]
        told = [t for t in [*self.parameters, *loss] if measurable(t)]
        return not all(bool(torch.isfinite(real(local(t.detach()))).all()) for t in told)

    def script_ended(self) -> None:
        """The script ended, perhaps in the midst of a step."""
        self.forward.end()
        self.blocks.leave()

    @property
    def optimizers(self) -> list[Any]:
        """All that step, first the one that steps first."""
        return self.first.stepped

    def loop_known(self, shape: LoopShape) -> None:
        """Put back what the first steps changed, or in a later run of the script carry its training over, and let the probe ask."""
        self.shape, self.parameters = shape, parameters_of(shape.group)
        self.supply.take_over(shape.training, shape.batches, shape.ahead, self.first.rows)
        for optimizer in shape.group:
            self.settings.note_base(optimizer)
        self.lr = self.settings.today if self.lr is None else self.lr
        self.modules = roots(parameters_of(self.optimizers))
        self.first.end(self.modules)
        need_own_parameters(self.modules)
        self.forward.ready(self.modules, str(self.parameters[0].device))
        need_ranks(self.modules, self.parameters)
        self.gradient.ready(shape, self.modules, self.parameters)
        if self.carried is not None:
            self.carried.put_back(self.optimizers, self.modules)
        if self.when_ready is not None:
            self.when_ready()
        self.lost.ready(self.modules)
        self.lost.changed()
        self.on_ready()
        self.forget()
        if shape.accumulates:
            self.lost.begin()

    @contextmanager
    def without_updates(self) -> Iterator[None]:
        """Steps in the block leave weights, buffers, optimizers and random states as they were."""
        moment, before = Moment(self.modules), self.frozen
        self.frozen = True
        try:
            yield
        finally:
            self.frozen = before
            moment.put_back(self.modules)
