# How everything here is compiled: C++20, many warnings, ccache where present, sanitizers on request. The binary is
# meant to be handed on, so nothing is tuned to the machine that builds it (no -march=native); the kernels that
# profit from wider vectors are CRoaring's, which picks them at run time.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Debug, Release, RelWithDebInfo or MinSizeRel" FORCE)
endif()

find_program(ROSTER_CCACHE ccache)
if(ROSTER_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${ROSTER_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${ROSTER_CCACHE})
endif()

# One interface target carries the flags, so that no folder repeats them.
add_library(roster_options INTERFACE)
target_include_directories(roster_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(roster_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
                                                -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # g++ 12 sees overlaps and uninitialised bytes inside its own std::string where there are none (GCC bug 105329).
  target_compile_options(roster_options INTERFACE -Wno-restrict -Wno-maybe-uninitialized)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # In a unity build an anonymous namespace looks as if it belonged to a header.
  target_compile_options(roster_options INTERFACE -Wno-subobject-linkage)
endif()
if(ROSTER_WERROR)
  target_compile_options(roster_options INTERFACE -Werror)
endif()

if(ROSTER_SANITIZE)
  target_compile_options(roster_options INTERFACE -fsanitize=${ROSTER_SANITIZE} -fno-omit-frame-pointer
                                                  -fno-sanitize-recover=all)
  target_link_options(roster_options INTERFACE -fsanitize=${ROSTER_SANITIZE})
  if(ROSTER_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # g++ warns of every fence that it cannot follow, also of those in oneTBB's headers.
    target_compile_options(roster_options INTERFACE -Wno-tsan)
  endif()
endif()

if(ROSTER_BUILD_FUZZERS)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "ROSTER_BUILD_FUZZERS needs clang: use the preset 'fuzz'")
  endif()
  # The code under test as well, or the fuzzer is blind to its coverage.
  target_compile_options(roster_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
