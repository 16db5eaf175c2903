"""What the tests of the scripts in bench/peers share."""

import contextlib
import io
import json
import sys
import tempfile
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench" / "peers"))


def run_import(imports, script, folder, **replaced):
    """(what it ended with, what it printed, its JSON) of an import script's main(), some of whose functions are replaced."""
    out = Path(folder) / "out.json"
    words = [script, "--contacts", "10", "--directory", folder, "--json", str(out)]
    (Path(folder) / "contacts-10.csv").write_text("key\n", encoding="utf-8")
    ended = None
    with io.StringIO() as output, mock.patch.multiple(imports, **replaced), mock.patch.object(sys, "argv", words), \
            contextlib.redirect_stdout(output):
        try:
            imports.main()
        except SystemExit as stopped:
            ended = stopped.code
        report = json.loads(out.read_text(encoding="utf-8")) if out.exists() else None
        return ended, output.getvalue(), report


def timing(micros):
    """As a report of either side has it."""
    return {"runs": 3, "minimum": micros, "p50": micros, "p90": micros, "p99": micros}


def run_compare(main, reports, *more):
    """(exit code, what it printed) of a comparison's main() over these reports."""
    with tempfile.TemporaryDirectory() as folder, io.StringIO() as output, contextlib.redirect_stdout(output):
        paths = []
        for i, report in enumerate(reports):
            paths.append(str(Path(folder) / f"{i}.json"))
            Path(paths[-1]).write_text(json.dumps(report), encoding="utf-8")
        return main(paths, *more), output.getvalue()
