"""A fastai Learner: its optimizer is none of torch's, its DataLoader is its own, and it counts accumulation in examples."""

import sys
from functools import partial

import numpy as np
import pandas as pd
import torch
from fastai.basics import DataLoader, DataLoaders, Learner, OptimWrapper, ranger, set_seed
from fastai.callback.all import CSVLogger, GradientAccumulation, MixedPrecision, SaveModelCallback
from fastai.optimizer import Adam
from fastai.tabular.all import Normalize, TabularPandas, tabular_learner
from torch import nn

OPTIMIZERS = {"wrapped": partial(OptimWrapper, opt=torch.optim.AdamW, weight_decay=0.01), "ranger": ranger}
CALLBACKS = {"accumulate": lambda: [GradientAccumulation(64)], "scaled": lambda: [MixedPrecision()]}


def tabular():
    columns = np.random.randn(400, 8)
    frame = pd.DataFrame(columns, columns=list("abcdefgh")).assign(y=2 * columns[:, 0])
    table = TabularPandas(frame, [Normalize], cont_names=list("abcdefgh"), y_names="y", splits=(list(range(320)), list(range(320, 400))))
    return tabular_learner(table.dataloaders(bs=16), layers=[32], loss_func=nn.functional.mse_loss)


def plain(kind):
    x = torch.randn(480, 8)
    pairs = list(zip(x, x[:, :2] * 2 + 0.1 * torch.randn(480, 2), strict=True))
    loaders = DataLoaders(DataLoader(pairs[:400], bs=16, shuffle=True), DataLoader(pairs[400:], bs=16))
    model = nn.Sequential(nn.Linear(8, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Linear(32, 2))
    callbacks = [SaveModelCallback(), CSVLogger(), *CALLBACKS.get(kind, list)()]
    return Learner(loaders, model, nn.functional.mse_loss, opt_func=OPTIMIZERS.get(kind, Adam), cbs=callbacks)


if __name__ == "__main__":
    set_seed(0)
    kind = sys.argv[1] if len(sys.argv) > 1 else "plain"
    learner = tabular() if kind == "tabular" else plain(kind)
    learner.save("untrained")
    if kind == "searched":
        learner.lr_find(show_plot=False)
    if kind == "flat":
        learner.fit(3, lr=1e-2)
    else:
        learner.fit_one_cycle(3, lr_max=1e-2)
