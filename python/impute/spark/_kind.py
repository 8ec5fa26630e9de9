"""What the first bytes of a file say about it, whatever its name: what `src/text/kind.rs` says."""

import re

MAGIC = 8
"""How many bytes tell."""

# A text that only resembles one of these is a text: all of a magic number counts.
_KINDS = {
    "gzip": re.compile(rb"\x1f\x8b"),
    "zstd": re.compile(rb"\x28\xb5\x2f\xfd"),
    "zip": re.compile(rb"PK\x03\x04"),
    "empty zip": re.compile(rb"PK\x05\x06"),
    "bzip2": re.compile(rb"BZh[1-9](1AY&|\x17rE8)"),
    "xz": re.compile(rb"\xfd7zXZ\x00"),
    "kenlm": re.compile(rb"mmap lm "),
    "counts": re.compile(rb"impcnt\r\n"),
}


def kind(begin: bytes) -> str | None:
    """The kind of a file that begins with these bytes; `None` for plain text."""
    return next((name for name, magic in _KINDS.items() if magic.match(begin)), None)
