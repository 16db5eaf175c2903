#!/usr/bin/env python3
"""Runs clang-tidy over a build's compile commands, two files at a time, and remembers what passed: a file is checked
again only when it, a header it includes, its flags, .clang-tidy or clang-tidy itself has changed.

Usage: run_tidy.py -p BUILD_DIR [FILE…]   (all of core, index, server, tools and bench unless files are named)
"""
import argparse
import hashlib
import json
import os
import shlex
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("core", "index", "server", "tools", "bench")
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "roster-tidy"


def compiler_words(entry):
    """The words of a compile command without the launcher (ccache) and the output."""
    words = shlex.split(entry["command"]) if "command" in entry else list(entry["arguments"])
    if Path(words[0]).name in ("ccache", "sccache"):
        words = words[1:]
    if "-o" in words:
        at = words.index("-o")
        words = words[:at] + words[at + 2:]
    return [word for word in words if word != "-c"]


def fingerprint(entry, version):
    """A hash of all that the verdict depends on, or None where the file does not even preprocess."""
    words = compiler_words(entry)
    # Comments stay in: NOLINT is one.
    done = subprocess.run(words + ["-E", "-C"], cwd=entry["directory"], capture_output=True, check=False)
    if done.returncode != 0:
        return None
    digest = hashlib.sha256()
    for part in (version, (ROOT / ".clang-tidy").read_bytes(), "\0".join(words).encode(), done.stdout):
        digest.update(len(part).to_bytes(8, "little") + part)
    return digest.hexdigest()


def check(entry, build, version):
    """(passed, was remembered, seconds, output) of one file."""
    started = time.monotonic()
    key = fingerprint(entry, version)
    if key and (CACHE / key).exists():
        return True, True, time.monotonic() - started, ""
    done = subprocess.run(["clang-tidy", "--quiet", "-p", str(build), entry["file"]], capture_output=True, text=True,
                          check=False)
    passed = done.returncode == 0
    if passed and key:
        CACHE.mkdir(parents=True, exist_ok=True)
        (CACHE / key).touch()
    return passed, False, time.monotonic() - started, done.stdout + ("" if passed else done.stderr)


def sources(entry):
    """The sources a compile command is about: its file, or what that includes where it is one of a unity build."""
    file = Path(entry["file"])
    if "Unity" not in file.parts:
        return [file]
    return [Path(line.split('"')[1]) for line in file.read_text(encoding="utf-8").splitlines()
            if line.startswith("#include")]


def chosen(entries, files):
    wanted = {Path(file).resolve() for file in files}

    def is_chosen(file):
        if wanted:
            return file in wanted
        return file.is_relative_to(ROOT) and file.relative_to(ROOT).parts[0] in FOLDERS

    return [entry for entry in entries if any(map(is_chosen, sources(entry)))]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("-p", dest="build", required=True, type=Path, help="a build directory with compile commands")
    parser.add_argument("-j", dest="jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("files", nargs="*")
    options = parser.parse_args()

    entries = chosen(json.loads((options.build / "compile_commands.json").read_text(encoding="utf-8")), options.files)
    version = subprocess.run(["clang-tidy", "--version"], capture_output=True, check=True).stdout
    failed = remembered = 0
    slowest = (0.0, "")
    with ThreadPoolExecutor(options.jobs) as pool:
        results = pool.map(lambda entry: (entry, check(entry, options.build, version)), entries)
        for entry, (passed, known, seconds, output) in results:
            name = os.path.relpath(entry["file"], ROOT)
            failed += not passed
            remembered += known
            slowest = max(slowest, (seconds, name))
            if not passed:
                print(f"{name}:\n{output.strip()}\n", flush=True)
    print(f"clang-tidy: {len(entries)} files, {remembered} unchanged since they passed, {failed} with findings; "
          f"slowest {slowest[1]} {slowest[0]:.1f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
