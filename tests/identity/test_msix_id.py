"""MSIX IDs: their form, and what the check digit catches."""

import pytest

from hub.identity.msix_id import check_digit, draw, is_valid


def test_an_id_has_twelve_digits_of_which_the_last_checks_the_others() -> None:
    drawn = {draw() for _ in range(500)}
    assert len(drawn) == 500
    assert all(len(each) == 12 and each.isdigit() and is_valid(each) for each in drawn)
    assert check_digit("572") == "4"


def test_every_wrong_digit_and_every_swap_of_neighbours_is_caught() -> None:
    for _ in range(50):
        right = draw()
        for place in range(12):
            for digit in "0123456789":
                wrong = right[:place] + digit + right[place + 1 :]
                assert is_valid(wrong) == (wrong == right)
            swapped = right[:place] + right[place : place + 2][::-1] + right[place + 2 :]
            assert is_valid(swapped) == (swapped == right)


@pytest.mark.parametrize("text", ["", "5724", "57240000000x", "１２３４５６７８９０１２", "0000000000000"])
def test_anything_else_is_no_id(text: str) -> None:
    assert not is_valid(text)
