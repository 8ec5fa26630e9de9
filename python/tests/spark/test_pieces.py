"""Every line is in exactly one piece, wherever the cuts fall."""

import itertools
import random

import pytest
from impute.spark import _pieces
from impute.spark._kind import kind
from impute.spark._lines import _blocks
from impute.spark._pieces import LONGEST_LINE, Piece, bounds, cut
from impute.spark._pipe import Pipe


def piped(piece):
    pipe = Pipe(piece)
    with pipe.filling() as path, open(path, "rb") as opened:
        return opened.read()[pipe.blank_lines :]


@pytest.mark.parametrize("seed", range(30))
def test_pieces_hold_every_line_once(tmp_path, seed):
    draw = random.Random(seed)
    text = bytes(draw.choices(b"ab\r\n\n", k=draw.randint(1, 60)))
    file = tmp_path / "text"
    file.write_bytes(text)
    cuts = sorted({0, len(text), *(draw.randint(0, len(text)) for _ in range(6))})
    pieces = [Piece((str(file),), (len(text),), a, b) for a, b in itertools.pairwise(cuts)]
    read = [piped(piece) for piece in pieces]
    assert b"".join(read) == text
    assert all(part.endswith(b"\n") for part in list(filter(None, read))[:-1])
    rows = [row for piece in pieces for block in _blocks(str(file), piece, False) for row in zip(*block)]
    lines = text.split(b"\n") if not text.endswith(b"\n") else text.split(b"\n")[:-1]
    expected = [line.removesuffix(b"\r") for line in lines]
    if not text.endswith(b"\n"):
        expected[-1] = lines[-1]
    assert [line for _, line in rows] == expected
    assert [at for at, _ in rows] == [len(b"\n".join(lines[:i])) + bool(i) for i in range(len(lines))]


def test_a_line_longer_than_any_that_is_read_is_not_followed_to_its_end(tmp_path):
    file = tmp_path / "text"
    file.write_bytes(b"x" * (5 * LONGEST_LINE))
    with open(file, "rb") as opened:
        first = Piece((str(file),), (5 * LONGEST_LINE,), 0, LONGEST_LINE)
        assert bounds(opened, first) == (0, 2 * LONGEST_LINE + 2)
        later = first._replace(start=LONGEST_LINE, end=2 * LONGEST_LINE)
        assert bounds(opened, later) == (2 * LONGEST_LINE, 2 * LONGEST_LINE)


def test_files_are_cut_packed_together_or_left_whole(tmp_path):
    sizes = {"large": 5, "middle": 2, "small-1": 1, "small-2": 1, "small-3": 1}
    for name, size in sizes.items():
        (tmp_path / name).write_bytes(b"a b c\n" * (size * LONGEST_LINE // 6))
    (tmp_path / "packed").write_bytes(b"\x28\xb5\x2f\xfd" + b"\0" * (5 * LONGEST_LINE))
    pieces = cut([str(tmp_path / name) for name in [*sizes, "packed"]], 2 * LONGEST_LINE)
    told = [(len(piece.files), piece.files[0].rpartition("/")[2], piece.is_part) for piece in pieces]
    large = (1, "large", True)
    rest = [(1, "middle", False), (1, "packed", False), (1, "small-1", False), (2, "small-2", False)]
    assert told == [large, large, large, *rest]


def test_a_text_that_only_resembles_a_magic_number_is_a_text(tmp_path):
    for text in [b"", b"BZh", b"BZh9 is a name", b"PK", b"mmap l", b"\x28\xb5 and", b"7zXZ"]:
        assert kind(text) is None, text
        (tmp_path / "text").write_bytes(text)
        whole = Piece((str(tmp_path / "text"),), (len(text),), 0, len(text))
        assert [line for _, lines in _blocks(whole.files[0], whole, True) for line in lines] == [text][: len(text)]
    assert kind(b"BZh91AY&SY and so on") == "bzip2" and kind(b"\x28\xb5\x2f\xfd") == "zstd"


def test_a_file_that_grows_or_shrinks_is_refused(tmp_path):
    file = tmp_path / "text"
    file.write_bytes(b"a b c\n" * LONGEST_LINE)
    first, *_ = cut([str(file)], LONGEST_LINE)
    file.write_bytes(b"a b c\n")
    with pytest.raises(OSError, match="had 6291456 bytes and now has 6"):
        _pieces.unchanged(first)
    with pytest.raises(OSError, match="became shorter"):
        piped(first)


def test_what_makes_no_sense_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no texts"):
        _pieces.absolute([])
    with pytest.raises(FileNotFoundError):
        cut([str(tmp_path / "missing")])
    with pytest.raises(ValueError, match="ask for more"):
        cut([], 1000)
