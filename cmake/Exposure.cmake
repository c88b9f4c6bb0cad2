# Helper functions: every target of the project is made by one of these, with the same warnings and language.

add_library(exposure_options INTERFACE)
target_compile_features(exposure_options INTERFACE cxx_std_20)
target_compile_options(exposure_options INTERFACE
  -Wall -Wextra -Werror -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough
  -Wno-missing-field-initializers -fstack-protector-strong)
target_include_directories(exposure_options INTERFACE ${PROJECT_SOURCE_DIR})
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # False reports of GCC 12 for std::string (GCC bug 105651).
  target_compile_options(exposure_options INTERFACE -Wno-restrict)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_definitions(exposure_options INTERFACE _FORTIFY_SOURCE=2 _GLIBCXX_ASSERTIONS)
endif()

# exposure_library(NAME SOURCES … PUBLIC libs… PRIVATE libs…) makes exposure_NAME, alias exposure::NAME.
function(exposure_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(exposure_${name} STATIC ${ARG_SOURCES})
  add_library(exposure::${name} ALIAS exposure_${name})
  target_link_libraries(exposure_${name} PUBLIC ${ARG_PUBLIC} PRIVATE exposure_options ${ARG_PRIVATE})
  target_include_directories(exposure_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_compile_features(exposure_${name} PUBLIC cxx_std_20)
endfunction()

# exposure_program(NAME SOURCES … LIBS …)
function(exposure_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE exposure_options ${ARG_LIBS})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
endfunction()

# exposure_test(NAME SOURCES … LIBS … [LABELS …]) makes one GoogleTest program; each of its tests is
# a test of ctest. Tests find files of the source tree through the macro EXPOSURE_SOURCE_DIR. What takes time is to
# compile them: they are compiled together, and not optimised.
function(exposure_test name)
  if(NOT EXPOSURE_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE exposure_options ${ARG_LIBS} GTest::gmock GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE EXPOSURE_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
                                             EXPOSURE_BINARY_DIR="${CMAKE_BINARY_DIR}")
  target_compile_options(${name} PRIVATE -O0 -U_FORTIFY_SOURCE)
  set_target_properties(${name} PROPERTIES UNITY_BUILD ON)
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST TEST_PREFIX "${EXPOSURE_TEST_PREFIX}${name}." PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT 600)
endfunction()

# exposure_fuzzer(NAME SOURCE LIBS …) makes a libFuzzer program (clang, preset asan) and a short ctest run over its
# committed corpus tests/fuzz/corpus/NAME. With another compiler there is no fuzzer.
function(exposure_fuzzer name source)
  if(NOT EXPOSURE_FUZZ)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "LIBS" ${ARGN})
  add_executable(${name} ${source})
  target_link_libraries(${name} PRIVATE exposure_options ${ARG_LIBS})
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
  set(new_inputs ${CMAKE_CURRENT_BINARY_DIR}/${name}_new)
  file(MAKE_DIRECTORY ${new_inputs})
  add_test(NAME ${EXPOSURE_TEST_PREFIX}fuzz.${name}
           COMMAND ${name} -max_total_time=10 -rss_limit_mb=2048 -timeout=10 -artifact_prefix=${new_inputs}/
                   ${new_inputs} ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name})
  set_tests_properties(${EXPOSURE_TEST_PREFIX}fuzz.${name} PROPERTIES LABELS fuzz)
endfunction()

# exposure_benchmark(NAME SOURCES … LIBS …) makes a Google Benchmark program. Never a test: speed is measured.
function(exposure_benchmark name)
  if(NOT EXPOSURE_TESTS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE exposure_options ${ARG_LIBS} benchmark::benchmark_main)
endfunction()
