"""MSIX IDs: 12 digits, the last of them a check digit, the others random and so without any meaning.

The check digit is Damm's: it catches every single wrong digit and every swap of neighbours.
"""

from __future__ import annotations

import secrets

LENGTH = 12
# M. Damm's totally anti-symmetric quasigroup of order 10.
_TABLE = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


def check_digit(digits: str) -> str:
    """The digit that makes `digits` followed by it valid."""
    interim = 0
    for digit in digits:
        interim = int(_TABLE[interim][int(digit)])
    return str(interim)


def is_valid(msix_id: str) -> bool:
    """Whether `msix_id` could have been given out by this hub."""
    return (
        len(msix_id) == LENGTH and msix_id.isascii() and msix_id.isdigit() and check_digit(msix_id[:-1]) == msix_id[-1]
    )


def draw() -> str:
    """A random MSIX ID. Whether it is free the database says."""
    digits = f"{secrets.randbelow(10 ** (LENGTH - 1)):0{LENGTH - 1}}"
    return digits + check_digit(digits)
