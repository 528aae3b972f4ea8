# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""The error with which the programs end."""


class TrainingError(Exception):
    """What was wrong, what was expected, what to do."""
