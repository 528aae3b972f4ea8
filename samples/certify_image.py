#!/usr/bin/env python3
# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.

"""The label of a picture, and a proof that no adversarial patch (sticker) can change it.

    certify_image.py model.onnx picture.png [--patch=N]

Next to model.onnx there must be model.yml, which says what the net sees at a time and which pixels it expects.
"""

import sys

from common.command_line import Parser, size
from common.device import add_device_options, device_of, use_device
from common.files import cv, may_be_turned, read_picture, require_derand
from common.labels import name_of


def certify_image(model, picture, patch, device):
    # Once per program: the classifier can be used for any number of frames of any size.
    classifier = cv.derand.CertifiedClassifier.create(model)
    use_device(classifier, device)
    params = classifier.getParams()
    may_be_turned(params)  # by imread(), as the file's EXIF orientation says; matters for what a codec spreads
    classifier.setParams(params)

    # Grey or colour, as the net was trained; in other respects as cv.imread() reads it.
    frame = read_picture(picture, params.channels)

    # The net votes once for each position of a band or block; the label has the most votes. Do not
    # process the frame first: anything that depends on its content voids the certificate.
    certificate = classifier.classify(frame)

    def name(label):  # -1: fewer votes for any class than Params.minVotes
        return name_of(label, certificate, params.labels)

    print("label:      %s" % name(certificate.label))
    rival = ", %d for %s" % (certificate.runnerUpVotes, name(certificate.runnerUp)) if certificate.runnerUp >= 0 else ""
    print("votes:      %d of %d%s" % (certificate.votes, certificate.run.ablations, rival))

    # The certificate is about changes, not about truth: the label stays, whether right or wrong.
    if certificate.patch > 0:
        print("certified:  no patch of %d x %d pixels, wherever it is and whatever it shows, changes the label"
              % (certificate.patch, certificate.patch))
    else:
        print("certified:  not even against a single pixel")

    # The same votes answer for any other size, without another inference.
    if certificate.holds(patch):
        print("%d x %d px:  certified" % patch)
    else:
        safe = certificate.safeMap(patch)  # one element for each place of the patch, 255: nothing there changes the label
        print("%d x %d px:  not certified: the lead is %d, it can take up to %d; %d of %d places are safe"
              % (*patch, certificate.lead, 2 * certificate.maxAffected(patch), cv.countNonZero(safe), safe.size))


def main():
    parser = Parser(description=__doc__.split("\n")[0])
    parser.add_argument("model", help="ONNX file of the base classifier")
    parser.add_argument("picture", help="picture to classify")
    parser.add_argument("--patch", type=size, default=(5, 5), metavar="N",
                        help="patch to certify against, in picture pixels: 5 or 5x7 (width x height; default: 5)")
    add_device_options(parser)
    arguments = parser.parse_args()
    require_derand()
    try:
        certify_image(arguments.model, arguments.picture, arguments.patch, device_of(arguments))
    except cv.error as e:
        sys.exit(e.err)  # what was wrong, what was expected and what to do
    except ValueError as e:
        sys.exit(str(e))


if __name__ == "__main__":
    main()
