"""Sees that check_links finds what leads nowhere, and lets pass what does not."""
import tempfile
import unittest
from pathlib import Path

import check_links


class CheckLinks(unittest.TestCase):
    def findings(self, page):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "docs").mkdir()
            Path(folder, "docs", "other.md").write_text("# One, two\n\n## One two\n", encoding="utf-8")
            Path(folder, "docs", "page.md").write_text(page, encoding="utf-8")
            return check_links.check(folder)

    def test_proper_links_pass(self):
        page = "# Łódź\n[a](other.md) [b](../docs/other.md#one-two) [c](#łódź) [d](https://example.org/x) [e](other.md#one-two-1)"
        self.assertEqual(self.findings(page), [])

    def test_a_missing_file_is_found(self):
        self.assertIn("docs/page.md:2: gone.md does not exist", self.findings("text\n[a](gone.md)"))

    def test_a_missing_heading_is_found(self):
        self.assertIn("no such heading", self.findings("[a](other.md#three)")[0])
        self.assertIn("no such heading", self.findings("[a](#three)")[0])

    def test_a_path_out_of_the_repository_is_found(self):
        self.assertIn("leads out", self.findings("[a](../../elsewhere.md)")[0])

    def test_code_is_not_looked_at(self):
        self.assertEqual(self.findings("```\n[a](gone.md)\n```\n`[a](gone.md)`"), [])


if __name__ == "__main__":
    unittest.main()
