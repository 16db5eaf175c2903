"""Plants one violation at a time in a small tree and sees that check_layout finds it, and nothing in a proper tree."""
import tempfile
import unittest
from pathlib import Path

import check_layout
import layout_rules

PROPER = {
    "core/base/error.h": "#include <string>\n#include <tl/expected.hpp>\n",
    "core/base/unicode.cpp": "#include <unicode/normalizer2.h>\n",
    "core/query/parser.cpp": '#include "core/base/error.h"\n#include <tao/pegtl.hpp>\n',
    "index/store/store.h": '#include "core/base/error.h"\n#include <fcntl.h>\n',
    "index/store/rocks_store.cpp": '#include "index/store/store.h"\n#include <rocksdb/db.h>\n',
    "index/engine/executor.cpp": "#include <oneapi/tbb/task_arena.h>\n",
    "server/gateway.h": '#include "index/store/store.h"\n#include <kj/async.h>\n',
    "tools/count.cpp": '#include "index/store/store.h"\n#include <CLI/CLI.hpp>\n',
    "tools/serve.cpp": '#include "server/gateway.h"\n',
    "tests/core/base/error_test.cpp": '#include "core/base/error.h"\n#include <gtest/gtest.h>\n',
}

# A name, the file that breaks a rule, its text, and what the finding says.
VIOLATIONS = (
    ("core to index", "core/data/a.cpp", '#include "index/store/store.h"\n', "core must not include"),
    ("index to server", "index/io/a.cpp", '#include "server/gateway.h"\n', "index must not include"),
    ("index to tools", "index/io/a.cpp", '#include "tools/a.h"\n', "index must not include"),
    ("server to tools", "server/a.cpp", '#include "tools/a.h"\n', "server must not include"),
    ("a tool to server", "tools/a.cpp", '#include "server/gateway.h"\n', "tools must not include"),
    ("product to tests", "index/io/a.cpp", '#include "tests/a.h"\n', "index must not include"),
    ("a missing header", "core/data/a.cpp", '#include "core/data/gone.h"\n', "is no file"),
    ("a path not from the root", "core/base/a.cpp", '#include "error.h"\n', "is no file"),
    ("an unknown library", "tools/a.cpp", "#include <boost/asio.hpp>\n", "in no table"),
    ("a cycle", "core/base/a.h", '#include "core/base/b.h"\n', "include cycle"),
    ("a cycle of one", "core/base/self.h", '#include "core/base/self.h"\n', "include cycle"),
    ("a long file", "core/base/a.cpp", "// line\n" * 501, "501 lines"),
    ("a long script", "tools/a.sh", "# line\n" * 501, "501 lines"),
    ("a clock in core", "core/base/a.cpp", "auto now = std::chrono::system_clock::now();\n", "reads a clock"),
    ("output in core", "core/base/a.cpp", 'void f() { printf("x"); }\n', "prints"),
    ("the environment in core", "core/base/a.cpp", 'auto x = getenv("HOME");\n', "environment"),
    ("a socket in core", "core/base/a.cpp", "#include <sys/socket.h>\n", "outside its place"),
)

# Helpers that the violations above include.
EXTRAS = {"tools/a.h": "", "tests/a.h": "", "core/base/b.h": '#include "core/base/a.h"\n'}


class CheckLayout(unittest.TestCase):
    def findings(self, files):
        with tempfile.TemporaryDirectory() as folder:
            for path, text in files.items():
                file = Path(folder, path)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
            return check_layout.check(folder)

    def test_a_proper_tree_has_no_findings(self):
        self.assertEqual(self.findings(PROPER), [])

    def test_each_violation_is_found(self):
        for name, path, text, expected in VIOLATIONS:
            with self.subTest(name):
                extras = {p: t for p, t in EXTRAS.items() if p != path and f'"{p}"' in text}
                found = self.findings({**PROPER, **extras, path: text})
                self.assertEqual(len(found), 1, found)
                self.assertIn(expected, found[0])

    def test_five_hundred_lines_are_allowed(self):
        self.assertEqual(self.findings({"core/base/a.cpp": "// line\n" * 500}), [])

    def test_every_library_has_a_place_and_is_refused_elsewhere(self):
        for name, headers, places in layout_rules.LIBRARIES:
            if places == ("*",):
                continue
            header = headers[0].replace("*", "any.h")
            with self.subTest(name):
                found = self.findings({"core/elsewhere/a.cpp": f"#include <{header}>\n"})
                self.assertEqual(len(found), 1, found)
                self.assertIn("outside its place", found[0])
                home = places[0].replace("*", "x")
                home += "" if "." in home else ".cpp"
                self.assertEqual(self.findings({home: f"#include <{header}>\n"}), [])

    def test_every_header_refused_in_core_is_found_there_alone(self):
        for header in layout_rules.CORE_HEADERS_REFUSED:
            with self.subTest(header):
                self.assertEqual(len(self.findings({"core/base/a.h": f"#include <{header}>\n"})), 1)
                self.assertEqual(self.findings({"index/io/a.h": f"#include <{header}>\n"}), [])

    def test_comments_are_not_code(self):
        self.assertEqual(self.findings({"core/base/a.h": '// #include <fstream>\n// system_clock\n'}), [])


if __name__ == "__main__":
    unittest.main()
