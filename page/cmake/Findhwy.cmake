include(${CMAKE_CURRENT_LIST_DIR}/links.cmake)
gradus_headers(hwy::hwy hwy)
set(hwy_FOUND TRUE)
