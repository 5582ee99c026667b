"""Calls both services with `buf curl`, which knows nothing of them but what server reflection tells.

Needs BUF (the program), TRAINER and INTERPOLATOR (host:port).
"""

import base64
import json
import os
import pathlib
import signal
import subprocess
import unittest

REQUESTS = pathlib.Path(__file__).resolve().parent.parent / "requests"
PATIENCE = 120  # seconds until a call that should end counts as hung
TRAININGS = "plateau.trainer.v1.TrainingService/"
PAIRS = "plateau.trainer.v1.CheckpointPairService/"
PATHS = "plateau.interpolator.v1.InterpolationService/"


def command(server, method, *flags):
    url = "http://" + os.environ[server] + "/" + method
    return [os.environ["BUF"], "curl", "--protocol", "grpc", "--http2-prior-knowledge", *flags, url]


def run(server, method, *flags):
    return subprocess.run(
        command(server, method, *flags), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE
    )


def documents(text):
    """The JSON documents that stand one after the other in a text."""
    decoder = json.JSONDecoder()
    found, position = [], 0
    while text[position:].strip():
        position += len(text[position:]) - len(text[position:].lstrip())
        document, position = decoder.raw_decode(text, position)
        found.append(document)
    return found


def request(name):
    return json.loads((REQUESTS / name).read_text())


class BufCurlTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        create = dict(request("training.json"), trainingId="buf", labels={"client": "buf"})
        cls.training = cls.call("TRAINER", TRAININGS + "CreateTraining", create)[0]["training"]
        cls.events = [
            answer["event"]
            for answer in cls.call("TRAINER", TRAININGS + "WatchTraining", {"name": cls.training["name"]})
            if "event" in answer
        ]
        cls.training = cls.call("TRAINER", TRAININGS + "GetTraining", {"name": cls.training["name"]})[0]["training"]
        cls.pair = cls.call("TRAINER", PAIRS + "GetPair", {"name": cls.training["pair"]})[0]["pair"]

    @classmethod
    def call(cls, server, method, message):
        done = run(server, method, "-d", json.dumps(message))
        if done.returncode:
            raise AssertionError("%s failed: %s" % (method, done.stderr))
        return documents(done.stdout)

    def path(self, **changes):
        ends = {"first": {"pair": {"name": self.pair["name"]}}}
        return {"spec": dict(request("path.json"), ends=ends, **changes)}

    def test_reflection_lists_the_methods(self):
        for server, methods in (
            ("TRAINER", {TRAININGS + "CreateTraining", PAIRS + "ReadTensors", "grpc.health.v1.Health/Check"}),
            ("INTERPOLATOR", {PATHS + "Interpolate", PATHS + "Plan", "grpc.health.v1.Health/Check"}),
        ):
            with self.subTest(server):
                done = run(server, "", "--list-methods")
                self.assertEqual(done.returncode, 0, done.stderr)
                listed = set(done.stdout.split())
                self.assertLessEqual(methods | {"plateau.common.v1.ServerService/GetServerInfo"}, listed)

    def test_both_servers_say_what_they_are(self):
        for server in ("TRAINER", "INTERPOLATOR"):
            info = self.call(server, "plateau.common.v1.ServerService/GetServerInfo", {})[0]["server"]
            self.assertEqual(info["kind"], "SERVER_KIND_" + server)
            self.assertIn("mnist-10k", info["datasets"])

    def test_training_is_watched_to_its_end(self):
        self.assertEqual([int(event["number"]) for event in self.events], list(range(1, len(self.events) + 1)))
        self.assertEqual(self.events[-1]["stateChange"]["newState"], "JOB_STATE_SUCCEEDED")
        self.assertEqual(self.training["state"], "JOB_STATE_SUCCEEDED")
        self.assertEqual(self.pair["labels"], {"client": "buf"})
        self.assertLess(self.pair["finalEnd"]["trainLoss"], 0.5 * self.pair["initEnd"]["trainLoss"])

    def test_path_starts_and_ends_at_the_stored_values(self):
        items = [answer["item"] for answer in self.call("INTERPOLATOR", PATHS + "Interpolate", self.path())]
        points = [item["point"] for item in items if "point" in item]
        for scheme in (0, 1):
            curve = {p.get("alpha", 0.0): p for p in points if p.get("schemeIndex", 0) == scheme}
            self.assertEqual(len(curve), 11)
            for alpha, end in ((0.0, self.pair["initEnd"]), (1.0, self.pair["finalEnd"])):
                loss = end["trainLoss"]
                self.assertLessEqual(abs(curve[alpha]["loss"] - loss), 1e-5 * max(1, loss), (scheme, alpha))
                self.assertEqual(curve[alpha].get("error", 0.0), end.get("trainError", 0.0), (scheme, alpha))
        checks = items[-1]["summary"]["endChecks"]
        self.assertEqual([check["status"] for check in checks], ["END_CHECK_STATUS_MATCHED"] * 4)

    def test_errors_name_the_fields(self):
        wrong = request("training.json")
        wrong["spec"]["batchSize"] = 0
        done = run("TRAINER", TRAININGS + "CreateTraining", "-d", json.dumps(wrong))
        self.assertNotEqual(done.returncode, 0)
        error = documents(done.stderr[done.stderr.index("{") :])[0]
        self.assertEqual(error["code"], "invalid_argument")
        details = {detail["type"]: detail for detail in error["details"]}
        info = base64.b64decode(details["google.rpc.ErrorInfo"]["value"] + "==")
        self.assertIn(b"REQUEST_INVALID", info)
        self.assertIn(b"plateau", info)
        fields = base64.b64decode(details["google.rpc.BadRequest"]["value"] + "==")
        self.assertIn(b"spec.batch_size", fields)

    def test_interrupting_a_watch_leaves_the_training(self):
        create = dict(request("long-training.json"), trainingId="buf-long")
        name = self.call("TRAINER", TRAININGS + "CreateTraining", create)[0]["training"]["name"]
        try:
            watch = subprocess.Popen(
                command("TRAINER", TRAININGS + "WatchTraining", "-d", json.dumps({"name": name})),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
            with watch:
                self.assertTrue(watch.stdout.readline())
                watch.send_signal(signal.SIGINT)
                self.assertNotEqual(watch.wait(PATIENCE), 0)
            state = self.call("TRAINER", TRAININGS + "GetTraining", {"name": name})[0]["training"]["state"]
            self.assertIn(state, ("JOB_STATE_QUEUED", "JOB_STATE_RUNNING"))
        finally:
            self.call("TRAINER", TRAININGS + "CancelTraining", {"name": name})
        events = [
            answer["event"]
            for answer in self.call("TRAINER", TRAININGS + "WatchTraining", {"name": name})
            if "event" in answer
        ]
        self.assertEqual(events[-1]["stateChange"]["newState"], "JOB_STATE_CANCELLED")


if __name__ == "__main__":
    unittest.main()
