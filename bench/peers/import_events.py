#!/usr/bin/env python3
"""Imports generated events into Roster and ClickHouse, one after the other, each to a durable and queryable database, asks
each for a few counts, which must agree, and prints seconds, events a second and bytes on disk.

Usage: import_events.py [--contacts N] [--roster PROGRAM] [--directory DIR] [--repeat N] [--json OUT]

The files are those of `roster bench --suite behaviour`, which are made where they are missing. Purchases are imported
alone, alone with an id each (into Roster, which then takes each id once), and as one of all types. The median of the
repetitions counts. Contacts and products are in Roster's database before; what it grows by is what the events need.
"""
import contextlib
import hashlib
import json
import os
import shutil
import statistics
import sys
import time

from import_common import HERE, bytes_below, commit, contacts_file, lines_of, parse_options, run

PROPERTIES = {
    "visit": ["channel:category", "product:ref(products)"],
    "open": ["channel:category", "campaign:category"],
    "click": ["channel:category", "campaign:category"],
    "basket": ["channel:category", "product:ref(products)", "price:decimal(2)", "quantity:integer", "promo:bool"],
    "purchase": ["channel:category", "product:ref(products)", "price:decimal(2)", "quantity:integer",
                 "amount:decimal(2)", "promo:bool"],
    "consent": ["channel:category"],
}

# The same in SQL is in import_events.mjs. Where there are purchases alone, the others are not asked.
CHECKS = {
    "purchase": ("did purchase", "count(purchase) >= 3", "sum(amount of purchase) > 500", "last(purchase).channel = 'web'"),
    "all": ("days(visit) >= 5", "count(open) >= 5"),
}
NOW = "2026-11-01T00:00Z"  # the events lie before it

# (what it is called, which files, whether with ids, whether into ClickHouse as well)
ROWS = (("purchases", ("purchase",), False, True), ("purchases with ids", ("purchase",), True, False),
        ("all types", tuple(PROPERTIES), False, True))

# At least this share of ClickHouse's rate, without ids.
BAR = 0.5


def make_files(options):
    """The folder of the events' files, all of which are there afterwards."""
    folder = options.directory / f"behaviour-{options.contacts}"
    wanted = [folder / f"{name}.csv" for name in ("products", *PROPERTIES)]
    if not all(path.exists() for path in wanted):
        folder.mkdir(parents=True, exist_ok=True)
        run([options.roster, "generate", wanted[0], "--products", "--seed", "1"])
        every = folder / "all.csv"
        run([options.roster, "generate", every, "--events", str(10 * options.contacts), "--contacts",
             str(options.contacts), "--seed", "1"])
        split(every, dict(zip(PROPERTIES, wanted[1:])))
        every.unlink()
    with_ids = folder / "purchase-ids.csv"
    if not with_ids.exists():
        add_ids(folder / "purchase.csv", with_ids)
    return folder


def split(every, paths):
    """The lines of a file by their type, which is the second cell, below its header each."""
    parts = {name: path.with_suffix(".part") for name, path in paths.items()}
    with open(every, "rb") as source, contextlib.ExitStack() as stack:
        header = source.readline()
        files = {name.encode(): stack.enter_context(open(part, "wb")) for name, part in parts.items()}
        for file in files.values():
            file.write(header)
        for line in source:
            files[line.split(b",", 2)[1]].write(line)
    for name, path in paths.items():  # a file of the name is a whole one
        parts[name].rename(path)


def add_ids(path, with_ids):
    """The same lines with an id in front, as long and as unordered as a UUID."""
    part = with_ids.with_suffix(".part")
    with open(path, "rb") as source, open(part, "wb") as out:
        out.write(b"id," + source.readline())
        for number, line in enumerate(source):
            out.write(hashlib.md5(str(number).encode()).hexdigest().encode() + b"," + line)
    part.rename(with_ids)


def prepare(options, folder):
    """A database of Roster's with contacts and products, to be copied for each import."""
    base = options.directory / "import-events-base"
    shutil.rmtree(base, ignore_errors=True)
    run([options.roster, "init", base])
    run([options.roster, "import", "contacts", base, contacts_file(options), "--key", "key"])
    run([options.roster, "import", "catalog", base, folder / "products.csv", "--catalog", "products", "--key",
         "product_id"])
    return base


def import_roster(options, folder, types, has_ids, base):
    """(seconds, bytes, answers) of one import."""
    work = options.directory / "import-events-roster"
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(base, work)
    seconds = 0
    for event in types:
        properties = [word for each in PROPERTIES[event] for word in ("--property", each)]
        file = folder / f"{event}{'-ids' if has_ids else ''}.csv"
        seconds += run([options.roster, "import", "events", work, file, "--event", event, "--contact", "key", "--time",
                        "time", *properties, *(["--id", "id"] if has_ids else [])])[0]
    grown = bytes_below(work) - bytes_below(base)
    answers = [line for check in checks_of(types)
               for line in lines_of([options.roster, "count", work, check, "--as-of", NOW])]
    shutil.rmtree(work)
    return seconds, grown, answers


def import_clickhouse(options, folder, types):
    """The same of ClickHouse, whose clock does not count its start."""
    work = options.directory / "import-events-clickhouse"
    files = f"{folder}/{{{','.join(types)}}}.csv"
    seconds, *answers = lines_of(["node", HERE / "import_events.mjs", files, work, str(os.cpu_count())])
    size = bytes_below(work)
    shutil.rmtree(work)
    return float(seconds), size, answers[:len(checks_of(types))]


def checks_of(types):
    return CHECKS["purchase"] if types == ("purchase",) else CHECKS["purchase"] + CHECKS["all"]


def measure(name, importer, options):
    runs = [importer() for _ in range(options.repeat)]
    return {"name": name, "seconds": statistics.median(seconds for seconds, _, _ in runs), "diskBytes": runs[-1][1],
            "runs": [seconds for seconds, _, _ in runs], "answers": runs[-1][2]}


def measure_row(row, options, folder, base):
    """A row's results: Roster's, and ClickHouse's where it has part in it."""
    what, types, has_ids, beside = row
    results = [measure("Roster", lambda: import_roster(options, folder, types, has_ids, base), options)]
    if beside:
        results.append(measure("ClickHouse", lambda: import_clickhouse(options, folder, types), options))
    events = sum(count_lines(folder / f"{event}.csv") for event in types)
    return {"what": what, "events": events, "imports": results}


def count_lines(path):
    """Without the header."""
    with open(path, "rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b"")) - 1


def difference(rows):
    """Where two of the answers differ, as a sentence, or None. Purchases are asked the same whichever way they came."""
    first = rows[0]["imports"][0]["answers"]
    for row in rows:
        ours = row["imports"][0]["answers"]
        for result in row["imports"]:
            if result["answers"] != ours or ours[:len(first)] != first:
                return f"{row['what']}: {result['name']} answers {result['answers']}, Roster {ours}, of purchases {first}"
    return None


def lines(rows):
    shown = [f"{'':<32}{'seconds':>9}{'events/s':>12}{'on disk':>11}{'bytes/event':>13}"]
    bars = []
    for row in rows:
        rates = {}
        for result in row["imports"]:
            rates[result["name"]] = rate = row["events"] / result["seconds"]
            shown.append(f"{row['what'] + ', ' + result['name']:<32}{result['seconds']:>9.2f}{rate:>12,.0f}"
                         f"{result['diskBytes'] / 1e6:>8.1f} MB{result['diskBytes'] / row['events']:>13.1f}")
        if len(rates) == 2:
            share = rates["Roster"] / rates["ClickHouse"]
            bars.append(f"{'met' if share >= BAR else 'MISSED'}: {row['what']}, Roster takes {share:.2f} times as many events "
                        f"a second as ClickHouse; {BAR} is the least")
    return shown + bars


def main():
    options = parse_options(__doc__)

    folder = make_files(options)
    base = prepare(options, folder)
    rows = [measure_row(row, options, folder, base) for row in ROWS]
    shutil.rmtree(base, ignore_errors=True)
    wrong = difference(rows)
    if wrong:
        sys.exit(wrong)
    report = {"contacts": options.contacts, "commit": commit(), "date": time.strftime("%Y-%m-%d")}
    print(f"commit {report['commit']}, {report['date']}")
    print(f"{options.contacts:,} contacts, {rows[-1]['events']:,} events, {os.cpu_count()} cores")
    print("\n".join(lines(rows)))
    if options.json:
        options.json.write_text(json.dumps({**report, "rows": rows}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
