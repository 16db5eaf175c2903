"""What may include what: the one table behind check_layout.py. Patterns are fnmatch's, where `*` also matches `/`."""

MAX_LINES = 500

# Where sources lie, and what counts as one.
FOLDERS = ("core", "index", "server", "tools", "bench", "tests")
INCLUDING = (".h", ".cpp", ".cc", ".hpp")
COUNTED = INCLUDING + (".py", ".sh", ".cmake", ".capnp", ".js", ".mjs", ".ts", ".css", ".html")

# The arrows of the design: a folder, and the folders whose headers it may include beside its own.
ARROWS = {
    "core": (),
    "index": ("core",),
    "server": ("index", "core"),
    "tools": ("index", "core", "bench"),
    "bench": ("index", "core"),
    "tests": ("server", "tools", "index", "core", "bench"),
}

# Single files that may follow an arrow more than their folder.
EXTRA_ARROWS = (
    ("tools/serve*", "server"),
    ("tools/remote*", "server"),
    ("tools/main.cpp", "server"),
)

# Third-party headers: a name, the headers it has, and the files that may include them. Whoever needs a library in a
# further file adds it here, in the same change, and says why in the message of the commit.
LIBRARIES = (
    ("RocksDB", ("rocksdb/*",),
     ("index/store/rocks_store.cpp", "index/store/rocks_options.*", "index/store/writer_lock.cpp", "tests/support/*", "bench/*")),
    ("oneTBB", ("tbb/*", "oneapi/*"),
     ("index/engine/executor*.cpp", "bench/*")),
    ("CRoaring", ("roaring/*",),
     ("core/data/*roaring*", "core/data/bitmap.*", "core/data/container*", "tests/core/*", "bench/*")),
    ("PEGTL", ("tao/*",), ("core/query/*", "tests/core/query/*")),
    ("ICU's characters", ("unicode/uchar.h", "unicode/utf8.h", "unicode/utypes.h"),
     ("core/base/unicode.cpp", "core/data/schema.cpp", "core/query/grammar/*", "core/query/text_positions.cpp",
      "index/io/*", "tools/*")),
    ("ICU", ("unicode/*",), ("core/base/unicode.cpp", "index/io/encoding.cpp", "index/io/time_zone_loader.cpp")),
    ("simdjson", ("simdjson.h",), ("index/io/ndjson*", "index/io/record_check.cpp", "bench/comparison.cpp", "server/*", "tests/*")),
    ("CLI11", ("CLI/*",), ("tools/*",)),
    ("zstd and zlib", ("zstd.h", "zlib.h"),
     ("index/io/*", "index/store/*", "tests/index/*", "tests/tools/*", "tests/support/*")),
    ("libsodium", ("sodium.h", "sodium/*"), ("index/store/*", "index/engine/*", "server/*")),
    ("toml++", ("toml++/*",), ("index/io/*", "tools/*", "server/*")),
    ("date", ("date/*",), ("index/io/time_zone_loader.cpp", "tests/index/io/*")),
    ("xxHash", ("xxhash.h",), ("core/base/hash.cpp", "index/io/*", "index/store/*", "tests/*")),
    ("Cap'n Proto and KJ", ("capnp/*", "kj/*", "roster.capnp.h"), ("server/*", "tools/remote*", "tests/server/*", "tests/support/*")),
    ("prometheus-cpp", ("prometheus/*",), ("server/*",)),
    ("spdlog", ("spdlog/*",), ("server/*", "tools/*")),
    ("SQLite", ("sqlite3.h",), ("tests/*", "bench/*")),
    ("GoogleTest", ("gtest/*", "gmock/*"), ("tests/*",)),
    ("RapidCheck", ("rapidcheck.h", "rapidcheck/*"), ("tests/*",)),
    ("Valgrind", ("valgrind/*",), ("bench/kernels/*",)),
    ("Google Benchmark", ("benchmark/*",), ("bench/*",)),
    ("Highway", ("hwy/*",), ("core/eval/*", "bench/*")),
    ("fmt", ("fmt/*",), ("*",)),
    ("tl::expected", ("tl/*",), ("core/base/error.h",)),
    ("vector intrinsics", ("immintrin.h", "arm_neon.h"), ("core/data/*", "core/eval/*", "index/io/swar.h", "bench/*")),
    ("the operating system",
     ("unistd.h", "fcntl.h", "poll.h", "signal.h", "spawn.h", "termios.h", "pthread.h", "sched.h", "malloc.h", "netdb.h", "sys/*",
      "netinet/*", "arpa/*", "linux/*"),
     ("index/*", "server/*", "tools/*", "tests/*", "bench/*")),
)

# core opens no file, socket, thread or clock and prints nothing.
CORE_HEADERS_REFUSED = (
    "fstream", "iostream", "ostream", "istream", "iomanip", "print", "filesystem", "thread", "stop_token", "future",
    "condition_variable", "semaphore", "latch", "barrier", "random", "cstdio", "ctime",
)
CORE_TEXT_REFUSED = (
    (r"\b(system|steady|high_resolution|utc|file)_clock\b", "reads a clock"),
    (r"\bstd::(cout|cerr|clog)\b|\b(printf|puts|fputs|fopen)\s*\(", "prints or opens a file"),
    (r"\bgetenv\s*\(", "reads the environment"),
)
