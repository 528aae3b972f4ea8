# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.

"""PEP 517 backend: a wheel of OpenCV with cv2.derand.

pip builds the source distribution that pyproject.toml names; its build includes the files in hooks/, which add the module. The
wheel then gets the name, the version and the metadata of this project.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from packaging.version import Version
from pyproject_metadata import StandardMetadata

try:
    import tomllib
except ImportError:  # before Python 3.11
    import tomli as tomllib

HERE = pathlib.Path(__file__).resolve().parent
REPOSITORY = HERE.parent
PYPROJECT = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))
SOURCE = PYPROJECT["tool"]["opencv_wheel"]


def suffix(config_settings):
    """ "-headless" if that was asked for; it is part of the name, as in OpenCV's own packages."""
    settings = dict(config_settings or {})
    headless = settings.pop("headless", "false")
    if settings:
        raise ValueError("unknown setting '%s', expected --config-settings=headless=true: options for CMake go into the environment"
                         " variable CMAKE_ARGS" % next(iter(settings)))
    if headless not in ("true", "false"):
        raise ValueError("headless=%s: expected true (no windows) or false" % headless)
    return "-headless" if headless == "true" else ""


def project(config_settings):
    """Metadata of the wheel."""
    metadata = StandardMetadata.from_pyproject(PYPROJECT, HERE)
    header = REPOSITORY / "modules/derand/include/opencv2/derand/version.hpp"
    version = re.search('#define CV_DERAND_VERSION "(.*)"', header.read_text(encoding="utf-8"))[1]
    metadata.name += suffix(config_settings)
    metadata.version = Version("%s+opencv%s" % (version, SOURCE["version"]))
    metadata.dynamic = []
    metadata.license_files = [pathlib.Path("LICENSE")]  # OpenCV's, with those of its parts, are in cv2/
    return metadata


def write_dist_info(folder, metadata):
    """Creates NAME-VERSION.dist-info in a folder, with all that is known before the build, and returns its path."""
    dist_info = folder / ("%s-%s.dist-info" % (metadata.name.replace("-", "_"), metadata.version))
    (dist_info / "licenses").mkdir(parents=True)
    shutil.copy(REPOSITORY / "LICENSE", dist_info / "licenses")
    (dist_info / "METADATA").write_bytes(bytes(metadata.as_rfc822()))
    return dist_info


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    return write_dist_info(pathlib.Path(metadata_directory), project(config_settings)).name


def python_m(*arguments, **keywords):
    subprocess.run([sys.executable, "-m", *map(str, arguments)], check=True, **keywords)


def build_opencv(folder, name):
    """Has pip build the source distribution. Not from its cache: it knows nothing of the module."""
    environment = dict(os.environ, OPENCV_CMAKE_HOOKS_DIR=str(HERE / "hooks"))
    # pip builds in a folder with another name each time.
    environment.setdefault("CCACHE_BASEDIR", tempfile.gettempdir())
    environment.setdefault("CCACHE_NOHASHDIR", "true")
    python_m("pip", "wheel", "--verbose", "--no-cache-dir", "--no-deps", "--no-binary", name, "--wheel-dir", folder,
             "%s==%s" % (name, SOURCE["version"]), env=environment)


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    metadata = project(config_settings)
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        build_opencv(folder, SOURCE["name"] + suffix(config_settings))
        built, = folder.glob("*.whl")
        python_m("wheel", "tags", "--remove", "--python-tag", SOURCE["python-tag"], "--abi-tag", SOURCE["abi-tag"], built)
        tagged, = folder.glob("*.whl")
        python_m("wheel", "unpack", "--dest", folder / "unpacked", tagged)
        contents, = (folder / "unpacked").iterdir()
        old, = contents.glob("*.dist-info")
        new = write_dist_info(contents, metadata)
        for name in ("WHEEL", "top_level.txt"):
            shutil.move(old / name, new)
        shutil.rmtree(old)
        (folder / "packed").mkdir()
        python_m("wheel", "pack", "--dest-dir", folder / "packed", contents)
        wheel, = (folder / "packed").iterdir()
        shutil.move(wheel, pathlib.Path(wheel_directory) / wheel.name)
        return wheel.name


def build_sdist(sdist_directory, config_settings=None):
    raise NotImplementedError("there is no source distribution: build the wheel in a clone of the repository, with"
                              " python3 -m pip wheel ./python, or python3 -m build --wheel python")
