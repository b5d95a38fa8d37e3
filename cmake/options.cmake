# The switches. A project that includes Gradus gets the library alone, and pip (SKBUILD) the Python module; a checkout
# gets everything.
set(gradus_everything ${PROJECT_IS_TOP_LEVEL})
if(SKBUILD)
  set(gradus_everything OFF)
endif()
option(GRADUS_BUILD_PROGRAM "Build the command-line program" ${gradus_everything})
option(GRADUS_MPI "Link the program with MPI as well: gradus-mpi" OFF)
option(GRADUS_BUILD_TESTS "Build the tests and the examples" ${gradus_everything})
option(GRADUS_BUILD_PYTHON "Build the Python module; scripts/python makes the environment for it" OFF)
option(GRADUS_BUILD_BENCH "Build the benchmarks, which measure the program too" OFF)
option(GRADUS_BUILD_FUZZERS "Build the libFuzzer targets (clang++ only): scripts/fuzz" OFF)
option(GRADUS_THREADS "Let the library start threads when it is asked to; OFF: every team has one member" ON)
option(GRADUS_INSTALL "Make the install target" ${PROJECT_IS_TOP_LEVEL})
option(GRADUS_STRICT "Treat warnings as errors: for us, not for a newcomer with a newer compiler" OFF)
set(GRADUS_SANITIZE "" CACHE STRING "Sanitizers to build with, as in address,undefined or thread")
set(gradus_unsanitized ON)
if(GRADUS_SANITIZE)
  set(gradus_unsanitized OFF)
endif()

if(PROJECT_IS_TOP_LEVEL)
  if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
  endif()
  set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})  # the program is build/gradus
  set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
endif()

# What has been compiled once is not compiled again, where ccache is there (and CCACHE_DISABLE is not set).
find_program(GRADUS_CCACHE ccache)
if(PROJECT_IS_TOP_LEVEL AND GRADUS_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER AND NOT DEFINED ENV{CCACHE_DISABLE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${GRADUS_CCACHE})
endif()

# Where it is not, large headers that many sources begin with are compiled once for each program. ccache would take no
# object from another checkout then.
set(gradus_precompiles OFF)
if(PROJECT_IS_TOP_LEVEL AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(gradus_precompiles ON)
endif()
option(GRADUS_PRECOMPILE "Precompile large headers" ${gradus_precompiles})
# For the same reason several sources are compiled as one there: half the time for a build from nothing, more for a change.
if(gradus_precompiles AND NOT DEFINED CMAKE_UNITY_BUILD)
  set(CMAKE_UNITY_BUILD ON)
endif()
function(gradus_precompile target)  # gradus_precompile TARGET HEADER...
  if(GRADUS_PRECOMPILE)
    target_precompile_headers(${target} PRIVATE ${ARGN})
  endif()
endfunction()

# The flags of our own code. Nothing here reaches the code of a project that uses the library.
add_library(gradus_flags INTERFACE)
target_compile_features(gradus_flags INTERFACE cxx_std_20)
# No contraction of a*b+c into one rounding: the same source gives the same bits on every machine.
target_compile_options(gradus_flags INTERFACE -Wall -Wextra -Wconversion -Wno-sign-conversion -ffp-contract=off)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(gradus_flags INTERFACE -Wno-restrict)  # false alarms about "a" + string: GCC bug 105651
endif()
# Of the instruction sets that Highway chooses from at run time, these two bring nothing over their neighbours. A sanitizer
# sees the same in each, and clang++ needs four times as long for all of them: AVX2 alone, but for scripts/weekly.
option(GRADUS_EVERY_TARGET "Compile for every instruction set and choose at run time; OFF: one, fixed here" ${gradus_unsanitized})
if(EMSCRIPTEN)  # Highway 1.0 has no double for WebAssembly; a number at a time is smaller than emulated registers, and faster
  target_compile_definitions(gradus_flags INTERFACE HWY_COMPILE_ONLY_SCALAR HWY_DISABLED_TARGETS=0)
elseif(GRADUS_EVERY_TARGET)
  target_compile_definitions(gradus_flags INTERFACE "HWY_DISABLED_TARGETS=(HWY_SSSE3|HWY_AVX3_DL)")
else()
  target_compile_definitions(gradus_flags INTERFACE HWY_COMPILE_ONLY_STATIC)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    target_compile_options(gradus_flags INTERFACE -march=haswell -maes -mpclmul)  # Highway wants all three for AVX2
  endif()
endif()
if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(gradus_flags INTERFACE -Wno-subobject-linkage)  # takes sources for headers there
endif()
if(GRADUS_STRICT)
  target_compile_options(gradus_flags INTERFACE -Werror)
endif()
if(GRADUS_SANITIZE)
  target_compile_options(gradus_flags INTERFACE  # but for a program that starts those under test
    "$<$<NOT:$<BOOL:$<TARGET_PROPERTY:GRADUS_UNSANITIZED>>>:-fsanitize=${GRADUS_SANITIZE}>" -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(gradus_flags INTERFACE -fsanitize=${GRADUS_SANITIZE})
endif()
