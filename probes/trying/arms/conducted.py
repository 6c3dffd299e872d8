"""In the process of one training: the script is run, listened to, changed by knobs, and ended after its steps."""

import contextlib
import os
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from advisor.errors import AdvisorError
from probes.hooks.after_import import after_import
from probes.hooks.torch_hooks import Hooks, StopProbe
from probes.knobs import knobs
from probes.memory.device_memory import ran_out
from probes.observing.recorder import Recorder
from probes.process.channel import Channel
from probes.programs.program import Program
from probes.programs.run_script import run_as_main
from probes.trying.arms.held_out.evaluation import HeldOut
from probes.trying.arms.messages import Ended, Failure, Reached, Sink
from probes.trying.arms.seeds import Seeds

IGNORED = 3  # stops that a script may swallow before its process ends
MOST_FILES = 100
AHEAD = 1.1  # minibatches read for one that is trained on, of a loop that looks ahead and breaks off


class Several:
    """Tells each of many listeners of the events that it has a method for, in their order; `held_out` alone while it evaluates."""

    EVALUATED = True

    def __init__(self, listeners: list[Any], held_out: Any = None):
        self.held_out = held_out
        self.listeners = sorted((one for one in listeners if one is not None), key=lambda one: getattr(one, "LAST", False))

    def __getattr__(self, event: str) -> Any:
        heard = [getattr(one, event) for one in self.listeners if hasattr(one, event)]

        def tell(*about: Any) -> None:
            if self.held_out is None or not self.held_out.evaluating:
                for listener in heard:
                    listener(*about)
            elif hasattr(self.held_out, event):
                getattr(self.held_out, event)(*about)

        self.__dict__[event] = tell
        return tell


class Conducted:
    """One training; `arm` says which, and `apart` lists what it wrote."""

    def __init__(self, channel: Channel, arm: Any, apart: Any):
        self.channel, self.arm, self.apart = channel, arm, apart
        self.seeds, self.recorder = Seeds(arm.shift), Recorder(Path(), sink=Sink(channel))
        self.hooks: Hooks | None = None
        self.held_out: Any = None
        self.fetches = self.backwards = self.epochs = 0
        self.failure: Failure = ""
        self.text, self.stops, self.told = "", 0, 0.0

    def run(self, program: Program) -> None:
        """To its end; the last message is `Ended`."""
        sys.excepthook = self.broke
        after_import("torch", self.begin)
        status = run_as_main(program)
        if status and not self.failure and not self.stops:
            self.failure, self.text = "error", f"it ended with status {status}"
        self.end()

    def begin(self) -> None:
        """Torch is there: listen, and let the knobs hold."""
        self.hooks = Hooks(None, self.refused)  # type: ignore[arg-type]  # told of nothing before its listener is there
        turned = []
        self.hooks.on = True
        self.seeds.start(self.hooks)
        if self.arm.hold_out:
            self.held_out = HeldOut(self.hooks, self.arm.shift, self.over, self.stop, self.evaluated)
            self.held_out.start()
        try:
            turned = [knobs()[name].turn(value, self.hooks, self.arm.planned) for name, value in self.arm.settings]
        except AdvisorError as error:
            self.refused(error)
        self.recorder.said = {name: value for name, value in self.arm.settings if isinstance(value, int | float | str)}
        self.hooks.listener = Several([self.seeds, *turned, self.held_out, self.recorder, self], self.held_out)
        self.hooks.start()

    def refused(self, error: Exception) -> None:
        """What listens failed, or a knob cannot be set here: there is nothing to be learned of this training."""
        self.failure, self.text = "refused", str(error) if isinstance(error, AdvisorError) else f"{type(error).__name__}: {error}"
        self.end()
        os._exit(0)

    def broke(self, kind: type[BaseException], error: BaseException, trace: Any) -> None:
        """The script raised: shown as Python shows it, and kept."""
        self.failure = "out-of-memory" if ran_out(error) else "error"
        self.text = "".join(traceback.format_exception(kind, error, trace))
        sys.__excepthook__(kind, error, trace)

    def after_step(self, optimizer: Any) -> None:
        """Tell about once a second how far it is."""
        if self.recorder.written != self.told:
            self.told = self.recorder.written
            self.channel.send(Reached(self.recorder.step))

    def fetched(self, batch: Any, seconds: float) -> None:
        """The next step begins, once what is validated after the last one is over."""
        self.fetches += 1
        self.stop_in_time()

    def backward(self, loss: Any, scale: Any, inside: bool) -> None:
        """One for each minibatch, if examples can be held out."""
        self.backwards += 1

    def read(self, data: Any, over: bool, iterator: Any) -> None:
        """A DataLoader that is read while gradients are on came to its end."""
        import torch

        self.epochs += over and torch.is_grad_enabled()

    def over(self, ahead: int = 0) -> bool:
        """Whether it has had its steps, with so many more that are under way."""
        return self.arm.steps is not None and self.recorder.step + ahead >= self.arm.steps

    def before_backward(self) -> None:
        """As above, of a loop without a DataLoader."""
        self.stop_in_time()

    def stop_in_time(self) -> None:
        """End the script after its steps, and after what is held out was evaluated.

        Raises
        ------
        StopProbe
            It has had its steps.
        """
        if self.over() and (self.held_out is None or self.held_out.left is None):
            self.stop()

    def evaluated(self, loss: float) -> None:
        """What is held out was: its loss is logged as a validation's, and the time is none of the next step's."""
        self.recorder.log({"val/loss": loss})
        self.recorder.last = time.perf_counter()

    def stop(self) -> None:
        """End the script; one that swallows that ends here.

        Raises
        ------
        StopProbe
            Always.
        """
        self.stops += 1
        if self.stops > IGNORED:
            self.end()
            os._exit(0)
        raise StopProbe

    def end(self) -> None:
        """Write what is left of the log, and say how it ended."""
        for printed in (sys.stdout, sys.stderr):  # this process is ended once it has said its last word
            with contextlib.suppress(Exception):
                printed.flush()
        if self.recorder.step:
            self.recorder.close()
        written = tuple(str(path) for path in self.apart.written()[:MOST_FILES])
        whole = not self.stops and not self.failure
        alike = not self.recorder.others and self.backwards <= self.fetches <= self.backwards * AHEAD + IGNORED
        held_out = self.held_out.examples if self.held_out is not None else 0
        seen = self.seeds.by_script, written, alike, held_out, self.epochs, self.backwards
        self.channel.send(Ended(self.recorder.step, whole, self.failure, self.text, *seen))
