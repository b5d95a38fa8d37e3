"""The program that the module is compared with, and data for both."""
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).parents[2]
PROGRAM = pathlib.Path(os.environ.get("GRADUS_PROGRAM", ROOT / "build" / "gradus"))


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Runs `gradus` with these words in a folder of its own, where the test is as well."""
    monkeypatch.chdir(tmp_path)

    def run(*words, status=0):
        done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, cwd=tmp_path)
        assert done.returncode == status, done.stderr
        return done

    run.folder = tmp_path
    return run


@pytest.fixture
def pumps(program):
    import pandas

    for name in ("pumps.csv", "new_pumps.csv", "later_pumps.csv"):
        (program.folder / name).write_bytes((ROOT / "guide" / "data" / name).read_bytes())
    return pandas.read_csv("pumps.csv")
