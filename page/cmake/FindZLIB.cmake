# The browser unpacks by itself.
if(NOT TARGET ZLIB::ZLIB)
  add_library(ZLIB::ZLIB INTERFACE IMPORTED GLOBAL)
endif()
set(ZLIB_FOUND TRUE)
