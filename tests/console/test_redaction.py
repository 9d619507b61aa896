"""A log keeps no secret; a report keeps nothing of any person."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.redaction import BLACKED, black_out, made_anonymous
from console.work.error_report import READ_BYTES


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer SECRET.abc-123",
        '{"user": "agent", "password": "SECRET"}',
        "{'password': 'SECRET'}",
        "refresh_token=SECRET&x=1",
        "token: SECRET",
        "nats://desk:SECRET@127.0.0.1:4222",
        '{"password": "correct horse SECRET"}',
        "SignIn(user='ada', password='correct; horse, \\'SECRET')",
        "rtsp://admin:p@ss@SECRET@10.0.0.7/1",
        r'{"body": "{\"user\": \"ada\", \"password\": \"SECRET\"}"}',
        r'{"body": "{\"password\": \"correct, horse \\\" SECRET; SECRET\", \"user\": \"ada\"}"}',
        r'{"a": "{\"b\": \"{\\\"token\\\": \\\"SECRET \\\\\\\" SECRET\\\"}\"}"}',
        r'"{\"token\": \"SECRET',
        r"'{\'token\': \'SECRET\'}'",
    ],
)
def test_secrets_are_blacked_out(text: str) -> None:
    assert "SECRET" not in black_out(text)
    assert BLACKED in black_out(text)


def test_what_stands_beside_a_secret_of_json_within_json_is_left() -> None:
    text = r'{"body": "{\"token\": \"SECRET\", \"user\": \"ada\"}", "status": 200}'
    assert black_out(text) == rf'{{"body": "{{\"token\": {BLACKED}, \"user\": \"ada\"}}", "status": 200}}'


# ---- planted in lines as they are logged

letters = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-", min_size=24, max_size=60)
keys = letters.filter(lambda key: any(letter.isdigit() for letter in key))
passwords = st.text(
    st.characters(codec="utf-8", exclude_characters=" \t\n\r\"',;&}", exclude_categories=("Z", "C")), min_size=6
)
digits = st.text("0123456789", min_size=12, max_size=19)
people = st.sampled_from(["Ada Lovelace", "jürgen.groß", "O'Neill", "Bob", "王小明"])


def spaced(number: str, space: str) -> str:
    return space.join(number[place : place + 4] for place in range(0, len(number), 4))


@st.composite
def planted(draw: st.DrawFn) -> tuple[str, str]:
    """A piece of a line, and what must not be read in it."""
    key, password, card, person = draw(keys), draw(passwords), draw(digits), draw(people)
    street = draw(
        st.sampled_from(["Lange Straße 12", "Hauptstr. 7", "Am Markt Platz 3", "12 Abbey Road", "Mill Lane 4b"])
    )
    mail = draw(st.from_regex(r"[a-z]{3,12}\.[a-z]{3,12}@[a-z]{3,12}\.(de|com)", fullmatch=True))
    text = draw(
        st.text(
            st.characters(codec="utf-8", exclude_characters="\"'\n\r", categories=("L", "M", "N", "P", "S", "Zs")),
            min_size=8,
        )
    )
    number = spaced(card, draw(st.sampled_from(["", " ", "-"])))
    return draw(
        st.sampled_from(
            [
                (f"Authorization: Bearer {key}", key),
                (f'{{"token": "{key}"}}', key),
                (f"renewed {key}", key),
                (f"password={password}", f"password={password}"),
                (f'{{"password": "{password}"}}', f'"{password}"'),
                (f"https://{person.replace(' ', '')}:{key}@store.example/v1", key),
                (f"rtsp://{mail.partition('@')[0]}@camera/1", mail.partition("@")[0]),
                (f"paid with {number}", number),
                (f"card ending in {card[:4]} was refused", card[:4]),
                (f"last digits ••••{card[:4]}", card[:4]),
                (f"lives at {street}", street),
                (f"wrote to {mail}", mail),
                (f"signed in: {person}", person),
                (f"{person}: decided case 41", person),
                (f'message "I am {text}"', text),
                (f"Problem(detail='I am {text}')", text),
                (f"/home/{mail.partition('.')[0]}/x.py", f"/{mail.partition('.')[0]}/"),
            ]
        )
    )


@settings(deadline=None)
@given(st.lists(planted(), min_size=1, max_size=4), people)
def test_nothing_planted_is_left_in_a_report(pieces: list[tuple[str, str]], other: str) -> None:
    names = ["Ada Lovelace", "jürgen.groß", "O'Neill", "Bob", "王小明", other]
    line = "2026-03-01 10:00:00,123 WARNING console.work: " + "; ".join(piece for piece, _ in pieces)
    told = made_anonymous(line, names)
    for _, secret in pieces:
        assert secret.casefold() not in told.casefold()
    assert told.startswith("2026-03-01 10:00:00,123 WARNING console.work: ")


def test_what_helps_is_left() -> None:
    lines = [
        "2026-03-01 10:00:00,123 INFO console: milestone window after 0.571 s",
        'File "console/work/live.py", line 68, in start',
        "Unreachable: 127.0.0.1:8443: Connection refused",
        "ValueError: plate '1.2.3' is not known; there are 1440",
        "the event loop stood still for 1234567 µs at 12:30:05.123456",
    ]
    for line in lines:
        assert made_anonymous(line, ["ada"]) == line
    assert re.fullmatch(r"x •••: y", made_anonymous("x Ada: y", ["ada"]))


@pytest.mark.parametrize("piece", ["a", "Aa ", "a1-", "x", "„", "1 A'", "** in ", '"'])
def test_a_long_line_is_looked_through_at_once(piece: str) -> None:
    """While it is, nothing else is done: of as much as a report reads of a log it took minutes to hours."""
    line = "x Ada: " + piece * (READ_BYTES // len(piece))
    assert made_anonymous(line, ["ada"]).startswith("x •••: ")


def test_words_in_marks_that_nobody_closed_are_not_left() -> None:
    assert made_anonymous("said „I was there", []) == f"said “{BLACKED}”"
