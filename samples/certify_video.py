#!/usr/bin/env python3
# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.

"""Labels of a video, and for each frame the proof that no sticker of some size can change it.

    certify_video.py [SOURCE] [--model=FILE] [--patch=N] [--headless] [--record=FILE] [--json=FILE] ...

The short twin of certify_video.cpp, which also has threads, stickers and a scene of its own. Keys: + - size of
the patch, o marks on the frame, s save the picture, q or Esc quit.
"""

import argparse
import json
import os
import sys
import time

import cv2 as cv
import numpy as np

SAFE, UNSAFE, PAPER, INK = (80, 170, 50), (40, 30, 210), (255, 255, 255), (40, 40, 40)  # B, G, R


def rectangle(text):
    parts = [int(part) for part in text.split(",")]
    if len(parts) != 4 or min(parts) < 0:
        raise argparse.ArgumentTypeError("expected x,y,w,h in frame pixels")
    return parts


def region(frame, asked, model_input):
    """Left, top, right, bottom. By the size of the frame only: what depends on its content voids the certificate."""
    height, width = frame.shape[:2]
    if asked:
        left, top, w, h = asked
    else:  # the largest centred part of the network input's shape
        scale = min(width / model_input[0], height / model_input[1])
        w, h = int(model_input[0] * scale), int(model_input[1] * scale)
        left, top = (width - w) // 2, (height - h) // 2
    right, bottom = min(left + w, width), min(top + h, height)
    if left >= right or top >= bottom:
        sys.exit("the region %s lies outside the frame of %d x %d px: see --roi" % (asked, width, height))
    return left, top, right, bottom


def draw(frame, roi, certificate, name, patch, rate, share, marks):
    """The frame with the unsafe places, and a panel below."""
    left, top, right, bottom = roi
    certified = certificate.holds(patch)
    picture = frame.copy()
    if marks:
        # Red: a patch whose centre is there could change the label.
        safe = certificate.safeMap(patch)
        y, x = (np.array([bottom - top, right - left]) - safe.shape) // 2
        centres = picture[top + y:, left + x:][:safe.shape[0], :safe.shape[1]]
        centres[safe == 0] = centres[safe == 0] * .6 + np.array(UNSAFE) * .4
        cv.rectangle(picture, (left, top), (right - 1, bottom - 1), SAFE if certified else UNSAFE, 2)
    panel = np.full((80, max(picture.shape[1], 1), 3), PAPER, np.uint8)
    statement = ("certified against any %d x %d px patch" % (certificate.patch, certificate.patch)
                 if certificate.patch else "not certified")
    lines = (("%s: %s" % (name(certificate.label), statement), SAFE if certificate.patch else UNSAFE),
             ("%d of %d votes, %d for %s" % (certificate.votes, certificate.ablations, certificate.runnerUpVotes,
                                             name(certificate.runnerUp)), INK),
             ("%d x %d px: %s; %.0f frames/s, %.0f %% certified"
              % (*patch, "certified" if certified else "not certified", rate, share), INK))
    for i, (text, colour) in enumerate(lines):
        cv.putText(panel, text, (10, 22 + 24 * i), cv.FONT_HERSHEY_SIMPLEX, .55, colour, 1, cv.LINE_AA)
    return np.vstack([picture, panel])


def certify_video(arguments):
    classifier = cv.derand.CertifiedClassifier.create(arguments.model)
    params = classifier.getParams()
    params.reuse = True  # only what changed since the last frame goes through the net; the same certificates
    classifier.setParams(params)
    model_input = classifier.getAblation().inputSize

    def name(label):
        return params.labels[label] if params.labels else "class %d" % label

    camera = arguments.source.isdigit()
    source = cv.VideoCapture(int(arguments.source) if camera else arguments.source)
    if not source.isOpened():
        sys.exit("%s: cannot be opened, expected the number of a camera, a video file, an image sequence as"
                 " frame_%%03d.png or the address of a stream" % arguments.source)
    journal = open(arguments.json, "w") if arguments.json else None
    writer = None
    patch, marks, rate, certified = arguments.patch, True, 0., 0
    index = 0
    while not arguments.frames or index < arguments.frames:
        start = time.time()
        good, frame = source.read()
        if not good:
            break  # the end, or the camera was unplugged
        roi = region(frame, arguments.roi, model_input)
        part = frame[roi[1]:roi[3], roi[0]:roi[2]]
        certificate = classifier.classify(cv.cvtColor(part, cv.COLOR_BGR2GRAY) if params.channels == 1
                                          else np.ascontiguousarray(part))
        certified += certificate.holds((patch, patch))
        picture = draw(frame, roi, certificate, name, (patch, patch), rate, 100 * certified / (index + 1), marks)
        if journal:
            journal.write(json.dumps({
                "frame": index, "label": name(certificate.label), "votes": certificate.votes,
                "runnerUp": name(certificate.runnerUp), "runnerUpVotes": certificate.runnerUpVotes,
                "ablations": certificate.ablations, "patch": certificate.patch, "asked": patch,
                "holds": certificate.holds((patch, patch)), "evaluated": certificate.evaluated,
                "reused": certificate.reused}) + "\n")
        if arguments.record:
            if writer is None:
                size, fps = picture.shape[1::-1], source.get(cv.CAP_PROP_FPS)
                if not 1 <= fps <= 1000:  # some backends say 0 or -1, others make numbers up
                    fps = 30
                writer = cv.VideoWriter(arguments.record, cv.VideoWriter_fourcc(*"MJPG"), fps, size)
                if not writer.isOpened():
                    sys.exit("%s: cannot be recorded: check the folder, and that the name ends in .avi"
                             % arguments.record)
            writer.write(picture if picture.shape[1::-1] == size else cv.resize(picture, size))
        if not arguments.headless:
            cv.imshow("certify_video", picture)
            key = cv.waitKey(1) & 255
            if key in (ord("q"), 27):
                break
            marks ^= key == ord("o")
            patch += (key == ord("+")) * max(1, patch // 10)
            patch -= (key == ord("-") and patch > 1) * max(1, patch // 10)
            if key == ord("s"):
                cv.imwrite("frame_%06d_certificate.png" % index, picture)
        index += 1
        rate += .1 * (1 / max(time.time() - start, 1e-3) - rate)
    if writer is not None:
        writer.release()
    if journal:
        journal.close()
    if index == 0:
        sys.exit("%s: holds no frame that can be decoded" % arguments.source)
    print("%d frames, %.1f %% certified against %d x %d px patches" % (index, 100. * certified / index, patch, patch))


def main():
    models = os.path.join(os.path.dirname(os.path.abspath(__file__)), "models")
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("source", nargs="?", default="0",
                        help="number of a camera, video file, image sequence (frame_%%03d.png) or address of a stream"
                             " (default: 0)")
    parser.add_argument("--model", default=os.path.join(models, "mnist_column_s2_small.onnx"), metavar="FILE",
                        help="ONNX file of the base classifier (default: mnist_column_s2_small)")
    parser.add_argument("--patch", type=int, default=60, metavar="N",
                        help="side of a patch to certify against, frame pixels (default: 60)")
    parser.add_argument("--roi", type=rectangle, metavar="X,Y,W,H",
                        help="what is classified, frame pixels; must not depend on what the frame shows"
                             " (default: the largest centred part of the network input's shape)")
    parser.add_argument("--headless", action="store_true", help="no window")
    parser.add_argument("--record", metavar="FILE", help="video file to write, .avi")
    parser.add_argument("--json", metavar="FILE", help="file to write, a JSON object for each frame")
    parser.add_argument("--frames", type=int, default=0, metavar="N", help="stop after so many frames (default: all)")
    arguments = parser.parse_args()
    try:
        certify_video(arguments)
    except cv.error as e:
        sys.exit(e.err)  # what was wrong, what was expected and what to do
    except OSError as e:
        sys.exit(str(e))
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
