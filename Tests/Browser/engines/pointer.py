"""The mouse of a window, pressed, moved and let go in steps."""

from selenium.webdriver.common.actions.action_builder import ActionBuilder
from selenium.webdriver.common.actions.mouse_button import MouseButton
from selenium.webdriver.common.actions.pointer_input import PointerInput
from selenium.webdriver.common.actions.wheel_input import WheelInput

STEP = 15  # ms that a movement takes


class Pointer:
    """What is done stays done until it is undone: a button that was pressed stays so until it is let go."""

    def __init__(self, window):
        self.window = window

    def perform(self, *actions):
        mouse = PointerInput("mouse", "mouse")
        builder = ActionBuilder(self.window.driver, mouse=mouse, duration=STEP)
        for action in actions:
            action(mouse)
        builder.perform()

    def move(self, x, y, steps=1, start=None):
        """Moves to a place in the window, from `start` on in steps."""
        from_x, from_y = start or (x, y)
        places = [(from_x + (x - from_x) * step / steps, from_y + (y - from_y) * step / steps)
                  for step in range(1, steps + 1)]
        self.perform(*[lambda mouse, place=place: mouse.create_pointer_move(STEP, round(place[0]), round(place[1]))
                       for place in places])

    def press(self):
        self.perform(lambda mouse: mouse.create_pointer_down(button=MouseButton.LEFT))

    def release(self):
        self.perform(lambda mouse: mouse.create_pointer_up(MouseButton.LEFT))

    def middle_click(self, element):
        self.perform(lambda mouse: mouse.create_pointer_move(STEP, 0, 0, element),
                     lambda mouse: mouse.create_pointer_down(button=MouseButton.MIDDLE),
                     lambda mouse: mouse.create_pointer_up(MouseButton.MIDDLE))

    def turn_wheel(self, x, y, by):
        """Turns the wheel with the pointer at a place in the window; down where `by` is more than 0."""
        wheel = WheelInput("wheel")
        builder = ActionBuilder(self.window.driver, wheel=wheel)
        wheel.create_scroll(round(x), round(y), 0, by, 0, "viewport")
        builder.perform()

    def drag(self, part, onto, at=0.9, drop=True):
        """Drags a part to a height of another one, from 0 at its top to 1 at its bottom."""
        start, end = part.box(), onto.box()
        x, y = start["x"] + start["width"] / 2, start["y"] + start["height"] / 2
        self.move(x, y)
        self.press()
        self.move(end["x"] + 20, end["y"] + end["height"] * at, steps=8, start=(x, y))
        if drop:
            self.release()
