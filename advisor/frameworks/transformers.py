"""The Trainer of Hugging Face's transformers, and of TRL, whose configurations are TrainingArguments too.

How it is recognized
    By trainer_state.json, by hyperparameters that only TrainingArguments have, by what the Trainer logs of itself (the runtime of each
    evaluation, its floating-point operations), or by the four numbers of each line it prints, under exactly its names.

References
    https://huggingface.co/docs/transformers/main_classes/trainer
"""

OPTIMIZER = "AdamW"
STOPPING = "load_best_model_at_end=True, eval_strategy='epoch', save_strategy='epoch'"
LINES = {
    "lr": "TrainingArguments(learning_rate={to})",
    "batch_size": "TrainingArguments(per_device_train_batch_size={to})",
    "accumulation_steps": "TrainingArguments(gradient_accumulation_steps={to})",
    "weight_decay": "TrainingArguments(weight_decay={to})",
    "max_grad_norm": "TrainingArguments(max_grad_norm={to})",
    "warmup_steps": "TrainingArguments(warmup_steps={to})",
    "epochs": "TrainingArguments(num_train_epochs={to})",
    "max_steps": "TrainingArguments(max_steps={to})",
    "schedule": "TrainingArguments(lr_scheduler_type='cosine')  # to the end of the training, whatever its length",
    "patience": f"Trainer(callbacks=[EarlyStoppingCallback({{to}})])  # with TrainingArguments({STOPPING})",
    "precision": "TrainingArguments(bf16=True)",
    "activation_checkpointing": "TrainingArguments(gradient_checkpointing=True)",
    "one_batch": "Trainer(train_dataset=dataset.select(range(8)))  # for a few hundred steps: the loss must fall far, mostly to near 0",
    "num_workers": "TrainingArguments(dataloader_num_workers={to})",
    "optimizer": "TrainingArguments(optim='adamw_torch')",
    "dropout": "LoraConfig(lora_dropout={to})  # without LoRA what its configuration calls so, as hidden_dropout_prob={to}",
}


def recognize(logged):
    yield logged.read_as("trainer-state", 1.0)
    yield logged.setting("per_device_train_batch_size", 0.7)
    yield logged.setting("num_train_epochs lr_scheduler_type optim dataloader_num_workers logging_first_step", 0.3)
    yield logged.tag(r"^_train_total_flos_$|^_total_flos_$", 0.7)
    yield logged.tag(r"^_(?:train_)?train_runtime_$", 0.7)
    yield logged.tag(r"^_eval_runtime_$", 0.5)
    yield logged.tag(r"^_eval_steps_per_second_$", 0.5)
    yield logged.named(r"^loss$", 0.25)
    yield logged.named(r"^grad_norm$", 0.25)
    yield logged.named(r"^learning_rate$", 0.25)
    yield logged.named(r"^epoch$", 0.25)


IS = {
    "its state": dict(tags=("loss", "learning_rate"), format="trainer-state"),
    "its printed lines": dict(tags=("loss", "grad_norm", "learning_rate", "epoch"), format="text"),
    "its evaluations": dict(tags=("train/loss", "train/learning_rate", "eval/runtime", "eval/steps_per_second")),
    "its arguments": dict(tags=("train/loss",), hparams=dict(per_device_train_batch_size=8, num_train_epochs=3)),
}
IS_NOT = {
    "a script of one's own": dict(tags=("train/loss", "train/grad_norm", "train/learning_rate", "eval/loss")),
    "without a gradient's norm": dict(tags=("loss", "learning_rate", "epoch")),
}
