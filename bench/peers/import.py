#!/usr/bin/env python3
"""Imports one generated file into Roster, ClickHouse and DuckDB, one after the other, each to a durable and queryable
database, asks each for a few counts, which must agree, and prints seconds, rows a second, peak memory and bytes on disk.

Usage: import.py [--contacts N] [--roster PROGRAM] [--directory DIR] [--repeat N] [--json OUT]

The median of the repetitions counts. ClickHouse has two tables, one without nullable columns and one with them, and the
faster one is what Roster is held against. No time is printed before all answers are found to agree. bench/peers/setup.sh installs the peers.
"""
import json
import os
import shutil
import statistics
import sys
import time

from import_common import HERE, bytes_below, commit, contacts_file, lines_of, parse_options, run

# The same predicates in SQL are in import.mjs.
CHECKS = ("true", "tags has 'vip'", "city = 'Łódź' and newsletter", "ltv > 500", "email like '%kowalsk%'")

NAMES = ("Roster", "ClickHouse", "ClickHouse, nullable", "DuckDB")

# How many times as long as the faster table of ClickHouse Roster may take.
BAR = 2


def peer_of(name):
    """What import.mjs calls it."""
    return name.lower().replace(", ", "-")


def importer(name, options, csv, work):
    """The commands that prepare and do one import."""
    if name == "Roster":
        return [[options.roster, "init", work]], [options.roster, "import", "contacts", work, csv, "--key", "key"]
    return [], ["node", HERE / "import.mjs", peer_of(name), "--csv", csv, "--work", work, "--threads",
                str(os.cpu_count())]


def answers_of(name, options, work):
    """The counts of CHECKS, as text."""
    if name == "Roster":
        commands = [[options.roster, "count", work, check] for check in CHECKS]
    else:
        commands = [["node", HERE / "import.mjs", peer_of(name), "--check", "true", "--work", work]]
    return [line for command in commands for line in lines_of(command)]


def measure(name, options, csv):
    work = options.directory / f"import-{peer_of(name)}"
    seconds, memory = [], []
    for _ in range(options.repeat):
        shutil.rmtree(work, ignore_errors=True)
        prepare, command = importer(name, options, csv, work)
        for each in prepare:
            run(each)
        taken, peak = run(command)
        seconds.append(taken)
        memory.append(peak)
    size = bytes_below(work)
    answers = answers_of(name, options, work)
    shutil.rmtree(work, ignore_errors=True)
    return {"name": name, "seconds": statistics.median(seconds), "peakBytes": max(memory), "diskBytes": size,
            "runs": seconds, "answers": answers}


def main():
    options = parse_options(__doc__)
    options.directory.mkdir(parents=True, exist_ok=True)
    csv = contacts_file(options)

    report = {"contacts": options.contacts, "commit": commit(), "date": time.strftime("%Y-%m-%d")}
    results = [measure(name, options, csv) for name in NAMES]
    for result in results[1:]:
        if result["answers"] != results[0]["answers"]:
            sys.exit(f"{result['name']} answers {result['answers']}, Roster {results[0]['answers']}")
    print(f"commit {report['commit']}, {report['date']}")
    print(f"{options.contacts:,} contacts, {csv.stat().st_size / 1e9:.2f} GB of CSV, {os.cpu_count()} cores")
    print(f"{'':<22}{'seconds':>9}{'rows/s':>12}{'peak memory':>14}{'on disk':>10}")
    for result in results:
        print(f"{result['name']:<22}{result['seconds']:>9.1f}{options.contacts / result['seconds']:>12,.0f}"
              f"{result['peakBytes'] / 1e9:>11.2f} GB{result['diskBytes'] / 1e9:>7.2f} GB")
    rival = min((result for result in results if result["name"].startswith("ClickHouse")),
                key=lambda result: result["seconds"])
    factor = results[0]["seconds"] / rival["seconds"]
    print(f"{'met' if factor <= BAR else 'MISSED'}: Roster takes {factor:.2f} times as long as {rival['name']}, the faster "
          f"of ClickHouse's tables; {BAR} is the most")
    if options.json:
        options.json.write_text(json.dumps({**report, "imports": results}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
