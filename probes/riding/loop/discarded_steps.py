"""Steps of a script that count for nothing: over what it had fetched ahead and is not wanted any more, and the short last one of an epoch.

They have no gradient, so they change no weights; what else they changed, buffers and random states, is put back.
"""

from typing import Any

from probes.riding.feeding.supply import MinibatchSupply
from probes.state.script_state import Moment


class DiscardedSteps:
    """Of one script, whose minibatches the supply gives."""

    def __init__(self, supply: MinibatchSupply):
        self.supply = supply
        self.start()

    def start(self) -> None:
        """The script begins."""
        self.modules: list[Any] = []
        self.began: Moment | None = None
        self.before_unwanted: Moment | None = None

    def ready(self, modules: list[Any]) -> None:
        """The loop is known, and these are its modules."""
        self.modules = modules

    def begin(self) -> None:
        """A step that may turn out too short begins."""
        self.began = Moment(self.modules)

    def changed(self) -> None:
        """Other minibatches are wanted: the steps that use up what was fetched ahead change nothing and are told to nobody."""
        self.supply.discard_prefetched()
        self.before_unwanted = Moment(self.modules) if self.supply.unwanted else None

    def used_up(self) -> None:
        """One of these steps is over."""
        if not self.supply.unwanted and self.before_unwanted is not None:
            self.before_unwanted.put_back(self.modules)
            self.before_unwanted = None

    def undo(self, minibatches: int) -> None:
        """The step over fewer minibatches than the others: they come again."""
        assert self.began is not None
        self.began.put_back(self.modules)
        if self.supply.feed is not None:
            self.supply.feed.give_again(minibatches + self.supply.prefetched)
            self.changed()
