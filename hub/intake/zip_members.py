"""Opens a zip and finds the members of a bundle, refusing whatever a bundle has no use for."""

from __future__ import annotations

import os
import struct
import zipfile
from collections.abc import Sequence
from typing import BinaryIO

from hub.intake.findings import FindingCode, refusal

MOST_MEMBERS = 64
MOST_DIRECTORY_BYTES = 64 * 1024
_ENCRYPTED = 0x1
_END, _LOCATOR_64 = b"PK\x05\x06", b"PK\x06\x07"
_TAIL = 66 * 1024 + 256


def members(file: BinaryIO, names: Sequence[str]) -> tuple[zipfile.ZipFile, dict[str, zipfile.ZipInfo], int]:
    """The open zip, the named members, and how many others it holds. Raises FileRefused."""
    if _directory_bytes(file) > MOST_DIRECTORY_BYTES:
        raise refusal(FindingCode.TOO_MANY_MEMBERS)
    try:
        opened = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error) as error:
        raise refusal(FindingCode.DAMAGED) from error
    found: dict[str, zipfile.ZipInfo] = {}
    unknown = 0
    for member in opened.infolist():
        if "/" in member.filename or "\\" in member.filename or "/" in member.orig_filename or ":" in member.filename:
            raise refusal(FindingCode.MEMBER_NAME)
        if member.filename not in names:
            unknown += 1
        elif member.filename in found:
            raise refusal(FindingCode.MEMBER_TWICE, name=member.filename)
        elif member.flag_bits & _ENCRYPTED or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise refusal(FindingCode.MEMBER_UNREADABLE, member=member.filename)
        else:
            found[member.filename] = member
    if unknown > MOST_MEMBERS:
        raise refusal(FindingCode.TOO_MANY_MEMBERS)
    for name in names:
        if name not in found:
            raise refusal(FindingCode.MEMBER_MISSING, name=name)
    return opened, found, unknown


def _directory_bytes(file: BinaryIO) -> int:
    """How long the zip says its directory is; zipfile would read that much into memory at once."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _TAIL))
    tail = file.read(_TAIL)
    file.seek(0)
    end = tail.rfind(_END)
    if end < 0 or end + 16 > len(tail):
        raise refusal(FindingCode.DAMAGED)
    if end >= 76 and tail[end - 20 : end - 16] == _LOCATOR_64:
        return int.from_bytes(tail[end - 36 : end - 28], "little")
    return int.from_bytes(tail[end + 12 : end + 16], "little")
