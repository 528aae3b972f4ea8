# Included by modules/derand/CMakeLists.txt inside OpenCV's build only. ocv_add_accuracy_tests() and ocv_add_perf_tests() take their
# sources from test/ and perf/ next to the calling list file (CMAKE_CURRENT_LIST_DIR), which is this one.

# With Visual Studio OpenCV expects precompiled headers below the module's own folder.
set(ENABLE_PRECOMPILED_HEADERS OFF)

ocv_add_accuracy_tests()
ocv_add_perf_tests()

# The targets are missing with BUILD_TESTS=OFF, BUILD_PERF_TESTS=OFF or without opencv_ts.
foreach(derand_target opencv_test_derand opencv_perf_derand)
  if(TARGET ${derand_target})
    target_compile_definitions(${derand_target} PRIVATE "DERAND_MODELS_DIR=\"${CMAKE_CURRENT_LIST_DIR}/samples/models\"")
    if(DERAND_CLASSIC_ENGINE)
      target_compile_definitions(${derand_target} PRIVATE DERAND_CLASSIC_ENGINE=${DERAND_CLASSIC_ENGINE})
    endif()
  endif()
endforeach()
