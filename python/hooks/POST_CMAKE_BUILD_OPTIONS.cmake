# Included by OpenCV's CMakeLists.txt before it looks for modules. The source distribution has its own value for this variable.
list(APPEND OPENCV_EXTRA_MODULES_PATH "${CMAKE_CURRENT_LIST_DIR}/../../modules")
