"""What import.py and import_events.py share: their command line, running commands, sizes on disk, the commit."""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def parse_options(doc):
    """The command line of a script with this documentation; all paths are absolute."""
    parser = argparse.ArgumentParser(description=doc.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--roster", type=Path, default=ROOT / "build/release/bin/roster")
    parser.add_argument("--directory", type=Path, default=ROOT / "build/bench")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    options.roster, options.directory = options.roster.resolve(), options.directory.resolve()
    return options


def contacts_file(options):
    """The generated contacts, which are there afterwards."""
    path = options.directory / f"contacts-{options.contacts}.csv"
    if not path.exists():
        run([options.roster, "generate", path, "--contacts", str(options.contacts), "--seed", "1"])
    return path


def run(command):
    """(seconds, peak resident bytes) of a command that must succeed."""
    started = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: exit code {process.returncode}\n{errors.decode(errors='replace')}")
    return time.monotonic() - started, usage.ru_maxrss * 1024


def lines_of(command):
    """What a command that must succeed prints."""
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [line for line in printed.split("\n") if line]


def bytes_below(directory):
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())


def commit():
    """Of the sources that lie here."""
    described = subprocess.run(["git", "describe", "--always", "--dirty", "--exclude", "*"], cwd=ROOT, check=False,
                               capture_output=True, text=True)
    return described.stdout.strip() or "unknown"
