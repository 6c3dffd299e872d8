"""Trains and measures: a probe runs a short real training and logs a run directory, which the advisor reads like any other.

`Monitor` logs a loop of your own. Frameworks take a callback that does the same, `probes.lightning_callback.LightningMonitor`,
`probes.transformers_callback.TransformersMonitor` or `probes.fastai_callback.FastaiMonitor`; each is imported from its own module.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from probes.observing.monitor import Monitor

__all__ = ["Monitor"]


if not TYPE_CHECKING:  # else every name that there is none of would be one to a type checker

    def __getattr__(name):
        if name != "Monitor":
            raise AttributeError(f"module 'probes' has no attribute {name!r}")
        from probes.observing.monitor import Monitor  # not before it is needed: a script that is watched sets up numpy and torch itself

        return Monitor
