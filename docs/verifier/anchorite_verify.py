#!/usr/bin/env python3
"""A second verifier for records of key ceremonies (anchorite-record/1).

It follows docs/transcript-format.md and shares no line with the tool that
makes the records. It needs Python 3.9, its standard library, and
the programs openssl (3.0) and ssh-keygen (8.9).

It does not rebuild: it takes plan.json and the requests of the transcript
as they stand, and says so. Everything else it checks: entries and chain,
files and manifest, seal, people, token, certificates, revocation lists,
requests, register, and the ceremony before.

Exit codes: 0 authentic and pinned, 9 authentic and pinned to nothing,
6 incomplete or at odds with itself, 7 not authentic, 2 or 3 it could not
begin, 1 a bug of this program.
"""

import argparse
import base64
import functools
import hashlib
import json
import os
import re
import stat
import subprocess
import sys
import tempfile

FORMAT = "anchorite-record/1"
PLAN_FORMAT = "anchorite-plan/1"
REGISTER_FORMAT = "anchorite-register/1"
GENESIS = "0" * 64
LARGEST = 2 ** 53 - 1
LONGEST_LINE = 16 * 1024 * 1024

FILES = {"script.yaml", "station.yaml", "plan.json", "transcript.jsonl",
         "SHA256SUMS", "seal.txt"}
FOLDERS = {"inputs", "artifacts", "evidence", "approvals", "holds", "torn",
           "signatures", "addenda"}
UNLISTED = {"SHA256SUMS", "transcript.jsonl", "seal.txt"}
TOKEN_SIGNATURE = "signatures/transcript-key.p7s"
ALLOWED_SIGNERS = "signatures/allowed_signers"
REGISTER = "artifacts/register.json"
APPROVAL = "approvals/approval.txt"
APPROVING = "anchorite-plan-approved"
STANDING = "approvals/standing.txt"
STANDING_APPROVED = "anchorite-standing-approved"
WITHHELD = b'{"withheld":true}'

NOT_CHECKED = [
    "that the plan follows from the script, each request from the plan, and "
    "each artifact from the answers: this program does not rebuild",
    "what the controls judged: profiles, periods, quorums for effects",
    "bundles, beyond the digests that the register gives of their files",
    "timestamps among the addenda",
    "that the keys were born in the token and never left it",
    "that the people named were there, and that the clock was right",
]


class Refused(Exception):
    """What was read does not have the form that it must have."""


#: What reading a file of another form may raise, besides.
UNREADABLE = (Refused, AttributeError, IndexError, KeyError, RecursionError,
              TypeError, ValueError)


def check_format(expected, found):
    """Whether a format is the one that is read; says what version 0 is."""
    said = f"the format {expected} was expected, found {found!r:.100}"
    if found == expected[:-1] + "0":
        said += (": from before the first release, without a promise; the "
                 "tool that wrote it reads it")
    expect(found == expected, said)


def sha256(octets):
    return hashlib.sha256(octets).hexdigest()


def expect(holds, sentence):
    if not holds:
        raise Refused(sentence)


def matches(pattern, text):
    """A text that is of a form as a whole; digits are ASCII's."""
    return re.fullmatch(pattern, text, re.ASCII)


# ---------------------------------------------------------------- canonical

ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n",
           "\f": "\\f", "\r": "\\r"}


def canonical_string(text):
    expect(not any("\ud800" <= c <= "\udfff" for c in text),
           "ill-formed Unicode")
    escaped = (ESCAPES.get(c) or (f"\\u{ord(c):04x}" if c < " " else c)
               for c in text)
    return '"' + "".join(escaped) + '"'


def canonical(value):
    """RFC 8785, with integers as the only numbers."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return canonical_string(value)
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    names = sorted(value, key=lambda name: name.encode("utf-16-be"))
    members = (f"{canonical_string(name)}:{canonical(value[name])}"
               for name in names)
    return "{" + ",".join(members) + "}"


def integer(text):
    number = int(text)
    expect(abs(number) <= LARGEST, f"an integer beyond 2^53 - 1: {text}")
    return number


def no_fraction(text):
    raise Refused(f"a number that is no integer: {text}")


def members(pairs):
    names = [name for name, _ in pairs]
    expect(len(set(names)) == len(names), "a name twice in one object")
    return dict(pairs)


def parse_canonical(octets):
    """A value whose canonical form is exactly these octets."""
    try:
        text = octets.decode("utf-8")
        value = json.loads(text, object_pairs_hook=members,
                           parse_int=integer, parse_float=no_fraction,
                           parse_constant=no_fraction)
        same = canonical(value) == text
    except (ValueError, RecursionError) as reason:
        raise Refused(f"no canonical JSON: {reason}") from None
    expect(same, "JSON in another spelling than the canonical one")
    return value


# ------------------------------------------------------------------ entries

PERSON = r"[a-z][a-z0-9-]{0,30}"
PATTERNS = {
    "hex": r"([0-9a-f]{2})*", "digest": r"[0-9a-f]{64}", "person": PERSON,
    "salt": r"[0-9a-f]{32}", "run": r"[0-9a-f]{16}",
    "at": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",
    "instant": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "evidence": r"evidence/[A-Za-z0-9_][A-Za-z0-9._-]{0,99}",
    "ceremony": r"[a-z0-9-]{1,64}", "ckr": r"CKR_[A-Z0-9_:]+",
    "found": "equal|behind|none", "answers": "terminal|file|stand-ins|standing",
    "role": "user|so", "word": "asked|none yet|not asked",
    "assurance": "test|software-keys|production",
    "class": "private key|public key|secret key|certificate|data|other",
    "key-type": "EC|RSA|EC_EDWARDS|AES|other|none",
    "wrap": "CKM_AES_KEY_WRAP(_KWP|_PAD)?",
}
NAMED = {"path": "text", "sha256": "digest"}
OBJECT = {"class": "class", "label": "text", "id": "hex",
          "keyType": "key-type", "spki": "hex", "keyGenMechanism": "text",
          "attributes": "attributes"}
IDENTITY = dict.fromkeys(
    ["serial", "label", "manufacturer", "model", "firmware"], "text")
IDENTITY.update(dict.fromkeys(
    ["initialized", "userPinInitialized", "userPinCountLow",
     "userPinFinalTry", "userPinLocked"], "boolean"))
TOOL = {"name": "text", "version": "text", "package": "digest"}
TOKEN = {"token": "text", "module": "digest", "proxy?": "text",
         "serial": "text"}

STAMPS = {"kind": "text", "salt": "salt", "at": "at", "mono": "count",
          "boot": "hex"}
HEADER = {"format": "text", "ceremony": "ceremony", "run": "run",
          "assurance": "assurance", "script": "digest", "plan": "digest",
          "station": "digest", "inputs": [NAMED], "approvals": [NAMED],
          "tool": TOOL, "tokens": [TOKEN], "previous": ["digest"]}
EVENTS = {
    "opened": {"answers": "answers"},
    "resumed": {"answers": "answers", "head": "digest", "headWords": "word"},
    "login": {"token": "text", "serial": "text", "role": "role"},
    "login-refused": {"token": "text", "serial": "text", "ckr": "text",
                      "role?": "role"},
    "last-try": {"token": "text", "role": "role", "by": "two people"},
    "logout": {"token": "text", "serial": "text"},
    "attendance": {"present": ["person"]},
    "left": {"person": "person", "present": ["person"]},
    "joined": {"person": "person", "present": ["person"]},
    "paused": {"by": "person", "reason": "said", "staying": ["person"]},
    "continued": {"present": ["person"]},
    "note": {"step": "count", "by": "person", "text": "said"},
    "deviation": {"step": "count", "expected": "said", "happened": "said",
                  "decided": "said", "by": "person"},
    "idle": {"minutes": "positive"},
    "token-head": {"token": "text", "serial": "text", "found": "found"},
    "head-not-kept": {"token": "text", "serial": "text", "ckr": "text"},
    "preflight": {"facts": [{"what": "text", "found": "text"}],
                  "findings": [{"control": "text", "found": "text"}]},
    "rehearsed": {"script": "digest", "plan": "digest", "tool": "digest",
                  "head": "digest"},
    "exception": {"control": "text", "why": "text", "by": ["person"],
                  "template": "text",
                  "agreed?": [{"by": "person", "initials": "text"}]},
    "torn-entry": {"length": "positive", "sha256": "digest", "path": "text"},
}
ANSWERED = {
    "roll-call": {"present": ["person"]},
    "time": {"instant": "instant", "attestedBy": ["person"]},
    "present": {"present": ["person"]},
    "read-back": {"by": "person", "positions": ["position"],
                  "tries": "positive"},
    "confirm": {"by": "person"},
    "act": {"by": "person", "typed": "typed"},
    "double-entry": {"entries": [{"by": "person", "typed": "typed"}]},
    "attach": {"by": "person",
               "files": [{"path": "evidence", "length": "count",
                          "sha256": "digest"}]},
    "decide": {"choice": "text", "by": "person"},
    "deviation": {"expected": "said", "happened": "said",
                  "decided": "said", "choice": "text", "by": "person"},
    "draw": {"bytes": "hex"},
    "inspect-token": {"identity": IDENTITY, "objects": [OBJECT],
                      "heads": ["hex"]},
    "find-token": {"matches": [IDENTITY]},
    "find-objects": {"objects": [OBJECT]},
    "keep-artifacts": {"kept": "count"},
    "adjourn": {"sha256": "digest",
                "signatures": [{"by": "person", "sha256": "digest"}]},
    "close": {},
}
DONE = {
    "initialize-token": {"identity": IDENTITY},
    "generate-key-pair": {"spki": "hex", "privateKey": OBJECT,
                          "publicKey": OBJECT},
    "sign": {"signatures": "signatures"},
    "wrap-key": {"blob": "hex", "mechanism": "wrap", "checkValue": "hex",
                 "shares": [{"by": "person", "number": "share"}],
                 "subsets": "positive"},
    "unwrap-key": {"spki": "hex", "privateKey": OBJECT, "publicKey": OBJECT},
    "destroy-objects": {"destroyed": "count"},
    "set-pin": {"identity": IDENTITY},
}
STOPPABLE = (set(ANSWERED) | set(DONE)) - {"keep-artifacts", "adjourn",
                                           "close"}
PEOPLE = {"roll-call", "present", "time", "act", "double-entry", "attach",
          "attendance", "last-try", "left", "joined", "paused", "continued",
          "note", "deviation"}
STATION = {"inspect-token", "find-token", "find-objects", "login",
           "login-refused", "logout", "token-head", "head-not-kept", "opened",
           "resumed", "preflight", "idle"}


INTEGERS = {"count": (0, LARGEST), "positive": (1, LARGEST),
            "position": (1, 32), "share": (1, 10)}


def is_text(value, most):
    """A text of so many UTF-16 units at most."""
    return (isinstance(value, str)
            and len(value.encode("utf-16-le", "surrogatepass")) <= 2 * most)


OTHERS = {
    "boolean": lambda value: isinstance(value, bool),
    "reason": lambda value: is_text(value, 2000),
    "said": lambda value: value != "" and is_text(value, 2000),
    "typed": lambda value: isinstance(value, dict) and all(
        is_text(one, 200) for one in value.values()),
    "two people": lambda value: fits(["person"], value) and len(value) == 2,
    "signatures": lambda value: value != [] and fits(["hex"], value),
    "attributes": lambda value: isinstance(value, dict) and all(
        isinstance(one, bool) or one == "not reported"
        for one in value.values()),
}


def fits(form, value):
    """Whether a value has a form: a word, a list of one, or fields, of
    which those with a question mark may be absent."""
    if isinstance(form, list):
        return isinstance(value, list) and all(
            fits(form[0], one) for one in value)
    if isinstance(form, dict):
        known = {name.rstrip("?"): form[name] for name in form}
        needed = {name for name in form if not name.endswith("?")}
        return (isinstance(value, dict) and needed <= set(value) <= set(known)
                and all(fits(known[name], value[name]) for name in value))
    if form in INTEGERS:
        least, most = INTEGERS[form]
        return type(value) is int and least <= value <= most
    if form in OTHERS:
        return OTHERS[form](value)
    if not isinstance(value, str):
        return False
    return form == "text" or matches(PATTERNS[form], value) is not None


def observation_form(kind, outcome):
    """The fields that an observation has besides kind and outcome."""
    if outcome == "answered" and kind in ANSWERED:
        return ANSWERED[kind]
    if outcome == "unmatched" and kind == "read-back":
        return ANSWERED[kind]
    if outcome == "stopped" and kind in STOPPABLE:
        return {"by": "person", "reason": "reason"}
    if kind not in DONE:
        return None
    signatures = {"signatures": ["hex"]} if kind == "sign" else {}
    return {"done": DONE[kind], "refused": {"ckr": "ckr"},
            "wrong": {"why": "reason", **signatures},
            "unknown": {"ckr": "text"}}.get(outcome)


def check_body(body):
    """Every field there, none too many; returns what decides the level."""
    expect(isinstance(body, dict), "a body that is no object")
    kind = body.get("kind")
    if kind == "header":
        check_format(FORMAT, body.get("format"))
        rehearsal = {"rehearsal": "digest"} if "rehearsal" in body else {}
        expect(fits({**STAMPS, **HEADER, **rehearsal}, body),
               "a header of another form")
        return "header"
    expect(kind in ("request", "observation", "event")
           and fits(STAMPS, {name: body.get(name) for name in STAMPS})
           and set(body) == set(STAMPS) | {kind}
           and isinstance(body[kind], dict), "a body of another form")
    said = body[kind]
    if kind == "event":
        name = said.get("name")
        form = EVENTS.get(name) if isinstance(name, str) else None
        expect(form is not None and fits({"name": "text", **form}, said),
               f"an event of another form: {name}")
        return name
    name = said.get("kind")
    expect(isinstance(name, str), f"a {kind} without a kind")
    if kind == "request":
        expect(fits("count", said.get("step")), "a request without a step")
        return name
    form = observation_form(name, said.get("outcome"))
    expect(form is not None
           and fits({"kind": "text", "outcome": "text", **form}, said),
           f"an observation of another form: {name}")
    return name


def level_of(name):
    if name in PEOPLE:
        return "people"
    return "station" if name in STATION else "public"


class Order:
    """Which entries may follow which."""

    def __init__(self):
        self.open = None
        self.closed = False
        self.last = None
        self.passed = False

    def withheld(self):
        """A body is not there; it may have gone on after another boot."""
        expect(not self.closed and self.last is not None,
               "a withheld body before the header or after the close")
        self.passed = True

    def take(self, body):
        kind = body["kind"]
        expect(not self.closed, "an entry after the close")
        expect((kind == "header") == (self.last is None),
               "one header, as entry 0, was expected")
        if self.last is not None:
            self.check_clock(body)
        if kind == "request":
            expect(self.open is None, f"a request while {self.open} is open")
            self.open = body["request"]["kind"]
        if kind == "observation":
            told = body["observation"]["kind"]
            expect(told == self.open, f"{told} answers {self.open}")
            self.open = None
            self.closed = told == "close"
        self.last = body

    def check_clock(self, body):
        if self.passed:
            self.passed = False
            if body["boot"] != self.last["boot"]:
                return
        if body["boot"] == self.last["boot"]:
            expect(body["mono"] >= self.last["mono"],
                   "the monotonic clock went back")
            return
        name = body["event"]["name"] if body["kind"] == "event" else None
        expect(name in ("torn-entry", "resumed"),
               "another boot, and no process that went on")


class Transcript:
    """The entries as far as they hold."""

    def __init__(self, octets):
        self.bodies = []
        self.heads = []
        self.asked = []
        self.holds = []
        self.withheld = 0
        self.is_copy = WITHHELD in octets.split(b"\n")
        self.head = GENESIS
        self.refused = None
        self.torn = 0
        self.order = Order()
        try:
            self.read(octets)
        except Refused as reason:
            self.refused = f"entry {len(self.heads)}: {reason}"

    def read(self, octets):
        lines = octets.split(b"\n")
        whole = (len(lines) - 1) // 2
        last = lines[2 * whole - 2:2 * whole]
        if (whole and not self.is_copy and lines[2 * whole:] == [b""]
                and any(b"\0" in line for line in last)):
            whole -= 1          # a hole: never written, and no whole entry
        self.torn = len(b"\n".join(lines[2 * whole:]))
        for seq in range(whole):
            self.entry(lines[2 * seq], lines[2 * seq + 1])
        expect(not (self.is_copy and self.torn),
               "a public copy that does not end with a whole entry")

    def entry(self, body_line, link_line):
        seq = len(self.heads)
        expect(len(body_line) <= LONGEST_LINE, "a body line too long")
        link = parse_canonical(link_line)
        form = {"body": "digest", "level": "text", "prev": "digest",
                "seq": "count"}
        expect(fits(form, link), "a link line of another form")
        expect(link["seq"] == seq, f"its number is {link['seq']}")
        expect(link["prev"] == self.head, "it is linked to another entry")
        head = sha256(link_line)
        if body_line == WITHHELD:
            expect(link["level"] in ("people", "station"),
                   "a body is withheld that everybody must see")
            self.order.withheld()
            self.withheld += 1
        else:
            expect(link["body"] == sha256(body_line), "its body is another")
            body = parse_canonical(body_line)
            expect(link["level"] == level_of(check_body(body)),
                   "another level")
            self.order.take(body)
            self.bodies.append(body)
            self.note(seq, body, head)
        self.heads.append(head)
        self.head = head

    def note(self, seq, body, head):
        """Requests with their answers, and hold-points with theirs."""
        at = body["at"][:19] + "Z"
        if body["kind"] == "request":
            self.asked.append([seq, body["request"], None])
            if body["request"]["kind"] == "adjourn":
                self.holds.append(Hold(self, seq, body, head))
        if body["kind"] == "observation":
            self.asked[-1][2] = body["observation"]
            if body["observation"]["kind"] == "adjourn":
                self.holds[-1].answer = body["observation"]
                self.holds[-1].at = at

    @property
    def header(self):
        return self.bodies[0] if self.bodies else None

    @property
    def closed(self):
        return self.order.closed

    def requests(self, kind):
        """The number, a request of a kind, and its observation or None."""
        return [one for one in self.asked if one[1]["kind"] == kind]

    def events(self, name):
        return [body["event"] for body in self.bodies
                if body["kind"] == "event" and body["event"]["name"] == name]


class Hold:
    """A hold-point as the entries tell of it."""

    def __init__(self, transcript, seq, body, head):
        header = transcript.header
        self.name = f"holds/{len(transcript.holds) + 1:02}"
        self.at = body["at"][:19] + "Z"
        self.answer = None
        lines = [("origin", "anchorite-hold/1"),
                 ("ceremony", header["ceremony"]), ("run", header["run"]),
                 ("hold-point", len(transcript.holds) + 1),
                 ("step", body["request"]["step"]), ("entries", seq + 1),
                 ("head", head), ("outcome", "adjourned")]
        self.text = named_lines(lines)

    def signer(self, path):
        """The person whose signature over it is named so, or None."""
        found = matches(rf"{re.escape(self.name)}\.({PERSON})\.sig", path)
        return found and found[1]


def named_lines(lines):
    return "".join(f"{name}: {value}\n" for name, value in lines).encode()


def read_lines(octets, forms):
    """The values of lines `name: value` in one order, each of its form."""
    lines = octets.decode("utf-8").split("\n")
    expect(lines.pop() == "" and len(lines) == len(forms),
           "another number of lines")
    found = {}
    for line, (name, form) in zip(lines, forms.items()):
        expect(line.startswith(name + ": "), f"no line {name}")
        found[name] = line[len(name) + 2:]
        expect(matches(form, found[name]), f"{name} of another form")
    return found


CEREMONY = "[a-z0-9][a-z0-9-]{0,199}"
DIGEST = "[0-9a-f]{64}"
COUNT = "0|[1-9][0-9]{0,14}"
INSTANT = PATTERNS["instant"]
APPROVAL_LINES = {
    "origin": "anchorite-approval/1", "ceremony": CEREMONY, "plan": DIGEST,
    "from": INSTANT, "until": INSTANT,
    "previous": f"none|{DIGEST}( {DIGEST})*"}
STANDING_LINES = {
    "origin": "anchorite-standing/1", "ceremony": CEREMONY,
    "template": DIGEST, "tool": DIGEST, "from": INSTANT, "until": INSTANT,
    "count": "[1-9][0-9]{0,14}", "leaf": "none|P[1-9][0-9]?D",
    "keys": f"{DIGEST}( {DIGEST})*",
    "vary": "run register instant serial crl-number draw",
    "previous": DIGEST}
HEAD_LINES = {
    "origin": "anchorite-head/1", "ceremony": CEREMONY,
    "run": "[0-9a-f]{16}", "seq": "[1-9][0-9]{0,14}", "head": DIGEST,
    "approval": f"none|{DIGEST}"}
STATEMENT_LINES = {
    "origin": "anchorite-addendum/1", "ceremony": CEREMONY,
    "run": "[0-9a-f]{16}", "seal": DIGEST,
    "file": "[A-Za-z0-9_][A-Za-z0-9._-]{0,99}", "length": COUNT,
    "sha256": DIGEST, "by": PERSON, "at": INSTANT, "note": ".{1,300}"}


# ------------------------------------------------------------------- folder

class Folder:
    """The files of a record, or of a register pack inside it."""

    def __init__(self, root, paths, strangers=(), prefix=""):
        self.root = root
        self.paths = paths
        self.known = set(paths)
        self.strangers = strangers
        self.prefix = prefix

    @classmethod
    def below(cls, root):
        paths, strangers = [], []
        pending = [""]
        while pending:
            folder = pending.pop()
            with os.scandir(os.path.join(root, folder)) as found:
                for entry in found:
                    path = f"{folder}/{entry.name}" if folder else entry.name
                    mode = entry.stat(follow_symlinks=False).st_mode
                    if stat.S_ISDIR(mode):
                        pending.append(path)
                    else:
                        known = paths if stat.S_ISREG(mode) else strangers
                        known.append(path)
        return cls(root, sorted(paths), sorted(strangers))

    def part(self, folder):
        start = folder + "/"
        paths = [path[len(start):] for path in self.paths
                 if path.startswith(start)]
        return Folder(self.root, paths, (), self.prefix + start)

    @functools.lru_cache(maxsize=None)
    def read(self, path):
        """The octets of a file; None when it is not there."""
        if path not in self.known:
            return None
        with open(os.path.join(self.root, self.prefix + path), "rb") as file:
            return file.read()


# ----------------------------------------------------------------- programs

@functools.lru_cache(maxsize=None)
def program(words, files, given=b""):
    """Runs a program; {name} in its words is a file with those octets."""
    with tempfile.TemporaryDirectory(prefix="verify-") as folder:
        places = {}
        for name, octets in files:
            places[name] = os.path.join(folder, name)
            with open(places[name], "wb") as file:
                file.write(octets)
        arguments = [word.format(**places) for word in words]
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"}
        done = subprocess.run(arguments, input=given, env=environment,
                              capture_output=True, check=False)
    said = (done.stdout + done.stderr).decode("utf-8", "replace")
    return done.returncode == 0, said.strip()


# ---------------------------------------------------------------------- DER

SEQUENCE, SET, OID, INTEGER, OCTETS, BITS = 0x30, 0x31, 0x06, 0x02, 0x04, 0x03


class Der:
    """One strict DER value: its tag, its contents, its whole octets."""

    def __init__(self, octets, at=0):
        expect(at + 2 <= len(octets), "DER that ends early")
        self.tag = octets[at]
        expect(self.tag & 0x1F != 0x1F, "a DER tag of several octets")
        length, begin = octets[at + 1], at + 2
        if length >= 0x80:
            count = length & 0x7F
            expect(1 <= count <= 4, "a DER length of another form")
            length = int.from_bytes(octets[begin:begin + count], "big")
            begin += count
            least = 0x80 if count == 1 else 1 << 8 * (count - 1)
            expect(length >= least, "a DER length that is too long")
        self.end = begin + length
        expect(self.end <= len(octets), "DER that ends early")
        self.contents = octets[begin:self.end]
        self.octets = octets[at:self.end]

    @functools.cached_property
    def parts(self):
        expect(self.tag & 0x20, "a constructed DER value was expected")
        parts, at = [], 0
        while at < len(self.contents):
            parts.append(Der(self.contents, at))
            at = parts[-1].end
        return parts

    def __getitem__(self, index):
        expect(index < len(self.parts), "a DER value with too few parts")
        return self.parts[index]


def whole_der(octets):
    value = Der(octets)
    expect(value.end == len(octets), "octets after a DER value")
    return value


def tlv(tag, *contents):
    inside = b"".join(contents)
    if len(inside) < 0x80:
        return bytes([tag, len(inside)]) + inside
    length = len(inside).to_bytes((len(inside).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + inside


def set_of(tag, values):
    return tlv(tag, *sorted(values))


def from_pem(octets, label):
    """The DER of a file that is one PEM block in its strict form."""
    blocks = pem_blocks(octets, label)
    expect(len(blocks) == 1, f"one PEM block {label} was expected")
    return blocks[0]


def pem_blocks(octets, label):
    begin, end = (f"-----{word} {label}-----\n".encode()
                  for word in ("BEGIN", "END"))
    blocks, rest = [], octets
    while rest:
        expect(rest.startswith(begin) and end in rest, "no strict PEM")
        body, rest = rest[len(begin):].split(end, 1)
        try:
            der = base64.b64decode(body)
        except ValueError:
            raise Refused("no base64 in a PEM block") from None
        expect(to_pem(der, label) == begin + body + end, "no strict PEM")
        blocks.append(der)
    return blocks


def to_pem(der, label):
    text = base64.b64encode(der).decode()
    lines = [text[at:at + 64] + "\n" for at in range(0, len(text), 64)]
    return (f"-----BEGIN {label}-----\n{''.join(lines)}"
            f"-----END {label}-----\n").encode()


def instant_of(time):
    """UTCTime or GeneralizedTime as YYYY-MM-DDTHH:MM:SSZ."""
    text = time.contents.decode("ascii", "replace")
    if time.tag == 0x17:
        text = ("19" if text[:2] >= "50" else "20") + text
    parts = matches(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z", text)
    expect(parts is not None, f"a time of another form: {text}")
    return "{}-{}-{}T{}:{}:{}Z".format(*parts.groups())


# --------------------------------------------------------------- mechanisms

ECDSA = {"sha256": "300a06082a8648ce3d040302",
         "sha384": "300a06082a8648ce3d040303",
         "sha512": "300a06082a8648ce3d040304"}
RSA = {"sha256": "300d06092a864886f70d01010b0500",
       "sha384": "300d06092a864886f70d01010c0500",
       "sha512": "300d06092a864886f70d01010d0500"}
ED25519 = "300506032b6570"
HASHES = {"sha256": "608648016503040201", "sha384": "608648016503040202",
          "sha512": "608648016503040203"}


def hash_identifier(name, parameters=b""):
    return tlv(SEQUENCE, tlv(OID, bytes.fromhex(HASHES[name])), parameters)


def pss_identifier(name, salt):
    null = bytes.fromhex("0500")
    digest = hash_identifier(name, null)
    mgf1 = tlv(SEQUENCE, bytes.fromhex("06092a864886f70d010108"), digest)
    parameters = tlv(SEQUENCE, tlv(0xA0, digest), tlv(0xA1, mgf1),
                     tlv(0xA2, tlv(INTEGER, bytes([salt]))))
    return tlv(SEQUENCE, bytes.fromhex("06092a864886f70d01010a"), parameters)


def mechanisms():
    """By name: AlgorithmIdentifier, hash, and what pkeyutl is told."""
    known = {"ed25519": (bytes.fromhex(ED25519), None, ())}
    for name, salt in (("sha256", 32), ("sha384", 48), ("sha512", 64)):
        digest = ("-digest", name)
        options = digest + ("-pkeyopt", "rsa_padding_mode:pss",
                            "-pkeyopt", f"rsa_pss_saltlen:{salt}")
        known[f"ecdsa-{name}"] = (bytes.fromhex(ECDSA[name]), name, digest)
        known[f"rsa-pkcs1-{name}"] = (bytes.fromhex(RSA[name]), name, digest)
        known[f"rsa-pss-{name}"] = (pss_identifier(name, salt), name, options)
    return known


MECHANISMS = mechanisms()
MECHANISM_OF = {value[0]: name for name, value in MECHANISMS.items()}


def signature_holds(spki, mechanism, message, signature):
    """Whether a signature, as in X.509, verifies under a public key."""
    files = (("key", spki), ("message", message), ("signature", signature))
    words = ("openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER",
             "-inkey", "{key}", "-rawin", "-in", "{message}",
             "-sigfile", "{signature}") + MECHANISMS[mechanism][2]
    return program(words, files)[0]


def ecdsa_der(raw):
    """r || s of the transcript as the Ecdsa-Sig-Value of X.509."""
    half = len(raw) // 2
    numbers = (int.from_bytes(part, "big")
               for part in (raw[:half], raw[half:]))
    return tlv(SEQUENCE, *(tlv(INTEGER, n.to_bytes(n.bit_length() // 8 + 1,
                                                   "big")) for n in numbers))


# -------------------------------------------------------------------- X.509

class Signed:
    """What certificates, requests and CRLs are: something, signed."""

    def __init__(self, der):
        self.der = der
        value = whole_der(der)
        expect(len(value.parts) == 3, "a signed value of another form")
        self.tbs = value[0].octets
        self.body = value[0]
        self.mechanism = MECHANISM_OF.get(value[1].octets)
        expect(value[2].tag == BITS and value[2].contents[:1] == b"\0",
               "a signature of another form")
        self.signature = value[2].contents[1:]
        self.sha256 = sha256(der)

    def signed_by(self, spki):
        return self.mechanism is not None and signature_holds(
            spki, self.mechanism, self.tbs, self.signature)


class Certificate(Signed):
    def __init__(self, der):
        super().__init__(der)
        body = self.body
        expect(body[0].tag == 0xA0, "a certificate of version 3 was expected")
        self.serial = body[1].contents.hex()
        self.issuer = body[3].octets
        self.not_before = instant_of(body[4][0])
        self.not_after = instant_of(body[4][1])
        self.subject = body[5].octets
        self.spki = body[6].octets
        self.pem = to_pem(der, "CERTIFICATE")
        self.self_issued = self.subject == self.issuer

    def issuer_and_serial(self):
        return tlv(SEQUENCE, self.issuer, self.body[1].octets)


class Request(Signed):
    def __init__(self, der):
        super().__init__(der)
        self.subject = self.body[1].octets
        self.spki = self.body[2].octets


CRL_NUMBER = bytes.fromhex("0603551d14")


class RevocationList(Signed):
    def __init__(self, der):
        super().__init__(der)
        self.issuer = self.body[2].octets
        self.this_update = instant_of(self.body[3])
        self.next_update = instant_of(self.body[4])
        rest = self.body.parts[5:]
        revoked = [part for part in rest if part.tag == SEQUENCE]
        self.serials = {entry[0].contents.hex()
                        for part in revoked for entry in part.parts}
        self.number = self.read_number(
            [part for part in rest if part.tag == 0xA0])

    @staticmethod
    def read_number(extensions):
        for part in extensions:
            for one in part[0].parts:
                if one[0].octets == CRL_NUMBER:
                    value = whole_der(one.parts[-1].contents)
                    return int.from_bytes(value.contents, "big")
        return None


def seconds_of(instant):
    """Seconds since 1970, for openssl's -attime; may be negative."""
    year, month, day, hour, minute, second = (
        int(part) for part in re.split(r"[-T:Z]", instant)[:6])
    year -= month <= 2
    days = 365 * year + year // 4 - year // 100 + year // 400
    days += (153 * ((month + 9) % 12) + 2) // 5 + day - 719469
    return ((days * 24 + hour) * 60 + minute) * 60 + second


# --------------------------------------------------------------------- SSH

SSH_BEGIN = b"-----BEGIN SSH SIGNATURE-----\n"
SSH_END = b"-----END SSH SIGNATURE-----\n"
SSH_ALGORITHMS = {
    "ssh-ed25519": {"ssh-ed25519"},
    "ecdsa-sha2-nistp256": {"ecdsa-sha2-nistp256"},
    "ecdsa-sha2-nistp384": {"ecdsa-sha2-nistp384"},
    "ecdsa-sha2-nistp521": {"ecdsa-sha2-nistp521"},
    "ssh-rsa": {"rsa-sha2-256", "rsa-sha2-512"},
    "sk-ssh-ed25519@openssh.com": {"sk-ssh-ed25519@openssh.com"},
    "sk-ecdsa-sha2-nistp256@openssh.com":
        {"sk-ecdsa-sha2-nistp256@openssh.com"},
}


class SshReader:
    def __init__(self, octets):
        self.rest = octets

    def take(self, count):
        expect(len(self.rest) >= count, "an SSH value that ends early")
        taken, self.rest = self.rest[:count], self.rest[count:]
        return taken

    def string(self):
        return self.take(int.from_bytes(self.take(4), "big"))

    def text(self):
        return self.string().decode("ascii", "replace")

    def positive(self):
        """An mpint in its shortest form, above zero."""
        octets = self.string()
        expect(octets and octets[0] < 0x80, "a number of another form")
        expect(octets[0] or (len(octets) > 1 and octets[1] >= 0x80),
               "a number that is too long")
        return octets.lstrip(b"\0")

    def end(self):
        expect(not self.rest, "octets after an SSH value")


class SshSignature:
    """A signature file: one spelling, version 1, and what it says."""

    def __init__(self, armour):
        outer = SshReader(self.unarmoured(armour))
        expect(outer.take(6) == b"SSHSIG", "no SSH signature")
        expect(outer.take(4) == b"\0\0\0\1", "an SSH signature of version 1")
        self.key = outer.string()
        self.namespace = outer.text()
        expect(outer.string() == b"", "a reserved field that is not empty")
        expect(outer.text() in ("sha256", "sha512"), "another hash")
        inner = outer.string()
        outer.end()
        self.check_inner(SshReader(inner))

    @staticmethod
    def unarmoured(armour):
        expect(armour.startswith(SSH_BEGIN) and armour.endswith(SSH_END),
               "no armour of ssh-keygen's")
        body = armour[len(SSH_BEGIN):-len(SSH_END)]
        try:
            blob = base64.b64decode(body)
        except ValueError:
            raise Refused("no base64 in an SSH signature") from None
        text = base64.b64encode(blob)
        lines = [text[at:at + 70] + b"\n" for at in range(0, len(text), 70)]
        expect(b"".join(lines) == body, "armour in another spelling")
        return blob

    def check_inner(self, inner):
        key = SshReader(self.key)
        kind = key.text()
        expect(inner.text() in SSH_ALGORITHMS.get(kind, ()),
               f"another algorithm than the key {kind} has")
        signature = inner.string()
        if kind.startswith("sk-"):
            expect(inner.take(1)[0] & 1, "a hardware key nobody touched")
            inner.take(4)
            for _ in range(2 if "ecdsa" in kind else 1):
                key.string()
            expect(key.text().startswith("ssh:"), "another application")
        inner.end()
        if "ecdsa" in kind:
            numbers = SshReader(signature)
            numbers.positive()
            numbers.positive()
            numbers.end()
        if kind == "ssh-rsa":
            key.positive()
            modulus = key.positive()
            expect(len(signature) == len(modulus)
                   and 256 <= len(modulus) <= 2048, "another length")


def verified_by_ssh(person, namespace, key, armour, message):
    line = f'{person} namespaces="{namespace}" {key}\n'.encode()
    files = (("signers", line), ("signature", armour))
    words = ("ssh-keygen", "-Y", "verify", "-f", "{signers}", "-I", person,
             "-n", namespace, "-s", "{signature}")
    return program(words, files, message)[0]


# ------------------------------------------------------------------- roster

ROSTER_LINE = re.compile(
    rf'({PERSON}) ([a-z-]+="[^" ]*"(?:,[a-z-]+="[^" ]*")*)'
    r" ([^ \"]+) ([^ ]+)(?: .*)?", re.ASCII)
ROSTER_TIME = re.compile(
    r"(\d{4})(\d\d)(\d\d)(?:([01]\d|2[0-3])([0-5]\d)([0-5]\d)?)?Z", re.ASCII)


class RosterLine:
    def __init__(self, line):
        found = ROSTER_LINE.fullmatch(line)
        expect(found is not None, f"no line of a roster: {line[:60]}")
        self.person = found[1]
        options = re.findall(r'([a-z-]+)="([^"]*)"', found[2])
        named = dict(options)
        expect(len(named) == len(options) and set(named) <= {
            "namespaces", "valid-after", "valid-before"}, "another option")
        self.namespaces = named.get("namespaces", "").split(",")
        expect(all(matches(r"[A-Za-z0-9._@-]{1,100}", one)
                   for one in self.namespaces), "namespaces in full")
        self.after = self.time(named.get("valid-after"))
        self.before = self.time(named.get("valid-before"))
        expect(None in (self.after, self.before)
               or self.after <= self.before, "a time that ends first")
        self.key = f"{found[3]} {found[4]}"

    @staticmethod
    def time(text):
        if text is None:
            return None
        found = ROSTER_TIME.fullmatch(text)
        expect(found is not None, f"no time in UTC: {text}")
        return "{}-{}-{}T{}:{}:{}Z".format(
            *(part or "00" for part in found.groups()))

    def valid_at(self, instant):
        return ((self.after is None or instant >= self.after)
                and (self.before is None or instant <= self.before))


def read_roster(path):
    with open(path, "rb") as file:
        lines = file.read().decode("utf-8").split("\n")
    return [RosterLine(line) for line in lines
            if line and not line.startswith("#")]


# ------------------------------------------------------------------ verdict

class Verdict:
    """What was found, in the order in which it was found."""

    def __init__(self):
        self.wrong = []      # not authentic: exit 7
        self.unfit = []      # at odds with itself: exit 6
        self.missing = []    # not whole: exit 6
        self.remarks = []
        self.not_checked = list(NOT_CHECKED)
        self.counts = {}
        self.signed_by = []
        self.withheld = 0    # bodies and files: exit 6 where there are any
        self.addenda = {}

    def against(self, control, sentence):
        self.wrong.append((control, sentence))

    def count(self, what, number=1):
        self.counts[what] = self.counts.get(what, 0) + number

    def attempt(self, control, where, check, *arguments):
        """Runs a check; what it refuses speaks against the record."""
        try:
            return check(*arguments)
        except UNREADABLE as reason:
            self.against(control, f"{where}: {reason}")
            return None

    def exit(self, pinned):
        if self.wrong:
            return 7
        if self.unfit or self.missing or self.withheld:
            return 6
        return 0 if pinned else 9


# ------------------------------------------------------------------- record

class Record:
    """One record, and everything that is checked of it."""

    def __init__(self, path, roster=None):
        self.folder = Folder.below(path)
        self.roster = roster
        self.verdict = Verdict()
        self.transcript = Transcript(self.read("transcript.jsonl") or b"")
        self.plan = None
        self.seal_digest = None

    def read(self, path):
        return self.folder.read(path)

    def check(self):
        for control, part in (("RECORD-CHAIN", self.check_entries),
                              ("RECORD-BOUND", self.check_bound),
                              ("PLAN-APPROVED", self.check_approvals),
                              ("HOLD-POINT-SIGNED", self.check_holds),
                              ("RECORD-NOT-ROLLED-BACK", self.check_heads),
                              ("RECORD-FOLDER", self.check_files),
                              ("RECORD-ARTIFACTS", self.check_artifacts),
                              ("RECORD-MANIFEST", self.check_manifest),
                              ("SEAL-FORM", self.check_seal)):
            self.verdict.attempt(control, "the record", part)
        if self.plan is not None and not self.transcript.refused:
            Evidence(self).check()
        Addenda(self).check()
        return self.verdict

    def withheld(self, path):
        """Whether a file is left out of a public copy, as it may be."""
        return (self.transcript.is_copy and self.read(path) == WITHHELD
                and (path == "station.yaml"
                     or path.startswith(("inputs/", "evidence/", "torn/"))))

    # ---- entries

    def check_entries(self):
        verdict, transcript = self.verdict, self.transcript
        verdict.count("entries", len(transcript.heads))
        if transcript.is_copy:
            files = [path for path in self.folder.paths
                     if self.withheld(path)]
            verdict.withheld = transcript.withheld + len(files)
            verdict.not_checked.append(
                f"what is withheld: {transcript.withheld} entries"
                + "".join(f", {path}" for path in files))
        if transcript.refused:
            verdict.against("RECORD-CHAIN", transcript.refused)
            return
        if transcript.torn:
            said = f"{transcript.torn} octets after the last whole entry"
            if transcript.closed:
                verdict.against("RECORD-CHAIN", said)
            else:
                verdict.remarks.append(said)
        if not transcript.closed:
            verdict.missing.append(
                ("RECORD-WHOLE", "the transcript ends before the close"))
        for before, after in zip(transcript.bodies, transcript.bodies[1:]):
            if after["at"] < before["at"]:
                verdict.remarks.append("the host's clock went back before "
                                       + after["at"])

    def check_bound(self):
        """Entry 0 against script, station, plan and inputs."""
        header = self.transcript.header
        if header is None:
            return
        bound = [("script.yaml", header["script"]),
                 ("station.yaml", header["station"]),
                 ("plan.json", header["plan"])]
        bound += [("inputs/" + item["path"], item["sha256"])
                  for item in header["inputs"]]
        bound += [(item["path"], item["sha256"])
                  for item in header["approvals"]]
        for path, digest in bound:
            octets = self.read(path)
            if not self.withheld(path) and (
                    octets is None or sha256(octets) != digest):
                self.verdict.against("RECORD-BOUND",
                                     f"{path} is not that of entry 0")
        named = {item["path"] for item in header["approvals"]}
        for path in self.folder.paths:
            if path.startswith("approvals/") and path not in named:
                self.verdict.against("RECORD-BOUND",
                                     f"entry 0 does not name {path}")
        octets = self.read("plan.json")
        if octets is not None:
            self.plan = self.verdict.attempt(
                "RECORD-BOUND", "plan.json", read_plan, octets)
        if self.plan is not None:
            self.check_header(header, self.plan)

    def check_header(self, header, plan):
        inputs = [{"path": one["path"], "sha256": one["sha256"]}
                  for one in plan["inputs"]]
        agreed = (header["ceremony"] == plan["ceremony"]
                  and header["assurance"] == plan["assurance"]
                  and header["inputs"] == inputs
                  and header.get("rehearsal") == plan.get(
                      "rehearsal", {}).get("plan")
                  and header["previous"] == [
                      pack["seal"] for pack in packs_of(plan)])
        if not agreed:
            self.verdict.against("RECORD-BOUND",
                                 "entry 0 is not that of the plan")
        if header["script"] != plan["script"]:
            self.verdict.unfit.append(
                ("RECORD-REBUILT", "the plan is of another script"))

    # ---- what people signed before the seal, and what tokens kept

    def check_approvals(self):
        plan = self.plan
        if plan is None or not plan["quorum"]["approval"]:
            return
        if "scheduled" in plan:
            self.verdict.attempt("STANDING-QUORUM", STANDING,
                                 self.check_standing, plan)
            return
        text = self.read(APPROVAL)
        expect(text is not None, f"{APPROVAL} is missing")
        said = read_lines(text, APPROVAL_LINES)
        register = plan["register"]
        wanted = {"ceremony": plan["ceremony"],
                  "plan": sha256(self.read("plan.json")),
                  "previous": register["seal"] if register else "none"}
        for name, value in wanted.items():
            expect(said[name] == value, f"approvals of another {name}")
        expect(said["from"] <= said["until"], "a window that ends first")
        signatures = Sealing(plan["people"], plan["quorum"]["approval"],
                             self.folder, text, "PLAN-APPROVED")
        signatures.check_files(
            self.verdict, [(path, path[len("approvals/"):-len(".sig")])
                           for path in self.folder.paths
                           if path.startswith("approvals/")
                           and path != APPROVAL],
            self.roster, self.transcript.header["at"][:19] + "Z")
        expect(not signatures.empty_seats(), "too few people approved")
        self.check_window(said)

    def check_standing(self, plan):
        """Nobody was there: people had signed for it beforehand."""
        text = self.read(STANDING)
        expect(text is not None, f"{STANDING} is missing")
        said = read_lines(text, STANDING_LINES)
        expect(said["from"] <= said["until"], "a period that ends first")
        signatures = Sealing(plan["people"], plan["quorum"]["approval"],
                             self.folder, text, "STANDING-QUORUM")
        signatures.check_files(
            self.verdict, [(path, path[len("approvals/"):-len(".sig")])
                           for path in self.folder.paths
                           if path.startswith("approvals/")
                           and path != STANDING],
            self.roster, self.transcript.header["at"][:19] + "Z")
        expect(not signatures.empty_seats(), "too few people approved")
        self.check_window(said)
        self.check_run(plan["scheduled"]["run"], said)

    def check_run(self, run, said):
        """A run that is done has its number, and keys that were named."""
        close = self.close()
        if not close or close.get("outcome") != "done":
            return
        text = self.read(STANDING)
        register = read_register(self.read(REGISTER) or b"")
        runs = [one for one in register.get("standing", [])
                if one["approval"] == sha256(text)]
        numbers = [one["number"] for one in runs]
        keys = {request["key"]["spki"]["sha256"] for _, request, _
                in self.transcript.requests("sign")}
        keys.add(close["transcriptKey"]["spki"]["sha256"])
        if (run > int(said["count"]) or numbers != list(range(1, run + 1))
                or not keys <= set(said["keys"].split(" "))):
            self.verdict.unfit.append(
                ("RECORD-REBUILT", "the approval does not allow this run"))

    def check_window(self, said):
        """A ceremony that is done was held while it was approved."""
        close = self.close()
        times = [told["instant"] for _, _, told
                 in self.transcript.requests("time")
                 if told and told["outcome"] == "answered"]
        if close and close.get("outcome") == "done" and not all(
                said["from"] <= time <= said["until"] for time in times):
            self.verdict.unfit.append(
                ("RECORD-REBUILT", "it was held when it was not approved"))

    def check_holds(self):
        holds = self.transcript.holds
        for path in self.folder.paths:
            if path.startswith("holds/") and not any(
                    path == hold.name + ".txt" or hold.signer(path)
                    for hold in holds):
                self.verdict.against("HOLD-POINT-SIGNED",
                                     f"{path} is of no hold-point")
        for hold in holds:
            self.verdict.attempt("HOLD-POINT-SIGNED", hold.name,
                                 self.check_hold, hold)

    def check_hold(self, hold):
        signatures = [(path, hold.signer(path)) for path in self.folder.paths
                      if hold.signer(path)]
        if self.plan is not None:
            sealing = Sealing(self.plan["people"],
                              self.plan["quorum"]["seal"], self.folder,
                              hold.text, "HOLD-POINT-SIGNED")
            sealing.check_files(self.verdict, signatures, self.roster,
                                hold.at)
            close = self.close()
            if (close and close.get("outcome") == "done"
                    and sealing.empty_seats()):
                self.verdict.unfit.append(
                    ("RECORD-REBUILT", f"too few people signed {hold.name}"))
        text = self.read(hold.name + ".txt")
        if text is not None:
            expect(text == hold.text, "its text is another")
        if hold.answer is None:
            return
        expect(text is not None, "its text is missing")
        told = {"kind": "adjourn", "outcome": "answered",
                "sha256": sha256(hold.text),
                "signatures": [{"by": person,
                                "sha256": sha256(self.read(path))}
                               for path, person in signatures]}
        expect(told == hold.answer, "its answer names other signatures")

    def check_heads(self):
        """A token that looked ahead of this transcript, or beside it."""
        header, heads = self.transcript.header, self.transcript.heads
        for _, _, told in self.transcript.requests("inspect-token"):
            for value in (told or {}).get("heads", []):
                try:
                    kept = read_lines(bytes.fromhex(value), HEAD_LINES)
                except UNREADABLE:
                    continue
                seq = int(kept["seq"])
                if kept["run"] == header["run"] and heads[seq:seq + 1] != [
                        kept["head"]]:
                    self.verdict.against(
                        "RECORD-NOT-ROLLED-BACK", "a token kept a head of "
                        f"entry {seq} that the transcript does not have")

    # ---- files

    def check_files(self):
        """Nothing lies in the folder that nothing accounts for."""
        against = self.verdict.against
        for path in self.folder.strangers:
            against("RECORD-FOLDER", f"{path} is neither file nor folder")
        kept = {path for path, _ in self.kept()}
        torn = {event["path"]: event
                for event in self.transcript.events("torn-entry")}
        inputs = self.inputs()
        asked = {path for _, request, _ in self.transcript.requests("attach")
                 for path in request.get("files", [])}
        for path in self.folder.paths:
            top, _, below = path.partition("/")
            if path not in FILES if not below else top not in FOLDERS:
                against("RECORD-FOLDER", f"{path} is no file of a record")
            elif (top == "artifacts" and self.transcript.closed
                  and path not in kept):
                against("RECORD-ARTIFACTS", f"nothing made {path}")
            elif (top == "inputs" and inputs and below not in inputs
                  and not self.transcript.is_copy):
                against("RECORD-BOUND", f"{path} is no input")
            elif (top == "evidence" and path not in asked
                  and not self.transcript.is_copy):
                against("RECORD-BOUND", f"no entry names {path}")
            elif top == "torn" and path not in torn:
                against("RECORD-BOUND", f"no entry names {path}")
        for path, event in torn.items():
            self.check_torn(path, event)
        for _, _, answer in self.transcript.requests("attach"):
            for file in (answer or {}).get("files", []):
                self.check_attached(file)

    def inputs(self):
        """The inputs of entry 0, and the files that their lists name."""
        header = self.transcript.header
        if header is None or self.plan is None:
            return set()
        named = {item["path"] for item in header["inputs"]}
        listed = {(line["file"], line["sha256"])
                  for line in self.listed_requests()}
        for path in self.folder.part("inputs").paths:
            name = path.rsplit("/", 1)[-1]
            if (name, sha256(self.read("inputs/" + path))) in listed:
                named.add(path)
        return named

    def listed_requests(self):
        found = []
        for step in self.plan["steps"]:
            if step["rule"] == "sign-requests@1":
                path = "inputs/" + step["list"]["path"]
                octets = self.read(path) or b""
                if self.withheld(path):
                    continue
                lines = octets.split(b"\n")[:-1]
                found += [parse_canonical(line) for line in lines]
        return found

    def check_attached(self, file):
        octets = self.read(file["path"])
        if self.withheld(file["path"]):
            return
        if (octets is None or len(octets) != file["length"]
                or sha256(octets) != file["sha256"]):
            self.verdict.against("RECORD-BOUND",
                                 f"{file['path']} is not what was attached")

    def check_torn(self, path, event):
        octets = self.read(path)
        if self.withheld(path):
            return
        named = rf"torn/[0-9]+-{event['sha256'][:16]}"
        if (octets is None or matches(named, path) is None
                or len(octets) != event["length"]
                or sha256(octets) != event["sha256"]):
            self.verdict.against("RECORD-BOUND",
                                 f"{path} is not that of its event")

    def kept(self):
        """Path and digest of every file that the ceremony had kept."""
        found = []
        for _, request, _ in self.transcript.requests("keep-artifacts"):
            for file in request.get("files", []):
                found.append(("artifacts/" + file["path"],
                              file["content"]["sha256"]))
        return found

    def check_artifacts(self):
        for path, digest in self.kept():
            octets = self.read(path)
            if octets is None or sha256(octets) != digest:
                self.verdict.unfit.append(
                    ("RECORD-REBUILT", f"{path} is not the one kept"))
            else:
                self.verdict.count("artifacts")

    def check_manifest(self):
        octets = self.read("SHA256SUMS")
        if octets is None:
            if self.read("seal.txt") is not None:
                self.verdict.against("RECORD-MANIFEST", "there is none")
            return
        listed = self.verdict.attempt("RECORD-MANIFEST", "SHA256SUMS",
                                      read_manifest, octets)
        if listed is None:
            return
        present = {path for path in self.folder.paths
                   if path not in UNLISTED
                   and path.split("/")[0] not in ("signatures", "addenda")}
        for path in sorted(present ^ set(listed)):
            self.verdict.against(
                "RECORD-MANIFEST", f"{path} is not both there and listed")
        for path in present & set(listed):
            if (sha256(self.read(path)) != listed[path]
                    and not self.withheld(path)):
                self.verdict.against("RECORD-MANIFEST",
                                     f"{path} has another digest")

    # ---- seal

    def close(self):
        """The request `close`, when it is answered."""
        found = self.transcript.requests("close")
        return found[-1][1] if self.transcript.closed else None

    def check_seal(self):
        verdict = self.verdict
        seal, manifest = self.read("seal.txt"), self.read("SHA256SUMS")
        close = self.close()
        if None in (seal, manifest, close, self.plan):
            signed = any(path.startswith("signatures/")
                         for path in self.folder.paths)
            if seal is not None or signed:
                verdict.against("SEAL-FORM",
                                "there is a seal over no whole record")
            verdict.missing.append(("SEAL-FORM", "seal.txt"))
            return
        self.seal_digest = sha256(seal)
        if seal != self.expected_seal(close, manifest):
            verdict.against("SEAL-FORM", "seal.txt says something else "
                                         "than the record")
        self.check_signature_files()
        people = Sealing(self.plan["people"], self.plan["quorum"]["seal"],
                         self.folder, seal)
        people.check(verdict, self.roster, self.sealed_at())
        verdict.signed_by = sorted(people.signed)
        self.check_token_signature(close, seal)
        if "scheduled" in self.plan and not close.get("transcriptKey"):
            verdict.missing.append(
                ("SEAL-TOKEN", "nobody else seals a scheduled run"))

    def expected_seal(self, close, manifest):
        header, transcript = self.transcript.header, self.transcript
        token = close.get("transcriptKey") is not None
        lines = [
            ("origin", FORMAT), ("ceremony", header["ceremony"]),
            ("run", header["run"]), ("entries", len(transcript.heads)),
            ("head", transcript.head), ("manifest", sha256(manifest)),
            ("previous", " ".join(header["previous"]) or "none"),
            ("token-signature", "transcript-key.p7s" if token else "none"),
            ("outcome", close.get("outcome")),
        ]
        return named_lines(lines)

    def sealed_at(self):
        """The instant at which a roster's lines have to be valid."""
        return self.transcript.bodies[-1]["at"][:19] + "Z"

    def check_signature_files(self):
        leave = STANDING_APPROVED if "scheduled" in self.plan else APPROVING
        also = leave + "," if self.plan["quorum"]["approval"] else ""
        expected = "".join(
            f'{one["id"]} namespaces="{also}{namespace_of(one)}" '
            f'{one["key"]}\n'
            for one in sorted(self.plan["people"], key=lambda one: one["id"]))
        if self.read(ALLOWED_SIGNERS) != expected.encode():
            self.verdict.against("SEAL-FILES", "allowed_signers does not "
                                               "hold the people of the plan")
        known = re.compile(rf"allowed_signers|{PERSON}\.sig|"
                           r"transcript-key\.p7s")
        for path in self.folder.part("signatures").paths:
            if known.fullmatch(path) is None:
                self.verdict.against("SEAL-FILES",
                                     f"signatures/{path} is none of them")

    def check_token_signature(self, close, seal):
        key = close.get("transcriptKey")
        octets = self.read(TOKEN_SIGNATURE)
        if key is None:
            if octets is not None:
                self.verdict.against("SEAL-TOKEN", "the token was not asked")
        elif octets is None:
            self.verdict.missing.append(
                ("SEAL-TOKEN", "the token's signature"))
        else:
            self.verdict.attempt("SEAL-TOKEN", TOKEN_SIGNATURE,
                                 self.check_cms, key, octets, seal)

    def check_cms(self, key, octets, seal):
        register = read_register(self.read(REGISTER) or b"")
        chain = chain_of(register, key["certificate"])
        expect(sha256(chain[0].spki) == key["spki"]["sha256"],
               "the certificate is over another key")
        self.verdict.count("signatures")
        if not token_cms_holds(octets, seal, key["mechanism"], chain):
            self.verdict.against("RECORD-SIGNATURES", f"{TOKEN_SIGNATURE}: "
                                 "the signature does not verify")


def namespace_of(person):
    witness = person["role"] in ("witness", "auditor")
    return "anchorite-seal-" + ("witnessed" if witness else "approved")


def packs_of(plan):
    """The register packs that a plan begins from: its own line first."""
    register = plan["register"]
    return [] if register is None else [register] + register["joins"]


PLAN_FIELDS = {"assurance", "ceremony", "controls", "dice", "format",
               "inputs", "materials", "people", "quorum", "register",
               "script", "steps", "title", "tokens", "waivers"}


def read_plan(octets):
    plan = parse_canonical(octets)
    expect(isinstance(plan, dict), "a plan of another form")
    check_format(PLAN_FORMAT, plan.get("format"))
    seldom = {"places", "rehearsal", "rotation", "scheduled", "video"}
    expect(set(plan) - seldom == PLAN_FIELDS,
           "a plan of another form")
    return plan


def read_register(octets):
    register = parse_canonical(octets)
    expect(isinstance(register, dict), "a register of another form")
    check_format(REGISTER_FORMAT, register.get("format"))
    return register


def is_path(path):
    parts = path.split("/")
    return (path != "-" and len(path) <= 1024
            and matches(r"[A-Za-z0-9._/-]+", path) is not None
            and not any(part in ("", ".", "..") for part in parts))


def read_manifest(octets):
    """Digests by path; the one form that SHA256SUMS has."""
    try:
        lines = octets.decode("ascii").split("\n")
    except ValueError:
        raise Refused("it is no ASCII") from None
    expect(lines.pop() == "", "its last line has no end")
    found, spelled = {}, {}
    for line in lines:
        parts = matches(r"([0-9a-f]{64})  (.+)", line)
        expect(parts and is_path(parts[2]), f"no line of it: {line[:80]}")
        expect(parts[2] not in found, f"{parts[2]} stands twice")
        found[parts[2]] = parts[1]
        above = parts[2].split("/")
        for count in range(1, len(above) + 1):
            prefix = "/".join(above[:count])
            known = spelled.setdefault(prefix.lower(), prefix)
            expect(known == prefix, f"{known} and {prefix} differ in case")
    expect(list(found) == sorted(found), "its lines are not sorted")
    return found


# ------------------------------------------------------------------- people

class Sealing:
    """Signatures over a text, counted against a quorum: over seal.txt, a
    hold-point or approval.txt."""

    def __init__(self, people, quorum, folder, text, control="SEAL-QUORUM"):
        self.people = {person["id"]: person for person in people}
        self.quorum = quorum
        self.folder = folder
        self.text = text
        self.control = control
        self.signed = {}

    def namespace(self, person):
        if self.control == "STANDING-QUORUM":
            return STANDING_APPROVED
        approving = self.control == "PLAN-APPROVED"
        return APPROVING if approving else namespace_of(self.people[person])

    def check(self, verdict, roster=None, instant=None):
        """The signatures of a seal, and who is missing."""
        files = [("signatures/" + path, path[:-4])
                 for path in self.folder.part("signatures").paths
                 if path.endswith(".sig")]
        self.check_files(verdict, files, roster, instant)
        for threshold, count in self.empty_seats():
            verdict.missing.append(
                (self.control, f"{count} of {threshold['role']}"))

    def check_files(self, verdict, files, roster, instant):
        for path, person in files:
            self.check_file(verdict, path, person, roster, instant)

    def check_file(self, verdict, path, person, roster, instant):
        where = self.folder.prefix + path
        armour = self.folder.read(path)
        checked = verdict.attempt(self.control, where, self.check_signer,
                                  person, armour, roster, instant)
        if checked is None:
            return
        self.signed[person] = checked
        verdict.count("signatures")
        signer = self.people[person]
        if not verified_by_ssh(person, self.namespace(person), signer["key"],
                               armour, self.text):
            verdict.against("RECORD-SIGNATURES",
                            f"{where}: the signature does not verify")

    def check_signer(self, person, armour, roster, instant):
        """The key of a person, once it is the right one."""
        expect(person in self.people, "nobody of the plan")
        signature = SshSignature(armour)
        key = self.people[person]["key"]
        expect(signature.key == key_blob(key), "another key than the plan's")
        namespace = self.namespace(person)
        expect(signature.namespace == namespace, "another namespace")
        expect(signature.key not in self.signed.values(), "a key twice")
        if roster is not None:
            self.check_roster(person, key, namespace, roster, instant)
        return signature.key

    @staticmethod
    def check_roster(person, key, namespace, roster, instant):
        lines = [line for line in roster if line.person == person
                 and key_blob(line.key) == key_blob(key)
                 and namespace in line.namespaces]
        expect(lines, "the roster names no such key for this meaning")
        expect(any(line.valid_at(instant) for line in lines),
               f"the roster's line is not valid at {instant}")

    def empty_seats(self):
        """Thresholds that lack people; one person fills one seat."""
        seats = [index for index, threshold in enumerate(self.quorum)
                 for _ in range(threshold["count"])]
        taken = {}
        for seat in range(len(seats)):
            self.seat(seat, seats, taken, set())
        filled = [seats[seat] for seat in taken.values()]
        return [(threshold, threshold["count"] - filled.count(index))
                for index, threshold in enumerate(self.quorum)
                if filled.count(index) < threshold["count"]]

    def seat(self, seat, seats, taken, asked):
        role = self.quorum[seats[seat]]["role"]
        for person in self.signed:
            if person in asked or role not in (
                    "any", self.people[person]["role"]):
                continue
            asked.add(person)
            if person not in taken or self.seat(
                    taken[person], seats, taken, asked):
                taken[person] = seat
                return True
        return False


def key_blob(line):
    try:
        return base64.b64decode(line.split(" ")[1])
    except (ValueError, IndexError):
        raise Refused("no SSH key") from None


# -------------------------------------------------------------------- token

ID_DATA = bytes.fromhex("06092a864886f70d010701")
ID_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
CONTENT_TYPE = bytes.fromhex("06092a864886f70d010903")
MESSAGE_DIGEST = bytes.fromhex("06092a864886f70d010904")
ONE = tlv(INTEGER, b"\1")


def chain_of(register, name):
    """The certificate of a name and those above it, from the register."""
    known = {one["name"]: one for one in register["certificates"]}
    chain = []
    while name in known:
        chain.append(Certificate(bytes.fromhex(known[name]["der"])))
        above = known[name]["issuer"]
        name = None if above == name else above
    expect(chain, "the register lacks the transcript certificate")
    return chain


def cms_of(octets):
    """The CMS of a file: all of it, or the last part of an S/MIME message."""
    if octets.startswith(b"MIME-Version"):
        octets = base64.b64decode(octets.rstrip().split(b"\n\n")[-2])
    return octets


def cms_attributes(content, digest):
    hashed = hashlib.new(digest, content).digest()
    return [
        tlv(SEQUENCE, CONTENT_TYPE, tlv(SET, ID_DATA)),
        tlv(SEQUENCE, MESSAGE_DIGEST, tlv(SET, tlv(OCTETS, hashed))),
    ]


def build_cms(content, mechanism, chain, signature):
    identifier, digest, _ = MECHANISMS[mechanism]
    hashed = hash_identifier(digest)
    signer = tlv(
        SEQUENCE, ONE, chain[0].issuer_and_serial(), hashed,
        set_of(0xA0, cms_attributes(content, digest)), identifier,
        tlv(OCTETS, signature))
    signed = tlv(
        SEQUENCE, ONE, tlv(SET, hashed), tlv(SEQUENCE, ID_DATA),
        set_of(0xA0, {certificate.der for certificate in chain}),
        tlv(SET, signer))
    return tlv(SEQUENCE, ID_SIGNED_DATA, tlv(0xA0, signed))


def token_cms_holds(octets, seal, mechanism, chain):
    """The file is built anew; all but the signature follows."""
    value = whole_der(octets)
    signer = value[1][0].parts[-1][0]
    signature = signer.parts[-1].contents
    expect(mechanism in MECHANISMS and mechanism != "ed25519",
           "another mechanism")
    if mechanism.startswith("ecdsa"):
        check_ecdsa(signature)
    expect(build_cms(seal, mechanism, chain, signature) == octets,
           "it is not the one form over this seal.txt by this key")
    top = chain[-1].pem
    words = ("openssl", "cms", "-verify", "-binary", "-purpose", "any",
             "-inform", "DER", "-in", "{cms}", "-content", "{seal}",
             "-CAfile", "{top}", "-partial_chain", "-no_check_time",
             "-out", os.devnull)
    return program(words, (("cms", octets), ("seal", seal), ("top", top)))[0]


def check_ecdsa(signature):
    for number in whole_der(signature).parts:
        octets = number.contents
        expect(number.tag == INTEGER and octets and octets[0] < 0x80
               and (octets[0] or octets[1:2] >= b"\x80"), "no Ecdsa-Sig-Value")


# ----------------------------------------------------------------- evidence

class Evidence:
    """Certificates, lists, requests, register: do they bear each other out?

    A signature that does not verify makes the record not authentic. What
    disagrees otherwise would have come out differently in a replay.
    """

    def __init__(self, record):
        self.record = record
        self.folder = record.folder
        self.verdict = record.verdict
        self.certificates = {}
        self.lists = {}
        self.requests = {}
        self.pool = []
        self.register = None
        self.earlier = None
        self.joined = []
        self.messages = {}
        self.keys = {}

    def check(self):
        for part in (self.check_packs, self.read_all, self.check_signings,
                     self.check_certificates, self.check_lists,
                     self.check_requests, self.check_waivers,
                     self.check_register):
            try:
                part()
            except UNREADABLE as reason:
                self.unfit(f"{part.__name__}: {reason}")

    def unfit(self, sentence):
        self.verdict.unfit.append(("RECORD-REBUILT", sentence))

    def unsigned(self, where):
        self.verdict.against("RECORD-SIGNATURES",
                             f"{where}: the signature does not verify")

    # ---- reading

    def read_all(self):
        octets = self.folder.read(REGISTER)
        if octets is not None:
            self.register = read_register(octets)
        artifacts = self.folder.part("artifacts")
        for path in artifacts.paths:
            self.read_artifact(path, artifacts.read(path))
        for register in (self.earlier, *self.joined, self.register):
            if register is not None:
                self.pool += [Certificate(bytes.fromhex(one["der"]))
                              for one in register["certificates"]
                              if one["der"]]
        self.read_signed_files()
        self.read_keys()

    def read_artifact(self, path, octets):
        kind, _, name = path.partition("/")
        stem = name.rsplit(".", 1)[0]
        if kind == "certificates":
            one = Certificate(from_pem(octets, "CERTIFICATE"))
            self.certificates[stem] = one
            self.pool.append(one)
            self.message(one.tbs, one)
        elif kind == "chains":
            self.pool += [Certificate(der)
                          for der in pem_blocks(octets, "CERTIFICATE")]
        elif kind == "requests":
            one = Request(from_pem(octets, "CERTIFICATE REQUEST"))
            self.requests[path] = one
            self.message(one.tbs, one)
        elif kind == "crls" and name.endswith(".crl"):
            one = RevocationList(octets)
            self.lists[stem] = one
            self.message(one.tbs, one)
        elif kind == "crls" and from_pem(octets, "X509 CRL") != (
                self.folder.read(f"artifacts/crls/{stem}.crl")):
            self.unfit(f"{path} is not the DER beside it")

    def message(self, octets, one=None):
        self.messages[sha256(octets)] = (octets, one)

    def read_signed_files(self):
        """What keys may have signed besides certificates and lists."""
        for path in self.folder.paths:
            if path.startswith("inputs/") or path.endswith(".tbs"):
                self.message(self.folder.read(path))
            if (path.startswith("artifacts/signed/")
                    and path.endswith((".p7s", ".signed"))):
                signed = whole_der(cms_of(self.folder.read(path)))[1][0]
                for part in signed.parts[-1][0].parts:
                    if part.tag == 0xA0:
                        self.message(tlv(SET, part.contents))

    def read_keys(self):
        """Every public key that the record holds, by its digest."""
        for body in self.record.transcript.bodies:
            told = body.get("observation", {})
            spkis = [told.get("spki", "")]
            spkis += [one["spki"] for one in told.get("objects", [])]
            for spki in filter(None, spkis):
                octets = bytes.fromhex(spki)
                self.keys[sha256(octets)] = octets
        for one in self.pool:
            self.keys[sha256(one.spki)] = one.spki

    # ---- what the token signed

    def check_signings(self):
        for seq, request, told in self.record.transcript.requests("sign"):
            if told is None or told["outcome"] != "done":
                continue
            items, signatures = request["items"], told["signatures"]
            if len(items) != len(signatures):
                self.unfit(f"entry {seq}: {len(signatures)} signatures for "
                           f"{len(items)} items")
                continue
            for item, raw in zip(items, signatures):
                self.check_signing(f"entry {seq}", request["key"], item, raw)

    def check_signing(self, where, key, item, raw):
        found = self.messages.get(item["tbs"]["sha256"])
        spki = self.keys.get(key["spki"]["sha256"])
        if found is None or spki is None:
            self.verdict.not_checked.append(
                f"{where}: what was signed is not in the record")
            return
        octets, one = found
        mechanism = key["mechanism"]
        signature = bytes.fromhex(raw)
        if mechanism.startswith("ecdsa"):
            signature = ecdsa_der(signature)
        if not signature_holds(spki, mechanism, octets, signature):
            self.unsigned(where)
        if one is not None and (one.signature != signature
                                or one.mechanism != mechanism):
            self.unfit(f"{where}: the artifact has another signature")
        self.verdict.count("signatures")

    # ---- certificates and lists

    def check_certificates(self):
        roots = b"".join(sorted({one.pem for one in self.pool
                                 if one.self_issued}))
        issuers = {one.issuer for one in self.pool}
        others = b"".join(sorted({one.pem for one in self.pool
                                  if not one.self_issued
                                  and one.subject in issuers}))
        for name, one in self.certificates.items():
            words = ("openssl", "verify", "-x509_strict", "-partial_chain",
                     "-check_ss_sig", "-attime",
                     str(seconds_of(one.not_before)), "-trusted",
                     "{roots}", "-untrusted", "{others}", "{one}")
            files = (("roots", roots or others),
                     ("others", others or roots), ("one", one.pem))
            held, said = program(words, files)
            if not held:
                self.unsigned(f"certificate {name} ({said[-200:]})")
            self.verdict.count("certificates")

    def check_lists(self):
        for name, one in self.lists.items():
            issuers = [ca for ca in self.pool if ca.subject == one.issuer]
            words = ("openssl", "crl", "-inform", "DER", "-in", "{list}",
                     "-noout", "-CAfile", "{ca}")
            held = any("verify OK" in program(words, (
                ("list", one.der), ("ca", ca.pem)))[1] for ca in issuers)
            if not held:
                self.unsigned(f"CRL {name}")
            self.verdict.count("CRLs")

    # ---- requests

    def check_requests(self):
        for path, one in self.requests.items():
            self.check_request(path, one)
        for where, octets, step in self.requests_of_plan():
            one = self.verdict.attempt("RECORD-SIGNATURES", where,
                                       read_request, octets)
            if one is None:
                continue
            self.check_request(where, one)
            issued = self.certificates.get(step)
            if issued is not None and issued.spki != one.spki:
                self.unfit(f"certificate {step} is over another key than "
                           "its request")

    def check_request(self, where, one):
        if not one.signed_by(one.spki):
            self.unsigned(where)
        self.verdict.count("requests")

    def requests_of_plan(self):
        """Where, octets and name of the certificate."""
        inputs = self.folder.part("inputs")
        for step in self.record.plan["steps"]:
            if step["rule"] == "sign-request@1":
                path = step["request"]["path"]
                octets = inputs.read(path) or b""
                if self.record.withheld(f"inputs/{path}"):
                    continue
                if step["field"] is not None:
                    octets = json.loads(octets)[step["field"]].encode()
                yield f"inputs/{path}", octets, step["certificate"]
        accepted = {(line["file"], line["sha256"])
                    for line in self.record.listed_requests()
                    if line["verdict"] == "accept"}
        for path in inputs.paths:
            octets = inputs.read(path)
            if (path.rsplit("/", 1)[-1], sha256(octets)) in accepted:
                yield f"inputs/{path}", octets, None

    # ---- waivers

    def check_waivers(self):
        people = {one["id"]: one for one in self.record.plan["people"]}
        for waiver in self.record.plan["waivers"]:
            start = f"inputs/waivers/{waiver['control']}"
            text = self.folder.read(f"{start}.txt") or b""
            if any(self.record.withheld(path) for path in self.folder.paths
                   if path.startswith(start)):
                continue
            if sha256(text) != waiver["sha256"]:
                self.unfit(f"{start}.txt is not that of the plan")
            for person in waiver["by"]:
                path = f"{start}.{person}.sig"
                armour = self.folder.read(path) or b""
                held = verified_by_ssh(person, "anchorite-waiver",
                                       people[person]["key"], armour, text)
                if not held:
                    self.unsigned(path)
                self.verdict.count("signatures")

    # ---- register

    def check_register(self):
        register = self.register
        if register is None:
            return
        header = self.record.transcript.header
        close = self.record.close()
        for name, value in (("ceremony", header["ceremony"]),
                            ("run", header["run"]),
                            ("assurance", header["assurance"]),
                            ("previous", header["previous"]),
                            ("outcome", close and close["outcome"])):
            if register[name] != value:
                self.unfit(f"the register says another {name}")
        self.check_registered_certificates(register)
        self.check_registered_lists(register)
        self.check_registered_files(register)
        self.check_serials(register)

    def new(self, what):
        """What the register has beyond the one before."""
        before = [] if self.earlier is None else self.earlier[what]
        if self.register[what][:len(before)] != before:
            self.unfit(f"the register lacks {what} of the one before")
        return [one for one in self.register[what][len(before):]
                if not any(one in other[what] for other in self.joined)
                and not one.get("claimed")]

    def check_registered_certificates(self, register):
        new = {one["name"]: one for one in self.new("certificates")}
        if set(new) != set(self.certificates):
            self.unfit("the register has other certificates than there are")
        for name, one in self.certificates.items():
            said = new.get(name, {})
            facts = {"serial": one.serial, "sha256": one.sha256,
                     "notBefore": one.not_before, "notAfter": one.not_after,
                     "spki": sha256(one.spki)}
            if said.get("der"):
                facts["der"] = one.der.hex()
            for fact, value in facts.items():
                if said.get(fact) != value:
                    self.unfit(f"the register says another {fact} of {name}")

    def check_registered_lists(self, register):
        new = {one["name"]: one for one in self.new("crls")}
        if set(new) != set(self.lists):
            self.unfit("the register has other CRLs than there are")
        last = {}
        for before in [self.earlier, *self.joined]:
            last.update(before["lastCrlNumbers"] if before else {})
        for one in register["crls"]:
            if one.get("claimed"):
                last[one["issuer"]] = max(last.get(one["issuer"], 0),
                                          one["number"])
        for name, said in new.items():
            one = self.lists[name]
            facts = {"number": one.number, "sha256": one.sha256,
                     "thisUpdate": one.this_update,
                     "nextUpdate": one.next_update}
            for fact, value in facts.items():
                if said[fact] != value:
                    self.unfit(f"the register says another {fact} of {name}")
            if one.number <= last.get(said["issuer"], 0):
                self.unfit(f"the number of CRL {name} does not rise")
            last[said["issuer"]] = one.number
            self.check_revocations(register, said["issuer"], name, one)
        for issuer, number in last.items():
            if register["lastCrlNumbers"].get(issuer, 0) < number:
                self.unfit(f"the last CRL number of {issuer} is lower")

    def check_revocations(self, register, issuer, name, one):
        revoked = {entry["serial"] for entry in register["revocations"]
                   if entry["issuer"] == issuer and not entry["released"]}
        if not revoked <= one.serials:
            self.unfit(f"CRL {name} lacks a revocation of the register")

    def check_registered_files(self, register):
        named = [file for kind, at in (("bundles", "bundle"),
                                       ("artifacts", "artifact"))
                 for one in self.new(kind) for file in one["files"]]
        for file in named:
            octets = self.folder.read("artifacts/" + file["path"])
            if octets is None or sha256(octets) != file["sha256"]:
                self.unfit(f"{file['path']} is not that of the register")
        requests = {one["sha256"] for one in self.new("requests")}
        if not requests <= {one.sha256 for one in self.requests.values()}:
            self.unfit("the register has a request that is not there")

    def check_serials(self, register):
        numbers = [(one["issuer"], one["serial"])
                   for one in register["certificates"] if one["issuer"]]
        numbers += [(one["issuer"], one["burned"])
                    for one in register["possiblyIssued"]
                    if one["kind"] == "certificate"]
        if len(set(numbers)) != len(numbers):
            self.unfit("a serial number was given twice")

    # ---- the ceremony before

    def check_packs(self):
        for named in packs_of(self.record.plan):
            start = f"inputs/{named['pack']}/"
            if any(self.record.withheld(path) for path in self.folder.paths
                   if path.startswith(start)):
                continue
            register = self.check_pack(named)
            if "rehearsal" in self.record.plan:
                # the rehearsal went on from what stands in for it
                stand_in = self.folder.read("inputs/" + named["file"]["path"])
                register = read_register(stand_in or b"")
            if named is self.record.plan["register"]:
                self.earlier = register
            else:
                self.joined.append(register)

    def check_pack(self, named):
        """The register of a pack, once its seal and signatures hold."""
        pack = self.folder.part("inputs/" + named["pack"])
        seal = pack.read("seal.txt") or b""
        if sha256(seal) != named["seal"]:
            self.unfit("the seal before is another than the plan's")
        said = dict(line.split(": ", 1)
                    for line in seal.decode("ascii").splitlines())
        manifest = pack.read("SHA256SUMS") or b""
        if sha256(manifest) != said["manifest"]:
            self.unfit("the manifest before is another than its seal's")
        listed = read_manifest(manifest)
        for path in (REGISTER, "plan.json"):
            if sha256(pack.read(path) or b"") != listed.get(path):
                self.unfit(f"{path} of the ceremony before is another")
        register = read_register(pack.read(REGISTER) or b"")
        plan = parse_canonical(pack.read("plan.json") or b"")
        if "scheduled" in plan:
            self.check_pack_standing(pack, plan, said)
        else:
            Sealing(plan["people"], plan["quorum"]["seal"], pack,
                    seal).check(self.verdict)
        self.check_pack_token(pack, seal, said, register)
        return register

    def check_pack_standing(self, pack, plan, said):
        """A run that nobody sealed was approved, and its token sealed."""
        text = pack.read(STANDING) or b""
        read_lines(text, STANDING_LINES)
        signatures = Sealing(plan["people"], plan["quorum"]["approval"],
                             pack, text, "STANDING-QUORUM")
        signatures.check_files(
            self.verdict, [(path, path[len("approvals/"):-len(".sig")])
                           for path in pack.paths
                           if path.startswith("approvals/")
                           and path != STANDING], None, None)
        if signatures.empty_seats() or said["token-signature"] == "none":
            self.unfit("the run before was sealed by nobody")

    def check_pack_token(self, pack, seal, said, register):
        if said["token-signature"] == "none":
            return
        octets = pack.read("signatures/transcript-key.p7s") or b""
        info = whole_der(octets)[1][0].parts[-1][0]
        identifier = info.parts[-2].octets
        signer = info[1].octets
        for one in register["certificates"]:
            if not one["der"] or not one["profile"].startswith(
                    "private/transcript@"):
                continue
            chain = chain_of(register, one["name"])
            if chain[0].issuer_and_serial() == signer:
                self.verdict.count("signatures")
                if not token_cms_holds(octets, seal,
                                       MECHANISM_OF.get(identifier), chain):
                    self.unsigned("the token's signature before")
                return
        self.unfit("the seal before is signed by no transcript key")


def read_request(octets):
    """A PKCS#10 request as people send it: text before it is allowed."""
    label = b"CERTIFICATE REQUEST"
    found = re.search(rb"-----BEGIN (NEW )?CERTIFICATE REQUEST-----"
                      rb"([A-Za-z0-9+/=\s]+)"
                      rb"-----END (NEW )?CERTIFICATE REQUEST-----", octets)
    expect(found is not None, f"no {label.decode()}")
    return Request(base64.b64decode(found[2]))


# ------------------------------------------------------------------ addenda

ADDING = "anchorite-addendum"


class Addenda:
    """What came later. Each is judged by itself; the record is not."""

    def __init__(self, record):
        self.record = record
        self.folder = record.folder
        self.people = {one["id"]: one["key"] for one in (
            record.plan["people"] if record.plan else [])}

    def check(self):
        paths = [path for path in self.folder.paths
                 if path.startswith("addenda/")]
        for name in sorted({"/".join(path.split("/")[:2]) for path in paths}):
            try:
                said = self.check_one(name)
            except UNREADABLE as reason:
                said = "wrong"
                self.record.verdict.remarks.append(f"{name}: {reason}")
            self.record.verdict.addenda[name] = said

    def check_one(self, name):
        """Whose statement it is."""
        part = self.folder.part(name)
        if "response.tsr" in part.known:
            return "not judged"
        expect("statement.txt" in part.known, "no statement")
        text = part.read("statement.txt")
        said = read_lines(text, STATEMENT_LINES)
        expect(said["note"].isprintable(), "a note of another form")
        expect(part.known == {"statement.txt", "statement.sig", said["file"]},
               "other files than the statement names")
        self.check_about(said, part.read(said["file"]))
        armour = part.read("statement.sig")
        signature = SshSignature(armour)
        expect(signature.namespace == ADDING, "another namespace")
        signer = self.signer(said, signature.key)
        kind = SshReader(signature.key).text()
        key = f"{kind} {base64.b64encode(signature.key).decode()}"
        expect(verified_by_ssh(said["by"], ADDING, key, armour, text),
               "the signature does not verify")
        return signer

    def check_about(self, said, file):
        header = self.record.transcript.header or {}
        seal = self.record.read("seal.txt") or b""
        expect(said["seal"] == sha256(seal)
               and said["ceremony"] == header.get("ceremony")
               and said["run"] == header.get("run"), "of another record")
        expect(said["sha256"] == sha256(file)
               and int(said["length"]) == len(file), "of another file")

    def signer(self, said, key):
        own = self.people.get(said["by"])
        expect(own is None or key_blob(own) == key,
               "another key than the plan's")
        lines = [line for line in self.record.roster or []
                 if line.person == said["by"]]
        if any(key_blob(line.key) == key and ADDING in line.namespaces
               and line.valid_at(said["at"]) for line in lines):
            return "of the roster"
        expect(own is not None or not lines,
               "a key that the roster does not allow")
        return "their own claim" if own is None else "of the plan"


# ------------------------------------------------------------ command line

# The PGP word list (Zimmermann and Juola, 1995): one word an octet.
EVEN = """
aardvark absurd accrue acme adrift adult afflict ahead aimless algol allow
alone ammo ancient apple artist assume athens atlas aztec baboon backfield
backward banjo beaming bedlamp beehive beeswax befriend belfast berserk
billiard bison blackjack blockade blowtorch bluebird bombast bookshelf brackish
breadline breakup brickyard briefcase burbank button buzzard cement chairlift
chatter checkup chisel choking chopper christmas clamshell classic classroom
cleanup clockwork cobra commence concert cowbell crackdown cranky crowfoot
crucial crumpled crusade cubic dashboard deadbolt deckhand dogsled dragnet
drainage dreadful drifter dropper drumbeat drunken dupont dwelling eating edict
egghead eightball endorse endow enlist erase escape exceed eyeglass eyetooth
facial fallout flagpole flatfoot flytrap fracture framework freedom frighten
gazelle geiger glitter glucose goggles goldfish gremlin guidance hamlet
highchair hockey indoors indulge inverse involve island jawbone keyboard
kickoff kiwi klaxon locale lockup merit minnow miser mohawk mural music
necklace neptune newborn nightbird oakland obtuse offload optic orca payday
peachy pheasant physique playhouse pluto preclude prefer preshrunk printer
prowler pupil puppy python quadrant quiver quota ragtime ratchet rebirth reform
regain reindeer rematch repay retouch revenge reward rhythm ribcage ringbolt
robust rocker ruffled sailboat sawdust scallion scenic scorecard scotland
seabird select sentence shadow shamrock showgirl skullcap skydive slingshot
slowdown snapline snapshot snowcap snowslide solo southward soybean spaniel
spearhead spellbind spheroid spigot spindle spyglass stagehand stagnate
stairway standard stapler steamship sterling stockman stopwatch stormy sugar
surmount suspense sweatband swelter tactics talon tapeworm tempest tiger tissue
tonic topmost tracker transit trauma treadmill trojan trouble tumor tunnel
tycoon uncut unearth unwind uproot upset upshot vapor village virus vulcan
waffle wallet watchword wayside willow woodlark zulu
""".split()
ODD = """
adroitness adviser aftermath aggregate alkali almighty amulet amusement antenna
applicant apollo armistice article asteroid atlantic atmosphere autopsy babylon
backwater barbecue belowground bifocals bodyguard bookseller borderline
bottomless bradbury bravado brazilian breakaway burlington businessman
butterfat camelot candidate cannonball capricorn caravan caretaker celebrate
cellulose certify chambermaid cherokee chicago clergyman coherence combustion
commando company component concurrent confidence conformist congregate
consensus consulting corporate corrosion councilman crossover crucifix
cumbersome customer dakota decadence december decimal designing detector
detergent determine dictator dinosaur direction disable disbelief disruptive
distortion document embezzle enchanting enrollment enterprise equation
equipment escapade eskimo everyday examine existence exodus fascinate filament
finicky forever fortitude frequency gadgetry galveston getaway glossary
gossamer graduate gravity guitarist hamburger hamilton handiwork hazardous
headwaters hemisphere hesitate hideaway holiness hurricane hydraulic impartial
impetus inception indigo inertia infancy inferno informant insincere insurgent
integrate intention inventive istanbul jamaica jupiter leprosy letterhead
liberty maritime matchmaker maverick medusa megaton microscope microwave
midsummer millionaire miracle misnomer molasses molecule montana monument
mosquito narrative nebula newsletter norwegian october ohio onlooker opulent
orlando outfielder pacific pandemic pandora paperweight paragon paragraph
paramount passenger pedigree pegasus penetrate perceptive performance pharmacy
phonetic photograph pioneer pocketful politeness positive potato processor
provincial proximate puberty publisher pyramid quantity racketeer rebellion
recipe recover repellent replica reproduce resistor responsive retraction
retrieval retrospect revenue revival revolver sandalwood sardonic saturday
savagery scavenger sensation sociable souvenir specialist speculate stethoscope
stupendous supportive surrender suspicious sympathy tambourine telephone
therapist tobacco tolerance tomorrow torpedo tradition travesty trombonist
truncated typewriter ultimate undaunted underfoot unicorn unify universe
unravel upcoming vacancy vagabond vertigo virginia visitor vocalist voyager
warranty waterloo whimsical wichita wilmington wyoming yesteryear yucatan
""".split()


def digest_of_words(text):
    """32 words of the PGP word list, of which each is one octet."""
    words = re.split(r"[\s-]+", text.lower().strip())
    expect(len(words) == 32, f"all 32 words, not {len(words)}")
    octets = []
    for at, word in enumerate(words):
        column = (EVEN, ODD)[at % 2]
        expect(word in column, f"no word of this place: {word}")
        octets.append(column.index(word))
    return bytes(octets).hex()


def pinned_digest(options):
    if options.words is not None:
        return digest_of_words(options.words)
    if options.head is None:
        return None
    expect(matches(r"[0-9a-fA-F]{64}", options.head) is not None,
           "--head wants 64 hex digits")
    return options.head.lower()


def verify(path, roster=None, digest=None):
    """Checks one record; returns what can be printed as JSON."""
    record = Record(path, roster)
    verdict = record.check()
    head = record.transcript.head
    if digest is not None and digest not in (head, record.seal_digest):
        verdict.against("SEAL-PINNED", "the digest given is neither the head "
                                       "nor that of seal.txt")
    pinned = [what for what, given in (("roster", roster), ("digest", digest))
              if given is not None]
    found = verdict.wrong + verdict.unfit + verdict.missing
    header = record.transcript.header or {}
    return {
        "record": path, "ceremony": header.get("ceremony"),
        "run": header.get("run"), "head": head, "pinned": pinned,
        "signed": verdict.signed_by, "checked": verdict.counts,
        "wrong": [f"{said} [{control}]" for control, said in verdict.wrong],
        "unfit": [f"{said} [{control}]" for control, said in verdict.unfit],
        "missing": [f"{said} [{control}]"
                    for control, said in verdict.missing],
        "codes": [control for control, _ in found],
        "remarks": verdict.remarks, "addenda": verdict.addenda,
        "withheld": verdict.withheld, "notChecked": verdict.not_checked,
        "exit": verdict.exit(pinned),
    }


HEADLINES = {0: "AUTHENTIC, pinned; not rebuilt",
             9: "AUTHENTIC by its own word, pinned to nothing; not rebuilt",
             6: "INCOMPLETE, or at odds with itself",
             7: "NOT AUTHENTIC"}


def page(found):
    checked = ", ".join(f"{count} {what}"
                        for what, count in found["checked"].items())
    lines = [f"record    {found['ceremony']}, run {found['run']}",
             f"signed    by {', '.join(found['signed']) or 'nobody'}",
             f"pinned    to {' and '.join(found['pinned']) or 'nothing'}",
             f"checked   {checked}", f"head      {found['head']}"]
    lines += [f"WRONG     {line}" for line in found["wrong"]]
    lines += [f"AT ODDS   {line}" for line in found["unfit"]]
    lines += [f"missing   {line}" for line in found["missing"]]
    lines += [f"remark    {line}" for line in found["remarks"]]
    lines += [f"addendum  {name}: {said}"
              for name, said in found["addenda"].items()]
    lines += [f"not checked: {line}" for line in found["notChecked"]]
    headline = HEADLINES[found["exit"]]
    if found["withheld"] and not found["wrong"] + found["unfit"]:
        headline = f"AUTHENTIC, {found['withheld']} withheld; not rebuilt"
        if found["missing"]:
            headline = "INCOMPLETE"
    text = "\n".join(lines + [headline])
    return "".join(c if c.isprintable() or c == "\n" else "?" for c in text)


def main():
    parser = argparse.ArgumentParser(
        description="Check a record of a key ceremony; see the README.")
    parser.add_argument("record", help="the folder of the record")
    parser.add_argument("--roster", help="allowed signers from outside")
    pin = parser.add_mutually_exclusive_group()
    pin.add_argument("--head", help="the head, or the SHA-256 of seal.txt")
    pin.add_argument("--words", help="the same as 32 words")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    try:
        digest = pinned_digest(options)
    except Refused as reason:
        parser.error(str(reason))
    try:
        roster = read_roster(options.roster) if options.roster else None
        found = verify(options.record, roster, digest)
    except (Refused, OSError, UnicodeDecodeError) as reason:
        print(f"anchorite_verify: {reason}", file=sys.stderr)
        return 3
    print(json.dumps(found) if options.json else page(found))
    return found["exit"]


if __name__ == "__main__":
    sys.exit(main())
