# cmake --install BUILD --prefix PREFIX: headers, the library, find_package(gradus), pkg-config, and the program.
# Nothing installed holds an absolute path: the prefix may be moved afterwards.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# Public are gradus/gradus.h and what it includes; the others are the library's own business.
install(CODE "
  include(\"${PROJECT_SOURCE_DIR}/cmake/public_headers.cmake\")
  gradus_public_headers(\"${PROJECT_SOURCE_DIR}\" headers)
  foreach(header IN LISTS headers)
    cmake_path(GET header PARENT_PATH folder)
    file(INSTALL \"${PROJECT_SOURCE_DIR}/\${header}\" DESTINATION
      \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_INCLUDEDIR}/\${folder}\")
  endforeach()")
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
