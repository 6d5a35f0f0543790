"""What makes two spellings one: case, accents, punctuation, particles, short forms, and encodings read wrongly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.matching.nicknames import nicknames, same_name
from hub.matching.normalize import given_tokens, repaired, surname_tokens
from hub.matching.phonetic import LENGTH, alike, spanish


@pytest.mark.parametrize(
    ("name", "tokens"),
    [
        ("Ma. de los Ángeles", ("maria", "delosangeles")),
        ("MA GPE", ("maria", "guadalupe")),
        ("Fco. Javier", ("francisco", "javier")),
        ("JoséJoaquín", ("jose", "joaquin")),
        ("Marisol", ("marisol",)),
        ("", ()),
        (None, ()),
    ],
)
def test_given_names_are_cut_into_tokens(name: str | None, tokens: tuple[str, ...]) -> None:
    assert given_tokens(name) == tokens


@pytest.mark.parametrize(
    ("name", "tokens"),
    [
        ("De la Cruz-Hdz. Jr", ("delacruz", "hernandez")),
        ("O'Neil", ("oneil",)),
        ("García y López", ("garcia", "lopez")),
        ("SUÃ¡REZ", ("suarez",)),
        ("MuÃ±oz", ("munoz",)),
        ("Jr", ("jr",)),
    ],
)
def test_surnames_are_cut_into_tokens(name: str, tokens: tuple[str, ...]) -> None:
    assert surname_tokens(name) == tokens


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
@pytest.mark.parametrize("name", ["Muñoz", "García", "José", "Peña", "Ibáñez", "Núñez", "Óscar"])
def test_utf8_that_was_read_otherwise_is_repaired(name: str, encoding: str) -> None:
    assert repaired(name.encode().decode(encoding)) == name


@given(st.text(max_size=40))
def test_case_never_tells_names_apart(name: str) -> None:
    if name.upper().lower() == name.lower():  # there are letters whose capitals are two
        assert given_tokens(name.upper()) == given_tokens(name.lower())


@given(st.text(max_size=300))
def test_tokens_are_made_of_any_text(name: str) -> None:
    for token in (*given_tokens(name), *surname_tokens(name)):
        assert token and " " not in token
        assert len(spanish(token)) <= LENGTH


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("jimena", "ximena"),
        ("velazquez", "belasques"),
        ("hector", "ector"),
        ("yesenia", "llesenia"),
        ("quique", "kike"),
    ],
)
def test_names_that_sound_alike_in_spanish_have_one_code(one: str, other: str) -> None:
    assert spanish(one) == spanish(other)
    assert alike(one, other)


def test_names_that_do_not_sound_alike_are_told_apart() -> None:
    assert not alike("maria", "rosa")
    assert not alike("jo", "ju")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("pepe", "jose"),
        ("chuy", "jesus"),
        ("lupe", "guadalupe"),
        ("beto", "roberto"),
        ("beto", "alberto"),
        ("tony", "tono"),
    ],
)
def test_nicknames_are_many_to_many(one: str, other: str) -> None:
    assert same_name(one, other)
    assert same_name(other, one)


def test_a_nickname_never_joins_two_names_of_their_own() -> None:
    for one, other in (("roberto", "alberto"), ("maria", "mariana"), ("ana", "anabel"), ("daniel", "daniela")):
        assert not same_name(one, other)


def test_the_table_of_nicknames_is_folded_and_large() -> None:
    assert len(nicknames()) > 1000
    assert [name for name in nicknames() if given_tokens(name) != (name,)] == []
