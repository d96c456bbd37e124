"""Plays a program at a pseudo-terminal: python3 pseudo-terminal.py TURNS ROWS COLUMNS PROGRAM ARGUMENT...

TURNS is a JSON list, done one after the other: {"wait": text} until the text stands on what came since the last wait, {"type": text},
{"readback": true} (types the word asked for, from the rows shown last),
{"size": [rows, columns]}, {"rest": seconds}, {"hangup": true}. Says {"shown": everything, "exit": code} as JSON; code is 128 + n for a signal n.
"""
import fcntl, json, os, pty, re, select, signal, struct, sys, termios, time

turns, rows, columns, program = json.loads(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]
DEADLINE = time.monotonic() + 20
TYPING = 0.08  # what comes faster counts as pasted

child, terminal = pty.fork()
if child == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    os.execvp(program[0], program)

shown, seen, is_open = b"", 0, True


def read(seconds):
    """Takes what the program shows for so long; False when it has let the terminal go."""
    global shown, is_open
    ready = select.select([terminal], [], [], seconds)[0] if is_open else time.sleep(seconds)
    if not ready:
        return
    try:
        got = os.read(terminal, 65536)
    except OSError:
        got = b""
    shown += got
    is_open = got != b""


def wait(text):
    global seen
    while (at := shown.find(text.encode(), seen)) < 0:
        if not is_open or time.monotonic() > DEADLINE:
            os.kill(child, signal.SIGKILL)
            return False
        read(0.05)
    seen = at + len(text.encode())
    read(TYPING)
    return True


for turn in turns:
    if "wait" in turn and not wait(turn["wait"]):
        shown += b"\n[never shown: " + turn["wait"].encode() + b"]"
        break
    if "readback" in turn and wait("type word "):
        wait("):")
        row, word = re.findall(r"\(row (\d), word (\d)\)", shown.decode())[-1]
        line = re.findall(rf"^ +{row}  [0-9a-f]{{8}} +(.*)$", shown.decode().replace("\r", ""), re.M)[-1]
        turn = {"type": line.split()[int(word) - 1] + "\r"}
    if "type" in turn:
        time.sleep(TYPING)
        seen = len(shown)
        os.write(terminal, turn["type"].encode())
    if "size" in turn:
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", *turn["size"], 0, 0))
    if "rest" in turn:
        until = time.monotonic() + turn["rest"]
        while (left := until - time.monotonic()) > 0 and is_open:
            read(left)
    if "hangup" in turn:
        os.close(terminal)
        is_open = False

while is_open and time.monotonic() < DEADLINE:
    read(0.5)
if is_open:
    os.kill(child, signal.SIGKILL)
    shown += b"\n[went on too long]"
status = os.waitpid(child, 0)[1]
print(json.dumps({"shown": shown.decode("utf-8", "replace"), "exit": os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)}))
