#!/usr/bin/env python3
"""Compares what `roster bench --json` wrote with what the peers wrote, answers first.

    compare.py ROSTER.json... PEER.json...

A peer's report is held against Roster's of as many contacts. Any answer that differs or is missing is named, nothing
else is printed, and the exit code is 1. Otherwise: for each query the faster peer and how many times as long it takes,
geometric means by class, and which bars are met. Bars that are missed do not change the exit code.
"""

import json
import math
import sys

CLASSES = ("boolean", "analytic", "listing")

# The least that each query must gain over a peer, and the geometric mean, by class.
COLUMNAR_BARS = {"boolean": (10, 40), "analytic": (3, 6), "listing": (1, 2)}
POSTGRES_BARS = {"boolean": (20, 200)}
CROARING_FACTOR, CROARING_MICROS, CROARING_MEAN = 1.1, 2, 4
TEXT_MICROS = 30  # for each predicate of a boolean query
# From how many microseconds on, how much faster two threads must be; below all of them they must not be slower.
THREAD_BARS = ((2000, 1.7), (500, 1.4))
NOISE = 1.1  # what "not slower" leaves to chance

SHOWN_LINES = 3


def geometric_mean(numbers):
    return math.exp(sum(map(math.log, numbers)) / len(numbers)) if numbers else None


def load(paths):
    """Roster's reports by their number of contacts, and the peers'."""
    rosters, peers = {}, []
    for path in paths:
        with open(path, encoding="utf-8") as file:
            report = json.load(file)
        if "peer" in report:
            peers.append(report)
        else:
            rosters[report["contacts"]] = report
    return rosters, peers


def by_name(report):
    return {query["name"]: query for query in report["queries"]}


def differences(roster, peer):
    """Where the answers differ or are missing, one string each."""
    found = []
    ours, theirs = by_name(roster), by_name(peer)
    for name in sorted(ours.keys() | theirs.keys()):
        if name not in ours or name not in theirs:
            found.append(f"{name}: {'Roster' if name not in ours else peer['peer']} has no answer")
        elif "skipped" not in theirs[name] and ours[name]["answer"] != theirs[name]["answer"]:
            pairs = list(zip(ours[name]["answer"], theirs[name]["answer"]))
            lines = [f"{a!r} and {b!r}" for a, b in pairs if a != b][:SHOWN_LINES]
            lines = lines or [f"{len(ours[name]['answer'])} lines and {len(theirs[name]['answer'])}"]
            found.append(f"{name}: Roster and {peer['peer']} give {'; '.join(lines)}")
    return found


def faster(name, peers):
    """The fastest of the peers that answer a query, as (peer, its query), or None."""
    answers = [(peer["peer"], query) for peer in peers for query in peer["queries"]
               if query["name"] == name and "skipped" not in query]
    return min(answers, key=lambda answer: answer[1]["p50"], default=None)


def gains(roster, peers):
    """For each query that a peer answers: (class, name, our microseconds, peer, variant, its microseconds, gain)."""
    rows = []
    for query in roster["queries"]:
        best = faster(query["name"], peers)
        if best is None:
            continue
        ours, theirs = query["textThreaded"]["p50"], best[1]["p50"]
        rows.append((query["class"], query["name"], ours, best[0], best[1]["variant"], theirs, theirs / ours))
    return rows


def verdict(what, missed, mean=None, least=None):
    """One line on a bar: what it asks, and which queries miss it."""
    lines = [f"{'MISSED' if missed else 'met   '}  {what}" + (f": {', '.join(missed)}" if missed else "")]
    if mean is not None:
        lines.append(mean_verdict(what.split(",")[0], mean, least))
    return lines


def mean_verdict(what, mean, least):
    return f"{'met   ' if mean >= least else 'MISSED'}  {what}, geometric mean {mean:.1f}, at least {least}"


def against(label, rows, bars):
    lines = []
    for kind, (each, mean) in bars.items():
        own = [row for row in rows if row[0] == kind]
        if own:
            missed = [f"{row[1]} {row[6]:.1f}" for row in own if row[6] < each]
            lines += verdict(f"{label} {kind}, each at least {each} times as fast", missed,
                             geometric_mean([row[6] for row in own]), mean)
    return lines


def own_bars(roster):
    """What Roster's report alone decides: CRoaring by hand, the way from text, threads."""
    queries = roster["queries"]
    rival = [query for query in queries if "croaring" in query]
    slow = [f"{query['name']} {query['prepared']['p50']:.1f} to {query['croaring']['p50']:.1f} us" for query in rival
            if query["prepared"]["p50"] > CROARING_FACTOR * query["croaring"]["p50"] + CROARING_MICROS]
    ratios = [query["croaring"]["p50"] / query["prepared"]["p50"] for query in rival if query["leaves"] >= 3]
    lines = verdict(f"CRoaring by hand, each at most {CROARING_FACTOR} x its time + {CROARING_MICROS} us", slow,
                    geometric_mean(ratios), CROARING_MEAN)
    long = [f"{query['name']} {query['textAdds']:.0f} us" for query in rival
            if query["textAdds"] > TEXT_MICROS * len(query["predicates"])]
    lines += verdict(f"from text to count, at most {TEXT_MICROS} us more for each predicate", long)
    if roster["threads"] >= 2:
        lines += verdict(f"{roster['threads']} threads, 1.7 x from 2 ms, 1.4 x from 0.5 ms, else not slower",
                         [f"{query['name']} {query['prepared']['p50'] / query['threaded']['p50']:.2f}"
                          for query in queries if not scales(query)])
    return lines


def scales(query):
    one, several = query["prepared"]["p50"], query["threaded"]["p50"]
    for least, factor in THREAD_BARS:
        if one > least:
            return one >= factor * several
    return several <= NOISE * one + CROARING_MICROS


def table(rows, classes=CLASSES):
    lines = []
    for kind in classes:
        own = [row for row in rows if row[0] == kind]
        if not own:
            continue
        lines.append(f"{kind:22} {'Roster us':>11} {'peer us':>11} {'times':>8}  peer")
        for _, name, ours, peer, variant, theirs, gain in own:
            lines.append(f"{name:22} {ours:11.1f} {theirs:11.1f} {gain:8.1f}  {peer}, {variant}")
        lines.append(f"{'geometric mean':22} {'':11} {'':11} {geometric_mean([row[6] for row in own]):8.1f}\n")
    return lines


def report(roster, peers):
    lines = [f"{roster['contacts']:,} contacts, {roster['threads']} threads; {roster['machine']}",
             "Roster from the text of the query to the answer; p50 in microseconds", ""]
    columnar = gains(roster, [peer for peer in peers if peer["peer"] != "PostgreSQL"])
    postgres = gains(roster, [peer for peer in peers if peer["peer"] == "PostgreSQL"])
    for rows in (columnar, postgres):
        lines += table(rows)
    lines += own_bars(roster)
    lines += against("the faster of DuckDB and ClickHouse", columnar, COLUMNAR_BARS)
    return lines + against("PostgreSQL", postgres, POSTGRES_BARS)


def main(arguments, usage=__doc__, told=report):
    """`told` makes the lines of a report of Roster's and its peers', once all answers agree."""
    if not arguments:
        print(usage.strip(), file=sys.stderr)
        return 2
    rosters, peers = load(arguments)
    found = []
    for peer in peers:
        if peer["contacts"] not in rosters:
            found.append(f"{peer['peer']}: no report of Roster's over {peer['contacts']:,} contacts")
        else:
            found += differences(rosters[peer["contacts"]], peer)
    if found:
        print("\n".join(found))
        return 1
    for contacts, roster in sorted(rosters.items()):
        print("\n".join(told(roster, [peer for peer in peers if peer["contacts"] == contacts])), end="\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
