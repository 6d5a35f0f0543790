"""Cuts blocks of bytes into physical lines that are UTF-8 and not too long, without ever holding more than one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hub.intake.findings import FindingCode, refusal

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def lines(blocks: Iterable[bytes], longest: int, member: str | None = None) -> Iterator[tuple[int, bytes]]:
    """Each line with its number from 1 and without its line feed; a byte order mark at the start is taken off.

    A line over `longest` bytes, or one that is not UTF-8, refuses the file.
    """
    for number, line in enumerate(_cut(blocks, longest, member), start=1):
        if not line.isascii():
            try:
                line.decode()
            except UnicodeDecodeError as error:
                raise refusal(FindingCode.NOT_UTF8, member=member, line=number) from error
        yield number, line.removeprefix(BYTE_ORDER_MARK) if number == 1 else line


def _cut(blocks: Iterable[bytes], longest: int, member: str | None) -> Iterator[bytes]:
    number = 1
    pieces: list[bytes] = []
    held = 0
    for block in blocks:
        start = 0
        while (end := block.find(b"\n", start)) >= 0:
            if held + end - start > longest:
                raise refusal(FindingCode.LINE_TOO_LONG, member=member, line=number, limit=longest)
            if pieces:
                yield b"".join((*pieces, block[start:end]))
                pieces, held = [], 0
            else:
                yield block[start:end]
            start = end + 1
            number += 1
        pieces.append(block[start:])
        held += len(block) - start
        if held > longest:
            raise refusal(FindingCode.LINE_TOO_LONG, member=member, line=number, limit=longest)
    if held:
        yield b"".join(pieces)
