#!/usr/bin/env python3
"""Refuses Markdown whose relative links lead nowhere: a missing file, a heading that does not exist, a path out of the
repository.

Usage: check_links.py ROOT. Prints one line a finding; exits 1 if there is any.
"""
import re
import sys
from pathlib import Path
from urllib.parse import unquote

LINK = re.compile(r"\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*\s*$")
FENCE = re.compile(r"^\s*(```|~~~)")
EXTERNAL = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
SKIPPED = {"build", ".git", "node_modules", ".cache"}


def prose_lines(text):
    """(number, line) for the lines outside code."""
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        if FENCE.match(line):
            fenced = not fenced
        elif not fenced:
            yield number, line


def anchors(text):
    """The anchors of a text's headings, made as code hosts make them."""
    found = set()
    for _, line in prose_lines(text):
        heading = HEADING.match(line)
        if not heading:
            continue
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading[1]).lower()
        anchor = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        number = 1
        unique = anchor
        while unique in found:
            unique, number = f"{anchor}-{number}", number + 1
        found.add(unique)
    return found


def check_link(root, page, target):
    path, _, anchor = target.partition("#")
    file = (page.parent / unquote(path)).resolve() if path else page.resolve()
    if root not in (file, *file.parents):
        return f"{target} leads out of the repository"
    if not file.exists():
        return f"{target} does not exist"
    if anchor and file.suffix == ".md" and unquote(anchor) not in anchors(file.read_text(encoding="utf-8")):
        return f"{target}: no such heading"
    return None


def check(root):
    """The findings, one string each."""
    root = Path(root).resolve()
    findings = []
    for page in sorted(root.rglob("*.md")):
        if SKIPPED & set(page.relative_to(root).parts):
            continue
        for number, line in prose_lines(page.read_text(encoding="utf-8")):
            for target in LINK.findall(re.sub(r"`[^`]*`", "", line)):
                if EXTERNAL.match(target):
                    continue
                finding = check_link(root, page, target)
                if finding:
                    findings.append(f"{page.relative_to(root)}:{number}: {finding}")
    return findings


def main(arguments):
    if len(arguments) != 2:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    findings = check(arguments[1])
    for finding in findings:
        print(finding)
    print(f"links: {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
