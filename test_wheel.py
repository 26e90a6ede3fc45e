"""The wheel, away from the clone: somebody who has only what `pip install` gives gets answers.

It lands in a fresh environment that borrows the other packages of this one, and is asked from an empty folder.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent
SOURCE = "setup.py settings.ini MANIFEST.in LICENSE README.md constraints.txt hybridcourse data".split()
# where the package comes from, and that nothing else on the path could have given it
ORIGIN = """
import sys, sysconfig, hybridcourse
from pathlib import Path
here = Path(sysconfig.get_path("purelib"))
assert Path(hybridcourse.__file__).is_relative_to(here), hybridcourse.__file__
others = [p for p in sys.path if (Path(p) / "hybridcourse").exists() and Path(p) != here]
assert not others, others
print(here)"""


def run(command, folder):
    "What a command prints, run in `folder` with nothing in the environment that names the clone."
    ours = ("PYTHONPATH", "VIRTUAL_ENV", "HYBRIDCOURSE_DATA", "IN_TEST")
    env = {name: value for name, value in os.environ.items() if name not in ours}
    done = subprocess.run(list(map(str, command)), cwd=folder, env=env, capture_output=True, text=True)
    assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    "ask(command, *args) -> what a command of the installed wheel prints, in an empty folder."
    home = tmp_path_factory.mktemp("away")
    source, empty, env = home / "source", home / "empty", home / "env"
    for folder in (source, empty):
        folder.mkdir()
    for name in SOURCE:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, source / name)
    pip = [sys.executable, "-m", "pip", "-q"]
    run([*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", home, source], home)
    venv.create(env, with_pip=False)
    (wheel,) = home.glob("*.whl")
    run([*pip, "--python", env / "bin/python", "install", "--no-deps", wheel], home)
    (packages,) = env.glob("lib/python*/site-packages")
    # a plain path in a .pth file is added at the end, and no .pth file inside it is read
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return lambda command, *args: run([env / "bin" / command, *args], empty)


def files(package):
    "Every file of a package, without what Python compiles."
    found = (p.relative_to(package) for p in package.rglob("*") if p.is_file())
    return {p for p in found if "__pycache__" not in p.parts}


def test_package_is_the_wheels_and_whole(ask):
    here = Path(ask("python", "-c", ORIGIN).strip()) / "hybridcourse"
    assert files(ROOT / "hybridcourse") <= files(here)


def test_documentation_of_python(ask):
    first = ask("hc_ask", "which module reads comma separated files?").splitlines()[0]
    assert first.startswith("[1]") and "csv" in first, first


def test_reader(ask):
    said = ask("hc_ask", "--kb", "atlas", "Who is the founder of Tortova?")
    assert said.startswith("Talland [1]\n"), said
