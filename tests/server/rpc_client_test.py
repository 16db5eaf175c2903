"""Cap'n Proto RPC as pycapnp speaks it: the README's example, answers, errors, pipelining, and clients that misbehave."""
import hashlib
import json
import random
import re
import socket
import struct
import subprocess
import threading
import time
import unittest
from pathlib import Path

from client_environment import ROOT, ROSTER, Server, ShopTest, readme_block, roster

# Runs `main(roster)` of a script with the bootstrap capability of the server on a port.
PRELUDE = """
import asyncio, json, sys, capnp
schema = capnp.load("server/roster.capnp", imports=sys.path)
async def connected(main):
    stream = await capnp.AsyncIoStream.create_connection(host="127.0.0.1", port=int(sys.argv[1]))
    await main(capnp.TwoPartyClient(stream).bootstrap().cast_as(schema.Roster))
def run(main):
    asyncio.run(capnp.run(connected(main)))
"""

# Asks for as many lists as it is told to, and takes the first rows of each for ever.
STUCK = PRELUDE + """
class Sink(schema.RowSink.Server):
    async def write(self, rows, **_):
        print("stuck", flush=True)
        await asyncio.sleep(1000)
async def main(roster):
    shop = roster.login("").session.database("shop").database
    lists = [shop.audience({"everybody": None}).audience.members([], Sink()) for _ in range(int(sys.argv[2]))]
    await asyncio.gather(*lists)
run(main)
"""

PREDICATES = [
    "true", "newsletter", "city = 'Łódź'", "ltv > 500 and last_order in last 90 days", "city like 'W%'",
    "at least 2 of (sms_consent, orders >= 3, score > 70)", "email like '%7@%'", "bucket('test') < 1000",
    "tags has 'vip' and not newsletter", "birthday < signup",
]


class Relay:
    """Stands between one client and a server."""

    def __init__(self, port):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._run, args=(port,), daemon=True).start()

    def _run(self, port):
        with self._listener:
            client, _ = self._listener.accept()
        with client, socket.create_connection(("127.0.0.1", port)) as server:
            self.relay(client, server)


class ByteCounter(Relay):
    """Counts the bytes that the server has sent."""

    sent = 0

    def relay(self, client, server):
        answering = threading.Thread(target=self._answer, args=(server, client), daemon=True)
        answering.start()
        while data := client.recv(65536):
            server.sendall(data)
        server.shutdown(socket.SHUT_WR)
        answering.join()

    def _answer(self, server, client):
        try:
            while data := server.recv(65536):
                self.sent += len(data)
                client.sendall(data)
        except OSError:
            pass


class TurnCounter(Relay):
    """Counts turns: how often the client says more after an answer that it was kept waiting for."""

    turns = 0

    def relay(self, client, server):
        client.settimeout(0.3)  # longer than a client needs that has more to say
        server.settimeout(0.3)
        while self._pass(client, server):
            self.turns += 1
            self._pass(server, client)

    def _pass(self, source, sink):
        """Passes on until the source pauses after it has said something; whether it still may."""
        said = False
        while True:
            try:
                data = source.recv(65536)
            except TimeoutError:
                if said:
                    return True
                continue
            except OSError:
                return False
            if not data:
                return False
            said = True
            sink.sendall(data)


class RpcClientTest(ShopTest):
    def stuck_reader(self, server, lists):
        """A process that has begun to read lists, and reads no further."""
        process = subprocess.Popen([self.python, "-c", STUCK, str(server.port), str(lists)], cwd=ROOT,
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.assertEqual(process.stdout.readline(), "stuck\n")
        return process

    def test_the_readmes_example_prints_what_is_shown(self):
        source, shown = readme_block("python", "capnp.load")
        with Server(self.folder) as server:
            self.assertIn("port=7470", source)
            self.assertEqual(self.run_python(source.replace("port=7470", f"port={server.port}")), shown)

    def test_counts_are_those_of_the_command_line(self):
        with Server(self.folder) as server:
            printed = self.run_python(PRELUDE + """
async def main(roster):
    shop = roster.login("").session.database("shop").database
    options = {"asOf": "2026-11-01"}
    for predicate in json.loads(sys.argv[2]):
        print((await shop.count({"text": predicate}, options)).count)
    print((await shop.count({"everybody": None}, options)).count)
run(main)
""", server.port, json.dumps(PREDICATES))
        counted = roster("count", self.folder / "shop", *PREDICATES, "true", "--as-of", "2026-11-01")
        self.assertEqual(printed, counted)

    def test_errors_say_what_is_wrong(self):
        with Server(self.folder) as server:
            printed = self.run_python(PRELUDE + """
async def failing(call):
    try:
        await call
    except capnp.KjException as error:
        print(error.type, error.description.removeprefix("remote exception: "))
async def main(roster):
    session = roster.login("").session
    shop = session.database("shop").database
    await failing(shop.count({"text": "ctiy = 'x'"}))
    await failing(shop.countNodes({"text": "newsletter and"}))
    await failing(shop.count({"text": "true"}, {"asOf": "soon"}))
    await failing(shop.count({"text": "true"}, {"minSequence": 1000000}))
    await failing(session.database("shpo").database.count({"text": "true"}))
    await failing(session.database("../shop"))
    await failing(roster.login("guessed"))
run(main)
""", server.port)
        expected = [
            "FAILED not_found: 1:1: unknown field 'ctiy'; did you mean 'city'?",
            "FAILED invalid_argument: 1:15: found the end, expected",
            "FAILED invalid_argument: asOf 'soon' is no time",
            "OVERLOADED unavailable: change 1000000 is not in the database",
            "FAILED not_found: there is no database 'shpo'; did you mean 'shop'?",
            "FAILED not_found: there is no database '../shop'",
            "FAILED unauthenticated: this server has no tokens",
        ]
        lines = printed.splitlines()
        self.assertEqual(len(lines), len(expected), printed)
        for line, start in zip(lines, expected):
            self.assertTrue(line.startswith(start), f"{line!r} instead of {start!r}")

    def test_login_to_breakdown_is_one_round_trip(self):
        source = PRELUDE + """
async def main(roster):
    shop = roster.login("").session.database("shop").database
    print((await shop.audience({"text": "newsletter"}).audience.breakdown("plan")).count)
run(main)
"""
        with Server(self.folder) as server:
            relay = TurnCounter(server.port)
            self.run_python(source, relay.port)
            self.assertEqual(relay.turns, 1)
            # What the relay counts, it can count to three.
            one_by_one = source.replace('roster.login("").session.database("shop").database',
                                        'await one_by_one(roster)').replace("async def main", """
async def one_by_one(roster):
    session = (await roster.login("")).session
    return (await session.database("shop")).database
async def main""")
            relay = TurnCounter(server.port)
            self.run_python(one_by_one, relay.port)
            self.assertEqual(relay.turns, 3)

    def test_a_list_is_streamed_as_fast_as_it_is_taken(self):
        exported = roster("export", self.folder / "shop", "true", "--format", "ndjson").splitlines()
        with Server(self.folder) as server:
            relay = ByteCounter(server.port)
            streaming = subprocess.Popen([self.python, "-c", PRELUDE + """
import hashlib
class Sink(schema.RowSink.Server):
    def __init__(self):
        self.hash, self.writes = hashlib.sha256(), 0
    async def write(self, rows, **_):
        self.writes += 1
        if self.writes == 3:
            print("waiting", flush=True)
            await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
        for row in rows:
            self.hash.update(row.encode() + b"\\n")
    async def end(self, count, **_):
        self.count = count
async def main(roster):
    audience = roster.login("").session.database("shop").database.audience({"everybody": None}).audience
    sink = Sink()
    answer = await audience.members([], sink)
    print(answer.count, sink.count, sink.hash.hexdigest())
run(main)
""", str(relay.port)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            self.assertEqual(streaming.stdout.readline(), "waiting\n")
            time.sleep(0.5)
            self.assertLess(relay.sent, 3_000_000)  # of some thirty million bytes
            printed, _ = streaming.communicate("go on\n")
        count, ended, digest = printed.split()
        self.assertEqual((count, ended), ("100000", "100000"))
        self.assertEqual(digest, hashlib.sha256("".join(row + "\n" for row in exported).encode()).hexdigest())
        self.assertGreater(relay.sent, 20_000_000)

    def test_a_reader_that_stands_still_costs_no_memory(self):
        with Server(self.folder) as server:
            stuck = self.stuck_reader(server, 20)
            self.run_python(PRELUDE + """
async def main(roster):
    shop = roster.login("").session.database("shop").database
    for _ in range(20):
        await shop.countNodes({"text": "email like '%7%'"})
run(main)
""", server.port)
            status = Path(f"/proc/{server.process.pid}/status").read_text()
            stuck.kill()
            stuck.communicate()
            # Twenty lists of 25 MB would be half a gigabyte beyond what a server takes that has read the database.
            if not self.is_instrumented(server.process.pid):
                self.assertLess(int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]), 250_000)

    def test_many_clients_ask_at_once(self):
        with Server(self.folder) as server:
            printed = self.run_python(PRELUDE + """
async def client(port):
    stream = await capnp.AsyncIoStream.create_connection(host="127.0.0.1", port=port)
    roster = capnp.TwoPartyClient(stream).bootstrap().cast_as(schema.Roster)
    shop = roster.login("").session.database("shop").database
    answers = await asyncio.gather(*[shop.count({"text": text}) for text in ("newsletter", "city like 'W%'") * 5])
    return [answer.count for answer in answers]
async def main(_):
    answers = await asyncio.gather(*[client(int(sys.argv[1])) for _ in range(50)])
    print(all(answer == answers[0] for answer in answers), answers[0][:2])
run(main)
""", server.port)
        first, second = roster("count", self.folder / "shop", "newsletter", "city like 'W%'").split()
        self.assertEqual(printed, f"True [{first}, {second}]\n")

    def test_a_client_that_goes_away_or_talks_nonsense_harms_nobody(self):
        generator = random.Random(7)
        with Server(self.folder) as server:
            held = [server.connect() for _ in range(100)]  # half-open: they never say anything
            for _ in range(200):
                with server.connect() as client:
                    kind = generator.randrange(4)
                    if kind == 0:
                        data = generator.randbytes(generator.randrange(1, 400))
                    elif kind == 1:  # segments without end
                        data = struct.pack("<I", 0xFFFFFFFF) + generator.randbytes(64)
                    elif kind == 2:  # a message that is said to be of four gigabytes
                        data = struct.pack("<II", 0, 0x1FFFFFFF) + generator.randbytes(64)
                    else:  # a good frame with pointers to anywhere
                        words = generator.randrange(1, 40)
                        data = struct.pack("<II", 0, words) + generator.randbytes(8 * words)
                    try:
                        client.sendall(data[:generator.randrange(1, len(data) + 1)])
                    except OSError:
                        pass
            self.assertIsNone(server.process.poll())
            printed = self.run_python(PRELUDE + """
async def main(roster):
    print((await roster.login("").session.databases()).names)
run(main)
""", server.port)
            self.assertEqual(printed, '["shop"]\n')
            for client in held:
                client.close()

    def test_who_goes_away_leaves_no_work_behind(self):
        with Server(self.folder) as server:
            heavy = """
heavy = {"text": " or ".join(f"email like '%{i}%'" for i in range(10, 40))}
"""
            leaving = PRELUDE + heavy + """
async def main(roster):
    shop = roster.login("").session.database("shop").database
    await shop.countNodes(heavy)
    began = time.monotonic()
    await shop.countNodes(heavy)
    print(time.monotonic() - began, flush=True)
    calls = [shop.countNodes(heavy) for _ in range(200)]
    await shop.count({"text": "true"})
    os._exit(0)
run(main)
"""
            one = float(self.run_python("import os, time" + leaving, server.port))
            printed = self.run_python("import time" + PRELUDE + """
async def main(roster):
    shop = roster.login("").session.database("shop").database
    began = time.monotonic()
    await shop.count({"text": "email like '%7%'"})
    print(time.monotonic() - began)
run(main)
""", server.port)
            # Two cores would be busy for a hundred times as long as one call takes.
            self.assertLess(float(printed), 20 * one)

    def test_told_to_end_it_answers_what_it_was_asked(self):
        with Server(self.folder) as server:
            asking = subprocess.Popen(
                [self.python, "-c", PRELUDE + """
async def main(roster):
    shop = roster.login("").session.database("shop").database
    calls = [asyncio.ensure_future(shop.countNodes({"text": "email like '%7%' or email like '%8%'"})) for _ in range(40)]
    await shop.count({"text": "true"})
    print("asked", flush=True)
    print(len([await call for call in calls]))
run(main)
""", str(server.port)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
            self.assertEqual(asking.stdout.readline(), "asked\n")
            said, code = server.end()
            self.assertEqual((said, code), ("ended\n", 0))
            self.assertEqual(asking.stdout.read(), "40\n")
            self.assertEqual(asking.wait(), 0)
            asking.stdout.close()

    def test_told_to_end_it_does_not_wait_for_a_reader_for_ever(self):
        with Server(self.folder) as server:
            stuck = self.stuck_reader(server, 1)
            began = time.monotonic()
            self.assertEqual(server.end(), ("ended\n", 0))
            self.assertLess(time.monotonic() - began, 30)  # it has ten seconds' patience
            stuck.kill()
            stuck.communicate()

    def test_what_cannot_be_served_is_said(self):
        def refused(*words):
            ran = subprocess.run([ROSTER, "serve", "--http", "127.0.0.1:0", *map(str, words)], capture_output=True, text=True, check=False)
            return ran.returncode, ran.stderr

        code, said = refused("--data", self.folder / "none")
        self.assertEqual(code, 1)
        self.assertIn("is no folder", said)
        code, said = refused("--data", self.folder, "--rpc", "0.0.0.0:7470")
        self.assertEqual(code, 2)
        self.assertIn("can be reached from other machines", said)
        code, said = refused("--data", self.folder, "--rpc", "127.0.0.1:many")
        self.assertEqual(code, 2)
        with Server(self.folder) as server:
            code, said = refused("--data", self.folder, "--rpc", f"127.0.0.1:{server.port}")
            self.assertEqual(code, 1)
            self.assertIn("Address already in use", said)
            self.assertNotIn("bind", said)  # KJ's own words


if __name__ == "__main__":
    unittest.main()
