"""Programs that run for as long as a test needs them."""

import signal
import subprocess


def heed_signals():
    """Has a new process heed what ends it (for `preexec_fn`): a shell has its background jobs, and all that they start,
    ignore some of that."""
    for number in [signal.SIGINT, signal.SIGHUP]:
        signal.signal(number, signal.SIG_DFL)


class Service:
    """A program that is started, answers after a moment, and is ended.

    What it is comes from `run`, which starts it, `answers`, which says whether it is ready, and `log`, where it writes.
    """

    process = None
    patience = 0.01  # seconds between two looks

    def start(self):
        """Starts it, also a second time, and returns when it answers."""
        self.process = self.run()
        while not self.answers():
            if self.process.poll() is not None:
                raise RuntimeError(
                    f"{type(self).__name__} ended with status {self.process.returncode}: {self.log.read_text()}")
            try:
                self.process.wait(timeout=self.patience)
            except subprocess.TimeoutExpired:
                pass
        return self

    def stop(self, by=signal.SIGTERM):
        """Ends it and answers its status."""
        self.process.send_signal(by)
        return self.process.wait(timeout=10)

    def remove(self):
        """Removes what it has left elsewhere than in the test's folder."""

    def is_running(self):
        return self.process is not None and self.process.poll() is None
