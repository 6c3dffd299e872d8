"""The hyperparameters: the names scripts and loggers give them, their starting values, and the line of PyTorch that sets each."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from advisor.signals.devices import ONE_DEVICE, batch_size
from advisor.signals.remedies import REMEDIES
from advisor.signals.unnamed_optimizer import optimizer_by_settings


@dataclass(frozen=True)
class Hparam:
    """One hyperparameter: other names for it, and the PyTorch line that sets it to {to}."""

    aliases: tuple[str, ...]
    pytorch: str


DROPOUTS = ("hidden_dropout_prob", "drop_rate", "dropout_prob")
HPARAMS = {
    "lr": Hparam(
        ("learning_rate", "learningrate", "init_lr", "initial_lr", "base_lr", "lr0", "max_lr", "peak_lr", "train_lr"),
        "optimizer = torch.optim.{optimizer}(model.parameters(), lr={to})",
    ),
    "batch_size": Hparam(
        ("batchsize", "bs", "batch", "train_batch_size", "global_batch_size", "imgs_per_batch", "ims_per_batch", *ONE_DEVICE),
        "loader = DataLoader(dataset, batch_size={to}, shuffle=True)",
    ),
    "optimizer": Hparam(
        ("optim", "optimizer_name", "optimizer_class", "opt", "optimiser"), "optimizer = torch.optim.{to}(model.parameters(), lr=lr)"
    ),
    "weight_decay": Hparam(
        ("wd", "l2", "l2_reg", "weightdecay"), "optimizer = torch.optim.{optimizer}(model.parameters(), lr=lr, weight_decay={to})"
    ),
    "dropout": Hparam(
        (*("dropout_rate", "drop", "dropout_p", "p_dropout", "hidden_dropout", "resid_pdrop"), *DROPOUTS), "nn.Dropout(p={to})"
    ),
    "epochs": Hparam(("max_epochs", "num_epochs", "n_epochs", "num_train_epochs", "nb_epochs"), "for epoch in range({to}): ..."),
    "patience": Hparam(
        ("early_stopping_patience", "es_patience"), "EarlyStopping(monitor='val_loss', patience={to})  # keep the best checkpoint"
    ),
    "max_grad_norm": Hparam(
        ("clip", "grad_clip", "clip_grad", "gradient_clip_val", "clip_grad_norm", "max_norm", "grad_clip_norm", "max_gradient_norm"),
        "torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm={to})  # after loss.backward()",
    ),
    "warmup_steps": Hparam(
        ("warmup", "num_warmup_steps", "warmup_iters", "n_warmup_steps"),
        "scheduler = torch.optim.lr_scheduler.LinearLR(optimizer, start_factor=0.01, total_iters={to})",
    ),
    "accumulation_steps": Hparam(
        ("gradient_accumulation_steps", "accumulate_grad_batches", "grad_accum", "accum_steps", "accumulation"),
        "(loss / {to}).backward()  # and optimizer.step(); optimizer.zero_grad() only every {to} batches",
    ),
    "accumulated_loss": Hparam((), "(loss / accumulation_steps).backward()  # for each of the batches that make one step"),
    "devices": Hparam(("world_size", "n_gpu", "n_gpus", "num_gpus", "ngpus", "num_devices", "num_processes", "gpus"), ""),
    "precision": Hparam(
        ("amp", "fp16", "bf16", "mixed_precision", "use_amp", "dtype"), "with torch.autocast(device.type, dtype=torch.bfloat16): loss = ..."
    ),
    "activation_checkpointing": Hparam(
        ("gradient_checkpointing", "grad_checkpointing"), "x = torch.utils.checkpoint.checkpoint(block, x, use_reentrant=False)"
    ),
    "num_workers": Hparam(
        ("workers", "n_workers", "dataloader_num_workers", "num_data_workers"),
        "DataLoader(dataset, num_workers={to}, pin_memory=True, persistent_workers=True)",
    ),
    "initialization": Hparam(
        ("init", "weight_init"), "torch.nn.init.kaiming_normal_(layer.weight, nonlinearity='relu')  # xavier_uniform_ for tanh"
    ),
    "activation": Hparam(("nonlinearity", "act"), "nn.{to}()  # the activation between the layers"),
    "normalization": Hparam(("norm", "batch_norm"), "nn.BatchNorm1d(features)  # after each hidden layer; nn.LayerNorm for sequences"),
    "schedule": Hparam(
        ("scheduler", "lr_scheduler", "lr_schedule", "lr_scheduler_type"),
        "scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max={to})",
    ),
    "hidden_size": Hparam(("width", "hidden_dim", "hidden", "d_model", "n_hidden", "hidden_units"), "model = Model(hidden_size={to})"),
    "num_layers": Hparam(("depth", "n_layers", "n_layer", "layers", "num_hidden_layers", "num_blocks"), "model = Model(num_layers={to})"),
    "train_size": Hparam(
        ("n_train", "num_train", "train_examples", "num_examples", "train_samples", "num_train_samples", "dataset_size", "n_samples"),
        "dataset = ConcatDataset([dataset, more])",
    ),
    "num_parameters": Hparam(
        ("n_params", "num_params", "parameters", "total_params", "total_parameters", "model_size"), "model = Model(size={to})"
    ),
    "max_steps": Hparam(
        ("total_steps", "num_steps", "n_steps", "train_steps", "max_iters", "num_iterations"), "for step in range({to}): ..."
    ),
    "augmentation": Hparam(("augment", "data_augmentation"), ""),  # its line depends on the data: advisor/causes/too_little_data.py
    "shuffle": Hparam((), "loader = DataLoader(dataset, batch_size=batch_size, shuffle=True)"),
    "trainable_parameters": Hparam(
        ("trainable_params", "num_trainable", "n_trainable", "num_trainable_params", "trainable"),
        "optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=lr)",
    ),
    "backbone_lr": Hparam(
        ("lr_backbone",),
        "torch.optim.AdamW([{{'params': backbone.parameters(), 'lr': {to}}}, {{'params': head.parameters(), 'lr': head_lr}}])",
    ),
    "head_lr": Hparam(
        ("lr_head",),
        "torch.optim.AdamW([{{'params': backbone.parameters(), 'lr': backbone_lr}}, {{'params': head.parameters(), 'lr': {to}}}])",
    ),
    "batchnorm_momentum": Hparam((), "nn.BatchNorm1d(features, momentum={to})"),
    "rounds": Hparam(("num_boost_round", "n_estimators", "nrounds"), ""),  # of trees: no line of PyTorch, advisor/frameworks has theirs
    "early_stopping_rounds": Hparam(("early_stopping_round",), ""),
    "max_depth": Hparam((), ""),
    "min_child_weight": Hparam((), ""),
    "image_size": Hparam(("img_size", "imgsz", "resolution"), "transforms.Resize({to})"),
}
HPARAMS |= {  # of reinforcement learning and of GANs
    "discriminator_lr": Hparam(
        ("lr_d", "d_lr", "lr_disc", "disc_lr", "lr_discriminator"), "optimizer_d = torch.optim.Adam(discriminator.parameters(), lr={to})"
    ),
    "real_label": Hparam((), "real_labels = torch.full((batch_size,), {to})  # of the discriminator alone"),
    "gradient_penalty": Hparam((), "critic_loss = critic_loss + {to} * (slope.flatten(1).norm(dim=1) - 1).square().mean()"),
    "entropy_coefficient": Hparam(
        ("ent_coef", "entropy_coef", "entropy_coeff", "ent_coeff"), "loss = policy_loss + value_loss - {to} * entropy.mean()"
    ),
    "target_kl": Hparam((), "if approx_kl > {to}: break  # no further epoch over these rollouts"),
    "reward_scale": Hparam((), "env = gymnasium.wrappers.NormalizeReward(env)"),
    "exploration_fraction": Hparam((), "epsilon = max(0.05, 1 - step / ({to} * total_steps))"),
    "reward_function": Hparam((), "print(observation, action, reward)  # of one good episode by hand: is what is wanted rewarded?"),
    "evaluation_environment": Hparam((), "eval_env.obs_rms = env.obs_rms  # and the same wrappers, in the same order"),
}
HPARAMS |= {name: Hparam((), line) for name, line in REMEDIES.items()}
NAMES = {alias: name for name, hparam in HPARAMS.items() for alias in (name, *hparam.aliases)}
NO_USUAL_RATE = ("dadapt", "prodigy", "schedulefree", "muon")  # what stands in their names says nothing of them
OPTIMIZERS = {
    "adafactor": "Adafactor",
    "adagrad": "Adagrad",
    "adadelta": "Adadelta",
    "lion": "Lion",
    "sgd": "SGD",
    "momentum": "SGD",
    "gradientdescent": "SGD",
    "nesterov": "SGD",
    "adamw": "AdamW",  # before "adam", which stands in it
    "adam": "Adam",
    "rmsprop": "RMSprop",
}
ADAPTIVE = ("Adam", "AdamW", "RMSprop", "Adagrad", "Adadelta", "Adafactor", "Lion")  # each parameter's step is of its own size

FLAGS = ("fp16", "bf16")  # hyperparameters that are a precision's name, and say whether it is on
ON = ("true", "on", "yes", "1", "1.0")
# Numbers of something, and the most that anybody means by one: -1, 0 and the largest integer stand for "automatic" and "no limit".
COUNTS = {"batch_size": 1e7, "epochs": 1e6, "max_steps": 1e9, "accumulation_steps": 1e5, "train_size": 1e12, "patience": 1e6}

HALF = ("16", "fp16", "float16", "16-mixed", "16-true", "half", "o1", "o2")
WIDE = ("32", "32-true", "fp32", "float32", "no", "false", "bf16", "bf16-mixed", "bf16-true", "bfloat16")


def canonical(logged: Mapping[str, Any]) -> dict[str, Any]:
    """The hyperparameters of `logged` under our names; the rest under their own. The last part of a path such as "optim/lr" counts."""
    found: dict[str, Any] = {}
    for key, value in logged.items():
        plain = str(key).lower().replace("-", "_")
        last = plain.rpartition("/")[2].rpartition(".")[2]
        ours = NAMES.get(plain) or NAMES.get(plain.rpartition("/")[2]) or NAMES.get(last)
        if plain in FLAGS and str(value).lower() in ON:
            found["precision"] = plain
        found.setdefault(ours or str(key), batch_size(value, last, logged) if ours == "batch_size" else value)
    return found


def as_number(hparams: Mapping[str, Any] | None, name: str) -> float | None:
    """The hyperparameter as a finite number, None where it is not logged as one, or stands for "automatic" or "no limit"."""
    value = (hparams or {}).get(name)
    if value is None or isinstance(value, bool):
        return None
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    if name in COUNTS and not 1 <= found <= COUNTS[name]:
        return None
    return found if math.isfinite(found) else None


def precision_bits(hparams: Mapping[str, Any] | None) -> float | None:
    """Of the range that numbers have: 16 in fp16, 32 in fp32 and bf16; None where the run does not say."""
    said = str((hparams or {}).get("precision", "")).lower().removeprefix("torch.")
    return 16.0 if said in HALF else 32.0 if said in WIDE else None


def optimizer_of(hparams: Mapping[str, Any] | None) -> str | None:
    """A name of `OPTIMIZERS`, or "SGD with momentum"; None where the run does not say, or says one that is not known."""
    said = str((hparams or {}).get("optimizer") or optimizer_by_settings(hparams)).lower().replace("_", "")
    if any(part in said for part in NO_USUAL_RATE):
        return None
    name = next((ours for key, ours in OPTIMIZERS.items() if key in said), None)
    momentum = as_number(hparams, "momentum") or ("momentum" in said) or ("nesterov" in said)
    return "SGD with momentum" if name == "SGD" and momentum else name
