include(${CMAKE_CURRENT_LIST_DIR}/links.cmake)
gradus_headers(fmt::fmt-header-only fmt)
set(fmt_VERSION 9)
set(fmt_FOUND TRUE)
