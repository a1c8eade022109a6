"""A part of a page, found anew each time it is read or used."""

import pathlib

from selenium.common.exceptions import ElementClickInterceptedException, ElementNotInteractableException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from engines.waiting import eventually

FINDING = (pathlib.Path(__file__).parent / "finding.js").read_text()


class Part:
    """What a selector finds in a window or in another part: for actions the first element, which they wait for."""

    def __init__(self, window, steps):
        self.window = window
        self.steps = steps

    def find(self, css, text=None, exact=False):
        """The part within this one; with `text`, of those elements that have it."""
        return Part(self.window, [*self.steps, {"css": css, "text": text, "exact": exact}])

    def around(self, css):
        """What this part stands in."""
        return Part(self.window, [*self.steps, {"around": css}])

    def __repr__(self):
        return " ".join(step["css"] + (f" “{step['text']}”" if step["text"] else "") for step in self.steps if "css" in step)

    # MARK: Looking

    def read(self, expression, *arguments):
        """The value of a JavaScript expression about the `found` elements, the first of which is `it`."""
        script = f"{FINDING}; const found = elements(arguments[0]), it = found[0]; return {expression}"
        return self.window.evaluate(script, self.steps, *arguments)

    def count(self):
        return self.read("found.length")

    def texts(self):
        return self.read("found.map(text)")

    def text(self):
        return self.read("text(it)")

    def value(self):
        return self.read("it.value")

    def attribute(self, name):
        return self.read("it.getAttribute(arguments[1])", name)

    def is_there(self):
        return self.count() > 0

    def has_class(self, name):
        return self.read("it.classList.contains(arguments[1])", name)

    def is_visible(self):
        return self.read("found.some(isVisible)")

    def is_hidden(self):
        return not self.is_visible()

    def is_checked(self):
        return self.read("it.checked")

    def is_focused(self):
        return self.read("it == document.activeElement")

    def box(self):
        """Its place in the window: x, y, width and height."""
        return self.read("it.getBoundingClientRect().toJSON()")

    # MARK: Acting

    def element(self):
        """The driver's element, once there is one that can be seen."""
        return eventually(lambda: self.read("inWindow(found.find(isVisible))"), message=f"{self!r} is visible")

    def act(self, action):
        """Carries out an action on the element, and again where the page has changed under it meanwhile."""
        def attempt():
            try:
                action(self.element())
                return True
            except (ElementClickInterceptedException, ElementNotInteractableException) as error:
                reasons.append(error.msg)

        reasons = []
        eventually(attempt, message=f"{self!r} can be used")

    def click(self):
        self.act(lambda element: element.click())

    def double_click(self):
        # Beside the place of the one before: WebKit would count these clicks as the third and fourth there.
        beside = self.window.session.beside = -self.window.session.beside
        self.act(lambda element: ActionChains(self.window.driver, duration=20)
                 .move_to_element_with_offset(element, beside, 0).double_click().perform())

    def ctrl_click(self):
        self.act(lambda element: ActionChains(self.window.driver, duration=20).key_down(Keys.CONTROL).click(element)
                 .key_up(Keys.CONTROL).perform())

    def middle_click(self):
        self.act(lambda element: self.window.pointer.middle_click(element))

    def hover(self):
        self.act(lambda element: ActionChains(self.window.driver, duration=20).move_to_element(element).perform())

    def focus(self):
        self.act(lambda element: self.window.evaluate("arguments[0].focus()", element))

    def type(self, text):
        """Types behind what is there; a line break is the key Enter."""
        self.act(lambda element: self.window.session.type(element, text.replace("\n", Keys.ENTER)))

    def fill(self, text):
        """Selects what is there and types in its place."""
        self.act(lambda element: self.window.evaluate("arguments[0].focus(); arguments[0].select()", element))
        if text:
            self.type(text)
        else:
            self.window.press("Delete")
