"""bench/peers/compare.py: wrong answers stop it, the faster peer counts, and bars are met or missed."""

import copy
import unittest

from peer_scripts import run_compare, timing
import compare  # in bench/peers, which peer_scripts makes known


def query(name, kind, micros, croaring=None, leaves=3, answer=("7",)):
    made = {"name": name, "class": kind, "leaves": leaves, "predicates": ["p"], "answer": list(answer),
            "prepared": timing(micros), "text": timing(micros + 20), "textAdds": 20, "threaded": timing(micros),
            "textThreaded": timing(micros + 20)}
    if croaring is not None:
        made["croaring"] = timing(croaring)
    return made


def roster(*queries, contacts=1000):
    return {"suite": "audience", "contacts": contacts, "threads": 2, "machine": "a machine", "queries": list(queries)}


def peer(name, *queries, contacts=1000):
    return {"peer": name, "contacts": contacts, "queries": list(queries)}


def theirs(name, kind, micros, answer=("7",)):
    return {"name": name, "class": kind, "variant": "plain", "answer": list(answer), **timing(micros)}


def skipped(name, kind):
    return {"name": name, "class": kind, "skipped": "it cannot"}


def run(*reports):
    return run_compare(compare.main, reports)


class Answers(unittest.TestCase):
    OURS = roster(query("a", "boolean", 10), query("b", "boolean", 10))

    def test_equal_ones_pass(self):
        code, text = run(self.OURS, peer("DuckDB", theirs("a", "boolean", 500), skipped("b", "boolean")))
        self.assertEqual(code, 0)
        self.assertIn("geometric mean", text)

    def test_another_one_is_named_and_nothing_else_is_said(self):
        code, text = run(self.OURS, peer("DuckDB", theirs("a", "boolean", 500, ("8",)), skipped("b", "boolean")))
        self.assertEqual(code, 1)
        self.assertEqual(text, "a: Roster and DuckDB give '7' and '8'\n")

    def test_more_lines_are_another_answer(self):
        found = compare.differences(roster(query("a", "analytic", 1)), peer("P", theirs("a", "analytic", 1, ("7", "8"))))
        self.assertEqual(found, ["a: Roster and P give 1 lines and 2"])

    def test_a_missing_one_is_a_difference(self):
        code, text = run(self.OURS, peer("DuckDB", theirs("a", "boolean", 500)))
        self.assertEqual((code, text), (1, "b: DuckDB has no answer\n"))

    def test_a_peer_of_other_contacts_is_refused(self):
        code, text = run(self.OURS, peer("DuckDB", contacts=50))
        self.assertEqual((code, text), (1, "DuckDB: no report of Roster's over 50 contacts\n"))


class Gains(unittest.TestCase):
    def test_the_faster_peer_counts(self):
        rows = compare.gains(roster(query("a", "boolean", 80)), [peer("Slow", theirs("a", "boolean", 900)),
                                                                peer("Fast", theirs("a", "boolean", 300)),
                                                                peer("Other", skipped("a", "boolean"))])
        self.assertEqual(rows, [("boolean", "a", 100, "Fast", "plain", 300, 3.0)])

    def test_the_mean_is_geometric(self):
        self.assertAlmostEqual(compare.geometric_mean([2, 8]), 4)
        self.assertIsNone(compare.geometric_mean([]))

    def test_peers_are_held_against_the_report_of_their_size(self):
        code, text = run(roster(query("a", "boolean", 80)), roster(query("a", "boolean", 980), contacts=2000),
                         peer("DuckDB", theirs("a", "boolean", 3000), contacts=2000),
                         peer("PostgreSQL", theirs("a", "boolean", 5000)))
        self.assertEqual(code, 0)
        self.assertRegex(text, r"a +1000\.0 +3000\.0 +3\.0  DuckDB")
        self.assertRegex(text, r"a +100\.0 +5000\.0 +50\.0  PostgreSQL")


class Bars(unittest.TestCase):
    def lines(self, *queries, peers=()):
        return "\n".join(compare.report(roster(*queries), list(peers)))

    def test_croaring_is_met_within_a_tenth_and_two_microseconds(self):
        text = self.lines(query("a", "boolean", 113, croaring=100), query("b", "boolean", 112, croaring=100))
        self.assertIn("MISSED  CRoaring by hand, each at most 1.1 x its time + 2 us: a 113.0 to 100.0 us\n", text)

    def test_the_mean_against_croaring_is_of_three_leaves_or_more(self):
        text = self.lines(query("a", "boolean", 100, croaring=1000), query("b", "boolean", 100, croaring=100, leaves=2))
        self.assertIn("met     CRoaring by hand, geometric mean 10.0, at least 4", text)

    def test_the_way_from_text_is_thirty_microseconds(self):
        slow = query("a", "boolean", 100, croaring=100)
        slow["textAdds"] = 31
        self.assertRegex(self.lines(slow), r"MISSED  from text .*: a 31 us")
        self.assertRegex(self.lines(query("a", "boolean", 100, croaring=100)), r"met     from text")

    def test_threads_must_pay_where_a_query_is_long(self):
        def scaled(one, two):
            made = copy.deepcopy(query("a", "analytic", one))
            made["threaded"] = timing(two)
            return compare.scales(made)

        self.assertTrue(scaled(3400, 2000))
        self.assertFalse(scaled(3300, 2000))
        self.assertTrue(scaled(1400, 1000))
        self.assertFalse(scaled(1300, 1000))
        self.assertTrue(scaled(100, 111))
        self.assertFalse(scaled(100, 113))

    def test_classes_have_bars_of_their_own(self):
        duck = peer("DuckDB", theirs("a", "boolean", 1000), theirs("b", "analytic", 1000), theirs("c", "listing", 1000))
        text = self.lines(query("a", "boolean", 100), query("b", "analytic", 100), query("c", "listing", 100), peers=[duck])
        self.assertIn("MISSED  the faster of DuckDB and ClickHouse boolean, each at least 10 times as fast: a 8.3", text)
        self.assertIn("met     the faster of DuckDB and ClickHouse analytic, geometric mean 8.3, at least 6", text)
        self.assertIn("met     the faster of DuckDB and ClickHouse listing, geometric mean 8.3, at least 2", text)


if __name__ == "__main__":
    unittest.main()
