"""Foreign files are read under a bound."""

import os
import stat
from pathlib import Path

import pytest

from mips_verify.errors import MipsVerifyError
from mips_verify.files import make_room, read_bounded, write_folder, write_whole


def test_a_file_is_read_up_to_the_bound_and_no_larger_one(tmp_path):
    file = tmp_path / "file"
    file.write_bytes(b"12345678")
    assert read_bounded(file, 8) == b"12345678"
    with pytest.raises(MipsVerifyError, match="larger than 7 bytes"):
        read_bounded(file, 7)


def test_a_pipe_and_a_device_are_refused_at_once(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, "/dev/zero", tmp_path):
        with pytest.raises(MipsVerifyError):
            read_bounded(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(MipsVerifyError, match="no_such"):
        read_bounded(tmp_path / "no_such")


def test_a_file_appears_in_the_place_of_an_old_one(tmp_path):
    path = tmp_path / "new" / "file"
    for text in ("one", "two"):
        write_whole(path, text)
        assert path.read_text() == text
        assert os.listdir(path.parent) == ["file"]


def test_a_link_is_followed_and_stays(tmp_path):
    target, link = tmp_path / "a" / "file", tmp_path / "link"
    target.parent.mkdir()
    target.write_text("old")
    link.symlink_to(target)
    write_whole(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"
    target.unlink()
    write_whole(link, "again")
    assert link.is_symlink()
    assert target.read_text() == "again"


def test_a_pipe_gets_the_data_and_stays(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    make_room(pipe)
    write_whole(pipe, "data")
    assert os.read(reader, 100) == b"data"
    os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_device_gets_the_data_and_stays(tmp_path):
    for device in ("/dev/null", tmp_path / "link"):
        if device != "/dev/null":
            device.symlink_to("/dev/null")
        make_room(Path(device))
        write_whole(Path(device), "data")
        assert stat.S_ISCHR(os.stat(device).st_mode)


def test_what_a_process_has_open_is_written_to(tmp_path):
    with (tmp_path / "file").open("w+b") as file:
        write_whole(Path(f"/dev/fd/{file.fileno()}"), "data")
        assert file.read() == b"data"


def test_files_that_a_new_folder_is_to_lack_go_and_others_stay(tmp_path):
    folder = tmp_path / "f"
    write_folder(folder, {"a": "1", "b": "2", "c": "3"})
    write_folder(folder, {"a": "4"}, without=("a", "b"))
    assert {p.name: p.read_text() for p in folder.iterdir()} == {"a": "4", "c": "3"}
