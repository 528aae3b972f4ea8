"""Inputs for check_video.sh, made from a recording by certify_video, without another program.

    python3 make_inputs.py scene.avi FOLDER

    rate.mkv     frames at 0, .1, .2, 1.3, 1.4, ... 2.0 s, duration 2.1 s
    cut.mkv      the same, cut off after half of its bytes
    turned_0.jpg the first frame with the EXIF orientation "turn by 90 degrees"
    deep_0.pgm   a digit of 16 bits
"""
import os
import struct
import sys

recording, folder = sys.argv[1:]


def frames():
    """The JPEG pictures of an AVI file."""
    with open(recording, "rb") as f:
        data = f.read()
    at = data.index(b"movi") + 4
    while data[at:at + 4] == b"00dc":
        size, = struct.unpack("<I", data[at + 4:at + 8])
        yield data[at + 8:at + 8 + size]
        at += 8 + size + size % 2


def element(name, *parts):
    """An element of Matroska: its name in hexadecimal digits, its size in eight bytes, its content."""
    content = b"".join(parts)
    return bytes.fromhex(name) + struct.pack(">Q", 1 << 56 | len(content)) + content


def number(name, value):
    return element(name, struct.pack(">Q", value))


def matroska(pictures, times, duration, size):
    """MJPEG with the time of each picture, milliseconds."""
    head = element("1A45DFA3", element("4282", b"matroska"), number("4287", 2), number("4285", 2))
    info = element("1549A966", number("2AD7B1", 1000000), element("4489", struct.pack(">d", duration)))
    track = element("AE", number("D7", 1), number("73C5", 1), number("83", 1), element("86", b"V_MJPEG"),
                    element("E0", number("B0", size[0]), number("BA", size[1])))
    clusters = [element("1F43B675", number("E7", time), element("A3", b"\x81", struct.pack(">hB", 0, 0x80), picture))
                for picture, time in zip(pictures, times)]
    return head + element("18538067", info, element("1654AE6B", track), *clusters)


def write(name, data):
    with open(os.path.join(folder, name), "wb") as f:
        f.write(data)


pictures = list(frames())
times = [0, 100, 200] + list(range(1300, 2001, 100))
video = matroska(pictures, times, 2100, (640, 480))
write("rate.mkv", video)
write("cut.mkv", video[:len(video) // 2])
# A TIFF header with one entry: orientation (0x112), one SHORT, 6.
exif = b"Exif\0\0" + b"II*\0" + struct.pack("<IHHHIII", 8, 1, 0x112, 3, 1, 6, 0)
write("turned_0.jpg", pictures[0][:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + pictures[0][2:])
bar = [[60000 if 60 < x < 72 and 20 < y < 92 else 3000 for x in range(132)] for y in range(112)]
write("deep_0.pgm", b"P5 132 112 65535\n" + b"".join(struct.pack(">132H", *row) for row in bar))
