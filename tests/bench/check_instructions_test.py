"""The check of instruction counts can fail: a slower kernel, a missing one, a new one."""
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench" / "kernels"))
import check_instructions  # noqa: E402


class CheckInstructionsTest(unittest.TestCase):
    def test_reads_a_dump_of_callgrinds(self):
        dump = "version: 1\npart: 3\ndesc: Trigger: Client Request: pass/all-of-2\nevents: Ir\nsummary: 1234\n\nfn=x\n"
        self.assertEqual(check_instructions.parsed(dump), ("pass/all-of-2", 1234))

    def test_a_tenth_more_is_taken_and_no_more(self):
        self.assertEqual(check_instructions.findings({"a": 1000}, {"a": 1100}), [])
        self.assertEqual(len(check_instructions.findings({"a": 1000}, {"a": 1101})), 1)
        self.assertEqual(check_instructions.findings({"a": 1000}, {"a": 10}), [])

    def test_what_is_missing_or_new_is_a_finding(self):
        self.assertEqual(check_instructions.findings({"a": 1, "b": 1}, {"a": 1}), ["b: not run"])
        self.assertEqual(check_instructions.findings({"a": 1}, {"a": 1, "c": 1}), ["c: not recorded"])


if __name__ == "__main__":
    unittest.main()
