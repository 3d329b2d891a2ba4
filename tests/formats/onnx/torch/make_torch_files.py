"""ONNX files as PyTorch writes them, each with a picture and its logits in a .safetensors of the same name:

    python3 make_torch_files.py FOLDER [NAME…]   # the torchvision models whole, some hundred megabytes, or only these
    python3 make_torch_files.py                  # narrow ones with the same operators, beside this script

Weights are random, from a seed; batch norms have statistics of their own. Made with torch 2.14.1 and torchvision 0.29.1.
"""

import pathlib
import sys

import torch
import torchvision.models as models
from torch import nn

HERE = pathlib.Path(__file__).parent
sys.path.append(str(HERE.parents[2] / "engine" / "fixtures"))
from safetensors_file import write_safetensors  # noqa: E402

WHOLE = {
    "resnet18": (lambda: models.resnet18(num_classes=5), 64, 17),
    "vgg11_bn": (lambda: models.vgg11_bn(num_classes=5), 224, 13),
    "alexnet": (lambda: models.alexnet(num_classes=5), 224, 11),
    "googlenet": (lambda: models.googlenet(num_classes=5, aux_logits=False, init_weights=False), 96, 17),
    "mobilenet_v2": (lambda: models.mobilenet_v2(num_classes=5), 64, 12),
    "mobilenet_v3_small": (lambda: models.mobilenet_v3_small(num_classes=5), 64, 17),
    "mobilenet_v3_small_9": (lambda: models.mobilenet_v3_small(num_classes=5), 64, 9),
    "efficientnet_b0": (lambda: models.efficientnet_b0(num_classes=5), 64, 17),
    "squeezenet1_1": (lambda: models.squeezenet1_1(num_classes=5), 64, 17),
    "densenet121": (lambda: models.densenet121(num_classes=5), 64, 17),
}


class Residual(nn.Module):
    def __init__(self, a, b, stride):
        super().__init__()
        self.a, self.n, self.b = nn.Conv2d(a, b, 3, stride, 1, bias=False), nn.BatchNorm2d(b), nn.Conv2d(b, b, 3, 1, 1)
        self.s = nn.Conv2d(a, b, 1, stride)

    def forward(self, x):
        return torch.relu(self.b(torch.relu(self.n(self.a(x)))) + self.s(x))


class Gate(nn.Module):
    """Squeeze-and-excitation between hard swishes."""

    def __init__(self, c):
        super().__init__()
        self.d, self.n = nn.Conv2d(c, c, 3, 1, 1, groups=c), nn.BatchNorm2d(c)
        self.f, self.g = nn.Conv2d(c, 4, 1), nn.Conv2d(4, c, 1)

    def forward(self, x):
        y = nn.functional.hardswish(self.n(self.d(x)))
        s = nn.functional.hardsigmoid(self.g(torch.relu(self.f(y.mean((2, 3), keepdim=True)))))
        return s * y


class Branches(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.a, self.b = nn.Conv2d(c, 3, 1), nn.Conv2d(c, 5, 3, 1, 1)

    def forward(self, x):
        pooled = nn.functional.max_pool2d(x, 3, 1, 1, ceil_mode=True)
        return torch.cat([nn.functional.relu6(self.a(x)), nn.functional.silu(self.b(x)), pooled], 1)


class OldHead(nn.Module):
    """A view that computes its shape, as scripts of many years have it."""

    def __init__(self, c):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(c * 4, 8), nn.Linear(8, 5)

    def forward(self, x):
        x = nn.functional.avg_pool2d(x, 2)
        x = x.view(x.size(0), -1)
        return torch.softmax(self.fc2(nn.functional.leaky_relu(self.fc1(x))), 1)


NARROW = {
    "residual": (lambda: nn.Sequential(Residual(3, 6, 2), Residual(6, 8, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 5)), 16, 17),
    "gate": (lambda: nn.Sequential(nn.Conv2d(3, 8, 3, 2), nn.Hardswish(), Gate(8), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 5)), 16, 17),
    "gate_9": (lambda: nn.Sequential(nn.Conv2d(3, 8, 3, 2), nn.Hardswish(), Gate(8), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 5)), 16, 9),
    "branches": (lambda: nn.Sequential(nn.Conv2d(3, 4, 3), nn.MaxPool2d(3, 2, ceil_mode=True), Branches(4), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(12, 5)), 17, 17),
    "old_head_11": (lambda: nn.Sequential(nn.Conv2d(3, 4, 3, 2, 1), nn.AvgPool2d(3, 2, 1), OldHead(4)), 16, 11),
    "modes_17": (lambda: nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Tanh(), nn.Dropout(0.3), nn.Sigmoid(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 5)), 10, 17),
}


def main(folder, wanted):
    for name, (make, size, opset) in wanted.items():
        torch.manual_seed(len(name) * 7 + size)
        model = make()
        for module in model.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.running_mean.uniform_(-0.2, 0.2)
                module.running_var.uniform_(0.6, 1.4)
        model.eval()
        x = torch.randn(2, 3, size, size)
        # With its batch norms as they are, so that the network can still be trained.
        keep = name.startswith("modes") or name in ("resnet18", "mobilenet_v2")
        torch.onnx.export(
            model, x, str(folder / f"{name}.onnx"), opset_version=opset, dynamo=False, input_names=["x"], output_names=["y"],
            dynamic_axes={"x": {0: "n"}, "y": {0: "n"}},
            training=torch.onnx.TrainingMode.PRESERVE if keep else torch.onnx.TrainingMode.EVAL, do_constant_folding=not keep,
        )
        with torch.no_grad():
            y = model(x)
        if name.startswith("old_head"):
            # The softmax at the end is the app's own.
            y = y.log()
        golden = {"x": x.numpy(), "y": y.numpy()}
        if not keep:
            # What the first step of a training on two pictures must find; norms and dropout would make it another.
            pictures = (torch.arange(2 * size * size * 3) * 37 % 256).reshape(2, size, size, 3).permute(0, 3, 1, 2)
            with torch.no_grad():
                answer = model(((pictures / 255 - 0.5) / 0.5).contiguous())
            logits = answer.log() if name.startswith("old_head") else answer
            golden["loss"] = nn.functional.cross_entropy(logits, torch.tensor([0, 3])).reshape(1).numpy()
        write_safetensors(folder / f"{name}.safetensors", golden, {})
        print(name, (folder / f"{name}.onnx").stat().st_size)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(pathlib.Path(sys.argv[1]), {name: WHOLE[name] for name in sys.argv[2:] or WHOLE})
    else:
        main(HERE, NARROW)
