"""nanoGPT and its like: a script whose every setting is an argument of the same name.

How it is recognized
    By the names of its settings, or by what it prints: the share of the device's operations that it uses, beside both losses.

References
    https://github.com/karpathy/nanoGPT
"""

OPTIMIZER = "AdamW"
NO_PRODUCT = True
LINES = {
    "lr": "python train.py --learning_rate={to}  # --min_lr to a tenth of it",
    "batch_size": "python train.py --batch_size={to}",
    "accumulation_steps": "python train.py --gradient_accumulation_steps={to}",
    "weight_decay": "python train.py --weight_decay={to}",
    "dropout": "python train.py --dropout={to}",
    "max_grad_norm": "python train.py --grad_clip={to}",
    "warmup_steps": "python train.py --warmup_iters={to}",
    "max_steps": "python train.py --max_iters={to} --lr_decay_iters={to}",
    "schedule": "python train.py --decay_lr=True --lr_decay_iters={to}",
    "hidden_size": "python train.py --n_embd={to}",
    "num_layers": "python train.py --n_layer={to}",
    "precision": "python train.py --dtype=bfloat16",
    "patience": "python train.py --always_save_checkpoint=False  # keeps the best checkpoint by validation loss; nothing in it stops early",
}


def recognize(logged):
    yield logged.setting("lr_decay_iters decay_lr", 0.6)
    yield logged.setting("eval_iters always_save_checkpoint init_from", 0.4)
    yield logged.named(r"^mfu$", 0.5)
    yield logged.named(r"^train[ /]loss$", 0.3)
    yield logged.named(r"^val[ /]loss$", 0.2)


IS = {
    "its settings": dict(tags=("train/loss", "val/loss"), hparams=dict(init_from="scratch", decay_lr=True, lr_decay_iters=5000)),
    "printed": dict(tags=("train loss", "val loss", "loss", "time", "mfu"), format="text"),
}
IS_NOT = {
    "a script of one's own": dict(tags=("train/loss", "val/loss", "lr")),
    "another that counts operations": dict(tags=("loss", "mfu", "tok/sec", "Validation bpb")),
}
