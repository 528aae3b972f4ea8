# Inside OpenCV's build: DERAND_CLASSIC_ENGINE is 1 if dnn has the classic engine alone (4.x), 2 if it has others too (5.0), and
# unset without it: OpenCV has merged its removal after 5.0. src/net/device_blob.cpp reads the engine's private headers, so what it
# uses is looked for in them. Nothing can be compiled to find out: OpenCV generates some of its headers after its modules.
set(DERAND_CLASSIC_ENGINE 1)
set(dnn_names
  include/opencv2/dnn/dnn.hpp getImplRef backendId targetId
  src/net_impl.hpp preferableBackend preferableTarget netWasAllocated blobsToKeep MapIdToLayerData layers
  src/layer_internals.hpp LayerPin outputBlobsWrappers skip
  src/op_cuda.hpp CUDABackendWrapper CUDABackendWrapperFP16 CUDABackendWrapperFP32 getShape getSpan copyToDevice)
file(STRINGS "${OPENCV_MODULE_opencv_dnn_LOCATION}/include/opencv2/dnn/dnn.hpp" engines REGEX "enum EngineType")
if(engines)
  set(DERAND_CLASSIC_ENGINE 2)
  list(APPEND dnn_names include/opencv2/dnn/dnn.hpp ENGINE_CLASSIC src/net_impl.hpp mainGraph)
endif()
foreach(name ${dnn_names})
  if(name MATCHES "/")
    set(header "${OPENCV_MODULE_opencv_dnn_LOCATION}/${name}")
    set(text "")
    if(EXISTS "${header}")
      file(READ "${header}" text)
      set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${header}")
    endif()
  elseif(NOT text MATCHES "[^A-Za-z0-9_]${name}[^A-Za-z0-9_]")
    message(STATUS "derand: no ablations are written on CUDA devices, since dnn has no classic engine: no ${name} in ${header}")
    unset(DERAND_CLASSIC_ENGINE)
    break()
  endif()
endforeach()
