"""What import.py and import_events.py share: running commands, sizes on disk, the commit."""

import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


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
