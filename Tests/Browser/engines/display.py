"""A screen of its own for a browser that has no headless mode."""

import os
import subprocess


class Display:
    """An X server without a screen, on whatever number is free."""

    def __init__(self):
        reader, writer = os.pipe()
        # Without a window manager the window under the pointer has the focus, so the middle is within all windows.
        command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "860x1000x24", "-nolisten", "tcp"]
        self.process = subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL)
        os.close(writer)
        with os.fdopen(reader) as said:
            # It says the number once it can be used, and nothing if it has ended.
            number = said.readline().strip()
        if not number:
            raise RuntimeError("Xvfb has not started: install it with scripts/bootstrap --tests")
        self.name = f":{number}"

    def stop(self):
        self.process.terminate()
        self.process.wait()
