#!/usr/bin/env python
# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.

'''
cv2.derand: numpy in, numpy out.

Run by OpenCV's modules/python/test/test.py. The models are looked for in $OPENCV_DERAND_MODELS, then in
samples/models of the repository that this file is in.
'''

from __future__ import print_function

import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile

import numpy as np
import cv2 as cv

from tests_common import NewOpenCVTests

derand = cv.derand
Classifier = derand.CertifiedClassifier
# OpenCV 4.6 has no nested classes.
Params = Classifier.Params if hasattr(Classifier, 'Params') else derand.CertifiedClassifier_Params


def model(name):
    here = os.path.dirname(os.path.abspath(__file__))
    folder = os.environ.get('OPENCV_DERAND_MODELS') or os.path.join(here, '..', '..', '..', '..', '..', 'samples', 'models')
    return os.path.join(folder, name)


def drawn_digit(digit):
    ''' In the manner of MNIST: white on black, a box of 20 x 20 centred by its mass in 28 x 28. '''
    canvas = np.zeros((200, 200), np.uint8)
    cv.putText(canvas, str(digit), (40, 160), cv.FONT_HERSHEY_SIMPLEX, 5, 255, 12, cv.LINE_AA)
    ys, xs = np.nonzero(canvas)
    strokes = canvas[ys.min():ys.max() + 1, xs.min():xs.max() + 1]
    scale = 20. / max(strokes.shape)
    box = cv.resize(np.ascontiguousarray(strokes), None, fx=scale, fy=scale, interpolation=cv.INTER_AREA)
    mass = box.astype(float) / box.sum()
    y = int(round(14 - (mass.sum(axis=1) * np.arange(box.shape[0])).sum()))
    x = int(round(14 - (mass.sum(axis=0) * np.arange(box.shape[1])).sum()))
    y, x = [min(28 - n, max(0, corner)) for n, corner in zip(box.shape, (y, x))]
    image = np.zeros((28, 28), np.uint8)
    image[y:y + box.shape[0], x:x + box.shape[1]] = box
    return image


def random_votes(rows, classes, seed=1):
    return (np.random.RandomState(seed).rand(rows, classes) < .4).astype(np.uint8)


class DerandTest(NewOpenCVTests):

    def refused(self, word, function, *args, **kwargs):
        ''' The call raises cv2.error, and its text names what was wrong. '''
        with self.assertRaises(cv.error) as raised:
            function(*args, **kwargs)
        self.assertIn(word, str(raised.exception))

    def same(self, a, b):
        self.assertEqual(a.dtype, b.dtype)
        np.testing.assert_array_equal(a, b)


class module(DerandTest):

    def test_constants(self):
        for names in ('ABLATION_COLUMN ABLATION_ROW ABLATION_BLOCK', 'VOTE_THRESHOLD VOTE_TOP1',
                      'CERTIFICATE_LOCATION CERTIFICATE_MARGIN',
                      'ENCODING_COMPLEMENT ENCODING_FILL ENCODING_FILL_MASK ENCODING_STRIP '
                      'ENCODING_BARE_STRIP'):
            values = [getattr(derand, name) for name in names.split()]
            self.assertEqual(values, list(range(len(values))))

    def test_docstrings(self):
        functions = [derand.certify, derand.blobFromAblations]
        for c in (derand.Ablation, derand.FrameMap, derand.Certificate, Classifier):
            functions += [getattr(c, name) for name in dir(c) if name[0] != '_' and callable(getattr(c, name))]
        functions = [f for f in functions if not isinstance(f, type)] # not Params
        self.assertGreater(len(functions), 20)
        for f in functions:
            self.assertIn(f.__name__ + '(', f.__doc__)
            self.assertIn('@brief', f.__doc__)


class ablation(DerandTest):

    def test_fields(self):
        a = derand.Ablation(derand.ABLATION_BLOCK, 3, (9, 7), stride=2)
        self.assertEqual((a.type, a.width, a.inputSize, a.stride), (derand.ABLATION_BLOCK, 3, (9, 7), 2))
        self.assertTrue(a.wrap)
        self.assertEqual(a.count(), 5 * 4)
        a.wrap = False
        self.assertEqual((a.wrap, a.count()), (False, 4 * 3))
        self.assertEqual(derand.Ablation(derand.ABLATION_COLUMN, 9, (9, 7), wrap=False).count(), 1)
        a.type, a.width, a.inputSize, a.stride, a.wrap = derand.ABLATION_ROW, 2, (5, 6), 1, True
        self.assertEqual(a.count(), 6)

    def test_retained_and_affected(self):
        w, h, s = 9, 7, 3
        kinds = (derand.ABLATION_COLUMN, derand.ABLATION_ROW, derand.ABLATION_BLOCK)
        for kind, wrap in itertools.product(kinds, (True, False)):
            a = derand.Ablation(kind, s, (w, h), 2, wrap)
            starts_x = range(0, w if wrap else w - s + 1, 2) if kind != derand.ABLATION_ROW else [None]
            starts_y = range(0, h if wrap else h - s + 1, 2) if kind != derand.ABLATION_COLUMN else [None]
            expected = []
            for y in starts_y:
                for x in starts_x:
                    mask = np.full((h, w), 255, np.uint8)
                    if x is not None:
                        mask[:, [i for i in range(w) if (i - x) % w >= s]] = 0
                    if y is not None:
                        mask[[i for i in range(h) if (i - y) % h >= s], :] = 0
                    expected.append(mask)
            self.assertEqual(a.count(), len(expected))
            for i, mask in enumerate(expected):
                self.same(a.retained(i), mask)
            most = 0
            for y in range(h - 1):
                for x in range(w - 3):
                    touched = [i for i, mask in enumerate(expected) if mask[y:y + 2, x:x + 4].any()]
                    most = max(most, len(touched))
                    self.assertEqual(list(np.ravel(a.affected((x, y, 4, 2)))), touched)
            self.assertEqual(a.maxAffected((4, 2)), most)
            self.assertEqual(len(a.affected((0, 0, 0, 0))), 0)

    def test_errors(self):
        self.refused('', derand.Ablation().count)
        self.refused('10', derand.Ablation(derand.ABLATION_COLUMN, 10, (9, 7)).count)
        a = derand.Ablation(derand.ABLATION_COLUMN, 2, (9, 7))
        self.refused('9', a.retained, 9)
        self.refused('0', a.maxAffected, (0, 1))
        self.assertRaises(cv.error, a.retained, 'first')
        self.assertEqual(a.count(), 9)


class frame_map(DerandTest):

    def test_nearest_is_indexing(self):
        frame = np.random.RandomState(1).randint(0, 256, (31, 47, 3)).astype(np.uint8)
        m = derand.FrameMap((47, 31), (5, 3, 40, 20), cv.INTER_NEAREST)
        self.assertEqual((m.frameSize, m.roi, m.interpolation), ((47, 31), (5, 3, 40, 20), cv.INTER_NEAREST))
        ys = 3 + np.arange(12) * 20 // 12
        xs = 5 + np.arange(16) * 40 // 16
        self.same(m.resample(frame, (16, 12)), frame[ys][:, xs])

    def test_footprint(self):
        ''' Only the pixels in touched() change when the patch changes. '''
        random = np.random.RandomState(2)
        for interpolation in (cv.INTER_NEAREST, cv.INTER_LINEAR, cv.INTER_AREA):
            m = derand.FrameMap()
            m.frameSize, m.roi, m.interpolation = (47, 31), (0, 0, 47, 31), interpolation
            for dtype in (np.uint8, np.float32):
                frame = random.randint(0, 256, (31, 47)).astype(dtype)
                patched = frame.copy()
                patched[10:15, 20:27] = 255 - patched[10:15, 20:27]
                before, after = m.resample(frame, (20, 12)), m.resample(patched, (20, 12))
                self.assertEqual((before.shape, before.dtype), ((12, 20), frame.dtype))
                x, y, w, h = m.touched((20, 10, 7, 5), (20, 12))
                self.assertTrue((before != after).any())
                inside = np.zeros((12, 20), bool)
                inside[y:y + h, x:x + w] = True
                self.same(before[~inside], after[~inside])

    def test_umat(self):
        frame = np.random.RandomState(3).randint(0, 256, (10, 12)).astype(np.uint8)
        m = derand.FrameMap((12, 10), (0, 0, 12, 10))
        self.same(m.resample(cv.UMat(frame), (6, 5)).get(), m.resample(frame, (6, 5)))

    def test_errors(self):
        frame = np.zeros((10, 12), np.uint8)
        m = derand.FrameMap((12, 10), (0, 0, 12, 10))
        self.refused('region', derand.FrameMap((12, 10), (1, 0, 12, 10)).resample, frame, (4, 4))
        self.refused('11', m.resample, np.zeros((10, 11), np.uint8), (4, 4))
        self.refused('CV_16S', m.resample, frame.astype(np.int16), (4, 4))
        self.refused('', m.touched, (0, 0, 1, 1), (0, 4))


class blob(DerandTest):

    def setUp(self):
        super(blob, self).setUp()
        self.image = np.random.RandomState(4).rand(6, 8, 3).astype(np.float32)
        self.columns = derand.Ablation(derand.ABLATION_COLUMN, 2, (8, 6))
        self.planes = self.image.transpose(2, 0, 1)
        self.masks = [self.columns.retained(i) / 255 for i in range(8)]

    def test_complement(self):
        expected = [np.concatenate((self.planes * m, (1 - self.planes) * m)) for m in self.masks]
        self.same(derand.blobFromAblations(self.image, self.columns, (0, 8)), np.float32(expected))
        self.same(derand.blobFromAblations(self.image, self.columns, (3, 5)), np.float32(expected[3:5]))

    def test_fill(self):
        null = np.float32([.25, .5, .75])
        filled = [np.where(m > 0, self.planes, null[:, None, None]) for m in self.masks]
        self.same(derand.blobFromAblations(self.image, self.columns, (0, 8), encoding=derand.ENCODING_FILL,
                                           fill=(.25, .5, .75, 0)), np.float32(filled))
        masked = [np.concatenate((f, m[None])) for f, m in zip(filled, self.masks)]
        self.same(derand.blobFromAblations(self.image, self.columns, (0, 8), None, derand.ENCODING_FILL_MASK,
                                           (.25, .5, .75, 0)), np.float32(masked))

    def test_strip(self):
        blob = derand.blobFromAblations(self.image, self.columns, (0, 8), encoding=derand.ENCODING_STRIP)
        self.assertEqual(blob.shape, (8, 4, 6, 2))
        for i in range(8):
            xs = [i, (i + 1) % 8]
            self.same(blob[i, :3], self.planes[:, :, xs])
            np.testing.assert_allclose(blob[i, 3], np.tile((np.float32(xs) + .5) / 8, (6, 1)), rtol=1e-6)

    def test_transpose(self):
        for encoding in range(4):
            plain = derand.blobFromAblations(self.image, self.columns, (0, 8), encoding=encoding)
            turned = derand.blobFromAblations(self.image, self.columns, (0, 8), encoding=encoding, transpose=True)
            self.same(turned, np.ascontiguousarray(plain.transpose(0, 1, 3, 2)))

    def test_errors(self):
        make = derand.blobFromAblations
        self.refused('9', make, self.image, self.columns, (0, 9))
        self.refused('CV_8U', make, np.uint8(self.image), self.columns, (0, 8))
        self.refused('5 x 6', make, np.ascontiguousarray(self.image[:, :5]), self.columns, (0, 8))
        self.refused('5', make, self.image, self.columns, (0, 8), encoding=5)


class certificate(DerandTest):

    def test_fields(self):
        columns = derand.Ablation(derand.ABLATION_COLUMN, 2, (12, 10))
        votes = np.zeros((12, 3), np.uint8)
        votes[:, 1] = 1  # all 12 for class 1
        votes[:3, 2] = 1 # three of them for class 2 also
        c = derand.certify(votes, columns)
        self.assertEqual((c.label, c.votes, c.runnerUp, c.runnerUpVotes), (1, 12, 2, 3))
        self.assertEqual((c.run.ablations, c.run.abstained, c.run.invalid), (12, 0, 0))
        self.assertEqual(c.inputPatch, c.patch)
        self.assertGreater(c.patch, 0)
        self.assertTrue(c.holds((c.patch, c.patch)))
        self.assertFalse(c.holds((c.patch + 1, c.patch + 1)))
        self.same(c.getVotes(), votes)
        with self.assertRaises((AttributeError, TypeError)):
            c.label = 2

    def test_location_rule(self):
        ''' Against a table of all locations of the patch. '''
        columns = derand.Ablation(derand.ABLATION_COLUMN, 2, (12, 10))
        for seed in range(30):
            votes = random_votes(12, 3, seed)
            votes[:, 1] |= np.random.RandomState(100 + seed).rand(12) < seed / 30.
            c = derand.certify(votes, columns)
            n = votes.sum(axis=0).astype(int)
            label = int(n.argmax())
            self.assertEqual((c.label, c.votes), (label, n[label]))
            for width in range(1, 13):
                safe = []
                for x in range(13 - width):
                    a = np.ravel(columns.affected((x, 0, width, 4)))
                    rest = n - votes[a].sum(axis=0)
                    # The touched ablations vote for one rival each time, and for the label no more.
                    safe.append(all(rest[label] > rest[r] + len(a) or rest[label] == rest[r] + len(a) and label < r
                                    for r in range(3) if r != label))
                expected = np.tile(255 * np.uint8(safe), (7, 1))
                self.same(c.safeMap((width, 4)), expected)
                self.assertEqual(c.holds((width, 4)), all(safe))
                if c.holds((width, 4)):
                    self.assertTrue(c.holds((width, 4), count=1))
                    self.assertTrue(c.staysIn([label], (width, 4)))
                    self.assertTrue(c.neverBecomes((label + 1) % 3, (width, 4)))
                if c.holds((width, 4), 2):
                    self.assertTrue(c.holds((width, 4)))
            margin = derand.certify(votes, columns, rule=derand.CERTIFICATE_MARGIN)
            self.assertLessEqual(margin.patch, c.patch)

    def test_groups(self):
        columns = derand.Ablation(derand.ABLATION_COLUMN, 2, (12, 10))
        votes = np.zeros((12, 3), np.uint8)
        votes[:6, 0] = 1
        votes[6:, 1] = 1 # 0 and 1 compete, 2 has no vote
        c = derand.certify(votes, columns)
        self.assertEqual((c.label, c.patch), (0, 0))
        self.assertFalse(c.holds((1, 1)))
        self.assertTrue(c.staysIn([0, 1], (1, 1)))
        self.assertTrue(c.neverBecomes(2, (1, 1)))
        self.assertFalse(c.neverBecomes(1, (1, 1)))

    def test_rejection(self):
        columns = derand.Ablation(derand.ABLATION_COLUMN, 2, (12, 10))
        votes = np.zeros((12, 3), np.uint8)
        votes[:5, 1] = 1
        accepted, rejected = [derand.certify(votes, columns, minVotes=n) for n in (5, 12)]
        self.assertEqual((accepted.label, accepted.votes, accepted.minVotes, accepted.lead), (1, 5, 5, 0))
        self.assertFalse(accepted.holds((1, 1)))
        self.assertEqual((rejected.label, rejected.votes, rejected.runnerUp, rejected.runnerUpVotes), (-1, 0, 1, 5))
        self.assertEqual(rejected.lead, 12 - 5 - 1)
        self.assertTrue(rejected.holds((5, 5)))
        self.assertTrue(rejected.staysIn([-1], (5, 5)))
        self.assertTrue(rejected.neverBecomes(1, (5, 5)))
        self.assertFalse(rejected.holds((12, 10)))
        self.refused('minVotes is 13', derand.certify, votes, columns, minVotes=13)

    def test_alarm(self):
        columns = derand.Ablation(derand.ABLATION_COLUMN, 2, (12, 10))
        votes = np.zeros((12, 2), np.uint8)
        votes[:8, 0] = votes[8:, 1] = 1 # 8 : 4
        c = derand.certify(votes, columns)
        self.assertEqual((c.lead, c.maxAffected((3, 3))), (4, 4))
        self.assertFalse(c.holds((3, 3)))
        self.assertTrue(c.silent((3, 3)) and c.detects((3, 3)))
        self.assertFalse(c.silent((3, 3), 5) or c.silent((4, 3)))
        self.assertFalse(c.detects((3, 3), threshold=0))
        self.assertTrue(c.detects((3, 3), threshold=0, group=[0, 1]))
        for x in range(10): # every patch that changes the label
            for value in range(2):
                a = np.ravel(columns.affected((x, 0, 3, 3)))
                other = votes.copy()
                other[a] = np.eye(2, dtype=np.uint8)[value]
                d = derand.certify(other, columns)
                self.assertTrue(d.label == c.label or not d.silent((3, 3)))

    def test_top(self):
        columns = derand.Ablation(derand.ABLATION_COLUMN, 1, (12, 10))
        votes = np.zeros((12, 4), np.uint8)
        votes[:6, 0] = votes[6:9, 1] = votes[9:, 2] = 1
        one = derand.certify(votes, columns, voteRule=derand.VOTE_TOP1)
        many = derand.certify(votes, columns)
        self.assertTrue(one.staysInTop(2, (2, 10)))  # 4 : 3 : 3, and 2 votes: only one of the others passes
        self.assertFalse(many.staysInTop(2, (2, 10)))
        self.assertTrue(many.staysInTop(2, (1, 10)))
        self.assertFalse(many.staysInTop(1, (2, 10)))
        self.assertFalse(many.staysInTop(2, (1, 10), target=3))
        self.refused('k is 0', many.staysInTop, 0, (1, 1))

    def test_join_and_pool(self):
        columns, rows = [derand.Ablation(t, 1, (12, 12)) for t in (derand.ABLATION_COLUMN, derand.ABLATION_ROW)]
        votes = np.zeros((12, 2), np.uint8)
        votes[:9, 0] = votes[9:, 1] = 1
        a, b = derand.certify(votes, columns), derand.certify(votes, rows)
        c = derand.Certificate.join([a, b])
        self.assertEqual((c.label, c.votes, c.run.ablations, c.maxAffected((2, 3))), (0, 18, 24, 5))
        self.assertTrue(c.holds((3, 3)))
        self.assertFalse(c.holds((4, 3)))
        self.assertEqual(derand.Certificate.pool([a, b], attacked=1).patch, 6)
        self.assertEqual(derand.Certificate.pool([a, b]).patch, 3)
        self.refused('the first one of 12 x 12', derand.Certificate.join,
                     [a, derand.certify(votes, derand.Ablation(derand.ABLATION_COLUMN, 1, (12, 9)))])

    def test_tolerance_votes(self):
        columns = derand.Ablation(derand.ABLATION_COLUMN, 2, (12, 10))
        votes = np.zeros((12, 2), np.uint8)
        votes[:, 0] = 1
        sure = derand.certify(votes, columns)
        votes[::3, 0] = 3
        unsure = derand.certify(votes, columns)
        self.assertEqual((sure.label, unsure.label), (0, 0))
        self.assertLess(unsure.patch, sure.patch)
        self.same(unsure.getVotes(), votes)

    def test_frame_pixels(self):
        columns = derand.Ablation(derand.ABLATION_COLUMN, 2, (12, 10))
        votes = np.zeros((12, 2), np.uint8)
        votes[:, 0] = 1
        m = derand.FrameMap((120, 100), (0, 0, 120, 100), cv.INTER_NEAREST)
        c = derand.certify(votes, columns, m)
        self.assertGreater(c.patch, 5 * c.inputPatch)
        self.assertEqual(c.safeMap((7, 9)).shape, (100 - 9 + 1, 120 - 7 + 1))

    def test_dilation_and_codec(self):
        m = derand.FrameMap((64, 48), (0, 0, 64, 48), cv.INTER_NEAREST)
        self.assertEqual((m.dilation, m.codecBlock, m.codecOffset, m.dilationAfterCodec), (0, (1, 1), (-1, -1), 0))
        m.dilation, m.codecBlock, m.codecOffset, m.dilationAfterCodec = 2, (16, 8), (4, -1), 1
        # x: 24..36, the blocks 20..51, 15..56; y: 14..26, the blocks somewhere in 7..33, 2..38
        self.assertEqual(tuple(m.touched((30, 20, 1, 1), (64, 48))), (15, 2, 42, 37))
        m.setCodec(derand.CODEC_MJPEG)
        self.assertEqual((m.dilation, m.codecBlock, m.codecOffset, m.dilationAfterCodec), (2, (16, 16), (-1, -1), 1))
        m.setCodec(derand.CODEC_NONE)
        self.assertEqual((m.codecBlock, m.codecOffset), ((1, 1), (-1, -1)))
        with self.assertRaises(cv.error):
            m.setCodec(7)

    def test_pool(self):
        columns = derand.Ablation(derand.ABLATION_COLUMN, 2, (12, 10))
        votes = np.zeros((12, 2), np.uint8)
        votes[:, 1] = 1
        weak = votes.copy()
        weak[:4, 1], weak[:4, 0] = 0, 1
        c = derand.Certificate.pool([derand.certify(votes, columns), derand.certify(weak, columns)])
        self.assertEqual((c.label, c.votes, c.runnerUpVotes, c.run.ablations, c.run.evaluated, c.run.reused), (1, 20, 4, 24, 24, 0))
        self.assertEqual(c.patch, max(m for m in range(13) if m == 0 or c.holds((m, m))))
        self.same(c.getVotes(), np.vstack([votes, weak]))
        self.refused('several frames', c.safeMap, (1, 1))
        self.assertRaises(cv.error, derand.Certificate.pool, [])
        weak[3] = 6 # not evaluated
        partial = derand.certify(weak, columns)
        self.assertEqual((partial.run.evaluated, partial.run.ablations), (11, 12))
        self.refused('Params::earlyStop', derand.Certificate.pool, [c, partial])

    def test_abstains(self):
        columns = derand.Ablation(derand.ABLATION_COLUMN, 2, (12, 10))
        for code in (0, 2):
            c = derand.certify(np.full((12, 3), code, np.uint8), columns)
            for c in (c, derand.Certificate.pool([c, c])):
                self.assertEqual((c.label, c.votes, c.runnerUp, c.runnerUpVotes, c.patch, c.inputPatch), (-1, 0, -1, 0, 0, 0))
                self.assertEqual(c.run.abstained, c.run.ablations)
                self.assertFalse(c.holds((1, 1)) or c.staysIn([0, 1, 2], (1, 1)) or c.neverBecomes(1, (1, 1)))

    def test_empty(self):
        c = derand.Certificate()
        self.assertEqual((c.label, c.patch), (-1, 0))
        self.assertFalse(c.holds((1, 1)))
        self.assertRaises(cv.error, c.getVotes)
        self.assertRaises(cv.error, c.safeMap, (1, 1))

    def test_errors(self):
        columns = derand.Ablation(derand.ABLATION_COLUMN, 2, (12, 10))
        votes = random_votes(12, 3)
        self.refused('11', derand.certify, votes[:11], columns)
        self.refused('1', derand.certify, np.ascontiguousarray(votes[:, :1]), columns)
        self.refused('CV_32F', derand.certify, np.float32(votes), columns)
        self.refused('7', derand.certify, votes, columns, rule=7)
        c = derand.certify(votes, columns)
        self.refused('0', c.holds, (0, 1))
        self.refused('3', c.neverBecomes, 3, (1, 1))
        self.assertRaises(cv.error, c.staysIn, [], (1, 1))


class classifier(DerandTest):

    def setUp(self):
        super(classifier, self).setUp()
        self.model = model('mnist_column_s2.onnx')
        if not os.path.isfile(self.model):
            self.skipTest('no ' + self.model + ': set OPENCV_DERAND_MODELS')
        self.mnist = Classifier.create(self.model)

    def equal(self, a, b):
        for field in ('label', 'votes', 'runnerUp', 'runnerUpVotes', 'patch', 'inputPatch'):
            self.assertEqual(getattr(a, field), getattr(b, field), field)
        self.assertEqual((a.run.ablations, a.run.abstained), (b.run.ablations, b.run.abstained))
        self.same(a.getVotes() & derand.VOTE_CODE_VOTED, b.getVotes() & derand.VOTE_CODE_VOTED)

    def test_digits(self):
        certificates = [self.mnist.classify(drawn_digit(d)) for d in range(10)]
        self.assertGreaterEqual(sum(c.label == d for d, c in enumerate(certificates)), 6)
        self.assertGreaterEqual(sum(c.patch >= 3 for c in certificates), 4)
        for c in certificates:
            self.assertEqual((c.run.ablations, c.run.invalid, c.getVotes().shape), (28, 0, (28, 10)))
            self.assertEqual(c.safeMap((5, 5)).shape, (24, 24))

    def test_regions(self):
        frame = cv.copyMakeBorder(drawn_digit(3), 10, 20, 30, 40, cv.BORDER_CONSTANT, value=200)
        cut, c = self.mnist.classify(drawn_digit(3)), self.mnist.classify(frame, (30, 10, 28, 28))
        self.assertEqual((c.label, c.inputPatch), (cut.label, cut.inputPatch))
        self.same(c.getVotes(), cut.getVotes())
        self.assertEqual(c.safeMap((5, 5)).shape, (54, 94))
        self.assertEqual(self.mnist.getFrameMap((98, 58), (30, 10, 28, 28)).roi, (30, 10, 28, 28))
        with self.assertRaises(cv.error):
            self.mnist.classify(frame, (90, 10, 28, 28))

    def test_no_patch_changes_a_certified_label(self):
        random = np.random.RandomState(5)
        tried = 0
        for d in range(10):
            frame = cv.resize(drawn_digit(d), (90, 70))
            c = self.mnist.classify(frame)
            if c.patch == 0:
                continue
            attacked = []
            for _ in range(20):
                x, y = random.randint(0, 91 - c.patch), random.randint(0, 71 - c.patch)
                attacked.append(frame.copy())
                attacked[-1][y:y + c.patch, x:x + c.patch] = random.choice([0, 255]) if random.rand() < .5 else \
                    random.randint(0, 256, (c.patch, c.patch))
            labels = [a.label for a in self.mnist.classifyBatch(attacked)]
            self.assertEqual(labels, [c.label] * 20)
            tried += 20
        self.assertGreater(tried, 60)

    def test_frames(self):
        ''' float, a view, UMat and a batch of several sizes say what the plain frame says. '''
        frame = cv.resize(drawn_digit(3), (64, 48))
        expected = self.mnist.classify(frame)
        wide = np.zeros((50, 100), np.uint8)
        wide[1:49, 20:84] = frame
        self.equal(self.mnist.classify(wide[1:49, 20:84]), expected)
        self.equal(self.mnist.classify(cv.UMat(frame)), expected)
        self.equal(self.mnist.classify(np.float32(cv.resize(drawn_digit(3), (28, 28)))),
                   self.mnist.classify(drawn_digit(3)))
        batch = self.mnist.classifyBatch([frame, drawn_digit(8), frame])
        self.assertEqual(len(batch), 3)
        self.equal(batch[0], expected)
        self.equal(batch[1], self.mnist.classify(drawn_digit(8)))
        self.equal(batch[2], expected)
        self.assertEqual(len(self.mnist.classifyBatch([])), 0)

    def test_an_invalid_pixel_stays_in_its_columns(self):
        frame = np.float32(drawn_digit(3))
        clean = self.mnist.classify(frame).getVotes()
        frame[10, 10] = np.nan
        c = self.mnist.classify(frame)
        self.assertLessEqual(c.run.invalid, 2)
        changed = np.flatnonzero((c.getVotes() != clean).any(axis=1))
        self.assertTrue(set(changed) <= {9, 10}, changed)

    def test_the_centred_part_is_what_crop_takes(self):
        p = self.mnist.getParams()
        p.crop = True
        cropping = Classifier.create(self.model)
        cropping.setParams(p)
        for size in ((640, 480), (48, 640), (1, 9), (28, 28)):
            self.assertEqual(tuple(derand.centredPart((0, 0) + size, (28, 28))), tuple(cropping.getFrameMap(size).roi))
        self.refused('the region is 0 x 5', derand.centredPart, (0, 0, 0, 5), (28, 28))

    def test_one_pass(self):
        p = self.mnist.getParams()
        p.onePass = False
        strips = Classifier.create(self.model)
        strips.setParams(p)
        frame = drawn_digit(4)
        expected, c = strips.classify(frame), self.mnist.classify(frame)
        self.assertEqual((expected.run.onePass, c.run.onePass), (False, True))
        self.assertEqual((c.label, c.votes, c.runnerUpVotes), (expected.label, expected.votes, expected.runnerUpVotes))
        columns = derand.getReceptiveField(cv.dnn.readNet(self.model), [1, 2, 28, 29], 3)
        self.assertEqual((columns.layer, [tuple(r) for r in columns.reads]), ('', [(i, i + 2) for i in range(28)]))
        rows = derand.getReceptiveField(cv.dnn.readNet(self.model), [1, 2, 28, 2], 2)
        self.assertEqual([tuple(r) for r in rows.reads], [(0, 28)])
        self.refused('axis is 4', derand.getReceptiveField, cv.dnn.readNet(self.model), [1, 2, 28, 2], 4)

    def test_what_a_file_declares(self):
        info = derand.getOnnxInfo(self.model)
        self.assertEqual((list(info.inputShape), list(info.outputs), len(info.inputs)), ([1, 2, 28, 2], ['logits'], 1))
        self.assertEqual((info.complete, info.externalData, list(info.notTensors)), (True, False, []))
        self.refused('cannot be opened', derand.getOnnxInfo, 'no/such/model.onnx')

    def test_video(self):
        def classifier(**fields):
            p = self.mnist.getParams()
            for name, value in fields.items():
                setattr(p, name, value)
            made = Classifier.create(self.model)
            made.setParams(p)
            return made

        frame = drawn_digit(1)
        keeping = classifier(reuse=True)
        self.assertEqual([keeping.classify(frame).run.evaluated for _ in range(2)], [28, 0])
        frame[5, 7] ^= 255
        c = keeping.classify(frame)
        self.assertEqual((c.run.evaluated, c.run.reused), (2, 26))
        self.equal(c, self.mnist.classify(frame))
        stopping, left = classifier(earlyStop=(3, 3), onePass=False), 0
        for digit in range(10):
            frame = drawn_digit(digit)
            expected, c = self.mnist.classify(frame), stopping.classify(frame)
            self.assertEqual((c.label, c.holds((3, 3))), (expected.label, expected.holds((3, 3))))
            left += c.run.ablations - c.run.evaluated
        self.assertGreater(left, 0)

    def test_votes_make_the_certificate(self):
        frame = cv.resize(drawn_digit(6), (64, 48))
        c = self.mnist.classify(frame)
        self.assertEqual(self.mnist.getFrameMap((64, 48)).roi, (0, 0, 64, 48))
        self.equal(derand.certify(c.getVotes(), self.mnist.getAblation(), self.mnist.getFrameMap((64, 48))), c)

    def test_params(self):
        p = Params()
        self.assertEqual((p.channels, p.swapRB, p.crop, p.encoding), (3, False, False, derand.ENCODING_COMPLEMENT))
        self.assertEqual((p.interpolation, p.voteRule, p.rule), (cv.INTER_LINEAR, derand.VOTE_THRESHOLD, derand.CERTIFICATE_LOCATION))
        self.assertEqual((p.threshold, p.tolerance, p.chunk, p.softmax, p.transpose, p.minVotes), (.3, -1, 0, True, False, 1))
        self.assertEqual((p.mean, p.fill, len(p.labels)), ((0, 0, 0, 0), (0, 0, 0, 0), 0))
        self.assertAlmostEqual(p.scalefactor[0], 1. / 255)
        p = self.mnist.getParams()
        self.assertEqual(list(p.labels), [str(d) for d in range(10)])
        p.labels = ['digit %d' % d for d in range(10)]
        p.crop, p.chunk, p.threshold, p.tolerance = True, 5, .4, 1e-4
        p.reuse, p.earlyStop, p.dilation, p.dilationAfterCodec = True, (4, 3), 1, 2
        p.setCodec(derand.CODEC_MJPEG)
        self.assertEqual((p.codecBlock, p.codecOffset), ((16, 16), (-1, -1)))
        p.codecOffset = (5, 0)
        p.minVotes = 3
        p.rule, p.voteRule, p.interpolation = derand.CERTIFICATE_MARGIN, derand.VOTE_TOP1, cv.INTER_AREA
        p.scalefactor, p.mean, p.fill = (.004, .004, .004, .004), (1, 1, 1, 1), (.5, 0, 0, 0)
        self.mnist.setParams(p)
        q = self.mnist.getParams()
        for name in [n for n in dir(p) if n[0] != '_' and not callable(getattr(p, n))]:
            self.assertEqual(getattr(p, name), getattr(q, name), name)
        self.assertEqual(self.mnist.getFrameMap((200, 100)).roi, (50, 0, 100, 100))
        self.assertEqual(self.mnist.classify(drawn_digit(1)).run.abstained, 0) # top-1 never abstains

    def test_joined_classifier(self):
        joined = derand.JoinedClassifier.create([self.mnist, Classifier.create(self.model)])
        frame = drawn_digit(4)
        c = joined.classify(frame)
        self.assertEqual(c.run.ablations, 56)
        self.assertEqual(c.patch, self.mnist.classify(frame).patch) # the same votes twice
        self.assertEqual(len(joined.getClassifiers()), 2)
        self.assertEqual(derand.JoinedClassifier.create([self.model, self.model]).classify(frame).votes, c.votes)
        self.refused('occurs twice', derand.JoinedClassifier.create, [self.mnist, self.mnist])

    def test_saved_settings(self):
        folder = tempfile.mkdtemp()
        try:
            p = self.mnist.getParams()
            p.threshold, p.rule = .4, derand.CERTIFICATE_MARGIN
            self.mnist.setParams(p)
            config = os.path.join(folder, 'settings.yml')
            self.mnist.save(config)
            loaded = Classifier.create(self.model, config)
            self.assertEqual((loaded.getParams().threshold, loaded.getParams().rule), (.4, derand.CERTIFICATE_MARGIN))
            self.equal(loaded.classify(drawn_digit(2)), self.mnist.classify(drawn_digit(2)))
        finally:
            shutil.rmtree(folder)

    def test_settings(self):
        ''' Settings without a model: from a file with what has no default, changed, written, given to a model. '''
        folder = tempfile.mkdtemp()
        try:
            config = os.path.join(folder, 'settings.yml')
            with open(config, 'w') as f:
                f.write('ablation: { type: column, width: 2, inputSize: [ 28, 28 ] }\nparams:\n   channels: 1\n   encoding: strip\n')
            settings = derand.ModelSettings.read(config)
            self.assertEqual((settings.ablation.width, settings.ablation.stride, settings.modelChecksum), (2, 1, ''))
            self.assertEqual((settings.params.encoding, settings.params.threshold), (derand.ENCODING_STRIP, .3))
            params, ablation = settings.params, settings.ablation
            params.threshold, params.mean, params.labels = .35, (4e10, -0., 0, 1e-300), ['caf\u00e9 "%d"' % d for d in range(10)]
            self.assertTrue(ablation.wrap)
            ablation.stride, ablation.wrap = 3, False
            settings.params, settings.ablation, settings.modelChecksum = params, ablation, '00000000'
            settings.write(config)
            with open(config, 'rb') as f:
                self.assertEqual(f.read().decode('utf-8'), settings.text())
            again = derand.ModelSettings.read(config)
            self.assertEqual(again.text(), settings.text())
            self.assertEqual((again.params.mean, again.ablation.stride, again.ablation.wrap, list(again.params.labels)),
                             ((4e10, 0, 0, 1e-300), 3, False, list(params.labels)))
            self.refused('mixed up', Classifier.create, self.model, again)
            again.modelChecksum = self.mnist.getSettings().modelChecksum
            params.mean = (0, 0, 0, 0)
            again.params = params
            loaded = Classifier.create(self.model, again)
            self.assertEqual(loaded.getSettings().text(), again.text())
            self.assertEqual(loaded.classify(drawn_digit(2)).run.ablations, 9)
            with open(config, 'a') as f:
                f.write('treshold: 3\n')
            line = settings.text().count('\n') + 1
            self.refused("line %d: 'treshold' is not a field" % line, derand.ModelSettings.read, config)
            self.refused('inputSize', derand.ModelSettings().write, config)
        finally:
            shutil.rmtree(folder)

    def test_net(self):
        ''' Any net, backend and target. '''
        a = self.mnist.getAblation()
        self.assertEqual((a.type, a.width, a.inputSize, a.stride), (derand.ABLATION_COLUMN, 2, (28, 28), 1))
        own = Classifier.create(cv.dnn.readNet(self.model), a, self.mnist.getParams())
        own.setPreferableBackend(cv.dnn.DNN_BACKEND_OPENCV)
        own.setPreferableTarget(cv.dnn.DNN_TARGET_CPU)
        self.equal(own.classify(drawn_digit(4)), self.mnist.classify(drawn_digit(4)))

    def test_errors(self):
        frame = drawn_digit(5)
        expected = self.mnist.classify(frame)
        classify = self.mnist.classify
        self.refused('3 channels', classify, np.zeros((28, 28, 3), np.uint8))
        self.refused('CV_64F', classify, np.float64(frame))
        self.refused('at least one pixel', classify, np.zeros((0, 0), np.uint8))
        self.refused('frame 1', self.mnist.classifyBatch, [frame, np.zeros((28, 28, 3), np.uint8)])
        for name, bad in (('threshold', 0), ('threshold', 1.5), ('channels', 5), ('chunk', -1), ('encoding', 9)):
            p = self.mnist.getParams()
            setattr(p, name, bad)
            self.refused('%g' % bad, self.mnist.setParams, p)
        self.refused('empty', Classifier.create, cv.dnn.Net(), self.mnist.getAblation())
        self.refused('missing.onnx', Classifier.create, 'missing.onnx', self.mnist.getSettings())
        self.refused('missing.yml', Classifier.create, 'missing.onnx') # settings come first
        self.refused('missing.yml', Classifier.create, self.model, 'missing.yml')
        self.equal(classify(frame), expected)

    def run_sample(self, name, *arguments):
        program = os.path.join(os.path.dirname(self.model), '..', name)
        process = subprocess.Popen([sys.executable, program] + list(arguments),
                                   env=dict(os.environ, PYTHONPATH=os.pathsep.join(sys.path)),
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        out, err = process.communicate()
        return process.returncode, out.decode(), err.decode()

    def test_sample(self):
        ''' samples/certify_image.py prints what the module says. '''
        folder = tempfile.mkdtemp()
        try:
            picture = os.path.join(folder, 'digit.png')
            frame = drawn_digit(3)
            cv.imwrite(picture, frame)

            def run(*arguments):
                return self.run_sample('certify_image.py', *arguments)

            c = self.mnist.classify(frame)
            self.assertGreater(c.patch, 0)
            code, out, _ = run(self.model, picture, '--patch=%d' % c.patch)
            self.assertEqual(code, 0)
            for line in ('label:      %d\n' % c.label, 'votes:      %d of %d,' % (c.votes, c.run.ablations),
                         'no patch of %d x %d pixels' % (c.patch, c.patch), 'px:  certified\n'):
                self.assertIn(line, out)
            side = c.patch + 1
            safe = c.safeMap((side, side))
            self.assertIn('not certified: the lead is %d, it can take up to %d; %d of %d places'
                          % (c.lead, 2 * c.maxAffected((side, side)), np.count_nonzero(safe), safe.size),
                          run(self.model, picture, '--patch=%d' % side)[1])
            for arguments in ((self.model, 'missing.png'), ('missing.onnx', picture)):
                code, _, err = run(*arguments)
                self.assertEqual(code, 1)
                self.assertIn('missing', err)
                self.assertNotIn('Traceback', err)
        finally:
            shutil.rmtree(folder)

    def test_folder_sample(self):
        ''' samples/certify_folder.py prints what the module says of every picture, and plots; or how to get matplotlib. '''
        folder = tempfile.mkdtemp()
        try:
            for digit in (3, 7):
                cv.imwrite(os.path.join(folder, '%d.png' % digit), drawn_digit(digit))
            plots = os.path.join(folder, 'plots')
            code, out, err = self.run_sample('certify_folder.py', self.model, folder, '--out=' + plots)
            if 'pip install matplotlib' in err:
                self.assertEqual((code, out), (1, ''))
                self.assertIn('pip install matplotlib', err)
                return
            self.assertEqual(code, 0, err)
            for digit in (3, 7):
                c = self.mnist.classify(drawn_digit(digit))
                self.assertIn('%d/%d %5d px' % (c.votes, c.run.ablations, c.patch),
                              [line for line in out.split('\n') if line.startswith('%d.png' % digit)][0])
            self.assertEqual(sorted(os.listdir(plots)), ['least_certain.png', 'share.png'])
        finally:
            shutil.rmtree(folder)

    def test_video_sample(self):
        ''' samples/certify_video.py writes down what the module says of every frame. '''
        folder = tempfile.mkdtemp()
        try:
            def path(name):
                return os.path.join(folder, name)

            def run(*arguments):
                return self.run_sample('certify_video.py', '--headless', '--model=' + self.model, *arguments)

            frames = [cv.cvtColor(cv.resize(drawn_digit(d), (112, 112)), cv.COLOR_GRAY2BGR) for d in (3, 3, 7)]
            for i, frame in enumerate(frames):
                wide = cv.copyMakeBorder(frame, 0, 0, 30, 40, cv.BORDER_CONSTANT)
                cv.imwrite(path('%02d.png' % i), wide)
            code, out, err = run(path('%02d.png'), '--patch=9', '--roi=30,0,112,112', '--json=' + path('out.json'),
                                 '--record=' + path('out.avi'))
            self.assertEqual(code, 0, err)
            self.assertIn('3 frames', out)
            with open(path('out.json')) as f:
                lines = [json.loads(line) for line in f]
            self.assertEqual([line['type'] for line in lines], ['run'] + 3 * ['frame'] + ['totals'])
            settings = self.mnist.getSettings()
            first = lines.pop(0)
            self.assertEqual(first['model'], {'file': 'mnist_column_s2.onnx', 'checksum': settings.modelChecksum})
            self.assertEqual(first['version'], derand.getVersion())
            self.assertEqual(first['settings']['params']['labels'], list(settings.params.labels))
            self.assertEqual(first['settings']['params']['threshold'], settings.params.threshold)
            self.assertEqual(first['settings']['ablation']['inputSize'], [28, 28])
            self.assertEqual((lines[3]['frames'], lines[3]['certifiedFrames']), (3, sum(line['certified'] for line in lines[:3])))
            for frame, line in zip(frames, lines):
                c = self.mnist.classify(cv.cvtColor(frame, cv.COLOR_BGR2GRAY))
                self.assertEqual((line['label'], line['class'], line['votes'], line['largestPatch'], line['certified']),
                                 (c.label, str(c.label), c.votes, c.patch, c.holds((9, 9))))
                self.assertEqual((line['roi'], line['askedPatch'], line['abstainedAblations']), ([30, 0, 112, 112], [9, 9], c.run.abstained))
            self.assertEqual([line['reusedAblations'] for line in lines[:2]], [0, lines[1]['ablations']])
            video = cv.VideoCapture(path('out.avi'))
            self.assertEqual([video.read()[0] for _ in range(4)], [True] * 3 + [False])
            video.release()
            for arguments in ((path('missing.avi'),), (path('%02d.png'), '--roi=900,0,5,5'),
                              (path('%02d.png'), '--json=' + path('no/out.json')), (path('%02d.png'), '--patch=9x'),
                              (path('out.avi'), '--json=' + path('out.avi'))):
                code, _, err = run(*arguments)
                self.assertEqual(code, 1)
                self.assertNotIn('Traceback', err)
        finally:
            shutil.rmtree(folder)


if __name__ == '__main__':
    NewOpenCVTests.bootstrap()
