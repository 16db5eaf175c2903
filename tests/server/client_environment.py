"""What the tests of the server have in common: a Python that has pycapnp, a server over a folder, and the README."""
import fcntl
import os
import re
import socket
import subprocess
import sys
import tempfile
import unittest
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROSTER = os.environ.get("ROSTER_BINARY", str(ROOT / "build/release/bin/roster"))
PACKAGES = ["pycapnp==2.2.4"]


def python():
    """The interpreter of a virtual environment that has PACKAGES, made where it is missing. Without a network the tests
    are skipped, but for CI, where they fail."""
    folder = Path(os.environ.get("ROSTER_PYTHON", ROOT / "build/python"))
    folder.mkdir(parents=True, exist_ok=True)
    interpreter = folder / "bin/python"
    done = folder / "packages"
    with open(folder / "lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if done.exists() and done.read_text() == " ".join(PACKAGES):
            return str(interpreter)
        venv.create(folder, with_pip=True)
        pip = [str(interpreter), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES]
        installed = subprocess.run(pip, capture_output=True, text=True, check=False)
        if installed.returncode != 0:
            if os.environ.get("CI") == "true":
                raise RuntimeError(f"cannot install {PACKAGES}: {installed.stderr}")
            raise unittest.SkipTest(f"cannot install {PACKAGES}; is there a network?")
        done.write_text(" ".join(PACKAGES))
    return str(interpreter)


def roster(*words):
    """What a command prints; it must succeed."""
    return subprocess.run([ROSTER, *map(str, words)], capture_output=True, text=True, check=True).stdout


def readme_block(language, containing):
    """The code block of the README in that language that contains a text, and the plain block right behind it."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for match in re.finditer(rf"```{language}\n(.*?)```\s*(?:```text\n(.*?)```)?", text, re.S):
        if containing in match[1]:
            return match[1], match[2]
    raise LookupError(f"the README has no {language} block with {containing}")


class Server:
    """A server over a folder, on a port of its own, until the end of a `with` block."""

    def __init__(self, folder, *words):
        self.folder = folder
        self.words = words

    def __enter__(self):
        self.process = subprocess.Popen(
            [ROSTER, "serve", "--data", str(self.folder), "--rpc", "127.0.0.1:0", "--http", "127.0.0.1:0",
             *self.words],
            stderr=subprocess.PIPE, text=True)
        line = self.process.stderr.readline()
        match = re.search(r"RPC on port (\d+), HTTP on port (\d+)", line)
        if match is None:
            raise RuntimeError(line + self.process.stderr.read())
        self.port, self.http_port = int(match[1]), int(match[2])
        return self

    def connect(self, port=None):
        return socket.create_connection(("127.0.0.1", port or self.port), timeout=30)

    def end(self):
        """Tells it to end; what it says, and its exit code."""
        self.process.terminate()
        said = self.process.stderr.read()
        return said, self.process.wait()

    def __exit__(self, *exception):
        if self.process.poll() is None:
            said, code = self.end()
            if code != 0 and exception[0] is None:
                raise RuntimeError(f"the server ended with {code}: {said}")
        self.process.stderr.close()


class ShopTest(unittest.TestCase):
    """Tests over the README's shop: a hundred thousand contacts, made once."""

    @classmethod
    def setUpClass(cls):
        cls.python = python()
        cls._holder = tempfile.TemporaryDirectory()
        cls.folder = Path(cls._holder.name)
        people = cls.folder / "people.csv"
        roster("generate", people, "--contacts", "100k", "--seed", "7")
        roster("init", cls.folder / "shop", "--timezone", "Europe/Warsaw")
        roster("import", "contacts", cls.folder / "shop", people, "--key", "key")

    @classmethod
    def tearDownClass(cls):
        cls._holder.cleanup()

    @staticmethod
    def is_instrumented(process):
        """Whether a process runs under a sanitizer, whose own memory is none of the program's."""
        return "asan" in Path(f"/proc/{process}/maps").read_text(encoding="utf-8")

    def run_python(self, source, *words):
        """What a script prints that the environment's Python runs at the root of the sources."""
        ran = subprocess.run([self.python, "-c", source, *map(str, words)], cwd=ROOT, capture_output=True, text=True,
                             timeout=300, check=False)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        return ran.stdout


if __name__ == "__main__":
    sys.exit("this is no test; run: python3 -m unittest discover -s tests/server -p '*_test.py'")
