"""A net is to fulfil an equation: its loss is how far it is from that, at points drawn in the domain, at its edge and at its start.

What is normal
    The loss spans decades, so that what counts is its logarithm: from 1e-1 to 1e-3 is half way, not the end. Its parts pull against each
    other and one may rise while the total falls. Where the points are drawn anew it is noisy, and low losses have spikes. It falls for as
    long as one trains, with plateaus of thousands of steps; Adam first and L-BFGS then, which begins with a leap. There is no validation:
    an error against a known solution, where there is one, tells. What overfits here overfits points, and wants more of them.

How it is recognized
    By parts of the loss named for the equation, its residual, its edge and its start, or by hyperparameters that count points of each.

References
    Raissi, Perdikaris and Karniadakis, Physics-Informed Neural Networks (2019). https://doi.org/10.1016/j.jcp.2018.10.045
    Wang, Teng and Perdikaris, Understanding and Mitigating Gradient Pathologies in PINNs (2021). arXiv:2001.04536
    Lu et al., DeepXDE (2021), whose examples take Adam at 1e-3, then L-BFGS. arXiv:1907.04502
"""

from advisor.curves import T, fall, flat, nan_after, noise

WORDS = "physics-informed learning"
SPARES = ("loss-plateau", "slow-convergence", "underfitting", "unstable-loss", "train-eval-mismatch", "wrong-initial-loss")
BEFORE = ("multi-task", "regression")
ADVISES_NOT = ("augmentation", "class_weights", "dropout", "label_mask", "labels", "num_workers", "validation_split", "weight_decay")
RATES = {"Adam": (1e-3, 1e-3), "AdamW": (1e-3, 1e-3)}  # DeepXDE's examples


def recognize(logged):
    yield logged.tag(
        r"_(?:pde|physics|phys|pinn|collocation|eqn|equation)_(?:\w+_)?loss_|_loss_(?:pde|physics|phys|pinn|eqn|equation)_", 0.7
    )
    yield logged.tag(r"_(?:bc|bcs|boundary)_(?:\w+_)?loss_|_loss_(?:bc|bcs|boundary)_", 0.5)
    yield logged.tag(r"_(?:ic|ics|initial)_(?:\w+_)?loss_|_loss_(?:ic|ics|initial)_", 0.5)
    yield logged.tag(r"_(?:residual|residuals|res|interior)_loss_|_loss_(?:residual|residuals|res|interior)_", 0.5)
    yield logged.tag(r"_data_loss_|_loss_data_", 0.3)
    yield logged.tag(r"_(?:mse|loss)_f_", 0.5)
    yield logged.tag(r"_(?:mse|loss)_u_", 0.5)
    yield logged.named(r"^Test metric$", 0.5)  # beside two losses so spelled it is DeepXDE's
    yield logged.named(r"^Train loss$", 0.25)
    yield logged.named(r"^Test loss$", 0.25)
    yield logged.setting("num_collocation n_collocation num_domain n_f n_pde num_residual_points collocation_points n_interior", 0.7)
    yield logged.setting("num_boundary n_boundary n_bc n_u n_b num_initial n_ic lambda_bc lambda_pde w_bc w_pde lbfgs_iters", 0.5)


IS = {
    "its parts": dict(tags=("loss", "loss_pde", "loss_bc", "loss_ic")),
    "its edge and its start": dict(tags=("loss", "loss_boundary", "loss_initial")),
    "in words": dict(tags=("train/total_loss", "train/physics_loss", "train/boundary_loss")),
    "as first written": dict(tags=("loss", "mse_f", "mse_u")),
    "DeepXDE": dict(tags=("Train loss", "Test loss", "Test metric")),
    "by its points": dict(tags=("loss",), hparams=dict(num_domain=2540, num_boundary=80, num_initial=160)),
}
IS_NOT = {
    "a regression": dict(tags=("loss", "val_loss", "rmse")),
    "segmentation of edges": dict(tags=("loss", "boundary_loss", "mIoU")),
    "forces and energies": dict(tags=("loss", "loss_f", "loss_e")),
    "one part alone": dict(tags=("loss", "residual_loss")),
}
HEALTHY = {
    "three decades, noisy, one part rises": dict(
        curves={
            "loss": 10 ** (-1 - 3 * T) * noise(0.4),
            "loss_pde": 10 ** (-1.1 - 3 * T) * noise(0.5),
            "loss_bc": 1e-5 * (1 + 4 * T) * noise(0.2),
        },
    ),
    "a plateau, then L-BFGS": dict(
        curves={"loss": (fall(start=1, end=1e-2, rate=60) * (T < 0.8) + 1e-5 * (T >= 0.8)) * noise(0.2), "loss_pde": 1e-2 * noise(0.2),
                "loss_bc": 1e-3 * noise(0.2)},
    ),
}  # fmt: skip
ILL = {
    "nothing was learned": dict(curves={"loss": flat(0.5) * noise(0.02), "loss_pde": flat(0.1) * noise(0.02), "loss_bc": flat(0.4)},
                                finds="loss-not-decreasing"),
    "NaN": dict(curves={"loss": fall() * nan_after(0.4), "loss_pde": fall() * nan_after(0.4), "loss_bc": fall()}, finds="exploding-loss"),
}  # fmt: skip
