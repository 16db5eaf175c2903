"""HTTP as curl speaks it: the README's example, answers, failures, and clients that misbehave."""
import json
import random
import subprocess
import unittest
from concurrent.futures import ThreadPoolExecutor

from client_environment import ROOT, Server, ShopTest, readme_block, roster

PREDICATES = ["true", "newsletter", "city = 'Łódź'", "city like 'W%'", "ltv > 500 and last_order in last 90 days"]


def curl(server, path, *words, body=None):
    """The status, the type of the body, and the body."""
    command = ["curl", "-sS", "-w", "\n%{http_code} %{content_type}", *words]
    if body is not None:
        command += ["--data-binary", "@-"]
    ran = subprocess.run([*command, f"http://127.0.0.1:{server.http_port}{path}"], input=body or "",
                         capture_output=True, text=True, timeout=60, check=True)
    text, _, end = ran.stdout.rpartition("\n")
    status, _, kind = end.partition(" ")
    return int(status), kind, text


class HttpClientTest(ShopTest):
    def ask(self, server, verb, question):
        status, kind, text = curl(server, f"/v1/databases/shop/{verb}", body=json.dumps(question))
        self.assertEqual((status, kind), (200, "application/json"), text)
        return json.loads(text)

    def test_the_readmes_example_prints_what_is_shown(self):
        source, shown = readme_block("bash", "curl")
        with Server(self.folder) as server:
            self.assertIn("localhost:7480", source)
            ran = subprocess.run(["bash", "-c", source.replace(":7480", f":{server.http_port}")], cwd=ROOT,
                                 capture_output=True, text=True, timeout=60, check=True)
        self.assertRegex(ran.stdout, shown.replace("{", "\\{").replace("…", ".*"))

    def test_counts_are_those_of_the_command_line(self):
        counted = roster("count", self.folder / "shop", *PREDICATES, "--as-of", "2026-11-01").split()
        with Server(self.folder) as server:
            for predicate, count in zip(PREDICATES, counted):
                answer = self.ask(server, "count", {"predicate": predicate, "asOf": "2026-11-01"})
                self.assertEqual(answer["count"], int(count), predicate)
                self.assertEqual(answer["asOf"], "2026-10-31T23:00:00Z")

    def test_every_part_is_counted(self):
        predicate = "newsletter and not (city = 'Łódź' or city like 'W%')"
        with Server(self.folder) as server:
            nodes = self.ask(server, "countNodes", {"predicate": predicate})["nodes"]
        self.assertEqual([(node["parent"], node["column"], node["predicate"]) for node in nodes], [
            (None, 1, predicate), (0, 1, "newsletter"), (0, 16, "not (city = 'Łódź' or city like 'W%')"),
            (2, 21, "city = 'Łódź' or city like 'W%'"), (3, 21, "city = 'Łódź'"), (3, 38, "city like 'W%'")])
        counted = roster("count", self.folder / "shop", *[node["predicate"] for node in nodes]).split()
        self.assertEqual([str(node["count"]) for node in nodes], counted)

    def test_failures_are_problems(self):
        count = "/v1/databases/shop/count"
        cases = [
            (count, '{"predicate": "newsletter and ctiy = 1"}', 400, "not_found", "did you mean 'city'?"),
            (count, '{"predicate": "newsletter and"}', 400, "invalid_argument", "found the end"),
            (count, '{"predcate": "true"}', 400, "invalid_argument", "/predcate: unknown member"),
            (count, '{"predicate": 1}', 400, "invalid_argument", "/predicate: this is to be a string"),
            (count, '{"predicate": "true"', 400, "invalid_argument", "the body is no JSON"),
            (count, '["true"]', 400, "invalid_argument", "is to be a JSON object"),
            (count, "{}", 400, "invalid_argument", "the predicate is missing"),
            (count, '{"predicate": "true", "asOf": "soon"}', 400, "invalid_argument", "asOf 'soon' is no time"),
            (count, '{"predicate": "true", "minSequence": 1000000}', 429, "unavailable", "is not in the database"),
            (count, '{"predicate": "' + " " * 5_000_000 + '"}', 413, "resource_exhausted", "more than 4194304 bytes"),
            (count, None, 405, "invalid_argument", "only POST"),
            ("/v1/databases", "{}", 405, "invalid_argument", "only GET"),
            ("/v1/databases/shpo/count", '{"predicate": "true"}', 404, "not_found", "did you mean 'shop'?"),
            ("/v1/databases/%2e%2e%2fshop/count", '{"predicate": "true"}', 404, "not_found", "no database '../shop'"),
            ("/v1/databases/shop/cuont", "{}", 404, "not_found", "there is nothing at"),
            ("/", None, 404, "not_found", "there is nothing at /"),
        ]
        with Server(self.folder) as server:
            for path, body, status, code, detail in cases:
                answered, kind, text = curl(server, path, body=body)
                self.assertEqual((answered, kind), (status, "application/problem+json"), path)
                problem = json.loads(text)
                self.assertEqual((problem["status"], problem["code"]), (status, code), text)
                self.assertIn(detail, problem["detail"])
            _, _, text = curl(server, count, body=cases[0][1])
            self.assertEqual([json.loads(text)[name] for name in ("line", "column", "length")], [1, 16, 4])
            headers = curl(server, count, "-i", body=cases[8][1])[2]
            self.assertIn("Retry-After: 1", headers)
            self.assertIn("Allow: POST", curl(server, count, "-i")[2])

    def test_it_says_that_it_is_well_and_what_there_is(self):
        with Server(self.folder) as server:
            self.assertEqual(curl(server, "/healthz"), (200, "text/plain; charset=utf-8", "ok\n"))
            self.assertEqual(json.loads(curl(server, "/v1/databases")[2]), {"databases": ["shop"]})

    def test_many_clients_ask_at_once(self):
        with Server(self.folder) as server, ThreadPoolExecutor(32) as pool:
            question = {"predicate": "email like '%7%'"}
            answers = list(pool.map(lambda _: self.ask(server, "count", question)["count"], range(100)))
        self.assertEqual(set(answers), {int(roster("count", self.folder / "shop", question["predicate"]))})

    def test_a_client_that_goes_away_or_talks_nonsense_harms_nobody(self):
        generator = random.Random(7)
        good = (b"POST /v1/databases/shop/count HTTP/1.1\r\nHost: x\r\nContent-Length: 40\r\n\r\n"
                b'{"predicate": "newsletter and ltv > 500"}')
        with Server(self.folder) as server:
            held = [server.connect(server.http_port) for _ in range(100)]
            for _ in range(200):
                with server.connect(server.http_port) as client:
                    data = bytearray(good)
                    for _ in range(generator.randrange(0, 8)):
                        data[generator.randrange(len(data))] = generator.randrange(256)
                    try:
                        client.sendall(data[:generator.randrange(1, len(data) + 1)])
                    except OSError:
                        pass
            self.assertIsNone(server.process.poll())
            self.assertEqual(curl(server, "/healthz")[0], 200)
            for client in held:
                client.close()

    def test_what_kj_says_of_a_malformed_request_is_a_problem(self):
        with Server(self.folder) as server, server.connect(server.http_port) as client:
            client.sendall(b"NONSENSE / HTTP/1.1\r\n\r\n")
            answer = b""
            while data := client.recv(65536):
                answer += data
        self.assertIn(b"application/problem+json", answer)
        self.assertTrue(answer.startswith(b"HTTP/1.1 400 "), answer)


if __name__ == "__main__":
    unittest.main()
