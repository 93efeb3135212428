"""Permissions that hold, also where the tests run as root."""

import os
import pathlib
import tempfile
from collections.abc import Iterator

import pytest

_NOBODY = 65534


@pytest.fixture
def somebody(tmp_path: pathlib.Path) -> Iterator[None]:
    """For the length of the test we are not root, who may read and write whatever there is."""
    if os.geteuid():
        yield
        return
    os.chown(tmp_path, _NOBODY, -1)
    ours = [path for path in tmp_path.parents if path.is_relative_to(tempfile.gettempdir())]
    modes = {path: path.stat().st_mode for path in ours[:-1]}
    for path in modes:
        path.chmod(0o755)
    os.seteuid(_NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        for path, mode in modes.items():
            path.chmod(mode)
