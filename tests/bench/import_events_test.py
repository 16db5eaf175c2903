"""bench/peers/import_events.py: no time is printed unless all answers agree, and half of ClickHouse's rate is the bar."""

import tempfile
import unittest
from pathlib import Path

import peer_scripts
import import_events as imports  # in bench/peers, which peer_scripts makes known

HEADER = "key,event,time\n"
EVENTS = HEADER + "".join(f"c{i},{'purchase' if i % 2 == 0 else 'open'},2026-01-01T00:00:0{i}Z\n" for i in range(8))
PURCHASES, ALL = ["1", "2", "3", "4"], ["1", "2", "3", "4", "5", "6"]


def run(answers_of=None, seconds=None):
    """(what it ended with, what it printed, its JSON), where answers and seconds are as said of (peer, types, ids)."""
    def result(name, types, has_ids=False):
        answers = (answers_of or (lambda *_: None))(name, types, has_ids) or (PURCHASES if len(types) == 1 else ALL)
        return (seconds or {}).get((name, has_ids), 1.0), 100, answers

    def generate(command):
        if "--events" in command:
            Path(command[2]).write_text(EVENTS, encoding="utf-8")
        return 0, 0

    with tempfile.TemporaryDirectory() as folder:
        return peer_scripts.run_import(imports, "import_events.py", folder, run=generate,
                                       import_roster=lambda _o, _f, types, ids, _b: result("Roster", types, ids),
                                       import_clickhouse=lambda _o, _f, types: result("ClickHouse", types))


class Imports(unittest.TestCase):
    def test_another_answer_ends_it_before_anything_is_printed(self):
        for wrong in (("ClickHouse", 1, False), ("ClickHouse", 6, False), ("Roster", 1, True), ("Roster", 6, False)):
            def answers(name, types, has_ids, wrong=wrong):
                return ["8"] * (4 if len(types) == 1 else 6) if (name, len(types), has_ids) == wrong else None
            ended, text, report = run(answers)
            self.assertIn("answers", ended or "", wrong)
            self.assertEqual((text, report), ("", None), wrong)

    def test_rates_and_the_bar(self):
        ended, text, report = run(seconds={("Roster", False): 2.0, ("Roster", True): 4.0})
        self.assertIsNone(ended)
        self.assertRegex(text, r"purchases with ids, Roster +4\.00 +1 ")
        self.assertRegex(text, r"all types, ClickHouse +1\.00 +8 +0\.0 MB +12\.5\n")
        self.assertIn("met: purchases, Roster takes 0.50 times as many events a second as ClickHouse", text)
        self.assertEqual([row["events"] for row in report["rows"]], [4, 4, 8])

    def test_a_missed_bar_is_said(self):
        _, text, _ = run(seconds={("Roster", False): 2.1})
        self.assertIn("MISSED: all types, Roster takes 0.48 times as many events a second as ClickHouse", text)


class Files(unittest.TestCase):
    def test_events_are_split_by_type_and_get_ids_of_their_own(self):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "all.csv").write_text(EVENTS, encoding="utf-8")
            paths = {event: folder / f"{event}.csv" for event in imports.PROPERTIES}
            imports.split(folder / "all.csv", paths)
            self.assertEqual(paths["click"].read_text(encoding="utf-8"), HEADER)
            purchases = paths["purchase"].read_text(encoding="utf-8").splitlines()
            self.assertEqual([line[:3] for line in purchases], ["key", "c0,", "c2,", "c4,", "c6,"])
            imports.add_ids(paths["purchase"], folder / "ids.csv")
            with_ids = (folder / "ids.csv").read_text(encoding="utf-8").splitlines()
            self.assertEqual([line.split(",", 1)[1] for line in with_ids], purchases)
            self.assertEqual(len({line.split(",")[0] for line in with_ids}), 5)


if __name__ == "__main__":
    unittest.main()
