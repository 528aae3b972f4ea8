# Shared by check_in_tree.sh, check_cuda.sh and perf/gpu/build.sh: sourced, not run.

# What the module's tests do not need.
opencv_without=()
for o in BUILD_opencv_{apps,python2} WITH_{1394,ADE,CAROTENE,EIGEN,FFMPEG,FLATBUFFERS,GSTREAMER,GTK} \
    WITH_{IPP,ITT,JASPER,LAPACK,OBSENSOR,OPENCL,OPENEXR,OPENJPEG,QUIRC,TIFF,UNIFONT,V4L,VTK,WEBP}; do
    opencv_without+=("-D$o=OFF")
done

# fetch_source_distribution FOLDER RELEASE: of the Python package opencv-contrib-python, OpenCV's sources with all of
# 3rdparty/, and opencv_contrib's.
fetch_source_distribution() (
    mkdir -p "$1" && cd "$1"
    python3 -m venv .venv
    .venv/bin/pip -q install numpy packaging scikit-build setuptools==69.5.1 wheel # what its metadata needs
    .venv/bin/pip -q download --no-deps --no-build-isolation --no-binary=:all: "opencv-contrib-python==$2"
    tar xzf ./*.tar.gz --strip-components=1
    rm -r ./*.tar.gz .venv
)
