#!/usr/bin/env python3
"""Sizes say nothing: whatever bucket is asked for, requests and responses have one length on the wire, also with a client
that offers compression; and a hit costs `exposure check` the same calls of the same sizes as a miss."""

import collections

from support import sandbox
from support.dataset import kept, read_dataset
from support.node import node
from support.programs import Client, own_directory, require
from support.proxy import DATA, HEADERS, Proxy

ONE_FRAME = 16384  # RFC 9113 §4.2
PREFIXES = [("met", 8), ("met", 5), ("psni", 6), ("psni", 3)]


def varint(value):
    return 1 if value < 128 else 1 + varint(value >> 7)


def answer_length(dataset, bits):
    """Of a FetchBucketResponse with one dataset, uncompressed, in its gRPC frame: record_service.proto."""
    row = 56 * dataset.rows_per_bucket * 2 ** (dataset.bits - bits) + 32 * bits
    message = 2 + 16 + 1 + varint(row) + row
    return 5 + 1 + varint(message) + message


def payload(frames):
    """Bytes of each kind of frame, without the frames' own headers."""
    return tuple(sum(length for kind, length in frames if kind == wanted) for wanted in (DATA, HEADERS))


def every_bucket(directory, client, force, bits, compression):
    """The frames of each fetch, and how many were answered."""
    with Proxy(client.server) as proxy:
        answered = int(node(directory, "e2e/fetch_all.mjs", client.server, proxy.address, force, bits, compression))
    require(len(proxy.connections) == 2**bits, f"{len(proxy.connections)} connections for {2**bits} calls")
    return [connection.frames() for connection in proxy.connections], answered


def same_for_every_bucket(directory, client, dataset, force, bits):
    seen, answered = every_bucket(directory, client, force, bits, "offered")
    frames, totals = (collections.Counter(column) for column in zip(*seen))
    require(answered == 2**bits, f"{answered} of {2**bits} fetches were answered")
    payloads = collections.Counter(tuple(map(payload, both)) for both in frames)
    require(len(payloads) == 1, f"{force}, {bits} bits: {len(payloads)} different lengths: {frames.most_common(3)}")
    up, down = next(iter(frames))
    data = payload(down)[DATA]
    require(data == answer_length(dataset, bits), f"{data} bytes of answer instead of {answer_length(dataset, bits)}")
    # A longer answer is cut into frames as the windows happen to stand.
    require(len(frames) == 1 or data > ONE_FRAME, f"{force}, {bits} bits: other frames: {frames.most_common(3)}")
    print(f"{force:4}  {bits} bits  {answered:3} fetches, of each: {sum(length for _, length in up)} bytes of the call up, "
          f"{sum(length for _, length in down):,} down; whole connections (up, down): {dict(totals)}")


def check_through_proxy(directory, client, number, run):
    """The calls of one `exposure check`, from the same memory each time: none."""
    with Proxy(client.server) as proxy:
        asking = Client(directory, proxy.address, client.root, state=f"state-{run}")
        verdicts = {v["verdict"] for v in asking.json("check", stdin=" ".join(number) + "\n")["verdicts"]}
    calls = [call for connection in proxy.connections for call in connection.calls()]
    return "EXPOSED" in verdicts, tuple((call.asked_data, call.answered_data) for call in calls)


def hits_and_misses(directory, client):
    for scheme, force in (("met/pay", "met"), ("psni/service", "psni")):
        held = sorted(sandbox.source(force).people)
        numbers = [held[i * len(held) // 10] for i in range(10)]
        absent = sorted(set(f"{number[:-3]}{i:03d}" for i, number in enumerate(numbers)) - set(held))
        outcomes = [check_through_proxy(directory, client, (scheme, number), f"{force}-{i}")
                    for i, number in enumerate(numbers + absent)]
        hits = sum(hit for hit, _ in outcomes)
        require(hits == len(numbers) and len(absent) >= 5, f"{hits} hits of {len(numbers)}, {len(absent)} misses")
        calls = collections.Counter(calls for _, calls in outcomes)
        require(len(calls) == 1, f"{scheme}: hits and misses differ: {outcomes}")
        print(f"{scheme}: {hits} hits and {len(outcomes) - hits} misses, each of the calls (asked, answered): "
              f"{next(iter(calls))}")
        require(len(next(iter(calls))) >= 3, "a check has a catalogue, an evaluation and a fetch")


def main():
    with own_directory("sizes") as directory:
        client = sandbox.client(directory)
        client.run("download")
        datasets = {dataset.bits: dataset for dataset in map(read_dataset, kept(client).values())}
        for force, bits in PREFIXES:
            same_for_every_bucket(directory, client, datasets[max(b for f, b in PREFIXES if f == force)], force, bits)
        seen, answered = every_bucket(directory, client, "psni", 3, "sent")
        answers = {frames[1] for frames, _ in seen}
        require(answered == 0 and len(answers) == 1, f"{answered} answers to compressed questions, {len(answers)} kinds")
        print("A client that sends compressed questions is refused, with the same bytes whatever it asks for.")
        hits_and_misses(directory, client)


main()
