"""LLaMA-Factory: the Trainer of Hugging Face behind one file of settings.

How it is recognized
    By its trainer_log.jsonl: the steps in all, the share that is done, and the rate, on every line.

References
    https://llamafactory.readthedocs.io/en/latest/getting_started/sft.html
"""

NO_PRODUCT = True
BEFORE = ("transformers",)
OPTIMIZER = "AdamW"
IN_YAML = "  # in the YAML file that llamafactory-cli train is given"
LINES = {
    "lr": "learning_rate: {to}" + IN_YAML,
    "batch_size": "per_device_train_batch_size: {to}" + IN_YAML,
    "accumulation_steps": "gradient_accumulation_steps: {to}" + IN_YAML,
    "weight_decay": "weight_decay: {to}" + IN_YAML,
    "max_grad_norm": "max_grad_norm: {to}" + IN_YAML,
    "warmup_steps": "warmup_steps: {to}" + IN_YAML,
    "epochs": "num_train_epochs: {to}" + IN_YAML,
    "max_steps": "max_steps: {to}" + IN_YAML,
    "schedule": "lr_scheduler_type: cosine" + IN_YAML,
    "precision": "bf16: true" + IN_YAML,
    "dropout": "lora_dropout: {to}" + IN_YAML,
    "patience": "load_best_model_at_end: true" + IN_YAML + ", with eval_strategy and save_strategy: epoch",
}


def recognize(logged):
    yield logged.named(r"^percentage$", 0.5)
    yield logged.named(r"^total_steps$", 0.3)
    yield logged.named(r"^(?:lr|learning_rate)$", 0.2)


IS = {"its log": dict(tags=("total_steps", "loss", "lr", "epoch", "percentage", "eval_loss"), format="json-lines")}
IS_NOT = {"a share of one's own": dict(tags=("loss", "percentage", "epoch"))}
