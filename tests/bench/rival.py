"""PyTorch's side of a duel: reads questions on stdin, answers on stdout (see contestant.ts)."""

import json
import os
import sys
import time
from collections import OrderedDict

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


def build(graph):
    """The network of a graph description whose layers follow one another."""
    layers = {}
    shape = [graph["input"]["channels"], graph["input"]["height"], graph["input"]["width"]]
    for layer in graph["layers"]:
        op, name = layer["op"], layer["id"].replace(".", "_")
        if op == "conv2d":
            top, left, bottom, right = layer["padding"]
            assert top == bottom and left == right, "PyTorch pads both sides alike"
            module = nn.Conv2d(
                shape[0],
                layer["filters"],
                layer["kernel"],
                layer["stride"],
                (top, left),
                layer["dilation"],
                layer["groups"],
                layer["bias"],
            )
        elif op == "maxPool2d":
            module = nn.MaxPool2d(layer["window"], layer["stride"], layer["padding"])
        elif op == "avgPool2d":
            module = nn.AvgPool2d(layer["window"], layer["stride"], layer["padding"])
        elif op == "globalAvgPool":
            module = nn.AdaptiveAvgPool2d(1)
        elif op == "flatten":
            module = nn.Flatten()
        elif op == "dense":
            module = nn.Linear(int(np.prod(shape)), layer["units"], layer["bias"])
        else:
            module = {"relu": nn.ReLU(inplace=True), "sigmoid": nn.Sigmoid(), "tanh": nn.Tanh()}[op]
        layers[name] = module
        with torch.no_grad():
            shape = list(module(torch.zeros(1, *shape)).shape[1:])
    return nn.Sequential(OrderedDict(layers))


class Trainer:
    def __init__(self, setup):
        torch.set_num_threads(setup["threads"])
        graph, folder, batch = setup["graph"], setup["folder"], setup["batch"]
        size = graph["input"]
        self.model = build(graph)
        with torch.no_grad():
            for name, parameter in self.model.named_parameters():
                values = np.fromfile(os.path.join(folder, name + ".f32"), dtype="<f4")
                parameter.copy_(torch.from_numpy(values.reshape(parameter.shape)))
        pictures = np.fromfile(os.path.join(folder, "pictures.u8"), dtype=np.uint8)
        pictures = pictures.reshape(batch, size["height"], size["width"], size["channels"])
        self.x = (torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255 - 0.5) / 0.5
        self.y = torch.from_numpy(np.fromfile(os.path.join(folder, "labels.i32"), dtype="<i4").astype(np.int64))
        layout = getattr(torch, setup["memoryFormat"] + "_format", None) or getattr(torch, setup["memoryFormat"])
        self.model = self.model.to(memory_format=layout)
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
            for _ in range(2):
                trainer.step()
            answer = {"loss": loss, "version": "torch " + torch.__version__}
        else:
            begun, steps, elapsed = time.perf_counter(), 0, 0.0
            while elapsed < question["seconds"]:
                trainer.step()
                steps += 1
                elapsed = time.perf_counter() - begun
            answer = {"steps": steps, "seconds": elapsed}
        print(json.dumps(answer), flush=True)


main()
