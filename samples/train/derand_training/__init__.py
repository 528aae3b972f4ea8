# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""Training of base classifiers for cv::derand, and attacks on them; the programs are one folder up."""
