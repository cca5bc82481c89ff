"""A bundle's folder changes as a whole or not at all."""

import fcntl
import os

import pytest

from mips_verify import files
from mips_verify.emit.templates import environment, render
from mips_verify.errors import MipsVerifyError
from mips_verify.files import write_folder

OLD = {"a.txt": "old a", "b.bin": b"old b"}
NEW = {"a.txt": "new é", "b.bin": b"\0\1", "c.txt": "new c"}


def content(folder):
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def as_bytes(files):
    return {k: v.encode() if isinstance(v, str) else v for k, v in files.items()}


@pytest.mark.parametrize("before", ["absent", "empty", "an older bundle"])
def test_the_folder_holds_the_files(tmp_path, before):
    folder = tmp_path / "proofs" / "T"
    if before != "absent":
        folder.mkdir(parents=True)
    if before == "an older bundle":
        write_folder(folder, OLD)
    write_folder(folder, NEW)
    assert content(folder) == as_bytes(NEW)
    assert [p.name for p in folder.parent.iterdir()] == ["T"]


def test_what_a_killed_writer_left_goes_and_what_a_living_one_writes_stays(tmp_path):
    beside = [tmp_path / f".{name}.{digit * 32}" for name, digit in zip("TTU", "abc", strict=True)]
    for folder in beside:
        folder.mkdir()
        (folder / "a.txt").write_text("half")
    killed, living, others = beside
    held = os.open(living, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_SH)
    write_folder(tmp_path / "T", NEW)
    os.close(held)
    assert content(tmp_path / "T") == as_bytes(NEW)
    assert [folder.exists() for folder in (killed, living, others)] == [False, True, True]


def test_files_of_others_stay(tmp_path):
    folder = tmp_path / "T"
    (folder / "notes").mkdir(parents=True)
    (folder / "notes" / "mine.txt").write_text("mine")
    (folder / "mine.txt").write_text("mine too")
    write_folder(folder, NEW)
    assert (folder / "notes" / "mine.txt").read_text() == "mine"
    assert (folder / "mine.txt").read_text() == "mine too"
    assert (folder / "a.txt").read_text(encoding="utf-8") == "new é"


@pytest.mark.parametrize("before", ["absent", "an older bundle"])
@pytest.mark.parametrize("fails_at", range(1, 7))
def test_a_failure_at_any_write_leaves_what_was_there(tmp_path, monkeypatch, before, fails_at):
    folder = tmp_path / "T"
    if before == "an older bundle":
        write_folder(folder, OLD)
    calls = []

    def failing(function):
        def wrapped(*args, **kwargs):
            calls.append(function.__name__)
            if len(calls) == fails_at:
                raise OSError(28, "No space left on device", "somewhere")
            return function(*args, **kwargs)

        return wrapped

    monkeypatch.setattr(files.os, "fsync", failing(os.fsync))
    monkeypatch.setattr(files.os, "replace", failing(os.replace))
    failure = None
    try:
        write_folder(folder, NEW)
    except MipsVerifyError as error:
        failure = str(error)
    if failure:
        assert "No space left" in failure
        expected = as_bytes(OLD) if before == "an older bundle" else None
        assert (content(folder) if folder.exists() else None) == expected
    else:  # a folder that cannot be made durable is not a failure
        assert content(folder) == as_bytes(NEW)
    assert [p.name for p in tmp_path.iterdir()] in (["T"], [])


def test_a_place_that_is_not_a_folder_is_one_clear_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(MipsVerifyError, match=r"cannot write the folder .*choose another folder"):
        write_folder(tmp_path / "file" / "T", NEW)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_one_clear_error(tmp_path):
    (tmp_path / "locked").mkdir(mode=0o500)
    with pytest.raises(MipsVerifyError, match="Permission denied"):
        write_folder(tmp_path / "locked" / "T", NEW)


@pytest.mark.parametrize("name", ["../escape.py", "sub/file.py", "", "."])
def test_file_names_do_not_leave_the_folder(tmp_path, name):
    with pytest.raises(ValueError, match="plain file names"):
        write_folder(tmp_path / "T", {name: "x"})


def test_a_missing_value_of_a_template_is_an_error():
    from jinja2 import UndefinedError

    with pytest.raises(UndefinedError):
        environment().from_string("{{ missing }}").render()


def test_a_missing_template_says_what_to_do():
    with pytest.raises(MipsVerifyError, match="reinstall"):
        render("no_such.j2")


def test_only_html_is_escaped():
    env = environment()
    assert env.autoescape("report.html.j2") is True
    assert env.autoescape("program.py.j2") is False
