"""PyTorch's side of memory.ts: a setup on stdin, its own memory on stdout."""

import json
import sys

import torch
from torch.nn import functional as F

from rival import Net


def status(key):
    with open("/proc/self/status") as lines:
        return next(1024 * int(line.split()[1]) for line in lines if line.startswith(key + ":"))


setup = json.loads(sys.stdin.readline())
torch.set_num_threads(setup["threads"])
before = status("VmRSS")
size, batch = setup["graph"]["input"], setup["batch"]
layout = getattr(torch, setup["memoryFormat"] + "_format", None) or getattr(torch, setup["memoryFormat"])
model = Net(setup["graph"]).to(memory_format=layout).train()
x = torch.rand(batch, size["channels"], size["height"], size["width"]).contiguous(memory_format=layout)
y = torch.zeros(batch, dtype=torch.int64)
optimizer = torch.optim.SGD(model.parameters(), lr=1e-4, momentum=0.9)
for _ in range(3):
    optimizer.zero_grad(set_to_none=True)
    F.cross_entropy(model(x), y).backward()
    optimizer.step()
print(json.dumps({"before": before, "peak": status("VmHWM")}))
