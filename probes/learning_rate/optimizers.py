"""What is usual of an optimizer, by the name of its class: its everyday learning rate, and whether it has one to find."""

from collections.abc import Mapping
from typing import Any

from advisor.evidence.usual_rates import USUAL
from advisor.run import OTHERS

OWN_STEP_SIZES = ("Rprop", "Prodigy", "DAdapt", "DoG", "DoWG", "COCOB", "Mechanic")
AVERAGING = ("ScheduleFree",)


def usual_rate(hparams: Mapping[str, Any]) -> float:
    """The folk default of the optimizer; today's rate where there is none.

    Parameters
    ----------
    hparams : today's settings as `Training.hparams` has them: `optimizer`, `lr`, `momentum` where there is one
    """
    name = str(hparams.get("optimizer", ""))
    if name == "SGD" and hparams.get("momentum"):
        name = "SGD with momentum"
    usual = USUAL.get("Adam" if "adam" in name.lower() else name)
    return usual.rate if usual is not None else float(hparams["lr"])


def in_turn(hparams: Mapping[str, Any]) -> str | None:
    """Why no learning rate can be told from the loss of this training; None where one can."""
    if OTHERS not in hparams:
        return None
    names = ", ".join([str(hparams["optimizer"]), str(hparams[OTHERS])])
    return f"the script lets several optimizers step in turn ({names}); a lower loss of one is no better training where it costs the others"


def refusal(optimizer: str) -> str | None:
    """Why no learning rate can be found for an optimizer of this class name; None where one can."""
    if any(part.lower() in optimizer.lower() for part in AVERAGING):
        return f"{optimizer} evaluates at other weights than it trains at, and a race would not switch between them"
    if any(part.lower() in optimizer.lower() for part in OWN_STEP_SIZES):
        return f"{optimizer} keeps its own step sizes, so there is no learning rate to find"
    return None
