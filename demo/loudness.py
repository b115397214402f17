"""How loud a sound is to people: integrated loudness by EBU R 128, in LUFS, measured by FFmpeg."""

import gc
import re
from pathlib import Path

import av
import av.logging
from av import error
from av.filter import Graph

_INTEGRATED = re.compile(r"I:\s+(-?[\d.]+) LUFS")


def loudness(file: Path) -> float:
    """LUFS of the whole file. ValueError when it is too short or silent to be measured."""
    before = av.logging.get_level()
    av.logging.set_level(av.logging.INFO)
    try:
        with av.logging.Capture() as said:
            _measure(file)
    finally:
        av.logging.set_level(before)
    found = [match[1] for *_, text in said if (match := _INTEGRATED.search(text))]
    if not found:
        raise ValueError(f"the loudness of {file} cannot be measured")
    return float(found[-1])


def _measure(file: Path) -> None:
    """The filter says what it measured when it is freed."""
    with av.open(str(file)) as opened:
        stream = opened.streams.audio[0]
        graph = Graph()
        source = graph.add_abuffer(template=stream)
        meter, sink = graph.add("ebur128", "framelog=verbose"), graph.add("abuffersink")
        source.link_to(meter)
        meter.link_to(sink)
        graph.configure()
        for frame in opened.decode(stream):
            graph.push(frame)
            _drain(graph)
        graph.push(None)
        _drain(graph)
        del source, meter, sink, graph
        gc.collect()


def _drain(graph: Graph) -> None:
    while True:
        try:
            graph.pull()
        except (error.BlockingIOError, error.EOFError):
            return
