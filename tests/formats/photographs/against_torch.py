"""`python3 against_torch.py FOLDER`: the greatest difference between the logits that `write.ts` has put there and those of the
package efficientnet_lite_pytorch 0.1.0 on the same pictures, with the weights that come with the app. Fails above 1e-3.
"""

import pathlib
import sys

import numpy as np
import torch

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "engine" / "fixtures"))

from make_architectures_golden import EfficientNet  # noqa: E402
from safetensors_file import read_safetensors  # noqa: E402

SHIPPED = HERE.parents[2] / "app" / "formats" / "pretrained" / "efficientnet-lite0.safetensors"

folder = pathlib.Path(sys.argv[1])
pictures = np.fromfile(folder / "pictures.bin", np.uint8).reshape(-1, 224, 224, 3)
ours = np.fromfile(folder / "logits.bin", np.float32).reshape(len(pictures), 1000)
model = EfficientNet.from_name("efficientnet-lite0").eval()
weights, _ = read_safetensors(SHIPPED)
model.load_state_dict({name: torch.from_numpy(values) for name, values in weights.items()}, strict=False)
x = torch.from_numpy(pictures.astype(np.float32)).permute(0, 3, 1, 2)
with torch.no_grad():
    theirs = model((x - 127) / 128).numpy()
greatest = float(np.abs(ours - theirs).max())
same = int((ours.argmax(1) == theirs.argmax(1)).sum())
print(f"{len(pictures)} pictures: {same} the same answer, logits differ by at most {greatest:.2e}")
sys.exit(greatest > 1e-3)
