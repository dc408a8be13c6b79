"""What the pages ask of a desk is what the desk gives: the scripted one may not drift from the real one."""

import inspect

import pytest

from app.conversation.desk import Desk
from app.web.door import DeskDoor
from tests.web.fake_desk import FakeDesk

ASKED = sorted(name for name in vars(DeskDoor) if not name.startswith("_"))
METHODS = [name for name in ASKED if inspect.isfunction(vars(DeskDoor)[name])]


def pages_accept(desk: Desk) -> DeskDoor:
    """Checked by the type checker."""
    return desk


@pytest.mark.parametrize("name", ASKED)
def test_the_real_desk_has_what_the_pages_ask(name: str) -> None:
    assert hasattr(Desk, name)


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("desk", [Desk, FakeDesk])
def test_parameters_are_named_alike(desk: type, name: str) -> None:
    asked = list(inspect.signature(vars(DeskDoor)[name]).parameters)
    assert list(inspect.signature(getattr(desk, name)).parameters) == asked
