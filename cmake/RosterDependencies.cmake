# The libraries Roster stands on, as packages (tools/setup.sh installs them). Only CRoaring has a fallback: where no
# package of version 4 or newer is found, a released archive is fetched and checked against its hash.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(fmt REQUIRED)
find_package(tl-expected REQUIRED)
# RocksDB's package puts a FindTBB of its own in the module path: ask for oneTBB's.
find_package(TBB CONFIG REQUIRED)
if(ROSTER_SANITIZE MATCHES "thread" AND TBB_DIR MATCHES "^/usr/")
  message(FATAL_ERROR "the system's oneTBB gives the thread sanitizer false reports: run tools/tsan_tbb.sh, then "
                      "configure anew")
endif()
find_package(hwy REQUIRED)
find_package(RocksDB REQUIRED)
find_package(pegtl REQUIRED)
find_package(CLI11 REQUIRED)
find_package(simdjson REQUIRED)
find_package(date REQUIRED)
find_package(ICU REQUIRED COMPONENTS uc i18n)
find_package(ZLIB REQUIRED)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(TOMLPLUSPLUS REQUIRED IMPORTED_TARGET tomlplusplus)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)

include(RosterRoaring)
