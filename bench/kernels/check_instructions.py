#!/usr/bin/env python3
"""Counts the instructions of every kernel under callgrind and refuses one that needs more than a tenth more than the
recorded number. Callgrind runs up to AVX2, and so does what is counted.

Usage: check_instructions.py PROGRAM [--record]

PROGRAM is roster_kernels. --record writes instructions.json anew: do so in the commit that changes the numbers, and say
why in its message.
"""
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

RECORD = Path(__file__).resolve().parent / "instructions.json"
TOLERANCE = 1.10

# glibc fills and copies what is long by one instruction, which callgrind counts once a byte; from which length on depends
# on the processor. Here it never does.
NEVER = 1 << 40
TUNABLES = f"glibc.cpu.x86_rep_stosb_threshold={NEVER}:glibc.cpu.x86_rep_movsb_threshold={NEVER}"


def counted(program):
    """Instructions by kernel."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(["valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={folder}/out",
                               program, "--count-instructions"], capture_output=True, text=True, check=False,
                              env={**os.environ, "GLIBC_TUNABLES": TUNABLES})
        if done.returncode != 0:
            sys.exit(f"{program} under callgrind: exit code {done.returncode}\n{done.stderr}")
        return dict(parsed(path.read_text(encoding="utf-8")) for path in sorted(Path(folder).glob("out.*"))
                    if "Client Request" in path.read_text(encoding="utf-8"))


def parsed(dump):
    """(kernel, instructions) of one dump of callgrind's."""
    name = re.search(r"^desc: Trigger: Client Request: (\S+)$", dump, re.MULTILINE)
    total = re.search(r"^(?:totals|summary): (\d+)", dump, re.MULTILINE)
    return name[1], int(total[1])


def findings(recorded, found):
    """What is wrong with the numbers found, a line each."""
    lines = []
    for name in sorted(recorded.keys() | found.keys()):
        if name not in found or name not in recorded:
            lines.append(f"{name}: {'not run' if name in recorded else 'not recorded'}")
        elif found[name] > recorded[name] * TOLERANCE:
            lines.append(f"{name}: {found[name]:,} instructions, recorded {recorded[name]:,} "
                         f"({found[name] / recorded[name]:.2f} x)")
    return lines


def main():
    if len(sys.argv) not in (2, 3) or sys.argv[2:] not in ([], ["--record"]):
        sys.exit(__doc__)
    found = counted(sys.argv[1])
    if sys.argv[2:]:
        RECORD.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        print(f"recorded {len(found)} kernels")
        return
    lines = findings(json.loads(RECORD.read_text(encoding="utf-8")), found)
    for line in lines:
        print(line)
    print(f"kernels: {len(found)} counted, {len(lines)} findings")
    sys.exit(1 if lines else 0)


if __name__ == "__main__":
    main()
