"""Makes Tests/Fixtures/data/affine.safetensors: images moved by torchvision's `affine`.

Made with Python 3.11, torchvision 0.28 (its own files, operators for detection are not needed),
Pillow 13.0.0, NumPy 2.4.6, seed 7. Run: python Tests/References/affine_fixture.py

F.affine(PIL image, interpolation NEAREST, fill 0) is what RandomAffine calls. The images are noise
with a frame, so that every pixel's origin shows.
"""

import os

import numpy as np
import torch
from PIL import Image
from safetensors.numpy import save_file

# torchvision's compiled detection operators must fit torch exactly; this script needs none.
stubs = torch.library.Library("torchvision", "FRAGMENT")
for name in ["nms", "qnms", "roi_align", "roi_pool", "ps_roi_align", "ps_roi_pool",
             "deform_conv2d", "_roi_align_backward", "_roi_pool_backward",
             "_ps_roi_align_backward", "_ps_roi_pool_backward", "_deform_conv2d_backward"]:
    try:
        stubs.define(f"{name}(Tensor x) -> Tensor")
    except RuntimeError:
        pass
from torchvision.transforms import InterpolationMode
from torchvision.transforms import functional as F

rng = np.random.default_rng(7)
height, width, count = 12, 10, 40
images = rng.integers(1, 256, (count, height, width), dtype=np.uint8)
images[:, 0, :] = images[:, :, 0] = 255
parameters = np.stack([
    rng.uniform(-10, 10, count), np.round(rng.uniform(-1, 1, count) * 0.1 * width),
    np.round(rng.uniform(-1, 1, count) * 0.1 * height), rng.uniform(0.8, 1.2, count),
    rng.uniform(-5, 5, count)], axis=1)
# Larger motions too.
parameters[30:] *= [6, 2, 2, 1.5, 6]
moved = np.stack([
    np.asarray(F.affine(
        Image.fromarray(image), angle=float(p[0]), translate=[int(p[1]), int(p[2])],
        scale=float(p[3]), shear=[float(p[4]), 0.0], interpolation=InterpolationMode.NEAREST))
    for image, p in zip(images, parameters)])
out = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Fixtures", "data")
save_file({"images": images, "parameters": parameters, "moved": moved},
          os.path.join(out, "affine.safetensors"))
print(moved.shape, (moved != images).mean())
