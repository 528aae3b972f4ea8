# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.

"""Labels for people."""


def name_of(label, certificate, labels):
    """Name of a class; of -1, what that means in this certificate."""
    if label < 0:
        return "none of these" if certificate.minVotes > 1 else "abstains"
    return labels[label] if labels else "class %d" % label
