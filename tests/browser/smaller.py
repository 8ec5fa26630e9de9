"""A picture of a page with at most 256 colours: a quarter of its size, and nobody sees the difference.

The most frequent colours stay as they are; each of the others, at the edges of letters, becomes the nearest of them.
"""
import struct
import zlib
from collections import Counter

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunks(png):
    at = len(SIGNATURE)
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at:at + 8])
        yield kind, png[at + 8:at + 8 + length]
        at += 12 + length


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def lines(data, width, height, size):
    """The lines of a picture whose pixels have `size` bytes, with the filters of PNG undone."""
    stride, before = width * size, bytes(width * size)
    for row in range(height):
        kind, line = data[row * (stride + 1)], bytearray(data[row * (stride + 1) + 1:(row + 1) * (stride + 1)])
        if kind == 2:
            line = bytearray((a + b) & 255 for a, b in zip(line, before))
        elif kind:
            for i in range(stride):
                left = line[i - size] if i >= size else 0
                up, corner = before[i], before[i - size] if i >= size else 0
                if kind == 1:
                    guess = left
                elif kind == 3:
                    guess = (left + up) // 2
                else:
                    estimate = left + up - corner
                    guess = min((left, up, corner), key=lambda value: abs(estimate - value))
                line[i] = (line[i] + guess) & 255
        before = bytes(line)
        yield before


def smaller(png):
    """The same picture, of 8 bits a channel and not interlaced as Chromium makes them, with a palette."""
    parts = list(chunks(png))
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", parts[0][1])
    assert depth == 8 and colour in (2, 6) and not interlaced, "not a picture as Chromium makes them"
    size = 3 if colour == 2 else 4
    data = zlib.decompress(b"".join(body for kind, body in parts if kind == b"IDAT"))
    pixels = [[line[i:i + 3] for i in range(0, len(line), size)] for line in lines(data, width, height, size)]
    seen = Counter(pixel for line in pixels for pixel in line)
    palette = [pixel for pixel, _ in seen.most_common(256)]
    index = {pixel: at for at, pixel in enumerate(palette)}
    for pixel in seen:
        if pixel not in index:
            index[pixel] = min(range(256), key=lambda at: sum((a - b) ** 2 for a, b in zip(palette[at], pixel)))
    packed = b"".join(b"\0" + bytes(index[pixel] for pixel in line) for line in pixels)
    return (SIGNATURE + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0))
            + chunk(b"PLTE", b"".join(palette)) + chunk(b"IDAT", zlib.compress(packed, 9)) + chunk(b"IEND", b""))
