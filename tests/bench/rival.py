"""PyTorch's side of a duel: reads questions on stdin, answers on stdout (see contestant.ts)."""

import json
import os
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


class Padded(nn.Conv2d):
    """A convolution whose padding differs from side to side."""

    def __init__(self, sides, *sizes):
        super().__init__(*sizes)
        self.sides = sides

    def forward(self, x):
        return super().forward(F.pad(x, self.sides))


def convolution(layer, channels):
    top, left, bottom, right = layer["padding"]
    sizes = channels, layer["filters"], layer["kernel"], layer["stride"]
    rest = layer["dilation"], layer["groups"], layer["bias"]
    if top == bottom and left == right:
        return nn.Conv2d(*sizes, (top, left), *rest)
    return Padded((left, right, top, bottom), *sizes, 0, *rest)


def module(layer, shape, alone):
    """The layer on values of `shape` [C, H, W]; `alone`: nobody else reads what it reads, so it may write over it."""
    op = layer["op"]
    ceil = layer.get("ceilMode", False)
    match op:
        case "conv2d":
            return convolution(layer, shape[0])
        case "maxPool2d":
            return nn.MaxPool2d(layer["window"], layer["stride"], layer["padding"], ceil_mode=ceil)
        case "avgPool2d":
            counts = layer.get("countIncludePad", True)
            return nn.AvgPool2d(layer["window"], layer["stride"], layer["padding"], ceil, counts)
        case "globalAvgPool":
            return nn.AdaptiveAvgPool2d(1)
        case "batchNorm2d":
            return nn.BatchNorm2d(shape[0], layer["epsilon"], layer["momentum"])
        case "lrn":
            return nn.LocalResponseNorm(layer["size"], layer["alpha"], layer["beta"], layer["bias"])
        case "flatten":
            return nn.Flatten()
        case "dense":
            return nn.Linear(shape[0], layer["units"], layer["bias"])
        case "relu":
            return nn.ReLU(inplace=alone)
        case "relu6":
            return nn.ReLU6(inplace=alone)
        case "hardSwish":
            return nn.Hardswish(inplace=alone)
        case "sigmoid":
            return nn.Sigmoid()
        case "tanh":
            return nn.Tanh()
        case _:
            raise ValueError(f"the bench knows no layer {op}")


class Net(nn.Module):
    """The network of a graph description: layers in the order in which they run, each reading earlier ones."""

    def __init__(self, graph):
        super().__init__()
        size = graph["input"]
        self.parts = nn.ModuleDict()
        self.steps, self.names = [], {}
        reads = [each for layer in graph["layers"] for each in layer.get("inputs", [layer.get("input")])]
        values = {"input": torch.zeros(1, size["channels"], size["height"], size["width"])}
        for layer in graph["layers"]:
            name, inputs = layer["id"], layer.get("inputs", [layer.get("input")])
            if layer["op"] not in ("add", "concat"):
                alone = reads.count(inputs[0]) == 1 and inputs[0] != "input"
                part = module(layer, values[inputs[0]].shape[1:], alone).eval()
                # A dot would be a path to a module.
                key = name.replace(".", "/")
                self.parts[key] = part
                self.names[key] = name
            else:
                part = layer["op"]
            self.steps.append((name, part, inputs))
            with torch.no_grad():
                values[name] = self.run(part, [values[each] for each in inputs])
        # What nobody reads any more is let go of, as a hand-written model does.
        last = {each: at for at, (_, _, inputs) in enumerate(self.steps) for each in inputs}
        self.done = [[each for each in inputs if last[each] == at] for at, (_, _, inputs) in enumerate(self.steps)]

    @staticmethod
    def run(part, inputs):
        if part == "add":
            total = inputs[0]
            for each in inputs[1:]:
                total = total + each
            return total
        return torch.cat(inputs, 1) if part == "concat" else part(inputs[0])

    def forward(self, x):
        values = {"input": x}
        for (name, part, inputs), done in zip(self.steps, self.done):
            values[name] = self.run(part, [values[each] for each in inputs])
            for each in set(done):
                del values[each]
        return values[name]

    def tensors(self):
        """Parameters and running statistics by Tessera's names."""
        for key, part in self.parts.items():
            for name, tensor in [*part.named_parameters(), *part.named_buffers()]:
                if name != "num_batches_tracked":
                    yield f"{self.names[key]}.{name}", tensor


class Trainer:
    def __init__(self, setup):
        torch.set_num_threads(setup["threads"])
        torch.manual_seed(0)
        graph, folder, batch = setup["graph"], setup["folder"], setup["batch"]
        size = graph["input"]
        self.model = Net(graph)
        with torch.no_grad():
            for name, tensor in self.model.tensors():
                values = np.fromfile(os.path.join(folder, name + ".f32"), dtype="<f4")
                tensor.copy_(torch.from_numpy(values.reshape(tensor.shape)))
        pictures = np.fromfile(os.path.join(folder, "pictures.u8"), dtype=np.uint8)
        pictures = pictures.reshape(batch, size["height"], size["width"], size["channels"])
        self.x = (torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255 - 0.5) / 0.5
        self.y = torch.from_numpy(np.fromfile(os.path.join(folder, "labels.i32"), dtype="<i4").astype(np.int64))
        layout = getattr(torch, setup["memoryFormat"] + "_format", None) or getattr(torch, setup["memoryFormat"])
        self.model = self.model.to(memory_format=layout).train()
        self.x = self.x.contiguous(memory_format=layout)
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=setup["learningRate"], momentum=0.9)

    def step(self):
        self.optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(self.model(self.x), self.y)
        loss.backward()
        self.optimizer.step()
        return loss.item()


def main():
    trainer = None
    for line in sys.stdin:
        question = json.loads(line)
        if question["ask"] == "setup":
            trainer = Trainer(question)
            loss = trainer.step()
            for _ in range(question["warmUps"] - 1):
                trainer.step()
            answer = {"loss": loss, "version": "torch " + torch.__version__.split("+")[0]}
        else:
            begun, steps, elapsed = time.perf_counter(), 0, 0.0
            while elapsed < question["seconds"]:
                trainer.step()
                steps += 1
                elapsed = time.perf_counter() - begun
            answer = {"steps": steps, "seconds": elapsed}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
