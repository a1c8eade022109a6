"""A window of a browser, and what a person does with it."""

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from engines.listpage import ListPage
from engines.part import Part
from engines.pointer import Pointer
from engines.waiting import eventually

OTHER_NAMES = {"ArrowUp": "ARROW_UP", "ArrowDown": "ARROW_DOWN", "ArrowLeft": "ARROW_LEFT", "ArrowRight": "ARROW_RIGHT",
               "PageUp": "PAGE_UP", "PageDown": "PAGE_DOWN"}


def key(name):
    """The driver's sign for a key of the name that the DOM gives it."""
    return name if len(name) == 1 else getattr(Keys, OTHER_NAMES.get(name, name.upper()))


class Window(ListPage):
    """One window of a session; whatever is done with it, the driver is led to it first."""

    def __init__(self, session, handle):
        self.session = session
        self.handle = handle
        self.site = ""
        self.pointer = Pointer(self)

    @property
    def driver(self):
        self.session.switch(self.handle)
        return self.session.driver

    # MARK: Going

    def goto(self, path):
        """Opens an address: a path on the site that the window is on, or a whole one."""
        self.driver.get(path if "://" in path else self.site + path)
        return self.loaded()

    def reload(self):
        self.driver.refresh()
        self.loaded()

    def back(self):
        self.driver.back()
        self.loaded()

    def forward(self):
        self.driver.forward()
        self.loaded()

    def loaded(self):
        """Waits for the page's scripts: WebKit's driver does not, and what is done before is sent as a form."""
        eventually(lambda: self.evaluate("return document.readyState"), "complete", "the page is loaded", within=20)
        return self

    def address(self):
        return self.driver.current_url

    def title(self):
        return self.driver.title

    def close(self):
        self.session.close(self.handle)

    def opened_by(self, action, count=1):
        """The windows that an action opens; a tab in the background stays hidden until something is done with it."""
        before = self.session.handles()
        action()
        eventually(lambda: len(self.session.handles() - before), count, message="windows are opened", within=20)
        return [Window(self.session, handle) for handle in self.session.handles() - before]

    def hide(self):
        """Hides the page, as when its window is put aside; it can still be read."""
        self.driver
        self.session.hide()

    def show(self):
        self.driver
        self.session.show()

    def resize(self, width, height):
        """Makes the page as large as that; in WebKit it has at least 447 pixels in width."""
        self.driver
        self.session.resize(width, height)

    # MARK: Looking

    def find(self, css, text=None, exact=False):
        """The part of the page that a selector finds; with `text`, of those elements that have it."""
        return Part(self, []).find(css, text, exact)

    def button(self, name):
        """The button with a text."""
        return self.find("button", name, exact=True)

    def texts(self, css):
        return self.find(css).texts()

    def text(self, css):
        return self.find(css).text()

    def value(self, css):
        return self.find(css).value()

    def count(self, css):
        return self.find(css).count()

    def is_visible(self, css):
        return self.find(css).is_visible()

    def is_hidden(self, css):
        return self.find(css).is_hidden()

    def focused(self):
        """What has the focus: the tag and the class, or the id where there is none: `input.new-todo`."""
        return self.evaluate("const it = document.activeElement, name = it.className.split(' ')[0];"
                             "return it.localName + (name ? '.' + name : it.id ? '#' + it.id : '')")

    def evaluate(self, script, *arguments):
        """What a JavaScript function body returns, which is given the arguments."""
        return self.driver.execute_script(script, *arguments)

    def screenshot(self, path):
        self.driver.save_screenshot(str(path))

    # MARK: Acting

    def click(self, css):
        self.find(css).click()

    def double_click(self, css):
        self.find(css).double_click()

    def hover(self, css):
        self.find(css).hover()

    def type(self, css, text):
        self.find(css).type(text)

    def fill(self, css, text):
        self.find(css).fill(text)

    def press(self, *names):
        """Presses keys one after the other where the focus is: `press("Enter")`, `press("Control+a")`, `press("x")`."""
        chain = ActionChains(self.driver, duration=20)
        for name in names:
            *held, last = name.split("+") if name != "+" else ["+"]
            for modifier in held:
                chain.key_down(key(modifier))
            chain.send_keys(key(last))
            for modifier in reversed(held):
                chain.key_up(key(modifier))
        chain.perform()
