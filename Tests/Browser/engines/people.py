"""Those who use the page in one engine: a person, and a friend in a browser of their own."""

import pytest

from engines.session import ENGINES


class People:
    """The sessions of one engine, begun when they are needed and kept for the next test.

    The windows of one browser share its connections and its cache, and in Firefox one focus: to go to another window ends
    an edit, as it does for a person. What somebody else does meanwhile is done by the friend.
    """

    def __init__(self, name):
        self.name = name
        self.sessions = {}

    def cannot(self, reason):
        """Skips the rest of a test for what the engine's driver cannot do."""
        pytest.skip(f"{self.name}: {reason}")

    def session(self, friend=False, **options):
        who = (friend, *options.items())
        if who not in self.sessions:
            self.sessions[who] = ENGINES[self.name](**options)
        return self.sessions[who]

    def open_window(self, site, path, **options):
        """Opens a window on an address; with `friend=True` in the friend's browser.

        With `script=False` and `dark=True` it is one of another browser, which runs no scripts or likes dark pages.
        """
        window = self.session(**options).open_window()
        window.site = site
        return window.goto(path)

    def close_windows(self):
        for session in self.sessions.values():
            for handle in session.handles():
                session.close(handle)

    def errors(self):
        """What scripts have thrown, but for requests that did not reach the server, after which the client throws, too."""
        thrown = [error for session in self.sessions.values() for error in session.errors()]
        return [error for error in thrown if "FetchFailed" not in error]

    def quit(self):
        for session in self.sessions.values():
            session.quit()
