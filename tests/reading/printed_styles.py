# ruff: noqa: E501
"""What trainings of each framework print, and the points that are in it: text, then (step, value) pairs by signal.

Of losses all points are given, of other signals the first few.

Signals are checked through advisor/signals/vocabulary.py, so that a tag nobody understands is a miss too.
"""

NANOGPT = """\
tokens per iteration will be: 491,520
number of parameters: 123.59M
num decayed parameter tensors: 50, with 124,354,560 parameters
step 0: train loss 10.9886, val loss 10.9898
iter 0: loss 10.9874, time 31442.66ms, mfu -100.00%
iter 10: loss 9.5012, time 250.12ms, mfu 35.20%
step 20: train loss 9.1000, val loss 9.2000
saving checkpoint to out
iter 20: loss 9.0412, time 2500.12ms, mfu 35.20%
iter 30: loss 8.7712, time 250.50ms, mfu 35.21%
step 40: train loss 8.5000, val loss 8.6100
iter 40: loss 8.4912, time 2504.50ms, mfu 35.21%
"""
BARS_WITHIN_BARS = """\
2025-06-14 22:51:11,369 - INFO - Epoch 1/3: 50%|####      | 50/100 [00:01<00:01, 9.25it/s, loss=2.75]
2025-06-14 22:51:12,369 - INFO - Epoch 1/3: 100%|####      | 100/100 [00:02<00:01, 9.25it/s, loss=2.50]
2025-06-14 22:51:21,314 - INFO - val_loss=3.5000, val_accuracy=0.1000
2025-06-14 22:51:21,315 - INFO - 33%|#         | 1/3 [00:26<04:01, 26.86s/epoch, accuracy=0.019, loss=2.40, val_accuracy=0.100, val_loss=3.50]
2025-06-14 22:52:11,369 - INFO - Epoch 2/3: 50%|####      | 50/100 [00:01<00:01, 9.25it/s, loss=1.75]
2025-06-14 22:52:12,369 - INFO - Epoch 2/3: 100%|####      | 100/100 [00:02<00:01, 9.25it/s, loss=1.50]
2025-06-14 22:52:21,314 - INFO - val_loss=3.0000, val_accuracy=0.2000
2025-06-14 22:52:21,315 - INFO - 66%|#         | 2/3 [00:26<04:01, 26.86s/epoch, accuracy=0.019, loss=1.40, val_accuracy=0.200, val_loss=3.00]
2025-06-14 22:53:11,369 - INFO - Epoch 3/3: 50%|####      | 50/100 [00:01<00:01, 9.25it/s, loss=0.75]
2025-06-14 22:53:12,369 - INFO - Epoch 3/3: 100%|####      | 100/100 [00:02<00:01, 9.25it/s, loss=0.50]
2025-06-14 22:53:21,314 - INFO - val_loss=2.5000, val_accuracy=0.3000
2025-06-14 22:53:21,315 - INFO - 99%|#         | 3/3 [00:26<04:01, 26.86s/epoch, accuracy=0.019, loss=0.40, val_accuracy=0.300, val_loss=2.50]
"""
NANOCHAT = """\
step 00000/16704 (0.00%) | loss: 11.090355 | lrm: 1.00 | dt: 5127.22ms | tok/sec: 102,258 | mfu: 2.79 | total time: 0.00m
Step 00000 | Validation bpb: 3.2969
step 00001/16704 (0.01%) | loss: 10.812563 | lrm: 1.00 | dt: 300.10ms | tok/sec: 1,747,626 | mfu: 47.63 | total time: 0.00m
step 00002/16704 (0.01%) | loss: 10.212563 | lrm: 1.00 | dt: 300.20ms | tok/sec: 1,747,026 | mfu: 47.63 | total time: 0.01m
Step 00002 | Validation bpb: 3.1000
"""
MODDED = """\
import os
import torch
learning_rate = 0.0018
for step in range(args.num_iterations + 1):
    print0(f"step:{step}/{args.num_iterations} train_loss:{loss:.4f}")
====================================================================================================
Running python 3.12.7 (main, Oct 16 2024, 07:12:08) [GCC 13.2.0]
+-----------------------------------------------------------------------------------------+
| NVIDIA-SMI 550.90.07              Driver Version: 550.90.07      CUDA Version: 12.4     |
|   0  NVIDIA H100 80GB HBM3          On  |   00000000:61:00.0 Off |                    0 |
| N/A   34C    P0            123W /  700W |    7713MiB /  81559MiB |      0%      Default |
====================================================================================================
step:0/6200 val_loss:10.8258 train_time:0ms step_avg:nanms
step:1/6200 train_loss:10.8258 train_time:32441ms step_avg:nanms
step:2/6200 train_loss:10.1021 train_time:32541ms step_avg:nanms
step:3/6200 train_loss:9.5021 train_time:32641ms step_avg:99.5ms
step:3/6200 val_loss:9.4100 train_time:32641ms step_avg:99.5ms
"""
LLM_C = """\
s:0 tel:10.9500
s:0 trl:10.9600 lr:0.000000 norm:1.20
s:1 trl:10.9000 lr:0.000018 norm:1.30
s:2 trl:10.7000 lr:0.000036 norm:1.10
s:2 tel:10.6000
"""
TORCHVISION = """\
Epoch: [0]  [  0/500]  eta: 0:17:05  lr: 0.1  img/s: 45.4 (45.4)  loss: 6.9800 (6.9800)  acc1: 0.00 (0.00)  time: 2.0510  data: 1.3459  max mem: 6234
Epoch: [0]  [250/500]  eta: 0:05:00  lr: 0.1  img/s: 300.1 (290.2)  loss: 6.5100 (6.7000)  acc1: 1.56 (0.80)  time: 0.1234  data: 0.0012  max mem: 6234
Epoch: [0] Total time: 0:10:02
Test:   [ 0/98]  eta: 0:03:00  loss: 5.9000 (5.9000)  acc1: 9.00 (9.00)  time: 1.8000  data: 1.6000  max mem: 6234
Test:   [97/98]  eta: 0:00:00  loss: 6.2000 (6.1000)  acc1: 7.00 (8.00)  time: 0.1000  data: 0.0010  max mem: 6234
Test:  Total time: 0:00:20
Test:  Acc@1 8.000 Acc@5 21.500
Epoch: [1]  [  0/500]  eta: 0:17:05  lr: 0.01  img/s: 45.4 (45.4)  loss: 5.9100 (5.9100)  acc1: 9.38 (9.38)  time: 2.0000  data: 1.3000  max mem: 6234
Epoch: [1]  [250/500]  eta: 0:05:00  lr: 0.01  img/s: 300.1 (290.2)  loss: 5.5100 (5.7000)  acc1: 12.50 (11.0)  time: 0.1230  data: 0.0012  max mem: 6234
Test:   [97/98]  eta: 0:00:00  loss: 5.2000 (5.1000)  acc1: 17.00 (18.00)  time: 0.1000  data: 0.0010  max mem: 6234
"""
MNIST = """\
Train Epoch: 1 [0/60000 (0%)]\tLoss: 2.282550
Train Epoch: 1 [640/60000 (1%)]\tLoss: 1.385313

Test set: Average loss: 0.0500, Accuracy: 9830/10000 (98%)

Train Epoch: 2 [0/60000 (0%)]\tLoss: 0.082550
Train Epoch: 2 [640/60000 (1%)]\tLoss: 0.055313

Test set: Average loss: 0.0400, Accuracy: 9870/10000 (99%)
"""
IMAGENET = """\
=> creating model 'resnet18'
Epoch: [0][   1/5005]\tTime  4.123 ( 4.123)\tData  2.100 ( 2.100)\tLoss 7.0100e+00 (7.0100e+00)\tAcc@1   0.00 (  0.00)\tAcc@5   0.00 (  0.00)
Epoch: [0][  11/5005]\tTime  0.512 ( 0.900)\tData  0.010 ( 0.200)\tLoss 6.9500e+00 (6.9900e+00)\tAcc@1   0.39 (  0.10)\tAcc@5   0.78 (  0.60)
Test: [  1/196]\tTime  2.000 ( 2.000)\tLoss 5.0000e+00 (5.0000e+00)\tAcc@1  20.00 ( 20.00)\tAcc@5  40.00 ( 40.00)
Test: [191/196]\tTime  0.200 ( 0.300)\tLoss 5.5000e+00 (5.2000e+00)\tAcc@1  15.00 ( 18.00)\tAcc@5  35.00 ( 38.00)
 *   Acc@1 18.100 Acc@5 38.200
Epoch: [1][   1/5005]\tTime  4.000 ( 4.000)\tData  2.000 ( 2.000)\tLoss 5.0100e+00 (5.0100e+00)\tAcc@1  10.00 ( 10.00)\tAcc@5  30.00 ( 30.00)
"""
HF_TRAINER = """\
{'loss': 2.3456, 'grad_norm': 1.25, 'learning_rate': 4.9e-05, 'epoch': 0.1}

  1%|          | 10/1000 [00:05<08:00,  2.06it/s]{'loss': 2.1, 'grad_norm': 1.5, 'learning_rate': 4.8e-05, 'epoch': 0.2}
{'loss': 2.0, 'grad_norm': 1.5, 'learning_rate': 4.7e-05, 'epoch': 0.3}
{'eval_loss': 1.9, 'eval_accuracy': 0.5, 'eval_runtime': 3.2, 'eval_samples_per_second': 310.1, 'epoch': 0.3}
{'loss': 1.9, 'grad_norm': 1.5, 'learning_rate': 4.6e-05, 'epoch': 0.4}
{'loss': 1.8, 'grad_norm': 1.5, 'learning_rate': 4.5e-05, 'epoch': 0.5}
{'train_runtime': 100.1, 'train_samples_per_second': 80.0, 'train_loss': 2.04, 'epoch': 0.5}
"""
HF_TRAINER_5 = """\
{'loss': '2.345', 'grad_norm': '1.25', 'learning_rate': '4.9e-05', 'epoch': '1'}
{'loss': '2.1', 'grad_norm': '1.5', 'learning_rate': '4.8e-05', 'epoch': '2'}
{'loss': 'nan', 'grad_norm': 'nan', 'learning_rate': '4.7e-05', 'epoch': '3'}
"""
KERAS_2 = """\
Epoch 1/3
\r  1/100 [..............................] - ETA: 25s - loss: 2.3000 - accuracy: 0.1000\b\b\b\r 50/100 [==============>...............] - ETA: 0s - \
loss: 1.9000 - accuracy: 0.2000\r100/100 [==============================] - 1s 5ms/step - loss: 1.7000 - accuracy: 0.3000 - val_loss: 1.6000 - val_accuracy: 0.3300
Epoch 2/3
100/100 [==============================] - 1s 5ms/step - loss: 1.2000 - accuracy: 0.5000 - val_loss: 1.3000 - val_accuracy: 0.4400
Epoch 00002: val_loss improved from 1.60000 to 1.30000, saving model to best.h5
Epoch 3/3
100/100 [==============================] - 1s 5ms/step - loss: 0.9000 - accuracy: 0.6000 - val_loss: 1.2000 - val_accuracy: 0.5500
"""
KERAS_3 = """\
Epoch 1/3
\x1b[1m100/100\x1b[0m \x1b[32m━━━━━━━━━━━━━━━━━━━━\x1b[0m\x1b[37m\x1b[0m \x1b[1m1s\x1b[0m 5ms/step - accuracy: 0.3000 - loss: 1.7000 - val_accuracy: 0.3300 - val_loss: 1.6000
Epoch 2/3
\x1b[1m100/100\x1b[0m \x1b[32m━━━━━━━━━━━━━━━━━━━━\x1b[0m\x1b[37m\x1b[0m \x1b[1m1s\x1b[0m 5ms/step - accuracy: 0.5000 - loss: 1.2000 - val_accuracy: 0.4400 - val_loss: 1.3000
Epoch 3/3
\x1b[1m100/100\x1b[0m \x1b[32m━━━━━━━━━━━━━━━━━━━━\x1b[0m\x1b[37m\x1b[0m \x1b[1m1s\x1b[0m 5ms/step - accuracy: 0.6000 - loss: 0.9000 - val_accuracy: 0.5500 - val_loss: 1.2000
"""
FAIRSEQ_OLD = """\
| epoch 001 | loss 5.100 | nll_loss 4.200 | ppl 18.38 | wps 10000 | ups 2 | wpb 5000 | bsz 200 | num_updates 1000 | lr 0.0005 | gnorm 1.200 | clip 0 | oom 0 | loss_scale 8.000
| epoch 001 | valid on 'valid' subset | loss 4.900 | nll_loss 4.000 | ppl 16.00 | num_updates 1000
| epoch 002 | loss 4.100 | nll_loss 3.200 | ppl 9.19 | wps 10000 | ups 2 | wpb 5000 | bsz 200 | num_updates 2000 | lr 0.0004 | gnorm 1.100 | clip 0 | oom 0 | loss_scale 8.000
| epoch 002 | valid on 'valid' subset | loss 4.400 | nll_loss 3.500 | ppl 11.31 | num_updates 2000
| epoch 003 | loss 3.100 | nll_loss 2.200 | ppl 4.59 | wps 10000 | ups 2 | wpb 5000 | bsz 200 | num_updates 3000 | lr 0.0003 | gnorm 1.000 | clip 0 | oom 0 | loss_scale 8.000
"""
FAIRSEQ = """\
2021-01-02 03:04:05 | INFO | fairseq_cli.train | num. model params: 39,469,056 (num. trained: 39,469,056)
2021-01-02 03:05:05 | INFO | train_inner | epoch 001:    100 / 1000 loss=5.100, nll_loss=4.200, ppl=18.38, wps=10000, ups=2, num_updates=100, lr=1.25e-05, gnorm=1.2
2021-01-02 03:06:05 | INFO | train_inner | epoch 001:    200 / 1000 loss=4.900, nll_loss=4.000, ppl=16.00, wps=10000, ups=2, num_updates=200, lr=2.50e-05, gnorm=1.2
2021-01-02 03:07:05 | INFO | valid | epoch 001 | valid on 'valid' subset | loss 4.800 | nll_loss 3.900 | ppl 14.93 | num_updates 200
2021-01-02 03:08:05 | INFO | train_inner | epoch 002:    100 / 1000 loss=4.500, nll_loss=3.600, ppl=12.13, wps=10000, ups=2, num_updates=300, lr=3.75e-05, gnorm=1.2
"""
MEGATRON = """\
 [2024-01-02 03:04:05] iteration       10/    1000 | consumed samples:         2560 | elapsed time per iteration (ms): 500.1 | learning rate: 1.000000E-05 \
| global batch size:   256 | lm loss: 1.080000E+01 | loss scale: 1.0 | grad norm: 3.250 | number of skipped iterations:   0 | number of nan iterations:   0 |
 [2024-01-02 03:04:10] iteration       20/    1000 | consumed samples:         5120 | elapsed time per iteration (ms): 500.2 | learning rate: 2.000000E-05 \
| global batch size:   256 | lm loss: 1.020000E+01 | loss scale: 1.0 | grad norm: 2.250 | number of skipped iterations:   0 | number of nan iterations:   0 |
 validation loss at iteration 20 | lm loss value: 1.010000E+01 | lm loss PPL: 2.434301E+04 |
 [2024-01-02 03:04:15] iteration       30/    1000 | consumed samples:         7680 | elapsed time per iteration (ms): 500.3 | learning rate: 3.000000E-05 \
| global batch size:   256 | lm loss: 9.800000E+00 | loss scale: 1.0 | grad norm: 1.250 | number of skipped iterations:   0 | number of nan iterations:   0 |
"""
MMDET = """\
2020-01-02 03:04:05,678 - mmdet - INFO - Epoch [1][50/200]\tlr: 1.978e-03, eta: 1 day, 10:20:30, time: 0.523, data_time: 0.051, memory: 3800, \
loss_rpn_cls: 0.5012, loss_bbox: 0.2012, loss: 2.3123
2020-01-02 03:05:05,678 - mmdet - INFO - Epoch [1][100/200]\tlr: 3.978e-03, eta: 1 day, 10:10:30, time: 0.513, data_time: 0.009, memory: 3800, \
loss_rpn_cls: 0.4012, loss_bbox: 0.1912, loss: 2.1123
2020-01-02 03:06:05,678 - mmdet - INFO - Epoch(val) [1][5000]\tbbox_mAP: 0.1230, bbox_mAP_50: 0.2340, bbox_mAP_copypaste: 0.123 0.234
2020-01-02 03:07:05,678 - mmdet - INFO - Epoch [2][50/200]\tlr: 3.978e-03, eta: 1 day, 10:10:30, time: 0.513, data_time: 0.009, memory: 3800, \
loss_rpn_cls: 0.3012, loss_bbox: 0.1812, loss: 1.9123
"""
MMENGINE = """\
01/02 03:04:05 - mmengine - INFO - Epoch(train)  [1][ 50/200]  lr: 1.9820e-03  eta: 1:20:30  time: 0.5230  data_time: 0.0510  memory: 3800  loss: 2.3123  loss_rpn_cls: 0.5012
01/02 03:05:05 - mmengine - INFO - Epoch(train)  [1][100/200]  lr: 3.9840e-03  eta: 1:10:30  time: 0.5130  data_time: 0.0090  memory: 3800  loss: 2.1123  loss_rpn_cls: 0.4012
01/02 03:06:05 - mmengine - INFO - Epoch(val)  [1][500/500]    coco/bbox_mAP: 0.1230  coco/bbox_mAP_50: 0.2340  data_time: 0.7000  time: 0.9000
01/02 03:07:05 - mmengine - INFO - Epoch(train)  [2][ 50/200]  lr: 3.9840e-03  eta: 1:00:30  time: 0.5130  data_time: 0.0090  memory: 3800  loss: 1.9123  loss_rpn_cls: 0.3012
"""
DETECTRON2 = """\
[01/02 03:04:05 d2.engine.train_loop]: Starting training from iteration 0
[01/02 03:04:15 d2.utils.events]:  eta: 0:10:05  iter: 19  total_loss: 2.112  loss_cls: 0.712  loss_box_reg: 0.401  time: 0.5012  data_time: 0.0150  lr: 4.9e-06  max_mem: 2412M
[01/02 03:04:25 d2.utils.events]:  eta: 0:10:01  iter: 39  total_loss: 1.912  loss_cls: 0.612  loss_box_reg: 0.391  time: 0.5002  data_time: 0.0050  lr: 9.9e-06  max_mem: 2412M
[01/02 03:04:35 d2.utils.events]:  eta: 0:09:01  iter: 59  total_loss: 1.712  loss_cls: 0.512  loss_box_reg: 0.381  time: 0.5001  data_time: 0.0050  lr: 1.4e-05  max_mem: 2412M
"""
TORCHTUNE = """\
Step 1 | loss:1.5012 lr:2e-07 tokens_per_second_per_gpu:301.5
Step 2 | loss:1.4012 lr:4e-07 tokens_per_second_per_gpu:412.5
Step 3 | loss:1.3012 lr:6e-07 tokens_per_second_per_gpu:413.5
"""
SPEECHBRAIN = """\
epoch: 1, lr: 1.00e+00 - train loss: 2.36 - valid loss: 1.01, valid PER: 28.40
epoch: 2, lr: 1.00e+00 - train loss: 1.16 - valid loss: 8.05e-01, valid PER: 22.10
epoch: 3, lr: 5.00e-01 - train loss: 9.01e-01 - valid loss: 7.01e-01, valid PER: 20.30
Epoch loaded: 3 - test loss: 7.52e-01, test PER: 21.00
"""
NNUNET = """\
2023-01-02 03:04:05.678901: 
2023-01-02 03:04:05.678950: Epoch 0
2023-01-02 03:04:05.679100: Current learning rate: 0.01
2023-01-02 03:06:05.679100: train_loss -0.1012
2023-01-02 03:06:05.679200: val_loss -0.2012
2023-01-02 03:06:05.679300: Pseudo dice [0.5, 0.25]
2023-01-02 03:06:05.679400: Epoch time: 120.0 s
2023-01-02 03:06:05.678950: Epoch 1
2023-01-02 03:06:05.679100: Current learning rate: 0.00999
2023-01-02 03:08:05.679100: train_loss -0.3012
2023-01-02 03:08:05.679200: val_loss -0.3512
2023-01-02 03:08:05.679300: Pseudo dice [0.75, 0.5]
2023-01-02 03:08:05.678950: Epoch 2
2023-01-02 03:08:05.679100: Current learning rate: 0.00998
2023-01-02 03:10:05.679100: train_loss -0.4012
2023-01-02 03:10:05.679200: val_loss -0.4512
"""
OPENAI = """\
---------------------------
| grad_norm   | 0.512     |
| loss        | 1.0       |
| loss_q0     | 0.99      |
| step        | 0         |
---------------------------
---------------------------
| grad_norm   | 0.412     |
| loss        | 0.5       |
| loss_q0     | 0.59      |
| step        | 10        |
---------------------------
---------------------------
| grad_norm   | 0.312     |
| loss        | 0.25      |
| loss_q0     | 0.49      |
| step        | 20        |
---------------------------
"""
STABLE_BASELINES = """\
----------------------------------------
| rollout/                |            |
|    ep_len_mean          | 22.3       |
|    ep_rew_mean          | 21.5       |
| time/                   |            |
|    fps                  | 1012       |
|    iterations           | 1          |
|    total_timesteps      | 2048       |
| train/                  |            |
|    explained_variance   | nan        |
|    loss                 | 5.1        |
----------------------------------------
| rollout/                |            |
|    ep_rew_mean          | 31.5       |
| time/                   |            |
|    fps                  | 1022       |
|    iterations           | 2          |
|    total_timesteps      | 4096       |
----------------------------------------
| rollout/                |            |
|    ep_rew_mean          | 41.5       |
| time/                   |            |
|    fps                  | 1032       |
|    total_timesteps      | 6144       |
----------------------------------------
"""
LIGHTNING = (
    "\rSanity Checking DataLoader 0: 100%|██████████| 2/2 [00:00<00:00, 12.1it/s]\r"
    "Epoch 0:   0%|          | 0/100 [00:00<?, ?it/s]\r"
    "Epoch 0:  50%|█████     | 50/100 [00:05<00:05,  9.90it/s, v_num=1, train_loss_step=0.900]\r"
    "Epoch 0: 100%|██████████| 100/100 [00:10<00:00,  9.50it/s, v_num=1, train_loss_step=0.800]\r"
    "\x1b[AEpoch 1:  50%|█████     | 50/100 [00:05<00:05,  9.90it/s, v_num=1, train_loss_step=0.700, val_loss=0.850]\r"
    "Epoch 1: 100%|██████████| 100/100 [00:10<00:00,  9.50it/s, v_num=1, train_loss_step=0.600, val_loss=0.750]\n"
)
BAR_WITHOUT_EPOCH = (
    "\r 50%|█████     | 50/100 [00:05<00:05,  9.90it/s, loss=2.0]\r100%|██████████| 100/100 [00:10<00:00,  9.50it/s, loss=1.5]\n"
    "\r 50%|█████     | 50/100 [00:05<00:05,  9.90it/s, loss=1.25]\r100%|██████████| 100/100 [00:10<00:00,  1.50s/it, loss=1.0]\n"
)
DIFFUSERS = (
    "Steps:   0%|          | 1/1000 [00:01<20:00,  1.20s/it, lr=1e-5, step_loss=0.2]\r"
    "Steps:   0%|          | 2/1000 [00:02<15:00,  1.10it/s, lr=1e-5, step_loss=0.1]\r"
    "Steps:   0%|          | 3/1000 [00:03<15:00,  1.10it/s, lr=1e-5, step_loss=0.05]\n"
)
LOGGED_PAIRS = """\
[rank0]: INFO:root:train.py:33: step=10 loss=1.5 lr=0.1
2024-01-02 03:04:05,678 [1234] WARNING root: data/dir is slow
[rank0]: INFO:root:train.py:33: step=20 loss=1.25 lr=0.1
[rank0]: INFO:root:train.py:33: step=30 loss=inf lr=0.1
"""
CIFAR10 = """\
[1,  2000] loss: 2.197
[1,  4000] loss: 1.841
[2,  2000] loss: 1.412
[2,  4000] loss: 1.380
Finished Training
"""
QUICKSTART = """\
Epoch 1
-------------------------------
loss: 2.303494  [   64/60000]
loss: 2.294637  [ 6464/60000]
Test Error:\x20
 Accuracy: 50.9%, Avg loss: 2.150420\x20

Epoch 2
-------------------------------
loss: 2.161246  [   64/60000]
loss: 2.150946  [ 6464/60000]
Test Error:\x20
 Accuracy: 55.1%, Avg loss: 1.890420\x20
"""
TUTORIAL = """\
Epoch [1/2], Step [100/600], Loss: 0.4311
Epoch [1/2], Step [600/600], Loss: 0.2311
Epoch [2/2], Step [100/600], Loss: 0.1311
Epoch [2/2], Step [600/600], Loss: 0.0811
Accuracy of the model on the 10000 test images: 97.5 %
"""
SENTIMENT = """\
Epoch: 01 | Epoch Time: 0m 30s
\tTrain Loss: 5.043 | Train PPL: 154.946
\t Val. Loss: 4.898 |  Val. PPL: 134.089
Epoch: 02 | Epoch Time: 0m 30s
\tTrain Loss: 4.483 | Train PPL:  88.455
\t Val. Loss: 4.658 |  Val. PPL: 105.470
Epoch: 03 | Epoch Time: 0m 29s
\tTrain Loss: 4.183 | Train PPL:  65.588
\t Val. Loss: 4.358 |  Val. PPL:  78.101
"""
TEMPLATE = """\
    epoch          : 1
    loss           : 2.0
    val_loss       : 2.1
    epoch          : 2
    loss           : 1.5
    val_loss       : 1.75
    epoch          : 3
    loss           : 1.25
    val_loss       : 1.5
"""
SKORCH = """\
  epoch    train_loss    valid_acc    valid_loss     dur
-------  ------------  -----------  ------------  ------
      1        \x1b[36m0.6868\x1b[0m       \x1b[32m0.5700\x1b[0m        \x1b[35m0.6706\x1b[0m  0.0201
      2        \x1b[36m0.6468\x1b[0m       \x1b[32m0.5900\x1b[0m        \x1b[35m0.6606\x1b[0m  0.0202
      3        0.6868       0.5800        0.6806  0.0201
"""
ULTRALYTICS = """\
      Epoch    GPU_mem   box_loss   cls_loss   dfl_loss  Instances       Size
        1/3      1.04G      1.505      2.912       1.28         22        640: 100%|██████████| 4/4 [00:01<00:00,  2.1it/s]
                 Class     Images  Instances      Box(P          R      mAP50  mAP50-95): 100%|██████████| 2/2 [00:00<00:00,  4.1it/s]
                   all          4         17      0.617      0.617      0.612      0.412
      Epoch    GPU_mem   box_loss   cls_loss   dfl_loss  Instances       Size
        2/3      1.04G      1.205      2.612       1.18         20        640: 100%|██████████| 4/4 [00:01<00:00,  2.1it/s]
                 Class     Images  Instances      Box(P          R      mAP50  mAP50-95): 100%|██████████| 2/2 [00:00<00:00,  4.1it/s]
                   all          4         17      0.627      0.627      0.622      0.422
      Epoch    GPU_mem   box_loss   cls_loss   dfl_loss  Instances       Size
        3/3      1.04G      1.105      2.512       1.08         21        640: 100%|██████████| 4/4 [00:01<00:00,  2.1it/s]
"""
BOTH_SPLITS = """\
Epoch 1/9 | Train: loss 1.000, acc 0.8 | Val: loss 1.125, acc 0.7
Epoch 2/9 | Train: loss 0.500, acc 0.9 | Val: loss 0.750, acc 0.8
Epoch 3/9 | Train: loss 0.250, acc 0.9 | Val: loss 0.625, acc 0.8
Best epoch: 3, val_loss=0.625
"""
DICTS = """\
Starting
{"epoch": 0, "train_loss": 1.0, "test_loss": 1.125, "lr": 0.1}
{"epoch": 1, "train_loss": 0.5, "test_loss": 0.75, "lr": 0.1}
{"epoch": 2, "train_loss": 0.25, "test_loss": 0.625, "lr": 0.01}
"""
DEEPSPEED = """\
[2024-01-02 03:04:05,678] [INFO] [logging.py:96:log_dist] [Rank 0] step=10, skipped=0, lr=[1e-05], mom=[[0.9, 0.999]]
steps: 10 loss: 2.5000 iter time (s): 0.501 samples/sec: 31.936
steps: 20 loss: 2.2500 iter time (s): 0.502 samples/sec: 31.836
steps: 30 loss: 2.1250 iter time (s): 0.503 samples/sec: 31.736
"""
ADVERSARIAL = """\
[Epoch 0/200] [Batch 0/938] [D loss: 0.693] [G loss: 0.700]
[Epoch 0/200] [Batch 400/938] [D loss: 0.593] [G loss: 0.800]
[Epoch 1/200] [Batch 0/938] [D loss: 0.493] [G loss: 0.900]
"""
TIMM = """\
Train: 0 [   0/1251 (  0%)]  Loss: 6.95 (6.95)  Time: 3.200s,  320.10/s  (3.200s,  320.10/s)  LR: 1.000e-05  Data: 1.200 (1.200)
Train: 0 [  50/1251 (  4%)]  Loss: 6.90 (6.93)  Time: 0.500s, 2048.10/s  (0.600s, 1700.10/s)  LR: 1.000e-05  Data: 0.010 (0.050)
Test: [   0/48]  Time: 1.200 (1.200)  Loss:   6.800 ( 6.800)  Acc@1:   0.100 (  0.100)  Acc@5:   0.500 (  0.500)
Test: [  48/48]  Time: 0.200 (0.300)  Loss:   6.700 ( 6.750)  Acc@1:   0.200 (  0.150)  Acc@5:   0.600 (  0.550)
Train: 1 [   0/1251 (  0%)]  Loss: 6.75 (6.75)  Time: 3.200s,  320.10/s  (3.200s,  320.10/s)  LR: 2.000e-05  Data: 1.200 (1.200)
"""
ICEFALL = """\
2023-01-02 03:04:05,678 INFO [train.py:898] (0/4) Epoch 1, batch 0, loss[loss=7.5, simple_loss=8.1, over 1000.00 frames. ], batch size: 10, lr: 2.90e-03
2023-01-02 03:05:05,678 INFO [train.py:898] (0/4) Epoch 1, batch 50, loss[loss=1.25, simple_loss=1.1, over 1100.00 frames. ], batch size: 12, lr: 2.80e-03
2023-01-02 03:06:05,678 INFO [train.py:898] (0/4) Epoch 2, batch 0, loss[loss=1.0, simple_loss=0.9, over 1200.00 frames. ], batch size: 11, lr: 2.70e-03
2023-01-02 03:07:05,678 INFO [train.py:898] (0/4) Epoch 2, batch 50, loss[loss=0.75, simple_loss=0.8, over 1000.00 frames. ], batch size: 10, lr: 2.60e-03
"""
COQUI = """\
\x1b[1m   --> TIME: 2022-01-02 03:04:05 -- STEP: 0/100 -- GLOBAL_STEP: 0\x1b[0m
     | > loss: 3.1  (3.1)
     | > current_lr: 0.001\x20
\x1b[1m   --> TIME: 2022-01-02 03:05:05 -- STEP: 25/100 -- GLOBAL_STEP: 25\x1b[0m
     | > loss: 2.5  (2.8)
     | > current_lr: 0.001\x20
\x1b[1m   --> TIME: 2022-01-02 03:06:05 -- STEP: 0/100 -- GLOBAL_STEP: 100\x1b[0m
     | > loss: 2.25  (2.25)
"""
COUNTER_LAST = """\
loss=1.0000 acc=0.5 @ step 0
loss=0.5000 acc=0.6 @ step 10
loss=0.2500 acc=0.7 @ step 20
"""
CATALYST = """\
0/3 * Epoch (train): 100% 32/32 [00:41<00:00,  2.39s/it, _fps=11.486, loss=0.875]
0/3 * Epoch (valid): 100% 8/8 [00:11<00:00,  1.50s/it, _fps=21.531, loss=1.625]
1/3 * Epoch (train): 100% 32/32 [00:41<00:00,  2.39s/it, _fps=11.486, loss=0.750]
1/3 * Epoch (valid): 100% 8/8 [00:11<00:00,  1.50s/it, _fps=21.531, loss=1.500]
2/3 * Epoch (train): 100% 32/32 [00:41<00:00,  2.39s/it, _fps=11.486, loss=0.625]
2/3 * Epoch (valid): 100% 8/8 [00:11<00:00,  1.50s/it, _fps=21.531, loss=1.375]
"""

STYLES = {
    "Catalyst": (CATALYST, {"train_loss": [(32, 0.875), (64, 0.75), (96, 0.625)], "val_loss": [(32, 1.625), (64, 1.5), (96, 1.375)]}),
    "timm": (
        TIMM,
        {"train_loss": [(0, 6.95), (50, 6.9), (1251, 6.75)], "val_loss": [(50, 6.75)], "lr": [(0, 1e-5)], "data_time": [(0, 1.2)]},
    ),
    "icefall": (ICEFALL, {"train_loss": [(0, 7.5), (50, 1.25), (100, 1.0), (150, 0.75)], "lr": [(0, 2.9e-3)]}),
    "Coqui": (COQUI, {"train_loss": [(0, 3.1), (25, 2.5), (100, 2.25)], "lr": [(0, 0.001), (25, 0.001)]}),
    "the counter last": (COUNTER_LAST, {"train_loss": [(0, 1.0), (10, 0.5), (20, 0.25)], "train_accuracy": [(0, 0.5), (10, 0.6)]}),
    "nanoGPT": (NANOGPT, {"train_loss": [(0, 10.9874), (10, 9.5012), (20, 9.0412), (30, 8.7712), (40, 8.4912)]}),
    "nanoGPT, validation": (NANOGPT, {"val_loss": [(0, 10.9898), (20, 9.2), (40, 8.61)], "step_time": [(0, 31.44266), (10, 0.25012)]}),
    "nanochat": (
        NANOCHAT,
        {
            "train_loss": [(0, 11.090355), (1, 10.812563), (2, 10.212563)],
            "val_loss": [(0, 3.2969), (2, 3.1)],
            "throughput": [(0, 102258), (1, 1747626)],
        },
    ),
    "modded-nanogpt": (MODDED, {"train_loss": [(1, 10.8258), (2, 10.1021), (3, 9.5021)], "val_loss": [(0, 10.8258), (3, 9.41)]}),
    "llm.c": (LLM_C, {"train_loss": [(0, 10.96), (1, 10.9), (2, 10.7)], "val_loss": [(0, 10.95), (2, 10.6)], "lr": [(0, 0), (1, 1.8e-5)]}),
    "torchvision": (
        TORCHVISION,
        {
            "train_loss": [(0, 6.98), (250, 6.51), (500, 5.91), (750, 5.51)],
            "val_loss": [(250, 6.1), (750, 5.1)],
            "lr": [(0, 0.1), (250, 0.1), (500, 0.01)],
            "step_time": [(0, 2.051), (250, 0.1234)],
            "data_time": [(0, 1.3459)],
            "val_accuracy": [(250, 8.0)],
        },
    ),
    "PyTorch examples": (
        MNIST,
        {
            "train_loss": [(0, 2.28255), (640, 1.385313), (60000, 0.08255), (60640, 0.055313)],
            "val_loss": [(640, 0.05), (60640, 0.04)],
            "val_accuracy": [(640, 0.983), (60640, 0.987)],
        },
    ),
    "PyTorch imagenet": (
        IMAGENET,
        {"train_loss": [(1, 7.01), (11, 6.95), (5006, 5.01)], "val_loss": [(11, 5.2)], "step_time": [(1, 4.123)], "data_time": [(1, 2.1)]},
    ),
    "HF Trainer": (
        HF_TRAINER,
        {"train_loss": [(100, 2.3456), (200, 2.1), (300, 2.0), (400, 1.9), (500, 1.8)], "val_loss": [(300, 1.9)], "lr": [(100, 4.9e-5)]},
    ),
    "HF Trainer 5": (HF_TRAINER_5, {"train_loss": [(1, 2.345), (2, 2.1), (3, float("nan"))], "grad_norm": [(1, 1.25), (2, 1.5)]}),
    "Keras 2": (
        KERAS_2,
        {"train_loss": [(1, 2.3), (50, 1.9), (100, 1.7), (200, 1.2), (300, 0.9)], "val_loss": [(100, 1.6), (200, 1.3), (300, 1.2)]},
    ),
    "Keras 3": (KERAS_3, {"train_loss": [(100, 1.7), (200, 1.2), (300, 0.9)], "val_accuracy": [(100, 0.33), (200, 0.44), (300, 0.55)]}),
    "fairseq, old": (FAIRSEQ_OLD, {"train_loss": [(1000, 5.1), (2000, 4.1), (3000, 3.1)], "val_loss": [(1000, 4.9), (2000, 4.4)]}),
    "fairseq": (FAIRSEQ, {"train_loss": [(100, 5.1), (200, 4.9), (300, 4.5)], "val_loss": [(200, 4.8)], "grad_norm": [(100, 1.2)]}),
    "Megatron": (
        MEGATRON,
        {"train_loss": [(10, 10.8), (20, 10.2), (30, 9.8)], "val_loss": [(20, 10.1)], "grad_norm": [(10, 3.25)], "lr": [(10, 1e-5)]},
    ),
    "mmdet": (
        MMDET,
        {"train_loss": [(50, 2.3123), (100, 2.1123), (250, 1.9123)], "val_accuracy": [(100, 0.123)], "step_time": [(50, 0.523)]},
    ),
    "mmengine": (MMENGINE, {"train_loss": [(50, 2.3123), (100, 2.1123), (250, 1.9123)], "data_time": [(50, 0.051), (100, 0.009)]}),
    "detectron2": (DETECTRON2, {"train_loss": [(19, 2.112), (39, 1.912), (59, 1.712)], "lr": [(19, 4.9e-6), (39, 9.9e-6)]}),
    "torchtune": (TORCHTUNE, {"train_loss": [(1, 1.5012), (2, 1.4012), (3, 1.3012)], "throughput": [(1, 301.5)]}),
    "SpeechBrain": (SPEECHBRAIN, {"train_loss": [(1, 2.36), (2, 1.16), (3, 0.901)], "val_loss": [(1, 1.01), (2, 0.805), (3, 0.701)]}),
    "nnU-Net": (
        NNUNET,
        {
            "train_loss": [(0, -0.1012), (1, -0.3012), (2, -0.4012)],
            "val_accuracy": [(0, 0.375), (1, 0.625)],
            "lr": [(0, 0.01), (1, 0.00999)],
        },
    ),
    "OpenAI's logger": (OPENAI, {"train_loss": [(0, 1.0), (10, 0.5), (20, 0.25)], "grad_norm": [(0, 0.512)]}),
    "Stable-Baselines3": (STABLE_BASELINES, {"rollout/ep_rew_mean": [(2048, 21.5), (4096, 31.5), (6144, 41.5)]}),
    "Lightning's bar": (LIGHTNING, {"train_loss": [(50, 0.9), (100, 0.8), (150, 0.7), (200, 0.6)], "val_loss": [(150, 0.85), (200, 0.75)]}),
    "a bar of epochs around bars of batches": (BARS_WITHIN_BARS, {"val_loss": [(100, 3.5), (200, 3.0), (300, 2.5)]}),
    "tqdm": (BAR_WITHOUT_EPOCH, {"train_loss": [(50, 2.0), (100, 1.5), (150, 1.25), (200, 1.0)]}),
    "diffusers": (DIFFUSERS, {"train_loss": [(1, 0.2), (2, 0.1), (3, 0.05)], "lr": [(1, 1e-5)]}),
    "key=value": (LOGGED_PAIRS, {"train_loss": [(10, 1.5), (20, 1.25), (30, float("inf"))], "lr": [(10, 0.1), (20, 0.1), (30, 0.1)]}),
    "CIFAR-10 tutorial": (CIFAR10, {"train_loss": [(2000, 2.197), (4000, 1.841), (6000, 1.412), (8000, 1.38)]}),
    "PyTorch quickstart": (
        QUICKSTART,
        {
            "train_loss": [(64, 2.303494), (6464, 2.294637), (60064, 2.161246), (66464, 2.150946)],
            "val_loss": [(6464, 2.15042), (66464, 1.89042)],
        },
    ),
    "epoch and step of so many": (TUTORIAL, {"train_loss": [(100, 0.4311), (600, 0.2311), (700, 0.1311), (1200, 0.0811)]}),
    "an epoch, then lines of its values": (
        SENTIMENT,
        {"train_loss": [(1, 5.043), (2, 4.483), (3, 4.183)], "val_loss": [(1, 4.898), (2, 4.658), (3, 4.358)]},
    ),
    "a block of lines": (TEMPLATE, {"train_loss": [(1, 2.0), (2, 1.5), (3, 1.25)], "val_loss": [(1, 2.1), (2, 1.75), (3, 1.5)]}),
    "skorch": (SKORCH, {"train_loss": [(1, 0.6868), (2, 0.6468), (3, 0.6868)], "val_loss": [(1, 0.6706), (2, 0.6606), (3, 0.6806)]}),
    "Ultralytics": (ULTRALYTICS, {"box_loss": [(1, 1.505), (2, 1.205), (3, 1.105)], "memory": [(1, 1.04)]}),
    "both splits on a line": (
        BOTH_SPLITS,
        {"train_loss": [(1, 1.0), (2, 0.5), (3, 0.25)], "val_loss": [(1, 1.125), (2, 0.75), (3, 0.625)], "train_accuracy": [(1, 0.8)]},
    ),
    "printed dicts": (DICTS, {"train_loss": [(0, 1.0), (1, 0.5), (2, 0.25)], "val_loss": [(0, 1.125), (1, 0.75), (2, 0.625)]}),
    "DeepSpeed": (DEEPSPEED, {"train_loss": [(10, 2.5), (20, 2.25), (30, 2.125)], "lr": [(10, 1e-5)]}),
    "two networks": (ADVERSARIAL, {"D loss": [(0, 0.693), (400, 0.593), (938, 0.493)], "G loss": [(0, 0.7), (400, 0.8), (938, 0.9)]}),
}
