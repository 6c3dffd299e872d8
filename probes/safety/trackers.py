"""Experiment trackers are off while a script is probed: by environment variables, and where its own words would win over them, by force."""

import functools
import os
import sys
from collections.abc import Callable
from typing import Any

from probes.hooks.after_import import after_import

OFF = {"WANDB_MODE": "disabled", "COMET_MODE": "disabled", "COMET_AUTO_LOG_DISABLE": "true", "CLEARML_OFFLINE_MODE": "1"}
OFF |= {"NEPTUNE_MODE": "debug", "DISABLE_MLFLOW_INTEGRATION": "TRUE", "MLFLOW_ALLOW_FILE_STORE": "true", "DVCLIVE_TEST": "1"}
ON_DISK = ("", "file", "sqlite")  # kinds of addresses that are files, which are kept apart like all others
STORES = {"_tracking_service": "TrackingStoreRegistry", "_model_registry": "ModelRegistryStoreRegistry"}


def keep_trackers_off() -> None:
    """From now on what this process logs reaches no server of W&B, MLflow, Comet, ClearML or Neptune; imports none of them."""
    os.environ.update(OFF)
    os.environ.pop("MLFLOW_TRACKING_URI", None)
    after_import("wandb", lambda: put("wandb", "", "init", disabled))
    for part, registry in STORES.items():
        module = f"mlflow.tracking.{part}.registry"
        after_import(module, functools.partial(put, module, registry, "_get_store_with_resolved_uri", on_disk))


def put(module: str, owner: str, name: str, instead: Callable) -> None:
    """Have instead(original, ...) called in place of a function of the module's, or of a class's there."""
    whose = getattr(sys.modules[module], owner, None) if owner else sys.modules[module]
    original = getattr(whose, name, None)
    if original is None:
        print(f"advisor: {module} is of a version that could not be kept from logging to its server.", file=sys.stderr)
        return

    @functools.wraps(original)
    def replaced(*args, **options):
        return instead(original, *args, **options)

    setattr(whose, name, replaced)


def disabled(original: Callable, *args: Any, **options: Any) -> Any:
    """A run of W&B's, also where the script asks for mode="online"."""
    return original(*args, **{**options, "mode": "disabled"})


def on_disk(original: Callable, registry: Any, *addresses: Any) -> Any:
    """MLflow's store of runs or models at these addresses: in a folder here in place of a server."""
    return original(registry, *(it if it is None or kind(it) in ON_DISK else "file:" + os.path.abspath("mlruns") for it in addresses))


def kind(address: Any) -> str:
    """What an address begins with before its colon, "databricks" for that server's own, "" for a plain path."""
    text = str(address)
    return "databricks" if text.startswith(("databricks", "uc")) else text.partition(":")[0] if ":" in text else ""
