# Included by OpenCV's build before it adds the bindings, which look for headers in Python's folder first. There Debian's package
# python3-numpy puts those of another numpy, and "import cv2" would fail with "numpy.core.multiarray failed to import".
include_directories(SYSTEM ${PYTHON3_NUMPY_INCLUDE_DIRS})
