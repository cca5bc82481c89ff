"""Foreign files are read under a bound."""

import os

import pytest

from mips_verify.errors import MipsVerifyError
from mips_verify.files import read_bounded


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
