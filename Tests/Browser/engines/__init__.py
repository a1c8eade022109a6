"""The browsers that the page has to work in, driven as a person uses them."""

from engines.session import ENGINES, Session
from engines.waiting import eventually
from engines.window import Window

__all__ = ["ENGINES", "Session", "Window", "eventually"]
