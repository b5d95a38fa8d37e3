include(CMakeFindDependencyMacro)
find_dependency(Threads)
find_dependency(hwy)
include(${CMAKE_CURRENT_LIST_DIR}/gradus-targets.cmake)
