"""bench/peers/import.py: no time is printed unless all answers agree, and the faster of ClickHouse's tables is the bar."""

import importlib.util
import tempfile
import unittest

import peer_scripts

SPEC = importlib.util.spec_from_file_location("peers_import", peer_scripts.ROOT / "bench" / "peers" / "import.py")
imports = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(imports)

SECONDS = {"Roster": 3.0, "ClickHouse": 2.0, "ClickHouse, nullable": 4.0, "DuckDB": 1.0}


def run(answers_of, seconds=None):
    """(what it ended with, what it printed, its JSON), where each import takes as long as `seconds` says."""
    taken = {**SECONDS, **(seconds or {})}

    def measured(name, _options, _csv):
        return {"name": name, "seconds": taken[name], "peakBytes": 1, "diskBytes": 1, "runs": [taken[name]],
                "answers": answers_of(name)}

    with tempfile.TemporaryDirectory() as folder:
        return peer_scripts.run_import(imports, "import.py", folder, measure=measured)


class Imports(unittest.TestCase):
    def test_another_answer_ends_it_before_anything_is_printed(self):
        for wrong in list(SECONDS)[1:]:
            ended, text, report = run(lambda name, wrong=wrong: ["8"] if name == wrong else ["7"])
            self.assertEqual((ended, text, report), (f"{wrong} answers ['8'], Roster ['7']", "", None))

    def test_both_tables_are_shown_and_the_faster_one_counts(self):
        ended, text, report = run(lambda _: ["7"])
        self.assertIsNone(ended)
        self.assertIn("ClickHouse, nullable        4.0", text)
        self.assertIn("met: Roster takes 1.50 times as long as ClickHouse, the faster", text)
        self.assertEqual([each["name"] for each in report["imports"]], list(SECONDS))
        self.assertRegex(text.splitlines()[0], r"^commit \S+, \d{4}-\d\d-\d\d$")
        self.assertIn(report["commit"], text)

    def test_a_missed_bar_is_said(self):
        _, text, _ = run(lambda _: ["7"], {"ClickHouse, nullable": 1.2})
        self.assertIn("MISSED: Roster takes 2.50 times as long as ClickHouse, nullable", text)


if __name__ == "__main__":
    unittest.main()
