"""Calls both services from Python, with stubs made by Debian's python3-grpc-tools.

Needs TRAINER and INTERPOLATOR (host:port), INTERPOLATOR_METRICS (a URL), and the stubs on PYTHONPATH.
"""

import hashlib
import json
import math
import os
import pathlib
import re
import struct
import time
import unittest
import urllib.request

import grpc
from google.protobuf import json_format
from google.rpc import error_details_pb2, status_pb2
from plateau.common.v1 import job_state_pb2, path_ends_pb2, server_info_pb2, server_service_pb2
from plateau.common.v1 import server_service_pb2_grpc
from plateau.interpolator.v1 import end_check_pb2, evaluation_service_pb2, evaluation_service_pb2_grpc
from plateau.interpolator.v1 import interpolation_service_pb2, interpolation_service_pb2_grpc
from plateau.interpolator.v1 import path_spec_pb2
from plateau.trainer.v1 import checkpoint_pair_service_pb2, checkpoint_pair_service_pb2_grpc
from plateau.trainer.v1 import training_service_pb2, training_service_pb2_grpc

REQUESTS = pathlib.Path(__file__).resolve().parent.parent / "requests"
PATIENCE = 120  # seconds until a call that should end counts as hung
INIT = path_ends_pb2.CheckpointRef(end=path_ends_pb2.PAIR_END_INIT)
FINAL = path_ends_pb2.CheckpointRef(end=path_ends_pb2.PAIR_END_FINAL)


def request(name, message):
    return json_format.Parse((REQUESTS / name).read_text(), message)


def path_of(pair, **changes):
    spec = request("path.json", path_spec_pb2.PathSpec())
    spec.ends.first.pair.name = pair
    json_format.ParseDict(changes, spec)
    return spec


def details(error):
    """The google.rpc.Status of a failed call, by the full names of its details."""
    trailers = {key: value for key, value in error.trailing_metadata()}
    status = status_pb2.Status.FromString(trailers["grpc-status-details-bin"])
    found = {}
    for detail in status.details:
        found.setdefault(detail.TypeName(), []).append(detail.value)
    return status, found


def gauge(name, **labels):
    """The sum of the samples of a metric that have these labels; None if there are none."""
    with urllib.request.urlopen(os.environ["INTERPOLATOR_METRICS"], timeout=PATIENCE) as answer:
        lines = answer.read().decode().splitlines()
    values = [
        float(line.rsplit(" ", 1)[1])
        for line in lines
        if re.match(name + r"(\{| )", line)
        and all('%s="%s"' % label in line for label in labels.items())
    ]
    return sum(values) if values else None


class ServicesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        trainer = grpc.insecure_channel(os.environ["TRAINER"])
        interpolator = grpc.insecure_channel(os.environ["INTERPOLATOR"])
        cls.addClassCleanup(trainer.close)
        cls.addClassCleanup(interpolator.close)
        cls.channels = {"trainer": trainer, "interpolator": interpolator}
        cls.trainings = training_service_pb2_grpc.TrainingServiceStub(trainer)
        cls.pairs = checkpoint_pair_service_pb2_grpc.CheckpointPairServiceStub(trainer)
        cls.paths = interpolation_service_pb2_grpc.InterpolationServiceStub(interpolator)
        cls.evaluations = evaluation_service_pb2_grpc.EvaluationServiceStub(interpolator)

        cls.create = request("training.json", training_service_pb2.CreateTrainingRequest())
        cls.create.training_id = "python"
        cls.create.request_id = "python-1"
        cls.create.labels["client"] = "python"
        cls.created = cls.trainings.CreateTraining(cls.create, timeout=PATIENCE).training
        cls.events = cls.watch(cls.created.name)
        cls.training = cls.trainings.GetTraining(
            training_service_pb2.GetTrainingRequest(name=cls.created.name), timeout=PATIENCE
        ).training
        cls.pair = cls.pairs.GetPair(
            checkpoint_pair_service_pb2.GetPairRequest(name=cls.training.pair), timeout=PATIENCE
        ).pair

    @classmethod
    def watch(cls, name, after=0):
        stream = cls.trainings.WatchTraining(
            training_service_pb2.WatchTrainingRequest(name=name, after_event=after), timeout=PATIENCE
        )
        return [item.event for item in stream if item.HasField("event")]

    def refused(self, code, reason, call):
        """Runs a call that must fail with a code and a reason; answers with the error's details."""
        with self.assertRaises(grpc.RpcError) as raised:
            call()
        error = raised.exception
        self.assertEqual(error.code(), code, error.details())
        status, found = details(error)
        self.assertEqual(status.code, code.value[0])
        self.assertEqual(status.message, error.details())
        self.assertEqual(len(found["google.rpc.ErrorInfo"]), 1)
        info = error_details_pb2.ErrorInfo.FromString(found["google.rpc.ErrorInfo"][0])
        self.assertEqual((info.domain, info.reason), ("plateau", reason))
        return found

    def test_both_servers_say_what_they_are(self):
        kinds = {
            "trainer": server_info_pb2.SERVER_KIND_TRAINER,
            "interpolator": server_info_pb2.SERVER_KIND_INTERPOLATOR,
        }
        for name, channel in self.channels.items():
            with self.subTest(name):
                server = server_service_pb2_grpc.ServerServiceStub(channel).GetServerInfo(
                    server_service_pb2.GetServerInfoRequest(), timeout=PATIENCE
                ).server
                self.assertEqual(server.kind, kinds[name])
                self.assertRegex(server.build.version, r"^\d+\.\d+\.\d+")
                self.assertIn("mnist-10k", server.datasets)
                self.assertGreaterEqual(server.limits.max_message_bytes, 64 << 10)
                # grpc.health.v1.HealthCheckResponse{status: SERVING}; Debian has no stubs for it.
                health = channel.unary_unary("/grpc.health.v1.Health/Check")(b"", timeout=PATIENCE)
                self.assertEqual(health, b"\x08\x01")

    def test_training_is_watched_to_its_end(self):
        self.assertEqual([event.number for event in self.events], list(range(1, len(self.events) + 1)))
        states = [e.state_change.new_state for e in self.events if e.HasField("state_change")]
        self.assertEqual(states[-1], job_state_pb2.JOB_STATE_SUCCEEDED)
        epochs = [event.epoch for event in self.events if event.HasField("epoch")]
        self.assertEqual([epoch.epoch for epoch in epochs], list(range(13)))
        self.assertLess(epochs[-1].train_loss, 0.5 * epochs[0].train_loss)
        self.assertEqual(self.training.state, job_state_pb2.JOB_STATE_SUCCEEDED)
        self.assertEqual(self.watch(self.created.name, after=len(self.events) - 2), self.events[-2:])

    def test_the_same_request_trains_once(self):
        again = self.trainings.CreateTraining(self.create, timeout=PATIENCE).training
        self.assertEqual(again.name, self.created.name)
        other = training_service_pb2.CreateTrainingRequest()
        other.CopyFrom(self.create)
        other.spec.seed += 1
        self.refused(
            grpc.StatusCode.ALREADY_EXISTS,
            "REQUEST_ID_REUSED",
            lambda: self.trainings.CreateTraining(other, timeout=PATIENCE),
        )

    def test_pair_carries_its_record(self):
        self.assertEqual(self.pair.training, self.created.name)
        self.assertEqual(self.pair.labels["client"], "python")
        self.assertEqual(list(self.pair.dataset.class_counts), [60, 60, 60])
        self.assertAlmostEqual(self.pair.init_end.train_loss, math.log(3), delta=1.0)
        self.assertEqual(len(self.pair.training_record.epochs), 13)
        self.assertEqual(self.pair.training_record.epochs[-1].train_loss, self.pair.final_end.train_loss)
        listed = self.pairs.ListPairs(
            checkpoint_pair_service_pb2.ListPairsRequest(filter='labels.client = "python"'),
            timeout=PATIENCE,
        ).pairs
        self.assertEqual([pair.name for pair in listed], [self.pair.name])

    def test_tensors_are_safetensors_with_the_stored_digest(self):
        for which, end in ((INIT, self.pair.init_end), (FINAL, self.pair.final_end)):
            with self.subTest(path_ends_pb2.PairEnd.Name(which.end)):
                answers = list(
                    self.pairs.ReadTensors(
                        checkpoint_pair_service_pb2.ReadTensorsRequest(
                            name=self.pair.name, checkpoint=which, chunk_bytes=4096
                        ),
                        timeout=PATIENCE,
                    )
                )
                chunks = [answer.chunk for answer in answers if answer.HasField("chunk")]
                data = b""
                for chunk in chunks:
                    self.assertEqual(chunk.offset, len(data))
                    self.assertLessEqual(len(chunk.data), 4096)
                    data += chunk.data
                digest = "sha256:" + hashlib.sha256(data).hexdigest()
                self.assertEqual(len(data), end.bytes)
                self.assertEqual(answers[0].file.bytes, end.bytes)
                self.assertEqual({digest}, {end.digest, answers[0].file.digest, chunks[-1].digest})
                self.check_safetensors(data, zero_biases=which is INIT)

                tail = self.pairs.ReadTensors(
                    checkpoint_pair_service_pb2.ReadTensorsRequest(
                        name=self.pair.name, checkpoint=which, offset=10_000
                    ),
                    timeout=PATIENCE,
                )
                self.assertEqual(b"".join(answer.chunk.data for answer in tail), data[10_000:])

    def check_safetensors(self, data, zero_biases):
        (length,) = struct.unpack_from("<Q", data)
        header = json.loads(data[8 : 8 + length])
        header.pop("__metadata__", None)
        layout = {tensor.name: list(tensor.shape) for tensor in self.pair.network.parameters.tensors}
        self.assertEqual(
            layout,
            {
                "layers.1.weight": [32, 784],
                "layers.1.bias": [32],
                "layers.2.weight": [32, 32],
                "layers.2.bias": [32],
                "layers.3.weight": [3, 32],
                "layers.3.bias": [3],
            },
        )
        self.assertEqual({name: tensor["shape"] for name, tensor in header.items()}, layout)
        body = data[8 + length :]
        end = 0
        for name, tensor in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
            self.assertEqual(tensor["dtype"], "F32")
            first, last = tensor["data_offsets"]
            self.assertEqual(first, end)
            self.assertEqual(last - first, 4 * math.prod(tensor["shape"]))
            end = last
            numbers = struct.unpack("<%df" % math.prod(tensor["shape"]), body[first:last])
            self.assertTrue(all(map(math.isfinite, numbers)))
            self.assertEqual(any(numbers), not (zero_biases and name.endswith(".bias")), name)
        self.assertEqual(end, len(body))

    def test_path_starts_and_ends_at_the_stored_values(self):
        items = [
            response.item
            for response in self.paths.Interpolate(
                interpolation_service_pb2.InterpolateRequest(spec=path_of(self.pair.name)), timeout=PATIENCE
            )
        ]
        numbered = [item for item in items if not item.HasField("progress")]
        self.assertEqual([item.sequence for item in numbered], list(range(1, len(numbered) + 1)))
        self.assertTrue(numbered[0].HasField("plan"))
        self.assertTrue(numbered[-1].HasField("summary"))
        self.curves(item.point for item in numbered if item.HasField("point"))
        summary = numbered[-1].summary
        self.assertEqual(len(summary.curves), 2)
        self.assertEqual(
            {(check.scheme_index, check.end): check.status for check in summary.end_checks},
            {
                (scheme, end): end_check_pb2.END_CHECK_STATUS_MATCHED
                for scheme in (0, 1)
                for end in (path_ends_pb2.PAIR_END_INIT, path_ends_pb2.PAIR_END_FINAL)
            },
        )
        self.assertEqual(summary.provenance.first_end.digest, self.pair.init_end.digest)

    def test_a_durable_evaluation_gives_the_same_bits(self):
        streamed = self.paths.Interpolate(
            interpolation_service_pb2.InterpolateRequest(spec=path_of(self.pair.name)), timeout=PATIENCE
        )
        curves = self.curves(answer.item.point for answer in streamed if answer.item.HasField("point"))
        evaluation = self.evaluations.CreateEvaluation(
            evaluation_service_pb2.CreateEvaluationRequest(
                evaluation_id="python", spec=path_of(self.pair.name)
            ),
            timeout=PATIENCE,
        ).evaluation
        watched = [
            response.item
            for response in self.evaluations.WatchEvaluation(
                evaluation_service_pb2.WatchEvaluationRequest(name=evaluation.name), timeout=PATIENCE
            )
        ]
        again = self.curves(item.point for item in watched if item.HasField("point"))
        self.assertEqual(again, curves)
        for scheme in (0, 1):
            curve = self.evaluations.GetCurve(
                evaluation_service_pb2.GetCurveRequest(name=evaluation.name, scheme_index=scheme),
                timeout=PATIENCE,
            ).curve
            self.assertEqual(list(curve.points), list(curves[scheme].values()))
            self.assertTrue(curve.HasField("summary"))

    def curves(self, points):
        """The points of each scheme by ascending alpha, once their ends are found to be the pair's."""
        curves = {0: {}, 1: {}}
        for point in points:
            curves[point.scheme_index][point.alpha] = point
        curves = {scheme: dict(sorted(curve.items())) for scheme, curve in curves.items()}
        for scheme, curve in curves.items():
            self.assertEqual(len(curve), 11)
            for alpha, end in ((0.0, self.pair.init_end), (1.0, self.pair.final_end)):
                measured = curve[alpha]
                self.assertEqual(measured.samples, 180)
                self.assertEqual(measured.non_finite_logits, 0)
                self.assertLessEqual(
                    abs(measured.loss - end.train_loss), 1e-5 * max(1, end.train_loss), (scheme, alpha)
                )
                self.assertEqual(measured.error, end.train_error, (scheme, alpha))
                self.assertEqual(sum(c.predicted for c in measured.per_class), 180)
        # Between the ends the schemes differ: these biases have moved.
        self.assertNotEqual(curves[0][0.5].loss, curves[1][0.5].loss)
        return curves

    def test_errors_name_the_fields(self):
        wrong = training_service_pb2.CreateTrainingRequest()
        wrong.CopyFrom(self.create)
        wrong.request_id = ""
        wrong.training_id = "Not An Id"
        wrong.spec.batch_size = 0
        found = self.refused(
            grpc.StatusCode.INVALID_ARGUMENT,
            "REQUEST_INVALID",
            lambda: self.trainings.CreateTraining(wrong, timeout=PATIENCE),
        )
        bad = error_details_pb2.BadRequest.FromString(found["google.rpc.BadRequest"][0])
        fields = {violation.field: violation.description for violation in bad.field_violations}
        self.assertEqual(set(fields), {"training_id", "spec.batch_size"})
        self.assertTrue(all(fields.values()))

        found = self.refused(
            grpc.StatusCode.INVALID_ARGUMENT,
            "REQUEST_INVALID",
            lambda: self.paths.Plan(
                interpolation_service_pb2.PlanRequest(
                    spec=path_of(self.pair.name, grid={"uniform": {"start": 2.0}})
                ),
                timeout=PATIENCE,
            ),
        )
        bad = error_details_pb2.BadRequest.FromString(found["google.rpc.BadRequest"][0])
        self.assertEqual([v.field for v in bad.field_violations], ["spec.grid.uniform"])

        self.refused(
            grpc.StatusCode.NOT_FOUND,
            "PAIR_NOT_FOUND",
            lambda: list(
                self.paths.Interpolate(
                    interpolation_service_pb2.InterpolateRequest(spec=path_of("pairs/none")), timeout=PATIENCE
                )
            ),
        )

    def test_a_cancelled_path_frees_the_device(self):
        cancelled = {"outcome": "cancelled"}
        before = gauge("interpolator_alpha_points_total", **cancelled) or 0
        stream = self.paths.Interpolate(
            interpolation_service_pb2.InterpolateRequest(
                spec=path_of(self.pair.name, grid={"uniform": {"count": 10_001}})
            ),
            timeout=PATIENCE,
        )
        next(item for item in stream if item.item.HasField("point"))
        stream.cancel()
        with self.assertRaises(grpc.RpcError) as raised:
            for _ in stream:
                pass
        self.assertEqual(raised.exception.code(), grpc.StatusCode.CANCELLED)
        deadline = time.monotonic() + 30
        while gauge("interpolator_pending_alpha_points") != 0:
            self.assertLess(time.monotonic(), deadline, "points are still waiting for the device")
            time.sleep(0.05)
        self.assertGreater(gauge("interpolator_alpha_points_total", **cancelled) or 0, before)

    def test_leaving_a_watch_leaves_the_training(self):
        create = request("long-training.json", training_service_pb2.CreateTrainingRequest())
        create.training_id = "python-long"
        name = self.trainings.CreateTraining(create, timeout=PATIENCE).training.name
        try:
            stream = self.trainings.WatchTraining(
                training_service_pb2.WatchTrainingRequest(name=name), timeout=PATIENCE
            )
            next(item for item in stream if item.HasField("event") and item.event.HasField("epoch"))
            stream.cancel()
            with self.assertRaises(grpc.RpcError) as raised:
                for _ in stream:
                    pass
            self.assertEqual(raised.exception.code(), grpc.StatusCode.CANCELLED)
            training = self.trainings.GetTraining(
                training_service_pb2.GetTrainingRequest(name=name), timeout=PATIENCE
            ).training
            self.assertEqual(training.state, job_state_pb2.JOB_STATE_RUNNING)
        finally:
            self.trainings.CancelTraining(
                training_service_pb2.CancelTrainingRequest(name=name), timeout=PATIENCE
            )
        events = self.watch(name)
        self.assertEqual(events[-1].state_change.new_state, job_state_pb2.JOB_STATE_CANCELLED)


if __name__ == "__main__":
    unittest.main()
