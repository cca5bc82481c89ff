"""Finished stages survive; broken or half-written ones do not count."""

import json
import os
import subprocess
import sys

import pytest

from mips_verify.errors import MipsVerifyError
from mips_verify.files import make_folder, write_whole
from mips_verify.pipeline.store import Store, json_codec

NUMBERS = json_codec(lambda n: {"n": n}, lambda data: data["n"])


def test_a_finished_stage_is_computed_once(tmp_path):
    store = Store(tmp_path)
    assert store.stage("square", {"of": 3}, lambda: 9, NUMBERS) == (9, False)
    assert store.stage("square", {"of": 3}, lambda: pytest.fail("ran again"), NUMBERS) == (9, True)


def test_other_inputs_are_another_stage(tmp_path):
    store = Store(tmp_path)
    store.stage("square", {"of": 3}, lambda: 9, NUMBERS)
    assert store.stage("square", {"of": 4}, lambda: 16, NUMBERS) == (16, False)
    assert store.stage("cube", {"of": 3}, lambda: 27, NUMBERS) == (27, False)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"m": 1}', "[" * 10**5, '{"n": ' + "9" * 5000])
def test_a_file_that_cannot_be_read_is_computed_again(tmp_path, text):
    store = Store(tmp_path)
    store.stage("square", 3, lambda: 9, NUMBERS)
    (file,) = tmp_path.iterdir()
    file.write_text(text)
    assert store.stage("square", 3, lambda: 9, NUMBERS) == (9, False)
    assert json.loads(file.read_text()) == {"n": 9}


def test_a_pipe_in_the_place_of_a_result_is_not_waited_for(tmp_path):
    store = Store(tmp_path)
    store.stage("square", 3, lambda: 9, NUMBERS)
    (file,) = tmp_path.iterdir()
    file.unlink()
    os.mkfifo(file)
    assert store.stage("square", 3, lambda: 9, NUMBERS) == (9, False)
    assert file.is_file()


def test_without_a_folder_nothing_is_kept():
    assert Store(None).stage("square", 3, lambda: 9, NUMBERS) == (9, False)


def test_a_writer_killed_on_the_way_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    code = (
        "import os, sys; from pathlib import Path; import mips_verify.files as f\n"
        "os.replace = lambda *a: os._exit(9)\n"
        "f.write_whole(Path(sys.argv[1]), 'new')\n"
    )
    assert subprocess.run([sys.executable, "-c", code, str(path)], check=False).returncode == 9
    assert path.read_text() == "old"


def test_whole_files_replace_and_leave_nothing_aside(tmp_path):
    write_whole(tmp_path / "a" / "b.txt", "one")
    write_whole(tmp_path / "a" / "b.txt", b"two")
    assert [p.name for p in (tmp_path / "a").iterdir()] == ["b.txt"]
    assert (tmp_path / "a" / "b.txt").read_bytes() == b"two"


def test_a_folder_that_cannot_be_written_gets_one_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(MipsVerifyError, match=r"cannot write to the folder .*file"):
        make_folder(tmp_path / "file")
    if os.geteuid() != 0:
        (tmp_path / "locked").mkdir(mode=0o500)
        with pytest.raises(MipsVerifyError, match="choose another"):
            make_folder(tmp_path / "locked")
