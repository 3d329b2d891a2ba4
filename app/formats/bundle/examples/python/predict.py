"""python predict.py [picture ...]: a line of JSON for each picture; without pictures the golden ones are checked."""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image, ImageOps

bundle = Path(__file__).resolve().parents[2]
labels = (bundle / "labels.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")
model_input = json.loads((bundle / "signature.json").read_text())["inputs"][0]
_, height, width, channels = model_input["shape"]
session = onnxruntime.InferenceSession(bundle / "model.onnx", providers=["CPUExecutionProvider"])


def grey(rgb: np.ndarray) -> np.ndarray:
    """uint8 [H, W, 3] -> uint8 [H, W, 1]: luminance, weighed in linear light as preprocess.json has it."""
    if (rgb[..., 0] == rgb[..., 1]).all() and (rgb[..., 1] == rgb[..., 2]).all():
        return rgb[..., :1]
    value = rgb / 255
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    light = linear @ np.array([0.2126, 0.7152, 0.0722])
    value = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return (255 * value).astype(np.uint8)[..., None]


def pixels(path: Path) -> np.ndarray:
    """A picture file -> uint8 [1, height, width, channels]."""
    picture = ImageOps.exif_transpose(Image.open(path)).convert("RGBA")
    ground = Image.new("RGBA", picture.size, "white")
    picture = Image.alpha_composite(ground, picture).convert("RGB")
    picture = ImageOps.fit(picture, (width, height), Image.Resampling.LANCZOS)
    values = np.asarray(picture)
    return (grey(values) if channels == 1 else values)[None]


def ask(path: Path) -> tuple[np.ndarray, np.ndarray]:
    logits, probabilities = session.run(["logits", "probabilities"], {model_input["name"]: pixels(path)})
    return logits[0], probabilities[0]


def check_golden() -> bool:
    golden = json.loads((bundle / "golden" / "golden.json").read_text())
    agrees = True
    for picture in golden["pictures"]:
        logits, _ = ask(bundle / picture["file"])
        difference = float(np.abs(logits - np.array(picture["logits"])).max())
        agrees = agrees and difference <= golden["tolerance"]
        print(json.dumps({"file": picture["file"], "difference": difference, "agrees": difference <= golden["tolerance"]}))
    return agrees


if len(sys.argv) == 1 and not check_golden():
    sys.exit(1)
for argument in sys.argv[1:]:
    _, probabilities = ask(Path(argument))
    best = int(probabilities.argmax())
    print(json.dumps({"picture": argument, "label": labels[best], "confidence": float(probabilities[best])}))
