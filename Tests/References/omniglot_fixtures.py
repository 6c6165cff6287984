"""Makes Tests/Fixtures/omniglot: small archives laid out as Omniglot's, honest and hostile, the
matrices as SciPy writes them, and the reduced pictures as Pillow computes them.

Made with Python 3.11, NumPy 2.4.6, Pillow 13.0.0, SciPy 1.17.1, seed 11.
Run: python Tests/References/omniglot_fixtures.py
"""

import io
import json
import os
import struct
import zipfile

import numpy as np
from PIL import Image, ImageDraw
from scipy.io import savemat

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Fixtures", "omniglot")
os.makedirs(OUT, exist_ok=True)
rng = np.random.default_rng(11)


def out(name):
    return os.path.join(OUT, name)


def drawing(side=105):
    """Black strokes on white, one bit, as Omniglot's."""
    image = Image.new("1", (side, side), 1)
    points = [tuple(map(int, p)) for p in rng.integers(8, side - 8, (5, 2))]
    ImageDraw.Draw(image).line(points, fill=0, width=3)
    return image


def png(image):
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def write(name, members):
    with zipfile.ZipFile(out(name), "w", zipfile.ZIP_DEFLATED) as file:
        for path, content in members:
            info = zipfile.ZipInfo(path, (2015, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o100644 << 16
            file.writestr(info, content)


# Two archives that share the alphabet Beta, as the small ones share Greek and Latin.
pictures = {
    f"{alphabet}/character{character:02}/{number:04}_{drawer:02}.png": drawing()
    for number, (alphabet, character) in enumerate(
        [("Alpha", 1), ("Alpha", 2), ("Beta", 1), ("Beta", 2), ("Gamma_(old)", 1)])
    for drawer in range(1, 9)
}
for index, alphabets in [(1, ("Alpha", "Beta")), (2, ("Beta", "Gamma_(old)"))]:
    root = f"images_background_small{index}"
    members = [(f"{root}/", b""), (f"{root}/.DS_Store", b"x"), (f"__MACOSX/{root}/a/b/._c.png", b"x")]
    members += [(f"{root}/{path}", png(image)) for path, image in pictures.items()
                if path.split("/")[0] in alphabets]
    write(f"{root}.zip", members)

# Area means: every pixel becomes 4 × 4, then blocks of 15 × 15 are averaged (420 = 28 · 15).
def area(image):
    ink = 1 - np.asarray(image, dtype=np.float32)
    wide = Image.fromarray(ink, "F").resize((420, 420), Image.NEAREST)
    return np.asarray(wide.reduce(15))


golden = {path: [round(float(v), 7) for v in area(image).ravel()]
          for path, image in list(pictures.items())[::13]}
with open(out("golden.json"), "w") as file:
    json.dump(golden, file)

# What no honest archive has.
good = png(drawing())
place = "images_background/Alpha/character01/0001_01.png"
write("traversal.zip", [(place, good), ("../../outside/a/b.png", good)])
write("absolute.zip", [(place, good), ("/tmp/a/b/c.png", good)])
write("shallow.zip", [("lonely.png", good)])
write("wrong_size.zip", [(place, png(drawing(64)))])
write("not_png.zip", [(place, b"no picture")])
write("empty.zip", [("readme.txt", b"nothing to see")])
write("bomb.zip", [(place, bytes(3 << 20))])
with zipfile.ZipFile(out("symlink.zip"), "w") as file:
    link = zipfile.ZipInfo(place)
    link.create_system = 3
    link.external_attr = 0o120777 << 16
    file.writestr(link, "/etc/passwd")


def patched(name, source, change):
    with open(out(source), "rb") as file:
        data = bytearray(file.read())
    change(data)
    with open(out(name), "wb") as file:
        file.write(data)


def encrypt(data):
    struct.pack_into("<H", data, 6, 1)
    struct.pack_into("<H", data, data.index(b"PK\x01\x02") + 8, 1)


def lie(data):
    """Announces 90 bytes more than the drawing has, in both headers."""
    for at in (22, data.index(b"PK\x01\x02") + 24):
        struct.pack_into("<I", data, at, struct.unpack_from("<I", data, at)[0] + 90)


def damage(data):
    start = 30 + len(place) + 20
    data[start] ^= 0xFF


write("single.zip", [(place, good)])
patched("encrypted.zip", "single.zip", encrypt)
patched("lying_size.zip", "single.zip", lie)
patched("damaged.zip", "single.zip", damage)
patched("truncated.zip", "single.zip", lambda data: data.__delitem__(slice(len(data) // 2, None)))

# The matrices: a column is a picture, its columns one after the other; strokes are 1.
def matrices(count):
    small = np.stack([np.asarray(drawing(28).convert("L"), dtype="f4") / 255 for _ in range(count)])
    grey = (1 - small) * rng.uniform(0.5, 1, (count, 1, 1)).astype("f4")
    target = np.arange(count) % 3
    return {
        "data": grey.transpose(0, 2, 1).reshape(count, 784).T.astype("f8"),
        "target": np.eye(3)[target].T, "targetchar": (1 + np.arange(count) % 2)[None].astype("f8"),
    }, grey


train, train_pictures = matrices(36)
test, test_pictures = matrices(12)
whole = {**train, **{"test" + key: value for key, value in test.items()}}
savemat(out("chardata.mat"), whole, do_compression=True)
with open(out("chardata.json"), "w") as file:
    json.dump({"train": train_pictures[:3].ravel().tolist(), "test": test_pictures[-1].ravel().tolist()},
              file)
savemat(out("version4.mat"), {"data": train["data"][:, :2], "testdata": test["data"][:, :2]}, format="4")
savemat(out("no_test.mat"), train, do_compression=True)
savemat(out("text.mat"), {**whole, "data": "no matrix"}, do_compression=True)
savemat(out("complex.mat"), {**whole, "data": train["data"] * 1j}, do_compression=True)
savemat(out("transposed.mat"), {**whole, "data": train["data"].T}, do_compression=True)
savemat(out("too_large_values.mat"), {**whole, "data": train["data"] * 255}, do_compression=True)
savemat(out("two_labels.mat"), {**whole, "target": np.ones((3, 36))}, do_compression=True)
with open(out("chardata.mat"), "rb") as file:
    bytes_ = file.read()
with open(out("truncated.mat"), "wb") as file:
    file.write(bytes_[: len(bytes_) // 2])
