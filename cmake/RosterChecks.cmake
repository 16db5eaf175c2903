# Targets that check sources rather than build them: `tidy` runs clang-tidy over this build's compile commands.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
add_custom_target(
  tidy
  COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tools/run_tidy.py -p ${CMAKE_BINARY_DIR}
  WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
  USES_TERMINAL VERBATIM)
add_dependencies(tidy roster_schema_headers)
