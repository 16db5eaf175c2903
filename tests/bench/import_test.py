"""bench/peers/import.py: no time is printed unless all answers agree, and the faster of ClickHouse's tables is the bar."""

import contextlib
import importlib.util
import io
import json
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench" / "peers"))  # for what it shares with import_events.py
SPEC = importlib.util.spec_from_file_location("peers_import", ROOT / "bench" / "peers" / "import.py")
imports = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(imports)

SECONDS = {"Roster": 3.0, "ClickHouse": 2.0, "ClickHouse, nullable": 4.0, "DuckDB": 1.0}


def run(answers_of, seconds=None):
    """(what it ended with, what it printed, its JSON), where each import takes as long as `seconds` says."""
    taken = {**SECONDS, **(seconds or {})}

    def measured(name, _options, _csv):
        return {"name": name, "seconds": taken[name], "peakBytes": 1, "diskBytes": 1, "runs": [taken[name]],
                "answers": answers_of(name)}

    with tempfile.TemporaryDirectory() as folder, io.StringIO() as output:
        (Path(folder) / "contacts-10.csv").write_text("key\n", encoding="utf-8")
        out = Path(folder) / "out.json"
        words = ["import.py", "--contacts", "10", "--directory", folder, "--json", str(out)]
        ended = None
        with mock.patch.object(imports, "measure", measured), mock.patch.object(sys, "argv", words), \
                contextlib.redirect_stdout(output):
            try:
                imports.main()
            except SystemExit as stopped:
                ended = stopped.code
        report = json.loads(out.read_text(encoding="utf-8")) if out.exists() else None
        return ended, output.getvalue(), report


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
