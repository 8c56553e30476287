"""Makes the HDF5 fixtures beside this file. Needs h5py and numpy; run it in this folder.

The good ones hold what the readers promise to read; the others what they must refuse without harm.
"""

import os
import struct

import h5py
import numpy as np

VALUES = np.array([[0, 1, -2.5], [3.25, -4, 100]])


def numbers():
    with h5py.File("numbers.h5", "w") as f:
        for kind in ["<f2", "<f4", "<f8", ">f2", ">f4", ">f8"]:
            f["float_" + kind.replace("<", "little_").replace(">", "big_")] = VALUES.astype(kind)
        for kind in ["<i1", "<i2", "<i4", "<i8", ">i2", ">i4", ">i8"]:
            f["int_" + kind.replace("<", "little_").replace(">", "big_")] = VALUES.astype(kind)
        f["unsigned"] = np.array([0, 1, 255], "u1")
        f["beyond_int64"] = np.array([2**63], "u8")
        f["booleans"] = np.array([True, False, True])
        f["scalar"] = np.float32(1.5)
        f["empty"] = np.zeros((0, 4), "f4")
        f["none"] = h5py.Empty("f4")
        f["special"] = np.array([np.nan, np.inf, -np.inf, 1e300])
        f["nine_axes"] = np.zeros([1] * 9)
        f["compound"] = np.zeros(2, [("re", "f4"), ("im", "f4")])
        f["complex"] = np.zeros(2, "c8")
        f["opaque"] = np.zeros(2, "V3")
        f["lists"] = h5py.Empty(h5py.vlen_dtype("i4"))
        f.create_dataset("unwritten", (4, 4), "f4")


def storage():
    rows = np.arange(600, dtype="f4").reshape(100, 6)
    with h5py.File("storage.h5", "w") as f:
        f.create_dataset("chunked", data=rows, chunks=(7, 4))
        f.create_dataset("gzip", data=rows, chunks=(7, 4), compression="gzip")
        f.create_dataset("shuffle", data=rows, chunks=(7, 4), compression="gzip", shuffle=True)
        f.create_dataset("fletcher32", data=rows, chunks=(7, 4), fletcher32=True)
        f.create_dataset("lzf", data=rows, chunks=(7, 4), compression="lzf")
        f.create_dataset("scaleoffset", data=rows, chunks=(7, 4), scaleoffset=2)
        compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        compact.set_layout(h5py.h5d.COMPACT)
        space = h5py.h5s.create_simple((100, 6))
        h5py.h5d.create(f.id, b"compact", h5py.h5t.IEEE_F32LE, space, compact).write(h5py.h5s.ALL, h5py.h5s.ALL, rows)


def fixed(size, padding, charset=h5py.h5t.CSET_ASCII):
    kind = h5py.h5t.C_S1.copy()
    kind.set_size(size)
    kind.set_strpad(padding)
    kind.set_cset(charset)
    return kind


def strings():
    with h5py.File("strings.h5", "w") as f:
        f.attrs["vlen_utf8"] = "größe 中"
        f.attrs["vlen_utf8_array"] = ["lstm", "größe", ""]
        f.attrs.create("vlen_ascii", "abc", dtype=h5py.string_dtype("ascii"))
        f.attrs.create("vlen_ascii_array", ["a", "bc"], dtype=h5py.string_dtype("ascii"))
        f.attrs["null_padded_array"] = np.array([b"lstm", b"dense_12"], "S16")
        f.attrs["empty_float64"] = np.zeros(0)
        f.attrs["none"] = h5py.Empty("S1")
        f.attrs["not_utf8"] = np.array([b"lst\xff"], "S4")
        f.attrs["number"] = 2.5
        f.attrs["numbers"] = np.array([1, 2, 3], ">i2")
        raw = {
            "null_terminated": (h5py.h5t.STR_NULLTERM, b"ab\0cdefg"),
            "null_padded": (h5py.h5t.STR_NULLPAD, b"ab\0\0\0\0\0\0"),
            "space_padded": (h5py.h5t.STR_SPACEPAD, b"ab      "),
        }
        for name, (padding, text) in raw.items():
            kind = fixed(8, padding)
            made = h5py.h5a.create(f.id, name.encode(), kind, h5py.h5s.create(h5py.h5s.SCALAR))
            made.write(np.frombuffer(text, "S8"), mtype=kind)
        f["names"] = np.array(["one", "zwölf"], dtype=h5py.string_dtype())
        f["fixed_names"] = np.array([b"one", b"two"], "S8")
        f["name"] = "alone"
        f["wide"] = np.zeros((2, 2))
        f["wide"].attrs["unit"] = "1"


def links():
    with h5py.File("links.h5", "w") as f:
        f["real"] = VALUES
        f["second_name"] = f["real"]
        f["soft"] = h5py.SoftLink("/real")
        f["loop"] = h5py.SoftLink("/loop")
        f["dangling"] = h5py.SoftLink("/nowhere")
        f["external"] = h5py.ExternalLink("/etc/hostname", "/k")
        group = f.create_group("group")
        group["again"] = group
        group["root"] = f["/"]
        f["type"] = np.dtype("f4")
        deep = f.create_group("deep")
        for _ in range(70):
            deep = deep.create_group("d")
        f.create_group("größe")["x" * 300] = VALUES
        f.create_group("z" * 1500)


def elsewhere():
    with h5py.File("elsewhere.h5", "w") as f:
        f.create_dataset("external", (4,), "u1", external=[("/etc/hostname", 0, 4)])
        layout = h5py.VirtualLayout((4,), "u1")
        layout[:] = h5py.VirtualSource("/etc/hostname", "k", (4,))
        f.create_virtual_dataset("virtual", layout)
        here = h5py.VirtualLayout((3,), "f8")
        here[:] = h5py.VirtualSource(".", "real", (3,))
        f["real"] = VALUES[0]
        f.create_virtual_dataset("virtual_here", here)


def huge():
    with h5py.File("huge.h5", "w") as f:
        f.create_dataset("contiguous", (2**20, 2**20), "f4")
        f.create_dataset("chunked", (2**20, 2**20), "f4", chunks=(4, 4))
        f["chunked"][0, 0] = 1
        f.create_dataset("overflow", (2**32, 2**32, 2), "f4", chunks=(1, 1, 1))
        bomb = f.create_dataset("bomb", (2**10, 2**13), "f4", chunks=(2**10, 2**13), compression="gzip",
                                compression_opts=9)
        bomb[...] = 0
        f["small"] = VALUES
    # A contiguous dataset that says it keeps more than the file holds: the shape and the size in its layout are changed.
    with h5py.File("outside.h5", "w") as f:
        f["claim"] = np.arange(12345, 12352, dtype="f4")
    with open("outside.h5", "r+b") as raw:
        data = raw.read()
        assert data.count(struct.pack("<Q", 28)) == 1
        shape = data.index(struct.pack("<QQ", 7, 7))
        data = data.replace(struct.pack("<Q", 28), struct.pack("<Q", 280000))
        data = data[:shape] + struct.pack("<QQ", 70000, 70000) + data[shape + 16:]
        raw.seek(0)
        raw.write(data)


def headers():
    with h5py.File("user_block.h5", "w", userblock_size=1024) as f:
        f["x"] = VALUES
    with h5py.File("latest.h5", "w", libver="latest") as f:
        f["x"] = VALUES
        for number in range(40):
            f.attrs[f"a{number}"] = number
    for name in ["user_block.h5", "latest.h5", "numbers.h5"]:
        data = open(name, "rb").read()
        open("truncated_" + name, "wb").write(data[: len(data) // 2])
    data = bytearray(open("latest.h5", "rb").read())
    data[11] = 1
    open("still_open.h5", "wb").write(data)


def keras():
    """As tf_keras writes: vlen attributes, whose heap is where libhdf5 crashes when damaged."""
    random = np.random.default_rng(7)
    with h5py.File("keras.h5", "w") as f:
        f.attrs["model_config"] = '{"class_name": "Sequential"}' * 40
        weights = f.create_group("model_weights")
        weights.attrs["layer_names"] = ["lstm", "dropout", "dense"]
        weights.attrs["backend"] = "tensorflow"
        weights.create_group("dropout").attrs["weight_names"] = np.zeros(0)
        for layer, shapes in {"lstm": [(3, 16), (4, 16), (16,)], "dense": [(4, 1), (1,)]}.items():
            group = weights.create_group(layer)
            kinds = ["kernel", "recurrent_kernel", "bias"] if layer == "lstm" else ["kernel", "bias"]
            names = [f"{layer}/{kind}:0" for kind in kinds]
            group.attrs["weight_names"] = names
            for name, shape in zip(names, shapes):
                group[name] = random.normal(size=shape).astype("f4")


if __name__ == "__main__":
    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    for make in [numbers, storage, strings, links, elsewhere, huge, headers, keras]:
        make()
