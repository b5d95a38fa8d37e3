# cmake --install BUILD --prefix PREFIX: headers, the library, find_package(gradus), pkg-config, and the program.
# Nothing installed holds an absolute path: the prefix may be moved afterwards.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(DIRECTORY gradus DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h"
  PATTERN gradus/core/elementary.h EXCLUDE  # for our own sources: beside <cmath> its names would be ambiguous
  PATTERN gradus/core/simd EXCLUDE  # of Highway types, for our own sources only
  REGEX "export/onnx/([a-np-z]|ou)" EXCLUDE)  # the inside of the file format
install(TARGETS gradus EXPORT gradus)
install(FILES LICENSE THIRD_PARTY_NOTICES CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
if(GRADUS_BUILD_PROGRAM)
  install(TARGETS gradus_program)
endif()

# find_package(gradus CONFIG) gives the target gradus::gradus
set(config_folder ${CMAKE_INSTALL_LIBDIR}/cmake/gradus)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/gradus-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES cmake/gradus-config.cmake ${PROJECT_BINARY_DIR}/gradus-config-version.cmake DESTINATION ${config_folder})
install(EXPORT gradus NAMESPACE gradus:: FILE gradus-targets.cmake DESTINATION ${config_folder})

# pkg-config --cflags --libs gradus
file(RELATIVE_PATH prefix_from_pkgconfig /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(cmake/gradus.pc.in gradus.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/gradus.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
