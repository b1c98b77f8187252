"""Files as people and attackers send them: each is read, or ends within limits in one line that says why not."""

import bz2
import gzip
import io
import json
import resource
import time
import zipfile
from pathlib import Path

import pytest

from app.engine.groups import Group
from app.profile.accounting import accounts
from app.profile.groups import Unassigned
from app.profile.report import profile_to_mapping
from app.profile_files.errors import UnreadableProfile
from app.profile_files.reading import read_profile
from app.profile_files.unpacking import Limits

DATA = Path(__file__).parents[1] / "profile" / "data"
SMALL = Limits(unpacked_bytes=64 * 1024**2, ratio_from_bytes=1024**2, events=100_000)


def read(raw, limits=SMALL):
    return read_profile(io.BytesIO(raw), name="file", limits=limits)


def event(**changes):
    whole = {"ph": "X", "cat": "kernel", "name": "rms_norm_kernel", "pid": 0, "tid": 7, "ts": 100, "dur": 50}
    return {**whole, "args": {"device": 0, "stream": 7, "correlation": 1}, **changes}


def trace(*events):
    return json.dumps({"traceEvents": list(events)}).encode()


def test_packed_and_plain_files_read_alike():
    packed = (DATA / "mi250_minitoy_train.json.gz").read_bytes()
    assert read(packed) == read(gzip.decompress(packed))


def test_an_array_of_events_without_a_frame_is_a_trace_as_well():
    assert read(json.dumps([event()]).encode()).rows[0].group is Group.NORMS


def test_the_json_that_was_exported_reads_back():
    profile = read((DATA / "mi250_minitoy_train.json.gz").read_bytes())
    assert read(json.dumps(profile_to_mapping(profile)).encode()) == profile


def zipped():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("trace.json", "{}")
    return out.getvalue()


HOSTILE = {
    "empty": (b"", "the file is empty"),
    "white space": (b" \n\t ", "no known form|nothing but white space"),
    "binary": (bytes(range(256)) * 40, "neither JSON nor CSV|no known form"),
    "not text": (b"\x00" * 5000, "neither JSON nor CSV"),
    "utf-16": ('{"traceEvents": []}'.encode("utf-16"), "neither JSON nor CSV|no known form"),
    "zip": (zipped(), "a zip archive"),
    "bzip2": (bz2.compress(b"{}"), "bzip2"),
    "sqlite": (b"SQLite format 3\0" + b"\0" * 100, "nsys stats"),
    "truncated": (gzip.decompress((DATA / "mi250_minitoy_train.json.gz").read_bytes())[:-700], "cut off"),
    "truncated gzip": ((DATA / "mi250_minitoy_train.json.gz").read_bytes()[:-300], "cut off or damaged"),
    "damaged gzip": (b"\x1f\x8b\x08" + b"\x55" * 500, "cut off or damaged"),
    "gzip of nothing": (gzip.compress(b""), "nothing but white space|no known form"),
    "bomb of zeros": (gzip.compress(b"\0" * (48 << 20)), "times its size|neither JSON nor CSV|larger than"),
    "bomb of spaces": (gzip.compress(b"{" + b" " * (48 << 20) + b"}"), "more than 200 times its size"),
    "bomb of events": (
        gzip.compress(b'{"traceEvents": [' + b",".join([json.dumps(event()).encode()] * 300_000) + b"]}"),
        "more than 100,000 events|times its size",
    ),
    "bomb in a bomb": (gzip.compress(gzip.compress(b"\0" * (32 << 20))), "neither JSON nor CSV|no known form"),
    "nested arrays": (b'{"traceEvents": ' + b"[" * 3_000_000, "nested too deeply"),
    "nested objects": (b'{"traceEvents": [' + b'{"a":' * 1_000_000, "nested too deeply"),
    "nested metadata": (b'{"deviceProperties": ' + b"[" * 1_000_000, "nested too deeply"),
    "one endless name": (b'{"traceEvents": [{"name": "' + b"a" * (60 << 20), "ends too early|broken"),
    "no events": (b'{"traceEvents": []}', "no kernel and no operator"),
    "no object": (b'{"traceEvents": 5}', "no kernel and no operator"),
    "an object for the array": (b'{"traceEvents": {"a": 1}}', "no kernel and no operator"),
    "other JSON": (b'{"hello": "world"}', "no kernel and no operator"),
    "events of wrong types": (trace(1, "x", None, [], [[]], {}, True), "no kernel and no operator"),
    "a name that is no text": (trace(event(name={"a": 1}, dur=0)), "took any time"),
    "no duration": (trace(event(dur=0)), "took any time"),
    "negative durations": (trace(event(dur=-5)), "no kernel and no operator"),
    "times that are no numbers": (trace(event(ts="soon")), "no kernel and no operator"),
    "infinite times": (b'{"traceEvents": [' + json.dumps(event(ts=float("inf"))).encode() + b"]}", "no kernel and no"),
    "NaN": (b'{"traceEvents": [' + json.dumps(event(dur=float("nan"))).encode() + b"]}", "no kernel and no operator"),
    "huge numbers": (trace(event(ts=10**300, dur=10**300)), "no kernel and no operator"),
    "numbers of ten thousand digits": (b'{"traceEvents": [{"ts": ' + b"9" * 10_000 + b"}]}", "broken"),
    "a changed summary": (b'{"format": "chokepoint-profile", "version": 1}', "steps: missing"),
    "a summary of another version": (b'{"format": "chokepoint-profile", "version": 99}', "version 1"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_ends_in_one_clear_line_within_limits(what):
    raw, message = HOSTILE[what]
    before, since = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    with pytest.raises(UnreadableProfile, match=message) as error:
        read(raw)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 300
    assert time.perf_counter() - since < 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400 * 1024


@pytest.mark.parametrize(
    "odd",
    [
        event(args="none"),
        event(args={"stream": [], "correlation": -4}),
        event(args={"correlation": 10**40, "bytes": "many"}),
        event(pid={"a": 1}, tid=[1]),
        event(ts="100.5", dur="50"),
        event(name="x" * 100_000),
        event(cat="Kernel", tid="stream 7"),
        event(name=None),
    ],
)
def test_an_odd_event_is_read_as_far_as_it_makes_sense(odd):
    profile = read(trace(odd, event(ts=300)))
    assert profile.busy_s == pytest.approx(100e-6)


def test_broken_events_among_sound_ones_are_passed_over():
    sound = event()
    profile = read(trace(event(dur=-1), sound, 5, None, event(ts=float("nan")), {"ph": "X"}, event(cat=7)))
    assert [row.calls for row in profile.rows] == [1]


@pytest.mark.parametrize("args", [{"Input Dims": "x"}, {"Input Dims": [[["a"]]]}, {"Input Dims": [[-1, 2**70], [3]]}])
def test_odd_shapes_do_no_harm(args):
    operator = {"ph": "X", "cat": "cpu_op", "name": "aten::mm", "pid": 1, "tid": 1, "ts": 0, "dur": 90, "args": args}
    assert read(trace(operator)).rows[0].flops == 0


NSYS = """Generating SQLite file report.sqlite from report.nsys-rep
Processing [report.sqlite] with [cuda_gpu_kern_sum.py]...

 ** CUDA GPU Kernel Summary (cuda_gpu_kern_sum):

"Time (%)","Total Time (ns)","Instances","Avg (ns)","Med (ns)","Min (ns)","Max (ns)","StdDev (ns)","Name"
60.0,"6,000,000",50,120000,1,1,1,1,"void cutlass::Kernel2<cutlass_80_tensorop_bf16_s16816gemm_bf16_128x128>(T1::Params)"
30.0,3000000,25,120000,1,1,1,1,"void pytorch_flash::flash_fwd_kernel<Flash_fwd_kernel_traits<128>>(Flash_fwd_params)"
10.0,1000000,100,10000,1,1,1,1,"void at::native::vectorized_elementwise_kernel<4, CUDAFunctor_add<float>>(int, T2, T3)"

 ** CUDA API Summary (cuda_api_sum):

"Time (%)","Total Time (ns)","Num Calls","Avg (ns)","Name"
100.0,99000000,3,1,"cudaLaunchKernel"
"""


def test_the_kernel_summary_of_nsight_systems():
    profile = read(NSYS.encode())
    books = accounts(profile)
    assert profile.source.format == "Nsight Systems kernel summary"
    assert profile.wall_s is None
    assert profile.idle_s is None
    assert profile.busy_s == pytest.approx(0.01)
    assert books.time_of(Group.ATTENTION_CORE).share_of_busy == pytest.approx(0.3)
    assert books.time_of(Unassigned.MATMUL).share_of_busy == pytest.approx(0.6)
    assert books.range_of(Group.MLP) == pytest.approx((0, 0.6))
    assert [row.calls for row in profile.rows] == [50, 25, 100]


@pytest.mark.parametrize(
    ("header", "row", "seconds"),
    [
        ("kernel,calls,time_us", "rms_norm_kernel,3,1500", 1.5e-3),
        ("kernel,calls,time (ms)", "rms_norm_kernel,3,1.5", 1.5e-3),
        ("Name,Count,Total Time (ns)", '"rms_norm_kernel","3","1,500,000"', 1.5e-3),
        ("time_s,kernel,calls", "0.0015,rms_norm_kernel,3", 1.5e-3),
        ("op,n,duration_us", "rms_norm_kernel,3,1500", 1.5e-3),
    ],
)
def test_a_plain_table_says_its_unit_in_the_header(header, row, seconds):
    profile = read(f"{header}\n{row}\n".encode())
    assert (profile.rows[0].name, profile.rows[0].calls) == ("rms_norm_kernel", 3)
    assert profile.rows[0].time_s == pytest.approx(seconds)


def test_a_table_may_name_the_groups_itself():
    profile = read(b"kernel,calls,time_us,group\nnvjet_1,1,10,mlp\nnvjet_2,1,10,\n")
    assert {row.name: row.group for row in profile.rows} == {"nvjet_1": Group.MLP, "nvjet_2": Unassigned.MATMUL}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("kernel,calls,time\na,1,2\n", "the column 'time' has no unit: call it time_ns, time_us, time_ms or time_s"),
        ("kernel,calls,time_us\n", "a header and no kernel below it"),
        ("kernel,calls,time_us\na,1,soon\n", "line 2: 'soon' is not a number"),
        ("kernel,calls,time_us\na,1,-5\n", "line 2: a time of -5 is not possible"),
        ("kernel,calls,time_us\na,1,nan\n", "line 2: a time of nan is not possible"),
        ("kernel,calls,time_us\na,1,1e400\n", "line 2: a time of 1e400 is not possible"),
        ("kernel,calls,time_us\na,-1,5\n", "line 2: -1 calls are not possible"),
        ("kernel,calls,time_us\na,inf,5\n", "line 2: inf calls are not possible"),
        ("kernel,calls,time_us\na,1,5\nb\n", "line 3: 1 cells are fewer"),
        ("kernel,calls,time_us\na,1,0\n", "no kernel that took any time"),
        ("kernel,calls,time_us,group\na,1,5,mine\n", "line 2: group: 'mine' is not one of"),
        ("a,b,c\n1,2,3\n", "no known form"),
        ("hello\n" * 1000, "no known form"),
        ('kernel,calls,time_us\n"' + "a" * 200_000 + '",1,5\n', "not a line of CSV"),
    ],
)
def test_a_table_that_cannot_be_read_says_the_line_and_what_is_wrong(text, message):
    with pytest.raises(UnreadableProfile, match=message) as error:
        read(text.encode())
    assert "\n" not in str(error.value)
