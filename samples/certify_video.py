#!/usr/bin/env python3
# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.

"""Labels the frames of a video, each with a proof that no sticker of a given size can change the label.

    certify_video.py [SOURCE] [--model=FILE] [--patch=N] [--headless] [--record=FILE] [--json=FILE] ...

A short version of certify_video.cpp, which also has stickers and a built-in scene. Sources, options of the same name,
the lines of --json and the exit codes are the same: 0 done, 1 an error, 3 the source failed, 4 a file or sequence ended
before its end. Keys: + - size of the patch, o marks on the frame, s save the picture, q or Esc quit.
"""

import os
import sys
import time

import numpy as np

from common.command_line import Parser, region, size, whole
from common.device import add_device_options, device_of, use_device
from common.files import check_outputs, cv, may_be_turned, require_derand
from common.labels import name_of
from common.records import certificate_fields, line_of, new_record, run_record
from common.sources import PICTURES, Newest, Numbered, files_of, open_source, parse_source

SAFE, UNSAFE, PAPER, INK = (80, 170, 50), (40, 30, 210), (255, 255, 255), (40, 40, 40)  # B, G, R
CENTRE, WHOLE = (), None  # see region()


def region_of(frame, asked, model_input):
    """x, y, width, height. Depends only on the size of the frame: anything that depends on its content voids the certificate."""
    height, width = frame.shape[:2]
    if asked is WHOLE:
        return 0, 0, width, height
    if asked == CENTRE:
        return cv.derand.centredPart((0, 0, width, height), model_input)
    x, y, w, h = asked
    if x + w > width or y + h > height:
        sys.exit("the region %d,%d,%d,%d does not lie inside the frame of %d x %d px: see --roi" % (*asked, width, height))
    return asked


def draw(frame, roi, certificate, names, patch, rate, share, marks):
    """The frame with the unsafe places, and a panel on it: as large as the frame, for the window and the recording."""
    certified = certificate.holds(patch)
    picture = cv.cvtColor(frame, cv.COLOR_GRAY2BGR) if frame.ndim == 2 else frame.copy()
    if marks:
        # Red: a patch whose centre is there could change the label.
        safe = certificate.safeMap(patch)
        top, left = (np.array(picture.shape[:2]) - safe.shape) // 2
        centres = picture[top:, left:][:safe.shape[0], :safe.shape[1]]
        centres[safe == 0] = centres[safe == 0] * .6 + np.array(UNSAFE) * .4
        cv.rectangle(picture, roi, SAFE if certified else UNSAFE, 2)
    statement = ("certified against any %d x %d px patch" % (certificate.patch, certificate.patch)
                 if certificate.patch else "not certified")
    votes = "%d of %d votes" % (certificate.votes, certificate.run.ablations)
    if certificate.runnerUp >= 0:
        votes += ", %d for %s" % (certificate.runnerUpVotes, names[1])
    if certified:
        answer = "certified: proven stable, not proven right"
    else:
        answer = "%s: lead %d, it can take up to %d" % ("no alarm, but not certified" if certificate.silent(patch) else "ALARM",
                                                  certificate.lead, 2 * certificate.maxAffected(patch))
    lines = (("%s: %s" % (names[0], statement), SAFE if certificate.patch else UNSAFE),
             ("%d x %d px: %s" % (*patch, answer), SAFE if certified else UNSAFE),
             (votes, INK),
             ("%s%.0f frames/s, %.0f %% certified" % ("red: patches centred there could win; " if marks and not certified
                                                     else "", rate, share), INK))
    height, width = picture.shape[:2]
    scale = max(min(width / 1280, height / 720), min(width / 640, 1))  # of the text, as in samples/video/layout.cpp
    row = int(24 * scale)
    lines = lines[:(height // 3 - row // 3) // row] if row >= 12 else ()  # readable ones; the first ones matter most
    if not lines:
        return picture
    panel = picture[-len(lines) * row - row // 3:, :int(640 * scale)]
    panel[:] = panel * .15 + np.array(PAPER) * .85
    for i, (text, colour) in enumerate(lines):
        cv.putText(panel, text, (int(10 * scale), row * (i + 1) - row // 6), cv.FONT_HERSHEY_SIMPLEX, .55 * scale, colour,
                   max(1, round(scale)), cv.LINE_AA)
    return picture


class Certifier:
    """The model, and the certificate of a region of each frame."""

    def __init__(self, model, device):
        self.classifier = cv.derand.CertifiedClassifier.create(model)
        use_device(self.classifier, device)
        self.params = self.classifier.getParams()
        self.params.crop = False  # the region is what is classified
        self.params.reuse = True  # only what has changed since the last frame goes through the net; same certificates
        self.classifier.setParams(self.params)

    def names(self, certificate):
        """Names of the label and of the runner-up."""
        return tuple(name_of(label, certificate, self.params.labels) for label in (certificate.label, certificate.runnerUp))

    def expect_turned(self):
        """Frames may have been turned after they were decoded."""
        may_be_turned(self.params)
        self.classifier.setParams(self.params)

    def certify(self, frame, roi):
        if self.params.channels == 1 and frame.ndim == 3:
            frame = cv.cvtColor(frame, cv.COLOR_BGR2GRAY)
        return self.classifier.classify(frame, roi)


class Journal:
    """The records of --json, see doc/json.md, and the figures for the totals in the last one."""

    def __init__(self, file):
        self.out = open(file, "w", encoding="utf-8") if file else None
        self.totals = dict.fromkeys(("frames", "abstainedFrames", "rejectedFrames", "silentFrames", "certifiedFrames", "ablations", "evaluatedAblations",
                                     "reusedAblations"), 0)
        self.start = self.last = 0.

    def write(self, record):
        if self.out:
            self.out.write(line_of(record))
            self.out.flush()

    def begin(self, model, settings):
        if self.out:
            self.write(run_record("certify_video.py", model, settings))

    def add(self, certificate, source, seconds, frame, roi, labels, patch):
        self.last = time.monotonic()
        self.start = self.start or self.last
        fields = certificate_fields(certificate, patch, labels)
        record = new_record("frame")
        record.update({"frame": self.totals["frames"], "timeSeconds": round(seconds, 3),
                       "timeEstimated": source.estimated and not source.live,
                       "frameSize": [frame.shape[1], frame.shape[0]], "roi": list(roi)})
        record.update(fields)
        self.write(record)
        for key, n in (("frames", 1), ("abstainedFrames", fields["abstained"]), ("rejectedFrames", fields["rejected"]),
                       ("silentFrames", fields["silent"]), ("certifiedFrames", fields["certified"])):
            self.totals[key] += int(n)
        for key in ("ablations", "evaluatedAblations", "reusedAblations"):
            self.totals[key] += fields[key]

    def share(self):
        return 100. * self.totals["certifiedFrames"] / max(1, self.totals["frames"])

    def close(self, source):
        t, record = self.totals, new_record("totals")
        record.update({"frames": t["frames"], "seconds": round(self.last - self.start, 3),
                       "abstainedFrames": t["abstainedFrames"], "rejectedFrames": t["rejectedFrames"],
                       "silentFrames": t["silentFrames"], "certifiedFrames": t["certifiedFrames"],
                       "ablations": t["ablations"], "evaluatedAblations": t["evaluatedAblations"],
                       "reusedAblations": t["reusedAblations"], "skippedFrames": source.skipped,
                       "droppedFrames": source.dropped, "coveredFrames": 0, "changedFrames": 0, "brokenFrames": 0,
                       "ending": source.message})
        self.write(record)
        if self.out:
            self.out.close()


class Recorder:
    """A video of the pictures; the first gives its size."""

    def __init__(self, file, fps):
        self.file, self.fps, self.writer = file, fps, None
        if file:
            open(file, "wb").close()  # now, not only at the first frame

    def add(self, picture):
        if not self.file:
            return
        if self.writer is None:
            self.size = picture.shape[1::-1]
            self.writer = cv.VideoWriter(self.file, cv.VideoWriter_fourcc(*"MJPG"), self.fps, self.size)
            if not self.writer.isOpened():
                sys.exit("%s: cannot be recorded: OpenCV has no encoder for it" % self.file)
        self.writer.write(picture if picture.shape[1::-1] == self.size else cv.resize(picture, self.size))

    def close(self):
        if self.writer is not None:
            self.writer.release()


class Progress:
    """Progress on stderr, every five seconds."""

    def __init__(self, total):
        self.total, self.start, self.shown = total, time.monotonic(), time.monotonic()

    def update(self, done):
        now = time.monotonic()
        if now - self.shown < 5:
            return
        self.shown, rate = now, done / (now - self.start)
        print("%d of %d frames, %.0f s to go" % (done, self.total, max(0, self.total - done) / rate) if self.total
              else "%d frames, %.1f a second" % (done, rate), file=sys.stderr)


def show(picture, first):
    if first:  # fits the screen; smaller frames are not enlarged, but people can
        height, width = picture.shape[:2]
        scale = min(1, 1280 / width, 720 / height)
        cv.namedWindow("certify_video", cv.WINDOW_NORMAL | cv.WINDOW_KEEPRATIO | cv.WINDOW_GUI_NORMAL)
        cv.resizeWindow("certify_video", max(1, round(width * scale)), max(1, round(height * scale)))
    cv.imshow("certify_video", picture)


def pressed(key, patch, marks, picture, index):
    """What a key press changes: patch and marks."""
    if key in (ord("+"), ord("-")):
        sign = 1 if key == ord("+") else -1
        patch = tuple(max(1, side + sign * max(1, side // 10)) for side in patch)
    if key == ord("s"):
        file = "frame_%06d_certificate.png" % index
        if os.path.exists(file):
            print("%s: already exists and was not overwritten" % file, file=sys.stderr)
        else:
            cv.imwrite(file, picture)
    return patch, marks ^ (key == ord("o"))


def certify_video(arguments):
    """Exit code of the program."""
    certifier = Certifier(arguments.model, device_of(arguments))
    source = open_source(arguments.source, certifier.params.channels)
    recorder, journal = Recorder(arguments.record, source.fps), Journal(arguments.json)
    if source.turned:
        certifier.expect_turned()
    journal.begin(arguments.model, certifier.classifier.getSettings())
    reader = Newest(source) if source.live and not arguments.json and not arguments.record else source
    limits = [n for n in (source.announced, arguments.frames) if n]
    progress = Progress(min(limits) if limits else 0) if arguments.headless and not arguments.quiet else None
    patch, marks, rate, index, shape = arguments.patch, True, 0., 0, None
    begun = time.monotonic()
    try:
        while not arguments.frames or index < arguments.frames:
            start = time.monotonic()
            frame = reader.read()
            if frame is None:
                break
            seconds = time.monotonic() - begun if source.live else source.time
            roi = region_of(frame, arguments.roi, certifier.classifier.getAblation().inputSize)
            if frame.shape != shape:
                shape = frame.shape
                print("from frame %d: %d x %d px, classified: %s" % (index, shape[1], shape[0], roi), file=sys.stderr)
            certificate = certifier.certify(frame, roi)
            names = certifier.names(certificate)
            journal.add(certificate, source, seconds, frame, roi, certifier.params.labels, patch)
            picture = draw(frame, roi, certificate, names, patch, rate, journal.share(), marks)
            recorder.add(picture)
            if progress:
                progress.update(index + 1)
            if not arguments.headless:
                show(picture, index == 0)
                key = cv.waitKey(1) & 255
                if key in (ord("q"), 27):
                    break
                patch, marks = pressed(key, patch, marks, picture, index)
            index += 1
            rate += .1 * (1 / max(time.monotonic() - start, 1e-3) - rate)
    except KeyboardInterrupt:
        pass
    finally:  # whatever happened, the recording is complete
        recorder.close()
        journal.close(source)
    if source.message:
        print(source.message, file=sys.stderr)
    print("%d frames, %.1f %% certified against %d x %d px patches" % (index, journal.share(), *patch))
    return source.ending


def parsed():
    models = os.path.join(os.path.dirname(os.path.abspath(__file__)), "models")
    parser = Parser(description=__doc__.split("\n")[0])
    parser.add_argument("source", nargs="?", default="0",
                        help="number of a camera, video file, picture, numbered pictures (frame_%%03d.png), folder of"
                             " pictures, address of a stream, or GStreamer pipeline (default: 0)")
    parser.add_argument("--model", default=os.path.join(models, "mnist_column_s2_small.onnx"), metavar="FILE",
                        help="ONNX file of the base classifier (default: mnist_column_s2_small)")
    parser.add_argument("--patch", type=size, default=(60, 60), metavar="N",
                        help="patch to certify against, in frame pixels: 60 or 60x20 (default: 60)")
    parser.add_argument("--roi", type=region, default=CENTRE, metavar="X,Y,W,H",
                        help="region to classify, in frame pixels, or centre (the largest part with the shape of the network"
                             " input) or whole; must not depend on what the frame shows (default: centre)")
    parser.add_flag("--headless", help="no window; report progress on stderr")
    parser.add_flag("--quiet", help="do not report progress")
    parser.add_argument("--record", metavar="FILE", help="video file to write, .avi")
    parser.add_argument("--json", metavar="FILE", help="file to write, one JSON object per line: the run, each frame, the totals;"
                             " see doc/json.md")
    parser.add_argument("--frames", type=whole(0), default=0, metavar="N", help="stop after this number of frames (default: all)")
    add_device_options(parser)
    arguments = parser.parse_args()
    if arguments.record and not arguments.record.endswith(".avi"):
        parser.error("--record=%s: unknown kind of video, expected a name that ends in .avi" % arguments.record)
    outputs = [("--record", arguments.record), ("--json", arguments.json)]
    check_outputs(outputs, [("the model", arguments.model), ("its settings", os.path.splitext(arguments.model)[0] + ".yml")]
                  + files_of(arguments.source))
    kind, name = parse_source(arguments.source)
    for what, path in outputs if kind == PICTURES else []:
        if path and os.path.isdir(name) and os.path.realpath(path).startswith(os.path.join(os.path.realpath(name), "")):
            parser.error("%s=%s: is inside the folder of the source: expected another place" % (what, path))
        if path and not os.path.exists(name) and Numbered(name).has(path):
            parser.error("%s=%s: is one of the pictures of the source" % (what, path))
    return arguments


def main():
    arguments = parsed()
    require_derand()
    try:
        sys.exit(certify_video(arguments))
    except cv.error as e:
        sys.exit(e.err)  # what was wrong, what was expected and what to do
    except (OSError, ValueError) as e:
        sys.exit(str(e))


if __name__ == "__main__":
    main()
