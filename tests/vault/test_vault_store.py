"""What goes into a store comes out, in a vault and in memory alike; and what has no place in it."""

from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.vault.connection import open_memory
from app.vault.errors import Closed, Gone, VaultError
from app.vault.migrate import migrate, shipped
from app.vault.recovery import RecoveryCode
from app.vault.rows import StoredMessage
from app.vault.store import Store

Made = tuple[Path, Store, RecoveryCode]


@pytest.fixture(params=["kept", "nothing"])
def any_store(request: pytest.FixtureRequest) -> Generator[Store]:
    if request.param == "kept":
        yield request.getfixturevalue("store")
    else:
        memory = Store.in_memory()
        yield memory
        memory.close()


def test_a_conversation_is_told_again_as_it_was_shown(any_store: Store, at: datetime) -> None:
    talk = any_store.new_conversation("Dinsdag", at)
    said = any_store.add_message(talk.id, "user", (("text", "hoi \U0001f642\x00 ë"),), at, 12.5)
    reply = any_store.add_message(talk.id, "assistant", (), at + timedelta(seconds=1))
    shown = (("text", "Dag."), ("note", "Dit is een programma."), ("box", "Bel 112"), ("question", "Ja?"))
    any_store.replace_blocks(reply.id, shown[:1])
    any_store.replace_blocks(reply.id, shown)
    first, second = any_store.messages(talk.id)
    assert first == said and first.active_seconds == 12.5
    assert second.blocks == shown and second.at == at + timedelta(seconds=1)


def test_order_of_saying_holds_within_a_conversation_and_order_of_time_over_all(any_store: Store, at: datetime) -> None:
    one, two = any_store.new_conversation("een", at), any_store.new_conversation("twee", at)
    for talk, text, minutes in ((one, "a", 5), (two, "b", 1), (one, "c", 3), (two, "d", 9)):
        any_store.add_message(talk.id, "user", (("text", text),), at + timedelta(minutes=minutes))
    assert _texts(any_store.messages(one.id)) == ["a", "c"]
    assert _texts(any_store.messages_since(at + timedelta(minutes=2))) == ["c", "a", "d"]
    assert [c.title for c in any_store.conversations()] == ["twee", "een"]


def test_rename_and_delete(any_store: Store, at: datetime) -> None:
    one, two = any_store.new_conversation("een", at), any_store.new_conversation("twee", at)
    message = any_store.add_message(one.id, "user", (("text", "weg"),), at)
    any_store.rename_conversation(one.id, "iets anders")
    any_store.delete_message(message.id)
    any_store.delete_conversation(two.id)
    any_store.delete_conversation(two.id)
    assert [c.title for c in any_store.conversations()] == ["iets anders"]
    assert any_store.messages(one.id) == ()
    any_store.delete_all_conversations()
    assert any_store.conversations() == ()


def test_settings_usage_and_drafts(any_store: Store, at: datetime) -> None:
    talk = any_store.new_conversation("een", at)
    assert (any_store.setting("language"), any_store.usage(), any_store.draft(talk.id)) == (None, None, None)
    for value in ("en", "nl"):
        any_store.put_setting("language", value)
        any_store.put_usage(f'{{"today": "{value}"}}')
        any_store.put_draft(talk.id, f"nog niet {value}")
    assert any_store.settings() == {"language": "nl"}
    assert any_store.usage() == '{"today": "nl"}'
    assert any_store.draft(talk.id) == "nog niet nl"
    any_store.put_draft(talk.id, "")
    assert any_store.draft(talk.id) is None


def test_what_another_tab_deleted_is_gone_and_leaves_no_half(any_store: Store, at: datetime) -> None:
    talk = any_store.new_conversation("een", at)
    message = any_store.add_message(talk.id, "user", (("text", "a"),), at)
    any_store.delete_conversation(talk.id)
    attempts: tuple[Callable[[], object], ...] = (
        lambda: any_store.add_message(talk.id, "user", (("text", "b"),), at),
        lambda: any_store.replace_blocks(message.id, (("text", "b"),)),
        lambda: any_store.rename_conversation(talk.id, "b"),
        lambda: any_store.put_draft(talk.id, "b"),
    )
    for attempt in attempts:
        with pytest.raises(Gone):
            attempt()
    assert any_store.messages_since(at) == ()


def test_a_failed_write_leaves_what_was_there(any_store: Store, at: datetime) -> None:
    talk = any_store.new_conversation("een", at)
    message = any_store.add_message(talk.id, "user", (("text", "a"),), at)
    with pytest.raises(Exception, match="CHECK"):
        any_store.replace_blocks(message.id, (("text", "b"), ("level", "c")))
    assert any_store.messages(talk.id) == (message,)


def test_half_a_surrogate_pair_is_stored_as_a_replacement_sign(any_store: Store, at: datetime) -> None:
    talk = any_store.new_conversation("\ud83d", at)
    any_store.add_message(talk.id, "user", (("text", "a\udc00b"),), at)
    assert _texts(any_store.messages(talk.id)) == ["a\ufffdb"]


def test_a_time_without_a_zone_is_refused(any_store: Store, at: datetime) -> None:
    with pytest.raises(ValueError, match="time zone"):
        any_store.new_conversation("een", at.replace(tzinfo=None))


def test_after_closing_every_call_says_that_it_is_locked(any_store: Store, at: datetime) -> None:
    any_store.close()
    any_store.close()
    with pytest.raises(Closed):
        any_store.conversations()
    with pytest.raises(VaultError):
        any_store.new_conversation("een", at)


def test_keep_nothing_becomes_kept_with_everything_in_it(store: Store, at: datetime) -> None:
    memory = Store.in_memory()
    talk = memory.new_conversation("een", at)
    memory.add_message(talk.id, "user", (("text", "a"),), at, 3.0)
    memory.add_message(talk.id, "assistant", (("text", "b"), ("box", "c")), at)
    memory.put_draft(talk.id, "nog niet")
    memory.put_setting("country", "BE")
    memory.put_usage("{}")
    store.receive(memory.everything())
    assert store.everything() == memory.everything()
    with pytest.raises(Exception, match="UNIQUE"):
        store.receive(memory.everything())
    assert store.everything() == memory.everything()
    memory.close()


def test_the_schema_has_no_place_for_levels_kinds_beliefs_or_events() -> None:
    connection = open_memory()
    migrate(connection, shipped())
    connection.set_authorizer(None)
    rows = connection.execute(
        "SELECT t.name, c.name FROM sqlite_master AS t, pragma_table_info(t.name) AS c WHERE t.type = 'table'"
    ).fetchall()
    connection.close()
    assert {table: {column for name, column in rows if name == table} for table, _ in rows} == {
        "conversation": {"id", "title", "started", "last"},
        "message": {"position", "id", "conversation", "role", "at", "active_seconds"},
        "block": {"message", "place", "form", "text"},
        "draft": {"conversation", "text"},
        "setting": {"name", "value"},
        "paper": {"id", "tool", "title", "body", "created", "changed"},
        "usage": {"one", "value"},
    }


def test_no_repr_shows_what_was_said(store: Store, at: datetime) -> None:
    talk = store.new_conversation("kanarie", at)
    message = store.add_message(talk.id, "user", (("text", "kanarie"),), at)
    assert "kanarie" not in repr((talk, message, store.everything()))


def _texts(messages: tuple[StoredMessage, ...]) -> list[str]:
    return [text for message in messages for _, text in message.blocks]
