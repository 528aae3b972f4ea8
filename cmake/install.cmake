# cmake --install and cpack: library, headers, package configuration, models.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(derand_cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/opencv_derand)
install(TARGETS opencv_derand EXPORT opencv_derandTargets)
install(DIRECTORY modules/derand/include/opencv2
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/opencv${OpenCV_VERSION_MAJOR})
target_include_directories(opencv_derand INTERFACE
  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/opencv${OpenCV_VERSION_MAJOR}>)
install(EXPORT opencv_derandTargets DESTINATION ${derand_cmake_dir})
configure_package_config_file(cmake/opencv_derandConfig.cmake.in opencv_derandConfig.cmake
                              INSTALL_DESTINATION ${derand_cmake_dir})
write_basic_package_version_file(opencv_derandConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/opencv_derandConfig.cmake ${PROJECT_BINARY_DIR}/opencv_derandConfigVersion.cmake
        DESTINATION ${derand_cmake_dir})

# Models with their settings and cards. Those in baselines/ serve doc/results.md only.
file(GLOB models CONFIGURE_DEPENDS samples/models/*.onnx samples/models/*.yml samples/models/*.md)
install(FILES ${models} DESTINATION ${CMAKE_INSTALL_DATADIR}/opencv_derand/models)

if(NOT derand_top_level)
  return()
endif()
set(CPACK_PACKAGE_NAME libopencv-derand-dev)
set(CPACK_PACKAGE_VENDOR "The cv::derand authors")
set(CPACK_PACKAGE_CONTACT ${CPACK_PACKAGE_VENDOR})
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_GENERATOR DEB)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_PACKAGE_DEPENDS libopencv-dev)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
include(CPack)
