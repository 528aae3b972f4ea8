# cmake --install and cpack, in components: derand_library, derand_dev (headers, package configuration) and derand_tools (programs,
# manual pages, documentation, models).
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(derand_cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/opencv_derand)
install(TARGETS opencv_derand EXPORT opencv_derandTargets
        RUNTIME COMPONENT derand_library
        LIBRARY COMPONENT derand_library NAMELINK_COMPONENT derand_dev
        ARCHIVE COMPONENT derand_dev)
install(DIRECTORY modules/derand/include/opencv2
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/opencv${OpenCV_VERSION_MAJOR} COMPONENT derand_dev)
target_include_directories(opencv_derand INTERFACE
  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/opencv${OpenCV_VERSION_MAJOR}>)
install(EXPORT opencv_derandTargets DESTINATION ${derand_cmake_dir} COMPONENT derand_dev)
configure_package_config_file(cmake/opencv_derandConfig.cmake.in opencv_derandConfig.cmake
                              INSTALL_DESTINATION ${derand_cmake_dir})
write_basic_package_version_file(opencv_derandConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/opencv_derandConfig.cmake ${PROJECT_BINARY_DIR}/opencv_derandConfigVersion.cmake
        DESTINATION ${derand_cmake_dir} COMPONENT derand_dev)

# Models with their settings and cards. Those in baselines/ serve doc/results.md only.
file(GLOB models CONFIGURE_DEPENDS samples/models/*.onnx samples/models/*.yml samples/models/*.md)
install(FILES ${models} DESTINATION ${CMAKE_INSTALL_DATADIR}/opencv_derand/models COMPONENT derand_tools)

# Documentation, in the folders of the repository, so that its links work.
set(derand_doc_dir ${CMAKE_INSTALL_DATADIR}/doc/opencv_derand)
install(FILES README.md CHANGELOG.md DESTINATION ${derand_doc_dir} COMPONENT derand_tools)
install(DIRECTORY doc DESTINATION ${derand_doc_dir} COMPONENT derand_tools
        FILES_MATCHING PATTERN *.md PATTERN *.json PATTERN *.svg)
install(DIRECTORY modules/derand/tutorials DESTINATION ${derand_doc_dir}/modules/derand COMPONENT derand_tools)

# Programs for use. derand_demo needs a baseline; derand_perf_pipeline and the rest are for developers.
if(DERAND_BUILD_SAMPLES)
  file(RELATIVE_PATH to_library /${CMAKE_INSTALL_BINDIR} /${CMAKE_INSTALL_LIBDIR})
  set(pages)
  foreach(program certify_cameras certify_image certify_video derand_certify derand_evaluate derand_try derand_tune)
    if(NOT TARGET ${program})
      continue()
    endif()
    set_target_properties(${program} PROPERTIES INSTALL_RPATH "\$ORIGIN/${to_library}")
    install(TARGETS ${program} RUNTIME COMPONENT derand_tools)
    if(CMAKE_CROSSCOMPILING) # the pages are made from --help
      continue()
    endif()
    set(page ${PROJECT_BINARY_DIR}/man/${program}.1)
    add_custom_command(OUTPUT ${page}
      COMMAND ${CMAKE_COMMAND} -DPROGRAM=$<TARGET_FILE:${program}> -DVERSION=${PROJECT_VERSION} -DPAGE=${page}
              -P ${PROJECT_SOURCE_DIR}/cmake/manual_page.cmake
      DEPENDS ${program} cmake/manual_page.cmake VERBATIM)
    list(APPEND pages ${page})
  endforeach()
  if(pages)
    add_custom_target(derand_manual_pages ALL DEPENDS ${pages})
    install(FILES ${pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT derand_tools)
  endif()
endif()

if(NOT derand_top_level)
  return()
endif()
set(derand_components derand_dev derand_tools)
if(BUILD_SHARED_LIBS)
  list(PREPEND derand_components derand_library)
  set(CPACK_COMPONENT_DERAND_DEV_DEPENDS derand_library)
  set(CPACK_COMPONENT_DERAND_TOOLS_DEPENDS derand_library)
endif()
set(CPACK_PACKAGE_NAME opencv-derand)
set(CPACK_PACKAGE_VENDOR "The cv::derand authors")
set(CPACK_PACKAGE_CONTACT ${CPACK_PACKAGE_VENDOR})
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_GENERATOR DEB)
set(CPACK_COMPONENTS_ALL ${derand_components})
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_ENABLE_COMPONENT_DEPENDS ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${PROJECT_BINARY_DIR}/modules/derand)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_DERAND_LIBRARY_PACKAGE_NAME libopencv-derand${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
set(CPACK_DEBIAN_DERAND_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_DERAND_LIBRARY_PACKAGE_CONTROL_EXTRA ${PROJECT_BINARY_DIR}/triggers)
file(WRITE ${PROJECT_BINARY_DIR}/triggers "activate-noawait ldconfig\n")
set(CPACK_DEBIAN_DERAND_DEV_PACKAGE_NAME libopencv-derand-dev)
set(CPACK_DEBIAN_DERAND_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DERAND_DEV_PACKAGE_DEPENDS libopencv-dev)
set(CPACK_DEBIAN_DERAND_TOOLS_PACKAGE_NAME opencv-derand-tools)
set(CPACK_DEBIAN_DERAND_TOOLS_PACKAGE_SECTION graphics)
set(derand_about "It labels pictures and proves that no patch (sticker) of a given size\ncan change the label.")
set(CPACK_COMPONENT_DERAND_LIBRARY_DESCRIPTION "certified classification for OpenCV, shared library\n${derand_about}")
set(CPACK_COMPONENT_DERAND_DEV_DESCRIPTION "certified classification for OpenCV, development files\n${derand_about}")
set(CPACK_COMPONENT_DERAND_TOOLS_DESCRIPTION "certified classification for OpenCV, programs and models\n${derand_about}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/deb.cmake)
include(CPack)
