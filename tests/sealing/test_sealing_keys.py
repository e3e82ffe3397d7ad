"""Keys and tokens: who needs what, and what nobody may see."""

import sys
from pathlib import Path

import pytest

from sealing import keys
from sealing.envelope import FileEntry, Metadata
from sealing.errors import EnvelopeDamaged, KdfUnknown, KeyLengthError, SealingError
from sealing.links import Link

ID, SECRET, FILE_KEY, PASSWORD_KEY = bytes(range(10)), bytes(range(16)), b"0123456789abcdef", bytes(range(32))


def changed(data):
    return bytes([data[0] ^ 1]) + data[1:]


@pytest.mark.parametrize(
    "wrong",
    [
        {"link_secret": changed(SECRET)},
        {"share_id": changed(ID)},
        {"kdf": keys.KDF_NONE, "password_key": b""},
        {"password_key": changed(PASSWORD_KEY)},
        {"wrapped": keys.wrap(FILE_KEY, SECRET, changed(ID), PASSWORD_KEY)},
        {"wrapped": b""},
        {"wrapped": bytes(47)},
        {"wrapped": bytes(49)},
    ],
    ids=["secret", "id", "kdf", "password", "another share's", "empty", "short", "long"],
)
def test_a_file_key_is_given_back_only_for_everything_right(wrong):
    right = {
        "wrapped": keys.wrap(FILE_KEY, SECRET, ID, PASSWORD_KEY),
        "link_secret": SECRET,
        "share_id": ID,
        "kdf": keys.KDF_ARGON2ID,
        "password_key": PASSWORD_KEY,
    }

    assert keys.unwrap(**right) == FILE_KEY
    with pytest.raises(EnvelopeDamaged):
        keys.unwrap(**(right | wrong))


@pytest.mark.parametrize("length", [0, 47, 49, 96])
def test_a_wrapped_key_of_another_length_is_refused_before_any_key_is_tried(length, monkeypatch):
    monkeypatch.setattr(keys, "open_once", lambda key, sealed: pytest.fail("a key was tried"))

    with pytest.raises(EnvelopeDamaged):
        keys.unwrap(bytes(length), SECRET, ID, keys.KDF_NONE)


@pytest.mark.parametrize("kdf", [-1, 2, 255, 256])
def test_an_unknown_kdf_asks_for_an_update(kdf):
    with pytest.raises(KdfUnknown):
        keys.unwrap(bytes(48), SECRET, ID, kdf)


def test_wrapping_twice_never_looks_the_same():
    assert keys.wrap(FILE_KEY, SECRET, ID) != keys.wrap(FILE_KEY, SECRET, ID)


@pytest.mark.parametrize(
    "use",
    [
        lambda: keys.link_token(SECRET + b"x", ID),
        lambda: keys.manage_token(SECRET, ID[1:]),
        lambda: keys.password_keys("x", b"", ID),
        lambda: keys.wrap(FILE_KEY[1:], SECRET, ID),
        lambda: keys.wrap(FILE_KEY, SECRET, ID, b"short"),
        lambda: keys.wrap(FILE_KEY, SECRET, ID, salt=b""),
        lambda: keys.unwrap(bytes(48), SECRET, ID, keys.KDF_ARGON2ID),
        lambda: keys.unwrap(bytes(48), SECRET, ID, keys.KDF_NONE, PASSWORD_KEY),
    ],
)
def test_a_value_of_another_length_is_refused(use):
    with pytest.raises(KeyLengthError):
        use()


def test_what_is_new_is_random_and_as_long_as_the_law_says():
    made = [keys.new_id, keys.new_secret, keys.new_file_key, keys.new_lease_secret]

    assert [len(make()) for make in made] == [10, 16, 16, 32]
    assert all(make() != make() for make in made)


def test_no_secret_and_no_name_shows_when_a_value_is_printed():
    values = [
        keys.PasswordKeys(token=b"hidden", key=b"hidden"),
        Link("https://h", "share", ID, b"hidden"),
        Metadata("files", (FileEntry("hidden", "hidden", 1),), "client", note="hidden"),
    ]

    assert not any("hidden" in repr(value) for value in values)


def test_a_refusal_never_carries_what_it_refused():
    with pytest.raises(SealingError) as refusal:
        keys.password_keys("hidden\ud800", SECRET, ID)

    assert "hidden" not in str(refusal.value)
    assert refusal.value.__cause__ is None
    assert refusal.value.__suppress_context__


def test_every_refusal_has_a_sentence_and_a_code_of_its_own():
    kinds = [SealingError]
    for kind in kinds:
        kinds += kind.__subclasses__()

    assert all(kind.__doc__ and kind.__doc__.endswith(".") for kind in kinds)
    assert len({kind.code for kind in kinds}) == len(kinds) == 12


def test_the_room_imports_nothing_but_cryptography_and_argon2():
    lines = [
        line for file in Path(keys.__file__).parent.glob("*.py") for line in file.read_text().splitlines()
    ]

    imported = {line.split()[1].split(".")[0] for line in lines if line.startswith(("import ", "from "))}

    assert imported - set(sys.stdlib_module_names) == {"sealing", "cryptography", "argon2"}
