#!/usr/bin/env python3
"""Compares what `roster bench --suite behaviour --json` wrote with what its peers wrote, answers first.

    compare_behaviour.py ROSTER.json PEER.json...

Answers are held against each other as compare.py does it: any that differs or is missing ends it with exit code 1, and no
time is printed. Otherwise: for each query the faster peer and how many times as long it takes, how many times as fast
Roster is when asked again, bytes an event, and which bars are met. Bars that are missed do not change the exit code.
"""

import sys

import compare

CLASSES = ("summary", "events")

EACH = 5  # times as fast as the faster peer
MEAN = 15  # geometric mean of all queries
SUMMARY_EACH = 25  # times as fast, of those that summaries answer
AGAIN = 20  # times as fast as anew


def agains(roster):
    """For each query that was asked again: (name, microseconds anew, microseconds again, times as fast)."""
    rows = []
    for query in roster["queries"]:
        if "again" in query:
            anew, again = query["anew"]["p50"], query["again"]["p50"]
            rows.append((query["name"], anew, again, anew / again))
    return rows


def again_lines(rows):
    if not rows:
        return []
    lines = [f"{'asked again':22} {'anew us':>11} {'again us':>11} {'times':>8}"]
    lines += [f"{name:22} {anew:11.1f} {again:11.1f} {times:8.1f}" for name, anew, again, times in rows]
    missed = [f"{name} {times:.1f}" for name, _, _, times in rows if times < AGAIN]
    return lines + [""] + compare.verdict(f"asked again, each at least {AGAIN} times as fast", missed)


def bytes_an_event(by_type, kind, contact):
    return by_type[kind][contact]["total"] / by_type[kind]["events"]


def with_all(ours, by_type):
    """Roster's bytes an event of each type, and of all events: their mean, weighted by how many events there are."""
    events = {kind: by_type[kind]["events"] for kind in ours}
    mean = sum(ours[kind] * events[kind] for kind in ours) / max(sum(events.values()), 1)
    return {**ours, "all": mean}


def byte_lines(roster, peers):
    """Bytes an event, Roster's before compression beside what peers that tell theirs need on disk."""
    lines, missed = [], []
    for peer in peers:
        if "bytesByType" not in peer or "bytesPerEvent" not in roster:
            continue
        by_type = peer["bytesByType"]
        for kind, ours in with_all(roster["bytesPerEvent"], by_type).items():
            number, text = (bytes_an_event(by_type, kind, contact) for contact in ("contactAsNumber", "contactAsText"))
            lines.append(f"{kind:22} {ours:11.2f} {number:11.2f} {text:11.2f}  {peer['peer']}")
            if ours > number:
                missed.append(f"{kind} {ours:.2f} to {number:.2f}")
    if not lines:
        return []
    header = f"{'bytes an event':22} {'Roster':>11} {'by number':>11} {'by key':>11}"
    return [header] + lines + [""] + compare.verdict("bytes an event, at most those with contacts as numbers", missed)


def bars(rows):
    label = "the faster of DuckDB and ClickHouse"
    slow = [f"{row[1]} {row[6]:.1f}" for row in rows if row[6] < EACH]
    lines = compare.verdict(f"{label}, each at least {EACH} times as fast", slow,
                            compare.geometric_mean([row[6] for row in rows]), MEAN)
    summaries = [row for row in rows if row[0] == "summary"]
    if summaries:
        lines += compare.verdict(f"{label}, summaries, each at least {SUMMARY_EACH} times as fast",
                                 [f"{row[1]} {row[6]:.1f}" for row in summaries if row[6] < SUMMARY_EACH])
    return lines


def report(roster, peers):
    events = next((peer["events"] for peer in peers if "events" in peer), 0)
    rows = compare.gains(roster, peers)
    lines = [f"{roster['contacts']:,} contacts, {events:,} events, {roster['threads']} threads; {roster['machine']}",
             "Roster from the text of the query to the answer; p50 in microseconds", ""]
    lines += compare.table(rows, CLASSES) + (bars(rows) if rows else [])
    for more in (again_lines(agains(roster)), byte_lines(roster, peers)):
        lines += [""] + more if more else []
    return lines


if __name__ == "__main__":
    sys.exit(compare.main(sys.argv[1:], __doc__, report))
