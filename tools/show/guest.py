"""The guest that plays the piece: starts its kernel, and reads what it tells.

The scenario show.sh in tests/kernel/guest/scenarios prints these lines:

  SHOW say WORDS              what happens now, for the reader
  SHOW text BASE64            what the head has written since the last such line
  SHOW counters NAME=N...     of the links and wires; frames=N,N,N,N is by link
  SHOW errors PPM             so many bytes in a million are wrong from here on
  SHOW rank R killed|started BYTES
  SHOW cable LINK open|heal
  SHOW same BYTES             the text is that of shared memory
  LAB-RESULT pass|fail WORDS  the verdict on the whole piece
"""

import os
import signal
import subprocess


class Guest:
    """A User Mode Linux kernel, which is a group of processes on this machine."""

    def __init__(self, kernel, folder, scratch, console, parameters):
        self.console = console
        command = [
            f"{kernel}/vmlinux", "mem=256M", "rootfstype=hostfs", "rootflags=/", "ro", "loglevel=7",
            "con=null", "con0=null,fd:1", "panic=-1", "oops=panic", f"uml_dir={scratch}/",
            f"init={folder}/busybox", f"lab={folder}", *parameters, "--", "sh", f"{folder}/init",
        ]
        # A session of its own keeps Ctrl-C away from the guest, which end() ends.
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True)

    def lines(self):
        """What the guest prints, until its power is off. The console's file gets it too."""
        with open(self.console, "wb") as console:
            for line in self.process.stdout:
                console.write(line)
                console.flush()
                yield line.decode(errors="replace").rstrip("\r\n")

    def end(self):
        """Ends all processes of the guest."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
