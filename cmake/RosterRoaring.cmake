# CRoaring 4 or newer, as the target roaring::roaring: the system's package, or else the released archive of the
# version that Debian testing carries. Older versions lack what the evaluator calls, so they are refused.
set(ROSTER_ROARING_MINIMUM 4)
set(ROSTER_ROARING_FETCHED 4.6.1)

# The package file accepts only the major version asked for; a range would shut out what comes after 4.
find_package(roaring CONFIG QUIET)
if(roaring_FOUND AND roaring_VERSION VERSION_GREATER_EQUAL ROSTER_ROARING_MINIMUM)
  message(STATUS "CRoaring ${roaring_VERSION}: the system's package")
  return()
endif()
if(TARGET roaring::roaring)
  # Its targets are defined already and cannot be taken back.
  message(FATAL_ERROR "CRoaring ${roaring_VERSION} is too old (${roaring_DIR}); Roster needs "
                      "${ROSTER_ROARING_MINIMUM} or newer. tools/setup.sh installs it. To have it fetched instead, "
                      "configure with -DCMAKE_DISABLE_FIND_PACKAGE_roaring=ON")
endif()

message(STATUS "CRoaring: no package of version ${ROSTER_ROARING_MINIMUM} or newer, fetching ${ROSTER_ROARING_FETCHED}")
include(FetchContent)
FetchContent_Declare(
  roaring_archive
  URL https://github.com/RoaringBitmap/CRoaring/archive/refs/tags/v${ROSTER_ROARING_FETCHED}.tar.gz
  URL_HASH SHA256=f9240cd0597f9918aab476cbc6b64c114f89ce296b2baf79c208142cfbd3cbc5
  DOWNLOAD_EXTRACT_TIMESTAMP ON)
FetchContent_GetProperties(roaring_archive)
if(NOT roaring_archive_POPULATED)
  FetchContent_Populate(roaring_archive)
  block()
    set(ENABLE_ROARING_TESTS OFF)
    set(ROARING_USE_CPM OFF)
    set(ROARING_BUILD_STATIC ON)
    set(BUILD_TESTING OFF)
    # Not FetchContent_MakeAvailable: it would install CRoaring's own files beside ours.
    add_subdirectory(${roaring_archive_SOURCE_DIR} ${roaring_archive_BINARY_DIR} EXCLUDE_FROM_ALL SYSTEM)
  endblock()
endif()
