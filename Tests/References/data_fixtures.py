"""Makes Tests/Fixtures/data: small files written by other people's software, and golden numbers.

Made with Python 3.11, NumPy 2.4.6, Pillow 13.0.0, safetensors 0.8.0, scikit-learn 1.9.1, seed 7.
Run: python Tests/References/data_fixtures.py
"""

import gzip
import hashlib
import json
import os
import struct

import numpy as np
from PIL import Image, ImageDraw, ImageFont, PngImagePlugin
from safetensors.numpy import save_file

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Fixtures", "data")
os.makedirs(OUT, exist_ok=True)
rng = np.random.default_rng(7)


def out(name):
    return os.path.join(OUT, name)


# NumPy arrays: every type, both orders, both byte orders, the three header versions.
grid = (np.arange(24).reshape(2, 3, 4) - 5).astype(np.float64) / 4
for name, array in {
    "f4_c": grid.astype("<f4"),
    "f8_fortran": np.asfortranarray(grid),
    "f4_big": grid.astype(">f4"),
    "f2": grid.astype("<f2"),
    "i8": np.arange(-3, 9, dtype="<i8").reshape(3, 4),
    "i4_fortran": np.asfortranarray(np.arange(-3, 9, dtype="<i4").reshape(3, 4)),
    "i2_big": np.arange(-3, 9, dtype=">i2").reshape(3, 4),
    "u1": np.arange(12, dtype="u1").reshape(3, 4),
    "bool": (np.arange(12) % 3 == 0).reshape(3, 4),
    "scalar": np.float32(2.5),
    "vector": np.arange(5, dtype="<f4"),
    "text": np.array(["a", "bc"]),
}.items():
    np.save(out(f"array_{name}.npy"), array)
for version in [(1, 0), (2, 0), (3, 0)]:
    with open(out(f"version_{version[0]}.npy"), "wb") as file:
        np.lib.format.write_array(file, grid.astype("<f4"), version=version)

np.savez(out("pair_stored.npz"), x=grid.reshape(6, 4).astype("f4"), y=np.arange(6) % 3)
# Classes as texts: code points of both byte orders, and bytes; names that nobody reads.
kinds = ["dög", "ant", "", "zebra"]
np.savez(
    out("text_labels.npz"), x=np.arange(8, dtype="f4").reshape(8, 1),
    y=np.array([kinds[i % 4] for i in range(8)]), feature_names=np.array(["height"]))
np.savez(
    out("text_splits.npz"), x_train=np.arange(3, dtype="f4"), y_train=np.array(["b", "c", "b"], dtype=">U3"),
    x_test=np.arange(2, dtype="f4"), y_test=np.array([b"a", b"c"]))
np.savez_compressed(
    out("splits_deflated.npz"),
    x_train=rng.integers(0, 256, (20, 4, 5), dtype="u1"), y_train=np.arange(20) % 4,
    x_test=rng.integers(0, 256, (8, 4, 5), dtype="u1"), y_test=np.arange(8) % 4)

# safetensors by its own library; the half floats hold values that they represent exactly.
halves = np.array([[0.5, -2.0, 65504.0], [6.103515625e-05, 5.960464477539063e-08, np.inf]])
save_file(
    {"f32": grid.astype("f4"), "f64": grid, "i64": np.arange(3), "i32": np.arange(3, dtype="i4"),
     "u8": np.arange(4, dtype="u1"), "mask": np.array([True, False]),
     "f16": halves.astype("f2"), "scalar": np.array(1.5, dtype="f4"),
     "empty": np.zeros((0, 3), dtype="f4")},
    out("all_types.safetensors"), metadata={"recipe": 'line 1\n"quoted" é', "b": "2"})
# bfloat16 by hand: NumPy has none.
bf16 = struct.pack("<3H", 0x3FC0, 0xC000, 0x4049)
header = json.dumps({"b": {"dtype": "BF16", "shape": [3], "data_offsets": [0, 6]}}).encode()
with open(out("bfloat16.safetensors"), "wb") as file:
    file.write(struct.pack("<Q", len(header)) + header + bf16)

# PNGs of each kind, by Pillow.
def png(name, mode, size, info=None):
    shape = (size[1], size[0]) + (() if mode in "1LP" else (len(mode),))
    values = (np.arange(np.prod(shape)) * 7 % 256).astype("u1").reshape(shape)
    if mode == "1":
        image = Image.fromarray(((values // 16) % 2 * 255).astype("u1")).convert("1")
    elif mode == "P":
        image = Image.fromarray(values % 4, "P")
        image.putpalette([0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255])
    else:
        image = Image.fromarray(values, mode)
    image.save(out(name), pnginfo=info)
    return np.asarray(image.convert("RGB" if mode == "P" else "L" if mode == "1" else mode))


info = PngImagePlugin.PngInfo()
info.add_itxt("mim:recipe", "plot é → x", lang="", tkey="")
info.add_text("Title", "plain")
info.add_text("Long", "words " * 400, zip=True)
expected = {}
for name, mode, size in [("gray.png", "L", (5, 3)), ("rgb.png", "RGB", (4, 2)),
                         ("rgba.png", "RGBA", (3, 2)), ("bits.png", "1", (9, 2)),
                         ("palette.png", "P", (4, 3))]:
    pixels = png(name, mode, size, info if name == "gray.png" else None)
    expected[name] = {"width": size[0], "height": size[1], "pixels": pixels.ravel().tolist()}
deep = (np.arange(6, dtype=np.uint16).reshape(2, 3) * 13107)
Image.fromarray(deep).save(out("gray16.png"))
expected["gray16.png"] = {
    "width": 3, "height": 2, "pixels": np.round(deep / 257).astype(int).ravel().tolist()}

# The reference's toy texts, in the authors' words (auxiliary.py, DistGMM.factory).
font = ImageFont.load_default_imagefont()


def toy_text(text):
    image = Image.new("I", (6 * len(text), 11))
    ImageDraw.Draw(image).text((0, 0), text, fill="white", font=font)
    mask = np.fliplr(np.array(image).T)
    shape = np.array(mask.shape[0:2]).astype(float)
    locs = (np.vstack(np.where(mask)).T / shape - [0.45, 0.45]) * 2.0 * 1.8
    return locs.astype("f4"), (np.array([4.0, 4.0]) / shape / 4).astype("f4")


toys = {}
for text in ["MIM", "gj A#", "Hello, {w@rld}!"]:
    locs, scale = toy_text(text)
    toys[text] = {"locs": locs.ravel().tolist(), "scale": scale.tolist()}
for number, dim in [(4, 2), (-4, 2), (4, 20), (0, 2), (4, 1)]:
    start = int(number >= 0)
    k = abs(number) + start
    i = np.arange(abs(number))
    locs = np.linspace(-10 * k, 10 * k, k * dim).reshape(k, dim)
    if start:
        locs[:1, : min(2, dim)] = 0
    locs[start:, : min(2, dim)] = np.array(
        [np.cos(i / k * 2 * np.pi), np.sin(i / k * 2 * np.pi)]).T[:, : min(2, dim)]
    toys[f"{number}/{dim}"] = {"locs": locs.ravel().tolist(), "scale": [0.25 * 5 / k]}

# log P(x) of toy 4 at some points, by scipy.
from scipy.special import logsumexp  # noqa: E402
from scipy.stats import norm  # noqa: E402

locs = np.array(toys["4/2"]["locs"]).astype("f4").astype(float).reshape(5, 2)
points = rng.normal(size=(20, 2)).astype("f4")
density = logsumexp(
    norm.logpdf(points.astype(float)[:, None, :], locs[None], 0.25).sum(-1) - np.log(5), axis=1)

# NumPy's legacy generator.
np.random.seed(777)
uniforms = np.random.random_sample(5).tolist()
np.random.seed(777)
levels = (np.arange(3000) % 256).astype(np.float32) / np.float32(255)
binomials = np.concatenate([np.random.binomial(1, levels) for _ in range(3)])
odd = rng.random(2000)
binomials_odd = np.random.binomial(1, odd.astype(np.float32))

# A small MNIST look-alike: what a data folder holds, with the digests of its binarised splits.
def idx(array):
    head = struct.pack(">BBBB", 0, 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    return head + array.astype("u1").tobytes()


small = os.path.join(OUT, "mnist")
os.makedirs(small, exist_ok=True)
images = {"train": rng.integers(0, 256, (60, 6, 5)), "t10k": rng.integers(0, 256, (20, 6, 5))}
for name, array in images.items():
    labels = np.arange(len(array)) % 10
    for kind, data in [("images-idx3", array), ("labels-idx1", labels)]:
        with open(os.path.join(small, f"{name}-{kind}-ubyte.gz"), "wb") as file:
            file.write(gzip.compress(idx(data), mtime=0))
train = (images["train"].astype(np.float32) / 255.0).reshape(60, -1)
test = (images["t10k"].astype(np.float32) / 255.0).reshape(20, -1)
np.random.seed(777)
val_bits = np.random.binomial(1, train[50:])
test_bits = np.random.binomial(1, test)

golden = {
    "png": expected, "toys": toys,
    "density": {"points": points.ravel().tolist(), "log": density.tolist()},
    "uniforms": uniforms,
    "binomials_sha256": hashlib.sha256(binomials.astype("u1").tobytes()).hexdigest(),
    "odd": odd.astype(np.float32).tolist(),
    "binomials_odd": "".join(map(str, binomials_odd)),
    "small_val_sha256": hashlib.sha256(val_bits.astype("u1").tobytes()).hexdigest(),
    "small_test_sha256": hashlib.sha256(test_bits.astype("u1").tobytes()).hexdigest(),
    "small_sha256": {
        name: hashlib.sha256(open(os.path.join(small, name), "rb").read()).hexdigest()
        for name in sorted(os.listdir(small))},
}
with open(out("golden.json"), "w") as file:
    json.dump(golden, file, separators=(",", ":"))
    file.write("\n")
