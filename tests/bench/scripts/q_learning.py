# no rate: its targets are its own guesses, and its data change with its weights
"""A walk on a line by deep Q-learning, with a replay buffer and a target network."""

import random
from collections import deque

import torch
from torch import nn

LENGTH, GAMMA, BATCH = 10, 0.95, 32


class Walk:
    def reset(self):
        self.place, self.time = LENGTH // 2, 0
        return self.place

    def step(self, action):
        self.place, self.time = self.place + (1 if action else -1), self.time + 1
        done = self.place in (0, LENGTH) or self.time >= 40
        return self.place, float(self.place == LENGTH), done


def one_hot(places):
    return nn.functional.one_hot(torch.as_tensor(places), LENGTH + 1).float()


random.seed(0)
torch.manual_seed(0)
env, memory = Walk(), deque(maxlen=2000)
q_network, target_network = (nn.Sequential(nn.Linear(LENGTH + 1, 32), nn.ReLU(), nn.Linear(32, 2)) for _ in range(2))
target_network.load_state_dict(q_network.state_dict())
optimizer = torch.optim.Adam(q_network.parameters(), lr=2.5e-4)
state, episode_return, returns = env.reset(), 0.0, []
for global_step in range(1500):
    epsilon = max(0.05, 1 - global_step / 800)
    action = random.randrange(2) if random.random() < epsilon else int(q_network(one_hot(state)).argmax())
    next_state, reward, done = env.step(action)
    memory.append((state, action, reward, next_state, float(done)))
    episode_return += reward
    state = next_state
    if done:
        returns.append(episode_return)
        state, episode_return = env.reset(), 0.0
    if global_step > 200 and global_step % 4 == 0:
        s, a, r, n, d = map(torch.tensor, zip(*random.sample(memory, BATCH), strict=True))
        with torch.no_grad():
            target = r + GAMMA * target_network(one_hot(n)).max(1).values * (1 - d)
        loss = nn.functional.mse_loss(q_network(one_hot(s)).gather(1, a[:, None])[:, 0], target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    if global_step % 200 == 0:
        target_network.load_state_dict(q_network.state_dict())
print("mean return of the last episodes", sum(returns[-20:]) / len(returns[-20:]))
