"""Writes golden.h: what PyTorch (and, for hues, Python's own colorsys) makes of two small pictures.

    python3 make_golden.py     # needs torch 2
"""
import colorsys
import math
from pathlib import Path

import torch
import torch.nn.functional as F

torch.manual_seed(20261125)
HEIGHT, WIDTH = 9, 12
colour = torch.randint(0, 256, (HEIGHT, WIDTH, 3))
other = torch.randint(0, 256, (HEIGHT, WIDTH, 3))


def to_bytes(values):
    return (values.double() + 0.5).clamp(0, 255).floor().to(torch.int64)


def sampled(xx, xy, x0, yx, yy, y0):
    """The value shown at (x, y) is taken from (xx·x + xy·y + x0, yx·x + yy·y + y0)."""
    y, x = torch.meshgrid(torch.arange(HEIGHT).double(), torch.arange(WIDTH).double(), indexing="ij")
    sx, sy = xx * x + xy * y + x0, yx * x + yy * y + y0
    # grid_sample counts from −1 to 1 between the outer edges of the outermost pixels.
    grid = torch.stack([(2 * sx + 1) / WIDTH - 1, (2 * sy + 1) / HEIGHT - 1], dim=-1)
    picture = colour.double().permute(2, 0, 1)[None]
    seen = F.grid_sample(picture, grid[None], mode="bilinear", padding_mode="reflection", align_corners=False)
    return seen[0].permute(1, 2, 0)


def grey(values):
    return values @ torch.tensor([0.299, 0.587, 0.114], dtype=torch.float64)


def brightness(values, by):
    return (values * by).clamp(0, 255)


def contrast(values, by):
    return (by * values + (1 - by) * grey(values).mean()).clamp(0, 255)


def saturation(values, by):
    return (by * values + (1 - by) * grey(values)[..., None]).clamp(0, 255)


def hue(values, by):
    out = torch.empty_like(values)
    for y in range(HEIGHT):
        for x in range(WIDTH):
            h, s, v = colorsys.rgb_to_hsv(*(values[y, x] / 255).tolist())
            out[y, x] = torch.tensor(colorsys.hsv_to_rgb((h + by) % 1, s, v)) * 255
    return out


def blur(values, sigma):
    radius = math.ceil(3 * sigma)
    at = torch.arange(-radius, radius + 1).double()
    weights = torch.exp(-at * at / (2 * sigma * sigma))
    weights /= weights.sum()
    planes = values.permute(2, 0, 1)[:, None]
    rows = torch.cat([planes.flip(-1)[..., -radius:], planes, planes.flip(-1)[..., :radius]], dim=-1)
    rows = F.conv2d(rows, weights.view(1, 1, 1, -1))
    columns = torch.cat([rows.flip(-2)[..., -radius:, :], rows, rows.flip(-2)[..., :radius, :]], dim=-2)
    return F.conv2d(columns, weights.view(1, 1, -1, 1))[:, 0].permute(1, 2, 0)


turn, scale, shear = math.radians(25), 1.2, math.tan(math.radians(8))
# Shown is the picture sheared, scaled and turned about its middle; what is looked up is the inverse.
forward = torch.tensor([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]], dtype=torch.float64)
forward = scale * forward @ torch.tensor([[1, shear], [0, 1]], dtype=torch.float64)
inverse = torch.linalg.inv(forward)
middle = torch.tensor([(WIDTH - 1) / 2, (HEIGHT - 1) / 2], dtype=torch.float64)
offset = middle - inverse @ middle
affine = [inverse[0, 0], inverse[0, 1], offset[0], inverse[1, 0], inverse[1, 1], offset[1]]
affine = [float(value) for value in affine]
outward = [1.9, 0.3, -7.5, -0.2, 2.1, -6.25]

given = colour.double()
results = {
    "sampled": to_bytes(sampled(*affine)),
    "sampled_far": to_bytes(sampled(*outward)),
    "brighter": to_bytes(brightness(given, 1.337)),
    "contrasted": to_bytes(contrast(given, 0.6)),
    "saturated": to_bytes(saturation(given, 1.5)),
    "hue_turned": to_bytes(hue(given, 0.2)),
    "hue_back": to_bytes(hue(given, -0.35)),
    "all_colours": to_bytes(hue(saturation(contrast(brightness(given, 0.8), 1.4), 0.5), 0.1)),
    "blurred": to_bytes(blur(given, 0.9)),
    "mixed": to_bytes(0.337 * given + 0.663 * other.double()),
    "shifted_flipped": torch.flip(torch.cat([colour.flip(1)[:, -2:], colour], dim=1)[:, :WIDTH], [1]),
}

lines = [
    "// Made by make_golden.py with PyTorch " + torch.__version__ + "; do not edit.",
    "#pragma once",
    "#include <cstdint>",
    "#include <vector>",
    "",
    "namespace tessera::golden {",
    "",
    f"constexpr int64_t height = {HEIGHT}, width = {WIDTH};",
    "// xx, xy, x0, yx, yy, y0; degrees, scale and degrees of the shear that it comes from.",
    "inline const std::vector<double> affine{" + ", ".join(map(repr, affine)) + "};",
    "inline const std::vector<double> outward{" + ", ".join(map(repr, outward)) + "};",
]
for name, values in {"colour": colour, "other": other, **results}.items():
    numbers = ", ".join(map(str, values.flatten().tolist()))
    lines.append(f"inline const std::vector<uint8_t> {name}{{{numbers}}};")
lines += ["", "}  // namespace tessera::golden", ""]
Path(__file__).with_name("golden.h").write_text("\n".join(lines))
