"""Which tags are which signals, for every framework's way of naming them."""

from pathlib import Path

import numpy as np
import pytest

from advisor.errors import AdvisorError
from advisor.run import Run
from advisor.scalar import Histogram, Line, scalar
from advisor.signals.vocabulary import SIGNALS

CURVES = [name for name in SIGNALS if name not in ("layer_grad_norms", "hparams", "lines")]


def run(*tags, points=20, **more):
    """A run of these tags; "tag*3" has three points."""
    parted = [tag.partition("*") for tag in tags]
    curves = {tag: scalar(np.arange(int(n or points)), np.linspace(2, 1, int(n or points)), tag=tag) for tag, _, n in parted}
    return Run("example", curves, **more)


# Framework: the tags it logs, and which signal each is; "*3": with three points.
FRAMEWORKS = {
    "plain": "Loss/train = train_loss; Loss/test = val_loss; Accuracy/train = train_accuracy; Accuracy/test = val_accuracy",
    "add_scalars, joined": "Loss/train = train_loss; Loss/val = val_loss",
    "Lightning": (
        "train_loss_step*100 = train_loss; train_loss_epoch*5; val_loss*5 = val_loss; epoch*100 = epoch; lr-Adam/pg2; "
        "lr-Adam/pg1 = lr; lr-Adam/pg1-momentum"
    ),
    "Lightning, two loaders": "train_loss = train_loss; val_loss/dataloader_idx_1; val_loss/dataloader_idx_0 = val_loss",
    "Lightning, gradients": "loss = train_loss; grad_2.0_norm/fc.weight; grad_2.0_norm_total = grad_norm",
    "HF Trainer": (
        "train/loss*50 = train_loss; train/grad_norm*50 = grad_norm; train/learning_rate*50 = lr; train/epoch*50 = epoch; "
        "eval/loss*5 = val_loss; eval/accuracy*5 = val_accuracy; eval/runtime*5; eval/samples_per_second*5; train/train_loss*1; "
        "train/total_flos*1; train/train_runtime*1"
    ),
    "HF Trainer, short": "train/train_loss*1; train/loss*3 = train_loss",
    "HF trainer_state.json": (
        "epoch*55 = epoch; grad_norm*50 = grad_norm; learning_rate*50 = lr; loss*50 = train_loss; eval_loss*5 = val_loss; "
        "eval_accuracy*5 = val_accuracy; eval_runtime*5; eval_samples_per_second*5; eval_steps_per_second*5"
    ),
    "LLaMA-Factory": "loss = train_loss; lr = lr; epoch = epoch; eval_loss*5 = val_loss; percentage; total_steps",
    "Lightning's CSVLogger": (
        "epoch*120 = epoch; lr-SGD*50 = lr; train_loss_step*50 = train_loss; train_loss_epoch*5; val_loss*5 = val_loss"
    ),
    "Keras CSVLogger": (
        "epoch = epoch; accuracy = train_accuracy; loss = train_loss; lr = lr; val_accuracy = val_accuracy; val_loss = val_loss"
    ),
    "TRL, DPO": (
        "train/loss = train_loss; train/rewards/chosen; train/rewards/margins; train/rewards/accuracies = train_accuracy; "
        "train/logps/chosen; eval/loss = val_loss"
    ),
    "TRL, SFT": "train/loss = train_loss; train/mean_token_accuracy = train_accuracy; train/entropy; train/num_tokens",
    "TRL, GRPO": "train/loss; train/reward = episode_reward; train/reward_std; train/kl; train/completions/mean_length",
    "Keras": (
        "train/epoch_loss = train_loss; train/epoch_accuracy = train_accuracy; train/epoch_learning_rate = lr; "
        "validation/epoch_loss = val_loss; validation/epoch_accuracy = val_accuracy"
    ),
    "Keras, batches": "train/batch_loss*500 = train_loss; train/epoch_loss*5",
    "timm": "epoch = epoch; train_loss = train_loss; eval_loss = val_loss; eval_top5; eval_top1 = val_accuracy; lr = lr",
    "DETR": (
        "train_loss_ce; train_loss = train_loss; test_loss_ce; test_loss = val_loss; train_lr = lr; train_class_error; "
        "test_acc1 = val_accuracy; epoch = epoch"
    ),
    "detectron2": (
        "loss_cls; loss_box_reg; loss_mask; total_loss = train_loss; lr = lr; data_time = data_time; time = step_time; "
        "bbox/AP = val_accuracy; eta_seconds"
    ),
    "mmengine": (
        "lr = lr; data_time = data_time; loss_bbox; loss = train_loss; grad_norm = grad_norm; time = step_time; memory = memory; "
        "coco/bbox_mAP = val_accuracy"
    ),
    "mmengine, scalars.json": (
        "lr = lr; data_time = data_time; loss = train_loss; loss_bbox; grad_norm = grad_norm; time = step_time; memory = memory; "
        "epoch = epoch; step; coco/bbox_mAP*5 = val_accuracy; data_time_epoch*5; time_epoch*5; step_epoch*5"
    ),
    "old mmdet": (
        "train/epoch = epoch; train/lr = lr; train/memory = memory; train/data_time = data_time; train/loss = train_loss; "
        "train/loss_cls; train/time = step_time; val/epoch*5; val/lr*5; val/bbox_mAP*5 = val_accuracy; val/bbox_mAP_50*5"
    ),
    "DETR, log.txt": (
        "train_lr = lr; train_class_error; train_loss = train_loss; train_loss_ce; train_loss_bbox; test_class_error; "
        "test_loss = val_loss; test_loss_ce; test_coco_eval_bbox/AP = val_accuracy; test_coco_eval_bbox/AP50; "
        "test_coco_eval_bbox/AR1; epoch = epoch; n_parameters"
    ),
    "YOLOv5": (
        "train/box_loss + train/cls_loss + train/obj_loss = train_loss; metrics/precision; metrics/recall; "
        "metrics/mAP_0.5 = val_accuracy; metrics/mAP_0.5:0.95; val/box_loss + val/cls_loss + val/obj_loss = val_loss; x/lr1; "
        "x/lr0 = lr; x/lr2"
    ),
    "Ultralytics": (
        "epoch = epoch; lr/pg0 = lr; lr/pg1; train/box_loss + train/cls_loss + train/dfl_loss = train_loss; metrics/precision(B); "
        "metrics/mAP50(B) = val_accuracy; metrics/mAP50-95(B); val/box_loss + val/cls_loss + val/dfl_loss = val_loss"
    ),
    "Stable-Baselines3": (
        "rollout/ep_rew_mean = episode_reward; rollout/ep_len_mean; train/loss; train/value_loss = value_loss; train/policy_gradient_loss; "
        "train/entropy_loss = entropy; train/approx_kl = approx_kl; train/clip_fraction; train/explained_variance = explained_variance; "
        " train/learning_rate = lr; time/fps = throughput; "
        "time/time_elapsed"
    ),
    "CleanRL": (
        "charts/episodic_return = episode_reward; charts/learning_rate = lr; charts/SPS = throughput; losses/value_loss = value_loss; "
        "losses/policy_loss; losses/approx_kl = approx_kl"
    ),
    "CleanRL, only losses": "losses/value_loss; losses/approx_kl; losses/entropy",
    "rsl_rl": (
        "Loss/value_function = value_loss; Loss/surrogate; Loss/learning_rate = lr; Train/mean_reward = episode_reward; "
        "Train/mean_episode_length; Perf/total_fps = throughput"
    ),
    "Unity ML-Agents": (
        "Environment/Cumulative Reward = episode_reward; Losses/Value Loss = value_loss; Losses/Policy Loss; Policy/Entropy = entropy; "
        "Policy/Learning Rate = lr"
    ),
    "GAN": "loss_G = generator_loss; loss_D = discriminator_loss; lr = lr",
    "GAN, spelled out": "generator/loss = generator_loss; discriminator_loss = discriminator_loss; loss",
    "OpenAI logger": "step; samples; loss_q0; loss = train_loss; loss_q3; grad_norm = grad_norm; lr = lr; param_norm",
    "fairseq": (
        "train/loss*5; train/nll_loss*5; train_inner/loss*90 = train_loss; train_inner/ppl*90; train_inner/gnorm*90 = grad_norm; "
        "train_inner/clip*90; train_inner/loss_scale*90 = loss_scale; train_inner/wps*90 = throughput; train_inner/lr*90 = lr; "
        "valid/loss*5 = val_loss; valid/nll_loss*5; valid/ppl*5"
    ),
    "ESPnet": (
        "train/optim0_lr0 = lr; train/loss_ctc; train/loss = train_loss; train/acc = train_accuracy; valid/loss_ctc; "
        "valid/loss = val_loss; valid/acc = val_accuracy"
    ),
    "NeMo": (
        "reduced_train_loss = train_loss; val_loss = val_loss; lr = lr; grad_norm = grad_norm; global_step; consumed_samples; "
        "train_step_timing in s = step_time"
    ),
    "Megatron-LM": (
        "learning-rate = lr; learning-rate vs samples; lm loss = train_loss; lm loss vs samples; loss-scale = loss_scale; "
        "loss-scale vs samples; grad-norm = grad_norm; grad-norm vs samples; params-norm; num-zeros; batch-size; "
        "lm loss validation = val_loss; lm loss validation ppl; iteration-time = step_time"
    ),
    "DeepSpeed": "Train/Samples/train_loss = train_loss; Train/Samples/lr = lr; Train/Samples/loss_scale = loss_scale",
    "torchtune": ("loss = train_loss; lr = lr; grad_norm = grad_norm; tokens_per_second_per_gpu = throughput; peak_memory_active = memory"),
    "torchtitan": (
        "loss_metrics/global_max_loss; loss_metrics/global_avg_loss = train_loss; grad_norm = grad_norm; "
        "validation_metrics/loss = val_loss; memory/num_ooms; memory/max_active(GiB) = memory; time_metrics/data_loading(%); "
        "time_metrics/data_loading(s) = data_time; time_metrics/end_to_end(s) = step_time"
    ),
    "OLMo-core": ("train/PPL; train/CE loss = train_loss; optim/total grad norm = grad_norm; optim/step skipped; optim/LR (group 0) = lr"),
    "Composer": (
        "loss/train/total = train_loss; lr-DecoupledAdamW/group0 = lr; l2_norm/grad/global = grad_norm; l2_norm/grad/layers.0.weight"
    ),
    "nanochat": "train/loss = train_loss; val/bpb = val_loss; train/lrm",
    "fastai": "train_loss = train_loss; valid_loss = val_loss; lr_0 = lr; lr_1; accuracy = val_accuracy",
    "skorch": "Loss/train_loss = train_loss; Loss/valid_loss = val_loss; Loss/valid_acc = val_accuracy; dur",
    "ignite": "training/batchloss = train_loss; validation/nll = val_loss; lr/group_0 = lr",
    "MONAI": "Loss = train_loss; val_mean_dice = val_accuracy",
    "nnU-Net": "train_loss = train_loss; val_loss = val_loss",
    "SpeechBrain": "loss/train = train_loss; loss/valid = val_loss; WER/valid",
    "diffusers": "train_loss = train_loss; lr = lr",
    "Coqui TTS": "TrainEpochStats/avg_loss*5; TrainIterStats/loss*80 = train_loss; EvalStats/avg_loss*5 = val_loss",
    "AlgoPerf": (
        "loss*90; lr*90 = lr; train/accuracy = train_accuracy; train/loss = train_loss; validation/accuracy = val_accuracy; "
        "validation/loss = val_loss; test/accuracy; test/loss; score"
    ),
    "AlgoPerf, speech": (
        "loss = train_loss; grad_norm = grad_norm; train/ctc_loss; validation/ctc_loss = val_loss; validation/wer; global_step; "
        "preemption_count; score"
    ),
    "DVCLive": "train/loss = train_loss; eval/loss = val_loss",
    "camel case": "trainLoss = train_loss; valLoss = val_loss; learningRate = lr",
    "an epoch's validation beats a step's": "loss = train_loss; val_loss_step*90; val_loss_epoch*9 = val_loss",
    "a total beats its parts": "loss*9; total_loss*9 = train_loss; loss_cls*9; total_loss_smooth*9",
    "a setting is no loss": "focal_loss_gamma*9; loss_margin*9; focal_loss*9 = train_loss",
    "a score beside a loss without a split": "loss = train_loss; val_loss = val_loss; accuracy = train_accuracy",
    "one word": "trainloss = train_loss; valloss = val_loss; valacc = val_accuracy",
    "validation before test": "test_loss; val_loss = val_loss; loss = train_loss",
    "a running best is no score": "best_val_acc; val_acc = val_accuracy; best_loss",
    "parts of a variational bound": "kl_loss; recon_loss; loss = train_loss",
    "nothing known": "my/obj; temperature",
}


def rows(text):
    """Tags, and signal to tag, of a row of FRAMEWORKS."""
    pairs = [entry.partition(" = ") for entry in text.split("; ")]
    return [part for tag, _, _ in pairs for part in tag.split(" + ")], {signal: tag.partition("*")[0] for tag, _, signal in pairs if signal}


@pytest.mark.parametrize("text", FRAMEWORKS.values(), ids=FRAMEWORKS)
def test_tags_are_signals(text):
    tags, signals = rows(text)
    found = run(*tags).signals
    assert {name: found[name].tag for name in CURVES if name in found} == signals


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_order_of_logging_does_not_matter(name):
    tags, signals = rows(FRAMEWORKS[name])
    found = run(*reversed(tags)).signals
    assert {name: found[name].tag for name in CURVES if name in found} == signals


def test_a_constant_gives_way_to_a_curve():
    still, falls = scalar(range(9), [2.0] * 9, tag="loss"), scalar(range(9), range(9, 0, -1), tag="train/focal_loss")
    assert Run("example", {"loss": still, falls.tag: falls}).signals["train_loss"].tag == falls.tag
    assert Run("example", {"loss": still}).signals["train_loss"].tag == "loss"


@pytest.mark.parametrize(
    "tag, last, taken",
    [("loss", 800, "loss"), ("running_loss", 790, "running_loss"), ("loss", 80, "train_loss"), ("aux_loss", 800, "train_loss")],
)
def test_steps_of_a_loss_whose_means_are_few(tag, last, taken):
    steps = np.arange(1, 801)
    curve = 2 * np.exp(-steps / 300)
    many = scalar(steps * last // 800, curve, tag=tag)
    means = scalar(steps[99::100], [part.mean() for part in np.split(curve, 8)], tag="train_loss")
    assert Run("example", {"train_loss": means, tag: many}).signals["train_loss"].tag == taken


@pytest.mark.parametrize("steps, signal", [([10, 20], "val_accuracy"), ([5, 10, 15, 20], "train_accuracy")])
def test_a_score_belongs_to_the_loss_it_was_logged_with(steps, signal):
    curves = [scalar([5, 10, 15, 20], [3.0, 2.0, 1.5, 1.0], tag="loss"), scalar([10, 20], [2.0, 1.0], tag="val_loss")]
    curves.append(scalar(steps, np.linspace(0.1, 0.9, len(steps)), tag="accuracy"))
    assert Run("example", {curve.tag: curve for curve in curves}).signals[signal].tag == "accuracy"


def test_a_scalar_keeps_its_own_steps():
    curves = {"loss": scalar([5, 10, 20], [3.0, 2.0, 1.0], tag="loss"), "val_loss": scalar([20], [2.0], tag="val_loss")}
    found = Run("example", curves).signals
    assert found["train_loss"].steps.tolist() == [5, 10, 20] and found["val_loss"].steps.tolist() == [20]


def test_milliseconds_become_seconds():
    assert run("step_time_ms").signal("step_time").values[0] == pytest.approx(0.002)


def test_a_clock_is_no_duration():
    clock = Run("example", {"time": scalar(range(20), np.arange(20) * 60.0, tag="time")})
    assert clock.signal("step_time") is None


@pytest.mark.parametrize("high, read", [(9.0, {"train_loss": "train", "val_loss": "valid"}), (0.9, {})])
def test_sets_alone_name_losses_where_their_values_are_no_shares(high, read):
    falling = np.linspace(high, high / 9, 20)
    run = Run(Path("x"), {tag: scalar(np.arange(20), falling, tag=tag) for tag in ("train", "valid", "bpd")})
    assert {name: s.tag for name, s in run.signals.items() if name in ("train_loss", "val_loss")} == read


@pytest.mark.parametrize("tag, optimizer", [("lr-AdamW", "AdamW"), ("lr-Adam/pg1", "Adam"), ("lr-SGD", None), ("lr", None)])
def test_a_tag_of_lightnings_names_the_optimizer(tag, optimizer):
    assert (run(tag).signals.get("hparams") or {}).get("optimizer") == optimizer


def test_the_users_word_wins():
    named = run("my/obj", "loss", tags={"train_loss": "my/obj"})
    assert named.signal("train_loss").tag == "my/obj"


@pytest.mark.parametrize(
    "tags, said",
    [
        ({"train_loss": "my/objj"}, "did you mean my/obj?"),
        ({"train_los": "my/obj"}, "did you mean train_loss"),
        ({"lines": "my/obj"}, "no signal lines"),
        ({"train_loss": "zzz"}, "nor anything like it"),
    ],
)
def test_the_users_mistake_is_told(tags, said):
    with pytest.raises(AdvisorError, match=said.replace("?", r"\?")):
        _ = run("my/obj", tags=tags).signals


def test_what_a_probe_logged_is_no_signal(monkeypatch):
    monkeypatch.setattr("advisor.signals.probe_tags._probes", lambda: frozenset({"lr_range_test"}))
    assert set(run("lr_range_test/loss", "lr_range_test/lr", "train_loss").signals) == {"train_loss"}


def histogram(scale, tag):
    edges = np.array([-1.0, 0.0, 1.0]) * scale
    return Histogram(np.array([0, 1]), (edges, edges), (np.ones(2), np.ones(2)), np.zeros(2), tag)


def test_layers_from_histograms():
    tags = ["fc1.weight", "fc1.weight.grad", "fc1.bias.grad", "gradients/fc2.weight"]
    layers = Run("example", histograms={tag: histogram(i + 1, tag) for i, tag in enumerate(tags)}).signal("layer_grad_norms")
    assert list(layers) == ["fc1.weight", "fc2.weight"]
    assert layers["fc2.weight"].values == pytest.approx([2.0, 2.0])  # 4 × 0.5


def test_weights_from_histograms():
    tags = ["fc1.weight", "fc1.weight.grad", "fc1.bias", "gradients/fc2.weight", "activations/fc1"]
    weights = Run("example", histograms={tag: histogram(i + 1, tag) for i, tag in enumerate(tags)}).signal("layer_weights")
    assert list(weights) == ["fc1.weight"] and weights["fc1.weight"].values == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize(
    "pattern",
    ["grad_2.0_norm/{}", "grad_norm/{}", "gradients/{}/norm", "{}/grad_norm", "l2_norm/grad/{}", "train/grad_norm/{}", "grad_norm_{}"],
)
def test_layers_from_norms(pattern):
    layers = run(*(pattern.format(layer) for layer in ("fc1.weight", "fc1.bias", "fc2.weight")), "grad_norm_total").signal(
        "layer_grad_norms"
    )
    assert list(layers) == ["fc1.weight", "fc2.weight"]


@pytest.mark.parametrize("signal, pattern", [
    ("layer_grad_norms", "gradients/{}"),
    ("layer_updates", "update_ratio/{}"), ("layer_updates", "updates/{}"), ("layer_updates", "ud/{}"),
    ("layer_updates", "{}/update_to_weight_ratio"),
    ("layer_weights", "weights/{}/norm"), ("layer_weights", "Weights/{}_norm"), ("layer_weights", "param_norm/{}"),
])  # fmt: skip
def test_what_is_logged_of_each_layer(signal, pattern):
    names = ("fc1.weight", "fc1.bias", "fc2.weight")
    layers = run(*(pattern.format(layer) for layer in names), "train_loss").signal(signal)
    assert list(layers) == ["fc1.weight", "fc2.weight"] and len(layers["fc1.weight"]) == 20


@pytest.mark.parametrize("signal, pattern", [
    ("layer_zeros", "dead/{}"), ("layer_zeros", "Activations/{}/zero_fraction"), ("layer_zeros", "relu_sparsity/{}"),
    ("layer_activations", "activations/{}/std"), ("layer_activations", "act_std/{}"),
])  # fmt: skip
def test_what_is_logged_of_activations(signal, pattern):
    scalars = {pattern.format(layer): scalar([0, 1, 2], [0.5, 0.6, 0.7], tag=layer) for layer in ("layers.0", "layers.2")}
    assert list(Run("example", scalars).signal(signal)) == ["layers.0", "layers.2"]


@pytest.mark.parametrize("tag", ["train/update_ratio", "update_to_weight_ratio", "Optimizer/update_to_data", "ud_ratio"])
def test_how_far_a_step_moves_the_weights(tag):
    """As it is, or as its logarithm."""
    for values, wanted in (([0.01, 0.001, 0.002], [0.01, 0.001, 0.002]), ([-2.0, -3.0, -3.0], [0.01, 0.001, 0.001])):
        found = Run("example", {tag: scalar([0, 1, 2], values, tag=tag)}).signal("update_ratio")
        assert found.values == pytest.approx(wanted)


def test_the_middle_layer_stands_for_the_whole():
    scalars = {f"update_ratio/{i}.weight": scalar([0, 1, 2], [0.1**i] * 3, tag=f"update_ratio/{i}.weight") for i in (1, 2, 3)}
    assert Run("example", scalars).signal("update_ratio").values == pytest.approx([0.01] * 3)


def test_what_is_no_curve():
    line = Line("out-of-memory", "train.log", 3, "CUDA out of memory")
    found = run("loss", hparams={"learning_rate": 0.1}, lines=(line,))
    assert found.signal("hparams")["lr"] == 0.1 and found.signal("lines") == (line,)
    assert run("loss").signal("lines") is None and run("loss").signal("hparams") is None


@pytest.mark.parametrize("digits", [2, 6])
def test_a_loss_that_repeats_the_validation_loss_digit_for_digit_is_no_training_loss(digits):
    steps = np.arange(12)
    values = 0.2 + 0.3 * np.exp(-steps / 4)
    twice = {"loss": scalar(steps, values, tag="loss"), "VAL_LOSS": scalar(steps, np.round(values, digits), tag="VAL_LOSS")}
    copied, apart = Run(Path("a"), twice), Run(Path("a"), twice | {"loss": scalar(steps, values + 0.02, tag="loss")})
    assert copied.signal("train_loss") is None and copied.signal("val_loss").tag == "loss"
    assert apart.signal("train_loss").tag == "loss"
