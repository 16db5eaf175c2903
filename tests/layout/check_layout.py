#!/usr/bin/env python3
"""Refuses sources that break the layout: an include against the arrows of the design, a third-party header outside its
place, a header nobody knows, an include cycle, a file over 500 lines, core that touches the world outside.

Usage: check_layout.py ROOT. Prints one line a finding; exits 1 if there is any. The rules are in layout_rules.py.
"""
import re
import sys
from fnmatch import fnmatchcase
from pathlib import Path

import layout_rules as rules

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
# C++'s own headers have neither a dot nor a slash.
STANDARD = re.compile(r"^[a-z0-9_]+$")


def matches(name, patterns):
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def source_files(root):
    """All files that rules look at, relative to the root."""
    found = []
    for folder in rules.FOLDERS:
        found += [p.relative_to(root).as_posix() for p in (root / folder).rglob("*")
                  if p.suffix in rules.COUNTED and p.is_file() and "__pycache__" not in p.parts]
    return sorted(found)


def check_project_include(root, path, included):
    if not (root / included).is_file():
        return f'"{included}" is no file below the root; includes start there'
    own, other = path.split("/")[0], included.split("/")[0]
    if other == own or other in rules.ARROWS.get(own, ()):
        return None
    if any(fnmatchcase(path, pattern) and other == extra for pattern, extra in rules.EXTRA_ARROWS):
        return None
    return f'{own} must not include "{included}"'


def check_system_include(path, included):
    if path.startswith("core/") and included in rules.CORE_HEADERS_REFUSED:
        return f"core must not include <{included}>: it opens no file, socket, thread or clock and prints nothing"
    if STANDARD.match(included):
        return None
    for name, headers, places in rules.LIBRARIES:
        if matches(included, headers):
            return None if matches(path, places) else f"<{included}> of {name} is outside its place"
    return f"<{included}> is in no table; add its library to tests/layout/layout_rules.py"


def find_cycle(includes):
    """One cycle of the include graph as a list of files, or None."""
    state = {}  # 1: on the way, 2: done
    way = []

    def visit(path):
        state[path] = 1
        way.append(path)
        for included in includes.get(path, ()):
            if state.get(included) == 1:
                return way[way.index(included):] + [included]
            if included not in state:
                cycle = visit(included)
                if cycle:
                    return cycle
        way.pop()
        state[path] = 2
        return None

    for path in sorted(includes):
        if path not in state:
            cycle = visit(path)
            if cycle:
                return cycle
    return None


def without_comments(line):
    return line.split("//", 1)[0]


def check_text(path, lines):
    for number, line in enumerate(lines, 1):
        for pattern, does in rules.CORE_TEXT_REFUSED:
            if re.search(pattern, without_comments(line)):
                yield f"{path}:{number}: core {does}"


def check(root):
    """The findings, one string each."""
    root = Path(root)
    findings = []
    includes = {}
    for path in source_files(root):
        lines = (root / path).read_text(encoding="utf-8").splitlines()
        if len(lines) > rules.MAX_LINES:
            findings.append(f"{path}: {len(lines)} lines; {rules.MAX_LINES} are the most")
        if not path.endswith(rules.INCLUDING):
            continue
        if path.startswith("core/"):
            findings += check_text(path, lines)
        includes[path] = []
        for number, line in enumerate(lines, 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            if match[1] == '"':
                finding = check_project_include(root, path, match[2])
                includes[path].append(match[2])
            else:
                finding = check_system_include(path, match[2])
            if finding:
                findings.append(f"{path}:{number}: {finding}")
    cycle = find_cycle(includes)
    if cycle:
        findings.append("include cycle: " + " -> ".join(cycle))
    return findings


def main(arguments):
    if len(arguments) != 2:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    findings = check(arguments[1])
    for finding in findings:
        print(finding)
    print(f"layout: {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
