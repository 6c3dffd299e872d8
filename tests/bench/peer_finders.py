"""Others' ways to a learning rate, each as its documentation shows it: Lightning, fastai, torch-lr-finder and Optuna."""

import importlib
import logging
import sys
import warnings
from functools import partial

import numpy as np
import torch
from torch.utils.data import DataLoader

from probes.learning_rate import schedules
from probes.trainings.own_loop import OwnLoop
from tests.bench.finders import Found
from tests.bench.truth import Task

TRIALS = 20
REPORTS = 6  # times that a trial may be pruned


def loader(training: OwnLoop) -> DataLoader:
    return DataLoader(training.dataset, batch_size=training.batch_size, shuffle=True, drop_last=True)


def optimizer_of(task: Task):
    return getattr(task.module, "optimizer", torch.optim.AdamW)


def lightning(task: Task, schedule: str, steps: int, seed: int) -> Found:
    """`Tuner.lr_find` with its defaults."""
    import lightning as pl
    from lightning.pytorch.tuner import Tuner

    training = task.training(seed)

    class Module(pl.LightningModule):
        def __init__(self):
            super().__init__()
            self.net, self.lr = training.model, training.lr

        def training_step(self, batch, index):
            return training.loss(self.net(batch[0]), batch[1])

        def configure_optimizers(self):
            return optimizer_of(task)(self.net.parameters(), lr=self.lr)

    for name in ("lightning.pytorch", "lightning.fabric", "lightning.pytorch.utilities.rank_zero"):
        logging.getLogger(name).setLevel(logging.ERROR)
    quiet = {"logger": False, "enable_checkpointing": False, "enable_progress_bar": False, "enable_model_summary": False}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = Tuner(pl.Trainer(max_epochs=100, accelerator="cpu", **quiet)).lr_find(Module(), loader(training), update_attr=False)
    return Found(found.suggestion(), len(found.results["lr"]))


def fastai(rule: str, task: Task, schedule: str, steps: int, seed: int) -> Found:
    """`Learner.lr_find` with one of its four rules."""
    from fastai.callback import schedule as rules
    from fastai.data.core import DataLoaders
    from fastai.learner import Learner
    from fastai.optimizer import OptimWrapper

    training = task.training(seed)

    def optimizer(parameters, lr, **_):
        return OptimWrapper(parameters, opt=partial(optimizer_of(task), lr=lr))

    loaders = DataLoaders(loader(training), loader(training))
    learner = Learner(loaders, training.model, loss_func=training.loss, opt_func=optimizer, train_bn=False)
    with learner.no_bar(), learner.no_logging():
        found = learner.lr_find(suggest_funcs=(getattr(rules, rule),), show_plot=False)
    return Found(float(found[0]), len(learner.recorder.lrs))


def torch_lr_finder(task: Task, schedule: str, steps: int, seed: int) -> Found:
    """`range_test` and the steepest gradient, as in its README."""
    import matplotlib.pyplot as plt
    from torch_lr_finder import LRFinder

    plt.switch_backend("Agg")
    training = task.training(seed)
    training.lr = 1e-7
    finder = LRFinder(training.model, training.optimizer, training.loss, device="cpu")
    finder.range_test(loader(training), end_lr=100, num_iter=100)
    figure, axes = plt.subplots()
    found = finder.plot(ax=axes, suggest_lr=True)
    plt.close(figure)
    return Found(float(found[1]) if isinstance(found, tuple) else None, len(finder.history["lr"]))


def optuna(task: Task, schedule: str, steps: int, seed: int) -> Found:
    """Twenty trials of the whole 300 steps by its default sampler, pruned by the median; held-out losses decide.

    What it finds is deployed for longer trainings too, for trials of those would cost eight times as much.
    """
    import optuna as peer

    peer.logging.set_verbosity(peer.logging.WARNING)
    training, rates, steps = task.training(seed), task.rates(), 300

    def objective(trial):
        lr = trial.suggest_float("lr", float(rates[0]), float(rates[-1]), log=True)
        with training.restored():
            training.reseed(seed)
            for step in range(steps):
                training.lr = schedules.rate(schedule, lr, step, steps)
                if not np.isfinite(training.step()):
                    raise peer.TrialPruned
                if (step + 1) % (steps // REPORTS) == 0:
                    loss = training.evaluate()
                    trial.report(loss if np.isfinite(loss) else 1e30, step)
                    if trial.should_prune():
                        raise peer.TrialPruned
            return training.evaluate()

    study = peer.create_study(sampler=peer.samplers.TPESampler(seed=seed), pruner=peer.pruners.MedianPruner(n_startup_trials=4))
    study.optimize(objective, n_trials=TRIALS, catch=(ValueError,))
    finished = any(trial.state == peer.trial.TrialState.COMPLETE for trial in study.trials)
    return Found(study.best_params["lr"] if finished else None, training.taken)


class Once:
    """A finder that is asked once for what its answer depends on; no answer where it fails."""

    def __init__(self, finder, of_schedule: bool = False):
        self.finder, self.of_schedule = finder, of_schedule
        self.answers: dict[tuple, Found] = {}

    def __call__(self, task: Task, schedule: str, steps: int, seed: int) -> Found:
        key = task.name, schedule if self.of_schedule else "", seed
        if key not in self.answers:
            self.answers[key] = self.asked(task, schedule, steps, seed)
        return self.answers[key]

    def asked(self, task: Task, schedule: str, steps: int, seed: int) -> Found:
        torch.manual_seed(seed)
        try:
            found = self.finder(task, schedule, steps, seed)
        except Exception as error:
            logging.getLogger(__name__).warning("%s: %s", task.name, error)
            return Found(None, 0)
        return found if found.lr and np.isfinite(found.lr) else Found(None, found.steps)


PEERS = {
    "Optuna, 20 pruned": ("optuna", Once(optuna, of_schedule=True)),
    **{f"fastai {rule}": ("fastai.learner", Once(partial(fastai, rule))) for rule in ("minimum", "valley", "slide", "steep")},
    "torch-lr-finder": ("torch_lr_finder", Once(torch_lr_finder)),
    "Lightning lr_find": ("lightning", Once(lightning)),
}


def installed() -> dict[str, Once]:
    """The peers that can be imported here; a line on standard error for each that cannot."""
    found = {}
    for name, (module, finder) in PEERS.items():
        try:
            importlib.import_module(module)
            found[name] = finder
        except Exception as error:  # torchvision that does not fit torch raises what it likes
            print(f"{name} is left out: {type(error).__name__}: {' '.join(str(error).split())[:100]}", file=sys.stderr)
    return found
