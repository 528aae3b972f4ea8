# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.

"""Where certify_video.py gets its frames from: the same kinds of sources as certify_video.cpp (samples/video)."""

import os
import re
import stat
import sys
import threading
import urllib.parse

from common.files import cv, read_picture, same_path

CAMERA, PICTURES, FILE, LIVE, ADDRESS = range(5)  # see SourceKind in video/source_name.hpp
COMPLETE, FAILED, INCOMPLETE = 0, 3, 4  # how a source ended; these are exit codes
PATIENCE = 30  # frames in a row that cannot be decoded
LAST_START = 9999  # the first of numbered pictures
FILMS = (".gif", ".mjpeg", ".mjpg")  # their content starts like a picture
PICTURE_NAMES = (".bmp", ".jp2", ".jpeg", ".jpg", ".pgm", ".png", ".pnm", ".ppm", ".tif", ".tiff", ".webp")  # broken, too
PLAYLISTS = (".m3u8", ".mpd", ".sdp")  # list what may never end


class Numbered:
    """A file name with a number in it, such as frame_%03d.png; the last pattern counts, other percent signs are literal."""

    PATTERN = re.compile("(.*)(%(?:0?[1-9])?d)(.*)", re.DOTALL)

    def __init__(self, pattern):
        self.before, self.number, self.after = self.PATTERN.fullmatch(pattern).groups()

    def file(self, at):
        return self.before + self.number % at + self.after

    def exists(self, at):
        return os.path.exists(self.file(at))

    def first(self):
        return next(filter(self.exists, range(LAST_START + 1)), None)

    def has(self, path):
        """Does a path lead to one of the files, under any name, or would it if it existed?"""
        if any(same_path(path, self.file(int(digits))) for digits in re.findall("[0-9]{1,9}", path)):
            return True
        at = self.first() or 0
        while os.path.exists(path) and self.exists(at):
            if os.path.samefile(path, self.file(at)):
                return True
            at += 1
        return False


def parse_existing(what):
    if os.path.isdir(what):
        return PICTURES, what
    # FFmpeg takes the letters before a colon as a protocol if there is no slash among them.
    name = "./" + what if re.match(r"[^/\\]*:", what) and not os.path.isabs(what) else what
    extension = os.path.splitext(what)[1].lower()
    if stat.S_ISCHR(os.stat(what).st_mode):
        return LIVE, name
    if extension in PLAYLISTS:
        return ADDRESS, name
    picture = os.path.isfile(what) and extension not in FILMS and cv.haveImageReader(what)
    return PICTURES if picture else FILE, name


def parse_path(what):
    if os.path.exists(what):
        return parse_existing(what)
    return PICTURES if Numbered.PATTERN.fullmatch(what) else FILE, what


def parse_source(what):
    """What a name means before anything is opened, as parseSource() in video/source_name.cpp: (kind, name to open)."""
    if re.fullmatch("[0-9]{1,3}", what, re.ASCII):
        return CAMERA, what
    scheme = re.match("([A-Za-z][A-Za-z0-9+.-]+):", what)
    if not scheme and "!" in what and not os.path.exists(what):
        return LIVE, what  # a GStreamer pipeline
    if not scheme or os.path.exists(what):
        return parse_path(what)
    scheme = scheme[1].lower()
    if scheme == "file":
        path = re.sub("^//(localhost)?/", "/", what[5:], flags=re.IGNORECASE)
        path = re.sub("^/([A-Za-z]:)", r"\1", path)  # file:///C:/clip.mp4
        return parse_path(path if os.path.exists(path) else urllib.parse.unquote(path))
    if scheme in ("pipe", "fd"):
        return FILE, what
    return LIVE if scheme.startswith(("rtsp", "rtmp", "rtp", "srt", "udp", "mms", "v4l2")) else ADDRESS, what


class FrameTimes:
    """When frames are shown, in seconds after the first; estimated if a position is missing, see video/frame_times.hpp."""

    def __init__(self, period):
        self.step, self.start, self.known = period, None, 0.
        self.time, self.estimated, self.begun = 0., False, False

    def add(self, position):
        if not self.begun:
            self.begun, self.estimated = True, not position >= 0
            self.start = float("nan") if self.estimated else position
            return
        at = position - self.start
        self.estimated = not at > self.known
        if self.estimated:
            self.time += self.step
        else:
            self.step = at - self.time if at > self.time else self.step
            self.known = self.time = at


class Source:
    """Base of PictureSource and CaptureSource; read() returns the next frame, or None at the end, with the reason in message."""

    live, turned, fps, announced = False, False, 30., 0
    time, estimated, skipped, dropped, count = 0., False, 0, 0, 0
    ending, message = COMPLETE, ""


def pictures_of(what):
    """The pictures of a folder in the order of their names, but not of folders in it; or one picture."""
    if not os.path.isdir(what):
        return [what]
    paths = [path for path in (os.path.join(what, name) for name in sorted(os.listdir(what))) if os.path.isfile(path)]
    files = [path for path in paths if path.lower().endswith(PICTURE_NAMES) or cv.haveImageReader(path)]
    return files or sys.exit("%s: has no pictures: expected a folder of pictures; if each class has a folder, name one of them" % what)


class PictureSource(Source):
    """Numbered pictures, those of a folder, or a single one; those that cannot be read are named and left out."""

    turned = estimated = True  # perhaps; and pictures have no times

    def __init__(self, name, channels):
        self.name, self.channels = name, channels
        self.files = pictures_of(name) if os.path.exists(name) else []
        self.numbered = None if self.files else Numbered(name)
        self.number = self.numbered.first() if self.numbered else 0
        if self.number is None:
            sys.exit("%s: cannot be opened: there is no such picture with a number from 0 to %d" % (name, LAST_START))
        while self.exists(self.number + self.announced):
            self.announced += 1

    def exists(self, at):
        return self.numbered.exists(at) if self.numbered else at < len(self.files)

    def file(self, at):
        return self.numbered.file(at) if self.numbered else self.files[at]

    def read(self):
        for _ in range(PATIENCE):
            if not self.exists(self.number):
                self.end()
                return None
            self.number += 1
            try:
                frame = read_picture(self.file(self.number - 1), self.channels)
            except ValueError as error:
                print("left out: %s" % error, file=sys.stderr)
                self.skipped += 1
                continue
            self.time = (self.count + self.skipped) / self.fps
            self.count += 1
            return frame
        self.ending = FAILED
        self.message = "%s: %d pictures in a row could not be read: giving up" % (self.name, PATIENCE)
        return None

    def end(self):
        self.message = "%s: end after %d frames" % (self.name, self.count)
        if self.numbered:
            self.message += ", there is no %s" % self.file(self.number)
        if self.count == 0:
            self.ending = FAILED
        later = next(filter(self.exists, range(self.number + 1, self.number + PATIENCE + 1)), None)
        if self.numbered and later is not None:
            self.ending = INCOMPLETE
            self.message += ", but %s: is one missing?" % self.file(later)


class CaptureSource(Source):
    """Camera, file or stream."""

    def __init__(self, kind, name, what):
        self.kind, self.opened = kind, name
        self.name = "camera " + name if kind == CAMERA else what
        self.capture = cv.VideoCapture(int(name) if kind == CAMERA else name)
        if not self.capture.isOpened():
            sys.exit("%s: cannot be opened, expected the number of a camera, a video file, a picture, pictures such as"
                     " frame_%%03d.png or the address of a stream: check that it is there, complete and in a format that"
                     " OpenCV reads" % self.name)
        self.turned = self.capture.get(cv.CAP_PROP_ORIENTATION_META) != 0
        rate, frames = self.capture.get(cv.CAP_PROP_FPS), self.capture.get(cv.CAP_PROP_FRAME_COUNT)
        self.fps = rate if 1 <= rate <= 1000 else 30.  # some backends report 0, others invent numbers
        self.announced = int(frames) if 1 <= frames < 1e9 else 0
        self.live = kind in (CAMERA, LIVE) or (kind == ADDRESS and not self.announced)
        self.times = FrameTimes(1 / self.fps)

    def read(self):
        for _ in range(PATIENCE):
            if not self.capture.grab():
                self.end()
                return None
            self.times.add(self.capture.get(cv.CAP_PROP_POS_MSEC) / 1000)
            good, frame = self.capture.retrieve()
            if good and frame is not None and frame.size:
                if frame.ndim == 2:
                    frame = cv.cvtColor(frame, cv.COLOR_GRAY2BGR)
                if frame.dtype != "uint8" or frame.ndim != 3 or frame.shape[2] != 3:
                    sys.exit("%s: frames have type %s and shape %s, expected 3 channels of 8 bits: convert the video"
                             % (self.name, frame.shape, frame.dtype))
                self.time, self.estimated = self.times.time, self.times.estimated
                self.count += 1
                return frame
            self.skipped += 1
        self.ending = FAILED
        self.message = "%s: %d frames in a row could not be decoded: giving up" % (self.name, PATIENCE)
        return None

    def end(self):
        self.ending = FAILED if self.live or self.count == 0 else INCOMPLETE if self.incomplete() else COMPLETE
        if self.live:
            self.message = "%s: no more frames: was it unplugged, or the connection lost?" % self.name
        elif self.count == 0:
            self.message = "%s: contains no frame that can be decoded" % self.name
        elif self.ending == INCOMPLETE:
            self.message = "%s: ended after %d of %d frames: is the file complete?" % (self.name, self.count, self.announced)
        else:
            self.message = "%s: end after %d frames" % (self.name, self.count)

    def incomplete(self):
        """Does a file contain less than it announces? See CaptureSource::incomplete()."""
        if self.count + self.skipped >= self.announced:
            return False
        period, counted = 1 / self.fps, os.path.splitext(self.opened)[1] in (".mp4", ".mov", ".m4v", ".avi")
        missing = self.announced * period - self.times.time - max(self.times.step, period)
        if missing <= (.5 * period if counted else .5):
            return False
        if not counted or (self.kind != ADDRESS and not os.path.isfile(self.opened)):
            return True
        packets, again = 0, cv.VideoCapture(self.opened, cv.CAP_FFMPEG)
        while again.set(cv.CAP_PROP_FORMAT, -1) and again.grab():
            packets += 1
        return packets < self.announced


class Newest(threading.Thread):
    """Reads a live source continuously; of the frames that arrive while one is being certified, only the newest is kept."""

    def __init__(self, source):
        super().__init__(daemon=True)
        self.source, self.ready, self.frame, self.ended = source, threading.Condition(), None, False
        self.start()

    def run(self):
        while not self.ended:
            frame = self.source.read()
            with self.ready:
                self.source.dropped += frame is not None and self.frame is not None
                self.frame = self.frame if frame is None else frame
                self.ended = frame is None
                self.ready.notify()

    def read(self):
        with self.ready:
            self.ready.wait_for(lambda: self.frame is not None or self.ended)
            frame, self.frame = self.frame, None
            return frame


def open_source(what, channels):
    kind, name = parse_source(what)
    if kind == PICTURES:
        return PictureSource(name, channels)
    if channels not in (1, 3):
        sys.exit("%s: the model needs %d channels, but a video has 3 (B, G, R)" % (what, channels))
    return CaptureSource(kind, name, what)


def files_of(what):
    """Input files that a source's name mentions, for check_outputs()."""
    kind, name = parse_source(what)
    if kind in (LIVE, ADDRESS):
        return [("the source", word) for word in re.split("[\\s=|,;:\"']+", name) if word]
    return [("the source", name)] if kind in (FILE, PICTURES) else []
