import json
import os
import resource
from contextlib import contextmanager
from hashlib import sha256

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from twisted.internet.defer import Deferred

from mmod.errors import StoreError, StoreTooNew
from mmod.items.equipment import WornState
from mmod.items.instances import ItemInstance, Stowed
from mmod.items.inventory import Inventory
from mmod.items.movements import Movement
from mmod.session.claims import Save
from mmod.session.columns import Basis
from mmod.session.ledger import Entry, ItemEvent
from mmod.store import spill
from mmod.store.memory import MemoryStore
from mmod.store.records import decoded, encoded
from mmod.world.state import PlayerState, Sequences, Versions

from .scripted import Outcome, ScriptedStore, at, request

RICH = PlayerState(
    name='Zoë "\n" 🗡️',
    x=0.1 + 0.2,
    z=-1e-300,
    inventory=Inventory((Stowed(ItemInstance("i-1", "sword", 2, 33.3), "belt"),)),
    equipment=WornState({"head": ItemInstance("i-2", "cap")}, {"head": 0.7}),
    skills={"melee": 2**60},
    versions=Versions(1, 2, 3),
    sequences=Sequences(4, 5, (7, 9)),
)
SAVES = [
    Save("ada", 1, 1, RICH, 1_700_000_000.25),
    Save("bøb\u2028", 2, 9, at(2)),
    Save(
        "cy",
        3,
        4,
        at(3),
        entries=(Entry(3, 1, ItemEvent(Movement("i-3", "cap", 2, None, "carried:belt"), "grant", 8, 0.5)),),
        resume_hash=b"\0\xff" * 16,
    ),
]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "players.spill"


def store_of(*player_ids):
    store = MemoryStore(lambda: 0.0)
    store.migrate()
    store.claim([request(player_id) for player_id in player_ids])
    return store


def replayed(store, path):
    return Outcome(Deferred.fromCoroutine(spill.replay(store, path)))


def names(directory):
    return sorted(path.name for path in directory.iterdir())


# --- writing and reading ----------------------------------------------------------------------------------------------


def test_saves_come_back(path):
    assert spill.write(path, SAVES) == path
    assert spill.read(path) == (SAVES, [])


def test_an_empty_spill_is_whole(path):
    spill.write(path, [])
    assert spill.read(path) == ([], [])


def test_every_line_is_json_with_its_checksum(path):
    spill.write(path, SAVES)
    header, *lines = [json.loads(line) for line in path.read_bytes().splitlines()]
    assert header["content"] == {"format": 2, "saves": 3}
    assert [line["content"]["player_id"] for line in lines] == [save.player_id for save in SAVES]
    assert all(len(line["sha256"]) == 64 for line in [header, *lines])


def test_the_file_is_for_the_owner_only_whatever_the_umask(path):
    before = os.umask(0)
    try:
        spill.write(path, SAVES)
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600


def test_no_spill_is_ever_overwritten(path):
    written = [spill.write(path, [save]) for save in SAVES]
    assert [file.name for file in written] == ["players.spill", "players-2.spill", "players-3.spill"]
    assert [spill.read(file)[0] for file in written] == [[save] for save in SAVES]


def test_a_file_is_on_the_disk_before_it_has_its_name_and_the_name_before_it_is_told(path, monkeypatch):
    synced = []

    def fsync(descriptor):
        file = os.readlink(f"/proc/self/fd/{descriptor}")
        synced.append((file, os.path.getsize(file) > 0, path.exists()))

    monkeypatch.setattr(os, "fsync", fsync)
    spill.write(path, SAVES)
    assert synced == [(f"{path}.tmp", True, False), (str(path.parent), True, True)]


@pytest.mark.parametrize("ending", [".replayed", ".damaged", ".tmp"])
def test_a_name_is_not_used_again_for_what_became_of_another(path, ending):
    path.with_name(path.name + ending).touch()
    assert spill.write(path, SAVES).name == "players-2.spill"
    assert names(path.parent) == ["players-2.spill", f"players.spill{ending}"]


def test_a_spill_that_cannot_be_written_leaves_no_file(path):
    with pytest.raises(OSError, match="No such file"):
        spill.write(path.parent / "missing" / "players.spill", SAVES)
    assert names(path.parent) == []


def test_a_file_cut_short_gives_what_is_whole_and_counts_what_is_missing(path):
    spill.write(path, SAVES)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:2]) + lines[2][:40])
    assert spill.read(path) == (SAVES[:1], [3, 4])
    path.write_bytes(b"".join(lines[:2]))
    assert spill.read(path) == (SAVES[:1], [3, 4])


def test_a_file_cut_short_anywhere_gives_what_is_whole_before_the_cut(path):
    spill.write(path, SAVES)
    content = path.read_bytes()
    ends = [at for at, byte in enumerate(content) if byte == ord("\n")]
    for cut in range(len(content) - 1):
        path.write_bytes(content[:cut])
        whole = sum(end <= cut for end in ends)
        missing = range(whole + 1, len(SAVES) + 2) if whole else [1]
        assert spill.read(path) == (SAVES[: max(whole - 1, 0)], list(missing)), cut


def test_a_disk_that_is_full_leaves_no_file(path):
    with file_size_limit(100), pytest.raises(OSError, match="File too large"):
        spill.write(path, SAVES)
    assert names(path.parent) == []
    assert spill.write(path, SAVES) == path


@contextmanager
def file_size_limit(size):
    """Let this process write no file of more bytes, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_ten_thousand_saves_come_back(path):
    saves = [Save(f"player-{number}", 1, 1, RICH) for number in range(10_000)]
    assert spill.read(spill.write(path, saves)) == (saves, [])


def test_a_damaged_header_costs_nothing_but_itself(path):
    spill.write(path, SAVES)
    path.write_bytes(path.read_bytes().replace(b'"saves":3', b'"saves":2', 1))
    assert spill.read(path) == (SAVES, [1])


def test_an_empty_file_is_damaged(path):
    path.touch()
    assert spill.read(path) == ([], [1])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_a_changed_byte_never_changes_a_save(path, data):
    path.unlink(missing_ok=True)
    spill.write(path, SAVES)
    content = bytearray(path.read_bytes())
    content[data.draw(st.integers(0, len(content) - 2))] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    saves, damaged = spill.read(path)
    assert [save for save in SAVES if save in saves] == saves
    assert saves  # a newline that is lost damages two lines
    assert damaged


def test_a_newer_format_is_refused_with_both_numbers(path):
    header = b'{"format":5,"saves":0}'
    path.write_bytes(b'{"sha256":"%s","content":%s}\n' % (sha256(header).hexdigest().encode(), header))
    with pytest.raises(StoreTooNew, match=r"format 5.*up to 2"):
        spill.read(path)


# --- replaying --------------------------------------------------------------------------------------------------------


def test_a_replay_saves(path):
    store = store_of("ada", "cy")
    spill.write(path, [Save("ada", 1, 1, at(1)), Save("cy", 1, 1, at(2))])
    assert replayed(store, path).value == spill.Replay(stored=2)
    assert store.rows["cy"].columns.x == 2


def test_a_newer_state_wins_over_a_replay(path):
    store = store_of("ada", "bob")
    store.claim([request("ada")])
    spill.write(path, [Save("ada", 1, 9, at(1)), Save("bob", 1, 9, at(2))])
    assert replayed(store, path).value == spill.Replay(stored=1, superseded=("ada",))
    assert store.rows["ada"].columns is None


def test_a_player_whom_the_store_does_not_know_is_superseded(path):
    spill.write(path, [Save("ada", 1, 1, at(1))])
    assert replayed(store_of(), path).value == spill.Replay(superseded=("ada",))


def test_a_damaged_file_is_replayed_as_far_as_it_is_whole(path):
    store = store_of("ada", "bob")
    spill.write(path, [Save("ada", 1, 1, at(1)), Save("bob", 1, 1, at(2))])
    path.write_bytes(path.read_bytes().replace(b'"bob"', b'"bab"'))
    assert replayed(store, path).value == spill.Replay(stored=1, damaged=(3,))
    assert store.rows["ada"].columns.x == 1


def test_one_player_twice_in_a_file_is_no_obstacle(path):
    store = store_of("ada")
    spill.write(path, [Save("ada", 1, 2, at(2)), Save("ada", 1, 1, at(1))])
    assert replayed(store, path).value.stored == 2
    assert store.rows["ada"].columns.x == 2


def test_a_replay_that_was_committed_without_an_answer_can_be_repeated(path):
    store = ScriptedStore(store_of("ada", "bob"))
    spill.write(path, [Save("ada", 1, 1, at(1)), Save("bob", 1, 1, at(2))])
    first = replayed(store, path)
    store.only("save").commit()
    store.only("save").fail()
    assert isinstance(first.error, StoreError)
    store.prompt = True
    assert replayed(store, path).value == spill.Replay(stored=2)


# --- what is still to be replayed -------------------------------------------------------------------------------------


def test_files_wait_until_they_are_retired(path):
    for save in SAVES:
        spill.write(path, [save])
    (path.parent / "notes.txt").touch()
    first, second, third = spill.waiting(path.parent)
    assert spill.retire(first, damaged=False).name == "players-2.spill.replayed"
    assert spill.retire(second, damaged=True).name == "players-3.spill.damaged"
    assert spill.waiting(path.parent) == [third] == [path]


def test_a_draft_that_a_kill_left_behind_waits_too_and_gives_what_was_written(path):
    spill.write(path, SAVES)
    draft = path.with_name("players.spill.tmp")
    draft.write_bytes(path.read_bytes()[:-9])
    path.unlink()
    assert spill.waiting(path.parent) == [draft]
    assert spill.read(draft) == (SAVES[:2], [4])
    assert spill.retire(draft, damaged=True).name == "players.spill.damaged"


def test_no_spill_is_no_work(tmp_path):
    assert spill.waiting(tmp_path) == []


def test_a_partial_save_is_written_and_read_whole(path):
    partial = Save("ada", 1, 2, RICH, columns=encoded(RICH), basis=Basis(1, encoded(at(1))))
    spill.write(path, [partial])
    ((save,), damaged) = spill.read(path)
    assert (save, save.basis, damaged) == (partial, None, [])
    assert decoded(save.columns).state == RICH
    assert b'"basis":null' in path.read_bytes()
