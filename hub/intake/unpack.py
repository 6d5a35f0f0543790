"""Opens what came in: tells the encoding by the first bytes and undoes gzip as it is read.

Whatever a file claims about its size is not believed: bytes are counted as they come out, and reading stops at the
limit, or when more than 10 MiB came out and that is over 200 times what went in.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO

from hub.intake.findings import FindingCode, refusal

BLOCK = 256 * 1024
RATIO = 200
RATIO_COUNTS_FROM = 10 * 1024 * 1024
_GZIP = b"\x1f\x8b"
_ZIPS = (b"PK\x03\x04", b"PK\x05\x06")


class Encoding(StrEnum):
    """The two encodings of the format."""

    JSONL = "JSONL"
    CSV = "CSV"


@dataclass
class Budget:
    """Counts what comes out of a file of `packed` bytes; `spend` refuses the file when it is too much."""

    packed: int
    most: int
    spent: int = 0

    def spend(self, count: int, member: str | None = None) -> None:
        self.spent += count
        if self.spent > self.most:
            raise refusal(FindingCode.FILE_TOO_LARGE, member=member, limit=self.most)
        if self.spent > RATIO_COUNTS_FROM and self.spent > RATIO * self.packed:
            raise refusal(FindingCode.RATIO_TOO_HIGH, member=member)


def size_of(file: BinaryIO) -> int:
    """The bytes of a seekable file, which is left at its beginning."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    return size


def encoding_of(file: BinaryIO) -> Encoding:
    """Tells by the first bytes; the name is not asked. The file is left at its beginning."""
    start = file.read(4)
    file.seek(0)
    if not start:
        raise refusal(FindingCode.EMPTY_FILE)
    return Encoding.CSV if start in _ZIPS else Encoding.JSONL


def unpacked(file: BinaryIO, budget: Budget) -> Iterator[bytes]:
    """The bytes of a plain or gzipped file, in blocks of bounded size."""
    block = file.read(BLOCK)
    blocks = _gunzipped(file, block) if block.startswith(_GZIP) else _plain(file, block)
    for piece in blocks:
        budget.spend(len(piece))
        yield piece


def _plain(file: BinaryIO, block: bytes) -> Iterator[bytes]:
    while block:
        yield block
        block = file.read(BLOCK)


def _gunzipped(file: BinaryIO, block: bytes) -> Iterator[bytes]:
    """Every member of the gzip stream; zeros after the last one are padding."""
    member = zlib.decompressobj(wbits=31)
    try:
        while block:
            yield member.decompress(block, BLOCK)
            while member.unconsumed_tail:
                yield member.decompress(member.unconsumed_tail, BLOCK)
            block = member.unused_data or file.read(BLOCK)
            if member.eof:
                while block and not (block := block.lstrip(b"\0")):
                    block = file.read(BLOCK)
                if block:
                    member = zlib.decompressobj(wbits=31)
        if not member.eof:
            raise refusal(FindingCode.DAMAGED)
    except zlib.error as error:
        raise refusal(FindingCode.DAMAGED) from error
