"""bench/peers/compare_behaviour.py: wrong answers stop it, the faster peer counts, and bars are met or missed."""

import unittest

from peer_scripts import run_compare, timing
import compare  # in bench/peers, which peer_scripts makes known
import compare_behaviour as behaviour


def query(name, micros, kind="events", again=None, answer=("7",)):
    made = {"name": name, "class": kind, "answer": list(answer), "textThreaded": timing(micros)}
    return made if again is None else {**made, "again": timing(again), "anew": timing(micros)}


def roster(*queries, **more):
    return {"suite": "behaviour", "contacts": 1000, "threads": 2, "machine": "a machine", "queries": list(queries), **more}


def theirs(name, micros, kind="events", answer=("7",)):
    return {"name": name, "class": kind, "variant": "plain", "answer": list(answer), **timing(micros)}


def peer(name, *queries, **more):
    return {"peer": name, "suite": "behaviour", "contacts": 1000, "events": 10_000, "queries": list(queries), **more}


def run(*reports):
    return run_compare(compare.main, reports, behaviour.__doc__, behaviour.report)


class Answers(unittest.TestCase):
    OURS = roster(query("a", 10, "summary"), query("b", 10))

    def test_equal_ones_pass(self):
        code, text = run(self.OURS, peer("DuckDB", theirs("a", 500, "summary"), theirs("b", 500)))
        self.assertEqual(code, 0)
        self.assertIn("1,000 contacts, 10,000 events, 2 threads; a machine", text)
        self.assertRegex(text, r"a +10\.0 +500\.0 +50\.0  DuckDB, plain")

    def test_another_or_a_missing_one_is_named_and_nothing_else_is_said(self):
        code, text = run(self.OURS, peer("DuckDB", theirs("a", 500, "summary", ("8",)), theirs("b", 500)),
                         peer("ClickHouse", theirs("a", 500, "summary")))
        self.assertEqual((code, text), (1, "a: Roster and DuckDB give '7' and '8'\nb: ClickHouse has no answer\n"))


class Bars(unittest.TestCase):
    def lines(self, ours, *peers):
        return "\n".join(behaviour.report(ours, list(peers)))

    def test_the_faster_peer_counts_for_each_and_for_the_means(self):
        text = self.lines(roster(query("a", 10, "summary"), query("b", 10)),
                          peer("DuckDB", theirs("a", 251, "summary"), theirs("b", 4000)),
                          peer("ClickHouse", theirs("a", 4000, "summary"), theirs("b", 40)))
        self.assertIn("MISSED  the faster of DuckDB and ClickHouse, each at least 5 times as fast: b 4.0", text)
        self.assertIn("MISSED  the faster of DuckDB and ClickHouse, geometric mean 10.0, at least 15", text)
        self.assertIn("met     the faster of DuckDB and ClickHouse, summaries, each at least 25 times as fast", text)

    def test_again_is_told_by_query_where_it_was_asked(self):
        text = self.lines(roster(query("a", 100, again=5), query("b", 100, again=6), query("c", 100)))
        self.assertRegex(text, r"a +100\.0 +5\.0 +20\.0\n")
        self.assertIn("MISSED  asked again, each at least 20 times as fast: b 16.7", text)
        self.assertNotIn("asked again", self.lines(roster(query("c", 100))))

    def test_bytes_are_held_against_contacts_as_numbers(self):
        def of(events, number):
            return {"events": events, "contactAsNumber": {"total": number}, "contactAsText": {"total": 20 * events}}
        rival = peer("ClickHouse", bytesByType={"purchase": of(100, 1700), "visit": of(300, 1800), "all": of(400, 3500)})
        text = self.lines(roster(bytesPerEvent={"purchase": 17, "visit": 7}), rival)
        self.assertRegex(text, r"purchase +17\.00 +17\.00 +20\.00  ClickHouse\n")
        self.assertRegex(text, r"all +9\.50 +8\.75 +20\.00  ClickHouse\n")
        self.assertIn("MISSED  bytes an event, at most those with contacts as numbers: visit 7.00 to 6.00, all 9.50 to 8.75",
                      text)


if __name__ == "__main__":
    unittest.main()
