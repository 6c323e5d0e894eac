"""What every `IStore` does.  A subclass gives `open_store` and `damage`; the tests are inherited."""

from itertools import count
from unicodedata import normalize

import pytest
import pytest_twisted
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from twisted.internet import reactor
from twisted.internet.defer import DeferredList, gatherResults
from twisted.internet.threads import blockingCallFromThread, deferToThread
from zope.interface.verify import verifyObject

from mmod.errors import ItemTaken, StoreAway, Superseded
from mmod.interfaces import IStore
from mmod.session.claims import Owner, Save, SaveResult, StoredPlayer
from mmod.session.resume import TOKEN_BYTES, token_hash
from mmod.store.records import STATE_COLUMNS
from mmod.store.rows import instance_ids
from mmod.world.state import Sequences, Versions

from .values import at, building, claiming, moving, owning, saving, states

STORED, PRESENT, STALE, SUPERSEDED = SaveResult.STORED, SaveResult.PRESENT, SaveResult.STALE, SaveResult.SUPERSEDED

#: Unix time of the stores under test.
NOW = 1_700_000_000.0

#: Ids that look alike, compare oddly, or would break what is not quoted.
ODD_IDS = (
    "'; DROP TABLE player_state; --",
    "Ada",
    "ada",
    "%_\\",
    " ada",
    "a\nb",
    "a\x1b[31m",
    normalize("NFC", "é"),
    normalize("NFD", "é"),
    "\u202eevil",
    "\ufeff",
    "\uffff",
    "🗡️",
    "\U0010ffff",
)

#: Ids that no store takes.
IMPOSSIBLE_IDS = ("", "a\0b", "\ud800", "a\udfff")

#: Column, what is written there behind the store's back: each makes the row unreadable.
DAMAGE = (
    ("inventory", b'{"items":[],"unknown":1}'),
    ("equipment", b"[" * 5_000 + b"]" * 5_000),
    ("skills", b'{"melee":-1}'),
    ("skills", b'{"melee":"10"}'),
    ("versions", b'{"inventory":-1}'),
    ("sequences", b'{"ack":1,"surplus":2}'),
    ("sequences", None),
    ("inventory", 5),
    ("name", None),
    ("z", float("inf")),
)

#: The same for stores whose columns take anything.
DAMAGE_WITHOUT_TYPES = (
    ("inventory", b"{"),
    ("equipment", b"[" * 100_000),
    ("name", b"\xff\xfe"),
    ("x", "far away"),
)


class StoreContract:
    """Every test gets an open store of its own."""

    damages = DAMAGE

    def pytest_generate_tests(self, metafunc):
        if "damaged" in metafunc.fixturenames:
            metafunc.parametrize("damaged", self.damages)

    def make_store(self, tmp_path, schema=None):
        """Return a store that is not open yet; `schema` is for those that have one."""
        raise NotImplementedError

    async def damage(self, store, player_id, column, value):
        """Put a value into a column of a player without asking the store."""
        raise NotImplementedError

    async def raw(self, store, player_id):
        """Return the columns of a player as they are."""
        raise NotImplementedError

    @pytest_twisted.async_yield_fixture
    async def store(self, tmp_path):
        store = self.make_store(tmp_path)
        await store.migrate()
        yield store
        await store.close()

    def test_it_is_a_store(self, store):
        assert verifyObject(IStore, store)

    @pytest_twisted.ensureDeferred
    async def test_the_schema_of_a_store_that_was_never_opened_is_pending_and_stays_so(self, tmp_path):
        store = self.make_store(tmp_path)
        for _ in range(2):
            status = await store.schema()
            assert (status.applied, status.pending) == (0, status.known)
        with pytest.raises(StoreAway):
            await store.ping()

    @pytest_twisted.ensureDeferred
    async def test_the_schema_of_a_store_is_applied_while_it_is_open_and_afterwards(self, store):
        opened = await store.schema()
        await store.close()
        closed = await store.schema()
        assert opened == closed
        assert (closed.applied, closed.pending) == (len(closed.known), ())

    # --- claims and saves ---------------------------------------------------------------------------------------------

    @pytest_twisted.ensureDeferred
    async def test_a_new_player_is_claimed_under_epoch_one_without_state(self, store):
        (claim,) = await store.claim([claiming("ada")])
        assert (claim.player_id, claim.epoch, claim.previous_epoch, claim.version) == ("ada", 1, 0, 0)
        assert (claim.state, claim.unreadable, claim.resumed) == (None, None, False)

    @pytest_twisted.ensureDeferred
    async def test_the_next_claim_finds_what_was_saved(self, store):
        await store.claim([claiming("ada")])
        assert await store.save([saving("ada", 1, 7, x=3)]) == [STORED]
        (claim,) = await store.claim([claiming("ada")])
        assert (claim.epoch, claim.previous_epoch, claim.version, claim.state) == (2, 1, 7, at(3))

    @pytest_twisted.ensureDeferred
    async def test_a_claimed_player_that_was_never_saved_has_no_state(self, store):
        await store.claim([claiming("ada")])
        (claim,) = await store.claim([claiming("ada")])
        assert (claim.epoch, claim.version, claim.state, claim.unreadable) == (2, 0, None, None)
        assert await store.read("ada") == StoredPlayer("ada", 2, 0, None)

    @pytest_twisted.ensureDeferred
    async def test_a_repeated_save_is_present(self, store):
        await store.claim([claiming("ada")])
        await store.save([saving("ada", 1, 1, x=1)])
        assert await store.save([saving("ada", 1, 1, x=99)]) == [PRESENT]
        assert (await store.read("ada")).state == at(1)

    @pytest_twisted.ensureDeferred
    async def test_a_late_save_does_not_overwrite_a_newer_version(self, store):
        await store.claim([claiming("ada")])
        await store.save([saving("ada", 1, 5, x=5)])
        assert await store.save([saving("ada", 1, 4, x=4)]) == [PRESENT]
        assert (await store.read("ada")).state == at(5)

    @pytest_twisted.ensureDeferred
    async def test_versions_may_leave_gaps(self, store):
        await store.claim([claiming("ada")])
        assert await store.save([saving("ada", 1, 3)]) == [STORED]
        assert await store.save([saving("ada", 1, 9)]) == [STORED]
        assert (await store.read("ada")).version == 9

    @pytest_twisted.ensureDeferred
    async def test_a_save_under_an_older_epoch_is_superseded_whatever_its_version(self, store):
        await store.claim([claiming("ada")])
        await store.save([saving("ada", 1, 1, x=1)])
        await store.claim([claiming("ada")])
        assert await store.save([saving("ada", 1, 1000, x=99)]) == [SUPERSEDED]
        assert (await store.read("ada")).state == at(1)

    @pytest_twisted.ensureDeferred
    async def test_a_save_under_an_epoch_not_yet_granted_is_superseded(self, store):
        await store.claim([claiming("ada")])
        assert await store.save([saving("ada", 2, 1)]) == [SUPERSEDED]

    @pytest_twisted.ensureDeferred
    async def test_a_save_of_an_unknown_player_is_superseded(self, store):
        assert await store.save([saving("nobody", 1, 1)]) == [SUPERSEDED]
        assert await store.read("nobody") is None

    @pytest_twisted.ensureDeferred
    async def test_a_batch_is_answered_in_its_order_each_save_for_itself(self, store):
        claims = await store.claim([claiming(player_id) for player_id in ("c", "a", "b")])
        assert [claim.player_id for claim in claims] == ["c", "a", "b"]
        await store.save([saving("a", 1, 2)])
        saves = [saving("b", 9, 1), saving("a", 1, 2), saving("c", 1, 1)]
        assert await store.save(saves) == [SUPERSEDED, PRESENT, STORED]

    @pytest_twisted.ensureDeferred
    async def test_empty_batches_are_answered(self, store):
        assert await store.claim([]) == []
        assert await store.save([]) == []

    @pytest_twisted.ensureDeferred
    async def test_a_batch_of_five_hundred(self, store):
        player_ids = [f"player-{number}" for number in range(500)]
        await store.claim([claiming(player_id) for player_id in player_ids])
        saves = [saving(player_id, 1, 1, x=x) for x, player_id in enumerate(player_ids)]
        assert await store.save(saves) == [STORED] * 500
        assert (await store.read("player-499")).state == at(499)

    @pytest_twisted.ensureDeferred
    async def test_one_player_twice_in_a_batch_is_refused_and_nothing_is_done(self, store):
        with pytest.raises(ValueError, match="twice"):
            await store.claim([claiming("ada"), claiming("bob"), claiming("ada")])
        assert await store.players("", 10) == []
        await store.claim([claiming("ada")])
        with pytest.raises(ValueError, match="twice"):
            await store.save([saving("ada", 1, 1), saving("ada", 1, 2)])
        assert (await store.read("ada")).version == 0

    @pytest_twisted.ensureDeferred
    async def test_parallel_claims_of_one_player_get_different_epochs(self, store):
        claims = await gatherResults([store.claim([claiming("ada")]) for _ in range(20)])
        assert sorted((claim.previous_epoch, claim.epoch) for (claim,) in claims) == [(n, n + 1) for n in range(20)]

    # --- partial saves ------------------------------------------------------------------------------------------------

    @pytest_twisted.ensureDeferred
    async def test_a_partial_save_writes_what_changed_and_the_row_keeps_its_own_for_the_rest(self, store):
        await store.claim([claiming("ada")])
        await store.save([saving("ada", 1, 1, state=owning("cap-1"))])
        # It takes cap-2 for what the row holds, and so does not write it.
        believed = saving("ada", 1, 1, state=owning("cap-2"))
        walked = replace(owning("cap-2"), x=5.0, name="Ada II", skills={"melee": 3}, sequences=Sequences(9, 4, (6,)))
        assert await store.save([building(believed, 2, walked)]) == [STORED]
        assert (await store.read("ada")).state == replace(walked, inventory=owning("cap-1").inventory)
        assert (await store.read("ada")).version == 2

    @pytest_twisted.ensureDeferred
    async def test_a_partial_save_that_changes_every_part_and_one_that_changes_none(self, store):
        await store.claim([claiming("ada")])
        first = saving("ada", 1, 1, state=at(1))
        changed = replace(
            owning("cap-1", worn=[("head", "cap-2")]),
            skills={"a": 1},
            versions=Versions(1, 2, 3),
            sequences=Sequences(4),
        )
        every = building(first, 2, changed)
        none = building(every, 3, changed)
        for save in (first, every, none):
            assert await store.save([save]) == [STORED]
            assert (await store.read("ada")).state == save.state

    @pytest_twisted.ensureDeferred
    async def test_states_that_build_on_one_another_come_back_exactly(self, store):
        await store.claim([claiming("ada")])
        versions = count(2)
        last = saving("ada", 1, 1)
        await store.save([last])

        @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
        @given(states, st.booleans())
        def comes_back(state, walks):
            nonlocal last
            state = replace(last.state, x=state.x, sequences=state.sequences) if walks else state
            last = building(last, next(versions), state)
            assert blockingCallFromThread(reactor, store.save, [last]) == [STORED]
            assert blockingCallFromThread(reactor, store.read, "ada").state == state

        await deferToThread(comes_back)

    @pytest.mark.parametrize("held", [1, 3])
    @pytest_twisted.ensureDeferred
    async def test_a_partial_save_that_builds_on_another_version_is_stale_and_writes_nothing(self, store, held):
        await store.claim([claiming("ada")])
        await store.save([saving("ada", 1, held, x=held)])
        stale = evolve(building(saving("ada", 1, 2), 4, at(9)), entries=(moving("cap-1", 1),), disconnected_at=7.0)
        assert await store.save([stale]) == [STALE]
        assert (await store.read("ada")).state == at(held)
        assert (await store.read("ada")).version == held
        assert await store.history("cap-1") == []
        whole = evolve(stale, version=5, basis=None)
        assert await store.save([whole]) == [STORED]
        assert (await store.read("ada")).state == at(9)
        assert len(await store.history("cap-1")) == 1

    @pytest_twisted.ensureDeferred
    async def test_a_repeated_partial_save_is_present(self, store):
        await store.claim([claiming("ada")])
        first = saving("ada", 1, 1)
        partial = building(first, 2, at(2))
        assert [await store.save([save]) for save in (first, partial, partial)] == [[STORED], [STORED], [PRESENT]]
        assert (await store.read("ada")).state == at(2)

    @pytest_twisted.ensureDeferred
    async def test_a_partial_save_of_another_owners_or_nobodys_player_is_superseded(self, store):
        await store.claim([claiming("ada")])
        first = saving("ada", 1, 1)
        await store.save([first])
        await store.claim([claiming("ada")])
        saves = [building(first, 2, at(2)), building(saving("nobody", 1, 1), 2, at(2))]
        assert await store.save(saves) == [SUPERSEDED, SUPERSEDED]
        assert (await store.read("ada")).state == at(0)

    @pytest_twisted.ensureDeferred
    async def test_a_partial_save_builds_on_no_row_without_state(self, store):
        await store.claim([claiming("ada"), claiming("bob")])
        first = saving("ada", 1, 1)
        await store.save([first])
        await store.quarantine("ada", 1, "a test")
        saves = [building(first, 2, at(2)), building(saving("bob", 1, 0), 2, at(2))]
        assert await store.save(saves) == [STALE, STALE]
        assert (await store.read("ada")).state is None

    @pytest_twisted.ensureDeferred
    async def test_partial_and_whole_saves_of_one_batch_are_answered_each_for_itself(self, store):
        player_ids = ["e", "d", "c", "b", "a"]
        await store.claim([claiming(player_id) for player_id in player_ids])
        firsts = [saving(player_id, 1, 3, x=3) for player_id in player_ids]
        await store.save(firsts)
        partial = [building(first, 4, replace(first.state, z=8.0)) for first in firsts]
        stale = evolve(partial[1], basis=replace(partial[1].basis, version=2))
        foreign = evolve(partial[2], epoch=9)
        saves = [partial[0], stale, foreign, saving("b", 1, 3, x=7), saving("a", 1, 7, x=7)]
        assert await store.save(saves) == [STORED, STALE, SUPERSEDED, PRESENT, STORED]
        found = [(await store.read(player_id)).state for player_id in player_ids]
        assert found == [partial[0].state, at(3), at(3), at(3), at(7)]

    # --- what is stored -----------------------------------------------------------------------------------------------

    @pytest_twisted.ensureDeferred
    async def test_every_part_of_a_state_comes_back_exactly(self, store):
        await store.claim([claiming("ada")])
        versions = count(1)

        @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
        @given(states)
        def comes_back(state):
            blockingCallFromThread(reactor, store.save, [Save("ada", 1, next(versions), state)])
            assert blockingCallFromThread(reactor, store.read, "ada").state == state

        await deferToThread(comes_back)

    @pytest_twisted.ensureDeferred
    async def test_odd_ids_are_players_of_their_own(self, store):
        await store.claim([claiming(player_id) for player_id in ODD_IDS])
        saves = [saving(player_id, 1, 1, x=x) for x, player_id in enumerate(ODD_IDS)]
        assert await store.save(saves) == [STORED] * len(ODD_IDS)
        assert [(await store.read(player_id)).state for player_id in ODD_IDS] == [at(x) for x in range(len(ODD_IDS))]

    @pytest.mark.parametrize("player_id", IMPOSSIBLE_IDS)
    @pytest_twisted.ensureDeferred
    async def test_an_impossible_id_is_refused_before_anything_is_written(self, store, player_id):
        with pytest.raises(ValueError, match=r"empty|U\+0000|surrogates"):
            await store.claim([claiming("ada"), claiming(player_id)])
        assert await store.read("ada") is None
        await store.claim([claiming("ada")])
        with pytest.raises(ValueError, match=r"empty|U\+0000|surrogates"):
            await store.save([saving("ada", 1, 1), saving(player_id, 1, 1)])
        assert (await store.read("ada")).version == 0
        assert await store.read(player_id) is None

    @pytest.mark.parametrize("name", ["a\0b", "\ud800"])
    @pytest_twisted.ensureDeferred
    async def test_an_impossible_name_is_refused_before_anything_is_written(self, store, name):
        with pytest.raises(ValueError, match=r"U\+0000|surrogates"):
            await store.claim([claiming("bob"), claiming("ada", name=name)])
        assert await store.read("bob") is None
        await store.claim([claiming("bob"), claiming("ada")])
        with pytest.raises(ValueError, match=r"U\+0000|surrogates"):
            await store.save([saving("bob", 1, 1), Save("ada", 1, 1, at(0, name))])
        assert (await store.read("bob")).version == 0

    @pytest.mark.parametrize("x", [float("nan"), float("inf")])
    @pytest_twisted.ensureDeferred
    async def test_a_position_that_is_no_place_is_refused(self, store, x):
        await store.claim([claiming("ada")])
        with pytest.raises(ValueError, match="finite"):
            await store.save([saving("ada", 1, 1, x=x)])
        assert (await store.read("ada")).version == 0

    # --- resume -------------------------------------------------------------------------------------------------------

    @pytest_twisted.ensureDeferred
    async def test_the_right_token_resumes_within_its_time(self, store):
        await store.claim([claiming("ada", token="first")])
        await store.save([saving("ada", 1, 1, ended_at=100.0)])
        (claim,) = await store.claim([claiming("ada", presents="first", now=160.0)])
        assert claim.resumed

    @pytest_twisted.ensureDeferred
    async def test_an_expired_token_does_not_resume(self, store):
        await store.claim([claiming("ada", token="first")])
        await store.save([saving("ada", 1, 1, ended_at=100.0)])
        (claim,) = await store.claim([claiming("ada", presents="first", now=160.001)])
        assert not claim.resumed

    @pytest.mark.parametrize("presents", [None, "", "wrong", "first ", "f"])
    @pytest_twisted.ensureDeferred
    async def test_a_wrong_or_missing_token_does_not_resume(self, store, presents):
        await store.claim([claiming("ada", token="first")])
        (claim,) = await store.claim([claiming("ada", presents=presents)])
        assert not claim.resumed

    @pytest_twisted.ensureDeferred
    async def test_a_foreign_token_does_not_resume(self, store):
        await store.claim([claiming("ada", token="hers"), claiming("bob", token="his")])
        (claim,) = await store.claim([claiming("bob", presents="hers")])
        assert not claim.resumed

    @pytest.mark.parametrize(("ended_by", "resumed"), [(100.0, True), (99.999, False)])
    @pytest_twisted.ensureDeferred
    async def test_a_connection_never_seen_to_end_ended_when_it_must_have(self, store, ended_by, resumed):
        await store.claim([claiming("ada", token="first")])
        (claim,) = await store.claim([claiming("ada", presents="first", now=160.0, ended_by=ended_by)])
        assert claim.resumed is resumed

    @pytest_twisted.ensureDeferred
    async def test_a_claim_opens_the_connection_again(self, store):
        await store.claim([claiming("ada", token="first")])
        await store.save([saving("ada", 1, 1, ended_at=100.0)])
        await store.claim([claiming("ada", token="second", presents="first", now=101.0)])
        (claim,) = await store.claim([claiming("ada", presents="second", now=1000.0, ended_by=999.0)])
        assert claim.resumed

    @pytest_twisted.ensureDeferred
    async def test_a_token_is_good_once(self, store):
        await store.claim([claiming("ada", token="first")])
        (once,) = await store.claim([claiming("ada", token="second", presents="first")])
        (twice,) = await store.claim([claiming("ada", token="third", presents="first")])
        assert (once.resumed, twice.resumed) == (True, False)

    @pytest_twisted.ensureDeferred
    async def test_of_parallel_claims_with_one_token_one_resumes(self, store):
        await store.claim([claiming("ada", token="first")])
        claims = await gatherResults(
            [store.claim([claiming("ada", token=f"next-{n}", presents="first")]) for n in range(20)]
        )
        assert sum(claim.resumed for (claim,) in claims) == 1

    @pytest_twisted.ensureDeferred
    async def test_a_save_may_replace_the_token_and_any_other_leaves_it(self, store):
        await store.claim([claiming("ada", token="first"), claiming("bob", token="his")])
        renewed = evolve(saving("ada", 1, 1), resume_hash=token_hash("renewed"))
        assert await store.save([saving("bob", 1, 1), renewed]) == [STORED, STORED]
        await store.save([saving("ada", 1, 2, ended_at=100.0)])
        assert await self.token_hashes(store, "ada", "bob") == [token_hash("renewed"), token_hash("his")]
        (old,) = await store.claim([claiming("ada", token="next", presents="first", now=101.0)])
        assert not old.resumed

    @pytest.mark.parametrize(("now", "resumed"), [(160.0, True), (160.001, False)])
    @pytest_twisted.ensureDeferred
    async def test_a_token_that_came_with_a_save_is_good_for_its_time(self, store, now, resumed):
        await store.claim([claiming("ada", token="first")])
        await store.save([evolve(saving("ada", 1, 1, ended_at=100.0), resume_hash=token_hash("renewed"))])
        (claim,) = await store.claim([claiming("ada", token="next", presents="renewed", now=now)])
        assert claim.resumed is resumed

    @pytest_twisted.ensureDeferred
    async def test_a_save_that_is_refused_replaces_no_token(self, store):
        await store.claim([claiming("ada", token="first")])
        await store.save([saving("ada", 1, 2)])
        await store.save([evolve(saving("ada", 1, 2), resume_hash=token_hash("late"))])
        await store.save([evolve(saving("ada", 2, 3), resume_hash=token_hash("early"))])
        assert await self.token_hashes(store, "ada") == [token_hash("first")]

    async def token_hashes(self, store, *player_ids):
        """Return what is stored of the players' resume tokens."""
        owners = await store.lost(dict.fromkeys(player_ids, 0))
        return [owners[player_id].resume_hash for player_id in player_ids]

    @pytest_twisted.ensureDeferred
    async def test_a_claim_tells_which_token_it_replaces(self, store):
        (new,) = await store.claim([claiming("ada", token="first")])
        (again,) = await store.claim([claiming("ada", token="second")])
        assert (new.previous_hash, again.previous_hash) == (None, token_hash("first"))

    def test_a_token_hash_fits(self):
        assert len(claiming("ada").next_token_hash) == TOKEN_BYTES

    # --- losses -------------------------------------------------------------------------------------------------------

    @pytest_twisted.ensureDeferred
    async def test_lost_are_those_whose_epoch_is_another(self, store):
        await store.claim([claiming("ada", token="first"), claiming("bob", token="his")])
        await store.claim([claiming("ada", token="second")])
        await store.save([saving("ada", 2, 1)])
        ada, bob = Owner(2, token_hash("second")), Owner(1, token_hash("his"))
        assert await store.lost({"bob": 2, "nobody": 1, "ada": 1}) == {"bob": bob, "nobody": None, "ada": ada}
        assert await store.lost({"bob": 1, "ada": 2}) == await store.lost({}) == {}

    @pytest_twisted.ensureDeferred
    async def test_odd_players_are_lost_by_their_ids(self, store):
        await store.claim([claiming(player_id) for player_id in ODD_IDS])
        assert await store.lost(dict.fromkeys(ODD_IDS, 1)) == {}
        assert await store.lost(dict.fromkeys(ODD_IDS, 2)) == dict.fromkeys(ODD_IDS, Owner(1, token_hash("next")))

    # --- reading ------------------------------------------------------------------------------------------------------

    @pytest_twisted.ensureDeferred
    async def test_nobody_is_read_as_none(self, store):
        assert await store.read("ada") is None

    @pytest_twisted.ensureDeferred
    async def test_reading_claims_nothing(self, store):
        await store.claim([claiming("ada")])
        await store.read("ada")
        assert await store.save([saving("ada", 1, 1)]) == [STORED]

    @pytest_twisted.ensureDeferred
    async def test_players_come_in_pages_by_code_point(self, store):
        await store.claim([claiming(player_id) for player_id in ODD_IDS])
        found, after = [], ""
        while page := await store.players(after, 3):
            assert len(page) <= 3
            found += [player.player_id for player in page]
            after = found[-1]
        assert found == sorted(ODD_IDS)

    @pytest.mark.parametrize("limit", [0, -1])
    @pytest_twisted.ensureDeferred
    async def test_a_page_of_none_is_empty(self, store, limit):
        await store.claim([claiming("ada")])
        assert await store.players("", limit) == []

    @pytest_twisted.ensureDeferred
    async def test_a_page_shows_what_reading_shows(self, store):
        await store.claim([claiming("ada")])
        await store.save([saving("ada", 1, 4, x=2)])
        assert await store.players("", 1) == [await store.read("ada")] == [StoredPlayer("ada", 1, 4, at(2))]

    # --- unreadable rows ----------------------------------------------------------------------------------------------

    @pytest_twisted.ensureDeferred
    async def test_an_unreadable_row_is_reported_by_the_column_and_left_as_it_is(self, store, damaged):
        column, value = damaged
        await store.claim([claiming("ada"), claiming("bob")])
        await store.save([saving("ada", 1, 3), saving("bob", 1, 3)])
        await self.damage(store, "ada", column, value)
        before = await self.raw(store, "ada")
        ada, bob = await store.claim([claiming("ada"), claiming("bob")])
        assert (ada.state, ada.version, ada.epoch, bob.unreadable) == (None, 3, 2, None)
        assert ada.unreadable.startswith(f"{column}: ")
        shown = await store.read("ada")
        assert (shown.unreadable, set(shown.raw)) == (ada.unreadable, set(STATE_COLUMNS))
        assert (await store.read("bob")).raw is None
        assert [player.unreadable for player in await store.players("", 9)] == [ada.unreadable, None]
        assert await self.raw(store, "ada") == before

    @pytest_twisted.ensureDeferred
    async def test_a_row_comes_back_from_quarantine_byte_for_byte(self, store, damaged):
        column, value = damaged
        await store.claim([claiming("ada")])
        await store.save([saving("ada", 1, 3)])
        await self.damage(store, "ada", column, value)
        before = await self.raw(store, "ada")
        await store.quarantine("ada", 1, "it cannot be read")
        assert await store.read("ada") == StoredPlayer("ada", 1, 3, None)
        (aside,) = await store.quarantined()
        assert (aside.player_id, aside.reason, aside.set_aside_at) == ("ada", "it cannot be read", NOW)
        assert await store.restore(aside.quarantine_id)
        assert await self.raw(store, "ada") == before
        assert (await store.read("ada")).unreadable.startswith(f"{column}: ")

    @pytest_twisted.ensureDeferred
    async def test_after_quarantine_the_owner_goes_on_saving(self, store):
        await store.claim([claiming("ada")])
        await store.save([saving("ada", 1, 3)])
        await store.quarantine("ada", 1, "unknown item")
        assert await store.save([saving("ada", 1, 4, x=4)]) == [STORED]
        assert (await store.read("ada")).state == at(4)

    @pytest_twisted.ensureDeferred
    async def test_only_the_owner_can_set_a_row_aside(self, store):
        await store.claim([claiming("ada")])
        await store.save([saving("ada", 1, 1, x=1)])
        for player_id, epoch in (("ada", 0), ("ada", 2), ("nobody", 1)):
            with pytest.raises(Superseded):
                await store.quarantine(player_id, epoch, "not mine")
        assert (await store.read("ada")).state == at(1)
        assert await store.quarantined() == []

    @pytest_twisted.ensureDeferred
    async def test_a_repeated_quarantine_sets_nothing_aside_twice(self, store):
        await store.claim([claiming("ada")])
        await store.save([saving("ada", 1, 1)])
        await store.quarantine("ada", 1, "first")
        await store.quarantine("ada", 1, "again")
        assert [aside.reason for aside in await store.quarantined()] == ["first"]

    @pytest_twisted.ensureDeferred
    async def test_restoring_supersedes_the_owner_and_ends_its_resume_token(self, store):
        await store.claim([claiming("ada", token="first")])
        await store.save([saving("ada", 1, 3, x=3)])
        await store.quarantine("ada", 1, "unknown item")
        (aside,) = await store.quarantined()
        await store.restore(aside.quarantine_id)
        assert await store.save([saving("ada", 1, 9, x=9)]) == [SUPERSEDED]
        (claim,) = await store.claim([claiming("ada", presents="first")])
        assert (claim.state, claim.resumed) == (at(3), False)

    @pytest_twisted.ensureDeferred
    async def test_what_was_played_since_is_set_aside_by_restoring(self, store):
        await store.claim([claiming("ada")])
        await store.save([saving("ada", 1, 3, x=3)])
        await store.quarantine("ada", 1, "unknown item")
        await store.save([saving("ada", 1, 4, x=4)])
        (old,) = await store.quarantined()
        assert await store.restore(old.quarantine_id)
        assert (await store.read("ada")).state == at(3)
        (new,) = await store.quarantined()
        assert new.quarantine_id > old.quarantine_id
        assert await store.restore(new.quarantine_id)
        player = await store.read("ada")
        assert (player.state, player.version) == (at(4), 4)

    @pytest_twisted.ensureDeferred
    async def test_nothing_is_restored_twice_or_from_nowhere(self, store):
        await store.claim([claiming("ada")])
        await store.save([saving("ada", 1, 1)])
        await store.quarantine("ada", 1, "unknown item")
        (aside,) = await store.quarantined()
        assert [await store.restore(aside.quarantine_id) for _ in range(2)] == [True, False]
        assert not await store.restore(12345)

    @pytest_twisted.ensureDeferred
    async def test_the_quarantine_is_listed_oldest_first(self, store):
        for player_id in ("b", "c", "a"):
            await store.claim([claiming(player_id)])
            await store.save([saving(player_id, 1, 1)])
            await store.quarantine(player_id, 1, "unknown item")
        assert [aside.player_id for aside in await store.quarantined()] == ["b", "c", "a"]

    async def set_aside(self, store, player_id, state):
        """Let a player have a state that is set aside; return the number of the record."""
        await store.claim([claiming(player_id)])
        entries = [moving(item, number) for number, item in enumerate(instance_ids(state))]
        await store.save([saving(player_id, 1, 1, entries=entries, state=state)])
        await store.quarantine(player_id, 1, "unknown item")
        (aside,) = [aside for aside in await store.quarantined() if aside.player_id == player_id]
        return aside.quarantine_id

    @pytest.mark.parametrize("known_by", ["state", "ledger"])
    @pytest_twisted.ensureDeferred
    async def test_a_record_with_items_that_others_have_by_now_is_not_restored_and_nothing_changes(
        self, store, known_by
    ):
        number = await self.set_aside(store, "ada", owning("cap-1", "cap-2", worn=[("head", "cap-3")]))
        theirs = {"bob": "cap-1", "cy": "cap-3"}
        for player_id, item in theirs.items():
            await store.claim([claiming(player_id)])
            has = {"state": owning(item)} if known_by == "state" else {"entries": [moving(item, 1)]}
            await store.save([saving(player_id, 1, 1, **has)])
        before = await self.everything(store)
        with pytest.raises(ItemTaken) as raised:
            await store.restore(number)
        assert raised.value.holders == {"cap-1": "bob", "cap-3": "cy"}
        assert await self.everything(store) == before

    @pytest_twisted.ensureDeferred
    async def test_of_two_records_with_one_item_none_is_restored(self, store):
        numbers = [await self.set_aside(store, player_id, owning("cap-1")) for player_id in ("ada", "bob")]
        for number, other in zip(numbers, ("bob", "ada"), strict=True):
            with pytest.raises(ItemTaken, match=other):
                await store.restore(number)

    @pytest_twisted.ensureDeferred
    async def test_a_record_whose_items_its_player_has_again_or_nobody_has_any_more_is_restored(self, store):
        number = await self.set_aside(store, "ada", owning("cap-1"))
        await store.replace("ada", owning("cap-1"))
        await store.claim([claiming("bob")])
        given, taken = moving("cap-1", 1), moving("cap-1", 2, origin="carried:backpack", target=None, cause="import")
        await store.save([saving("bob", 1, 1, entries=[given, taken])])
        assert await store.restore(number)
        assert (await store.read("ada")).state == owning("cap-1")

    async def everything(self, store):
        """Return what is stored of all players, the ledger about them, and the quarantine."""
        return await store.players("", 99), await store.holdings("", 99), await store.quarantined()

    # --- the item ledger ----------------------------------------------------------------------------------------------

    @pytest_twisted.ensureDeferred
    async def test_what_happened_to_an_item_is_told_in_order_with_all_its_circumstances(self, store):
        await store.claim([claiming("ada")])
        given = moving("cap-1", 1)
        put_on = moving("cap-1", 2, origin="carried:backpack", target="worn:head", cause="equip", seq=7)
        await store.save([saving("ada", 1, 1, entries=[given, moving("cap-2", 3)])])
        await store.save([saving("ada", 1, 2, entries=[put_on])])
        rows = await store.history("cap-1")
        assert [(row.player_id, row.epoch, row.event) for row in rows] == [
            ("ada", 1, given.event),
            ("ada", 1, put_on.event),
        ]
        assert rows[0].entry_id < rows[1].entry_id
        assert [row.event.movement.instance_id for row in await store.moves("ada", 2)] == ["cap-1", "cap-2"]
        assert await store.moves("bob", 5) == await store.history("cap-3") == []

    @pytest_twisted.ensureDeferred
    async def test_an_entry_that_is_brought_again_is_kept_once(self, store):
        await store.claim([claiming("ada")])
        await store.save([saving("ada", 1, 1, entries=[moving("cap-1", 1)])])
        await store.save([saving("ada", 1, 2, entries=[moving("cap-1", 1), moving("cap-2", 2)])])
        assert len(await store.history("cap-1")) == len(await store.history("cap-2")) == 1

    @pytest_twisted.ensureDeferred
    async def test_entries_of_saves_that_are_not_stored_are_not_kept(self, store):
        await store.claim([claiming("ada"), claiming("bob")])
        await store.save([saving("ada", 1, 5)])
        late = saving("ada", 1, 4, entries=[moving("cap-1", 1)])
        foreign = saving("bob", 2, 1, entries=[moving("cap-2", 1)])
        assert await store.save([late, foreign]) == [PRESENT, SUPERSEDED]
        assert await store.history("cap-1") == await store.history("cap-2") == []

    @pytest_twisted.ensureDeferred
    async def test_entries_of_one_number_under_other_epochs_and_of_other_players_are_others(self, store):
        await store.claim([claiming("ada"), claiming("bob")])
        saves = [saving(player_id, 1, 1, entries=[moving("cap-1", 1)]) for player_id in ("ada", "bob")]
        await store.save(saves)
        await store.claim([claiming("ada")])
        await store.save([saving("ada", 2, 2, entries=[moving("cap-1", 1, epoch=2)])])
        assert [(row.player_id, row.epoch) for row in await store.history("cap-1")] == [
            ("ada", 1),
            ("bob", 1),
            ("ada", 2),
        ]

    @pytest_twisted.ensureDeferred
    async def test_a_holding_is_what_is_stored_and_the_newest_row_about_each_item(self, store):
        await store.claim([claiming("ada"), claiming("bob")])
        entries = [
            moving("cap-1", 1),
            moving("cap-2", 2),
            moving("cap-1", 3, origin="carried:backpack", target="worn:head", cause="equip"),
        ]
        await store.save([saving("ada", 1, 1, entries=entries, state=owning("cap-2", worn=[("head", "cap-1")]))])
        ada, bob = await store.holdings("", 10)
        assert (ada.player_id, ada.stored, ada.set_aside) == ("ada", await store.read("ada"), ())
        assert [row.event for row in ada.newest] == [entries[2].event, entries[1].event]
        assert (bob.player_id, bob.newest) == ("bob", ())
        assert [held.player_id for held in await store.holdings("ada", 10)] == ["bob"]
        assert [held.player_id for held in await store.holdings("", 1)] == ["ada"]

    @pytest_twisted.ensureDeferred
    async def test_items_that_are_set_aside_and_come_back_are_followed(self, store):
        await store.claim([claiming("ada")])
        await store.save([saving("ada", 1, 1, entries=[moving("cap-1", 1)], state=owning("cap-1"))])
        await store.quarantine("ada", 1, "unknown item")
        (held,) = await store.holdings("", 1)
        assert (held.newest[0].event.cause, held.newest[0].event.movement.target) == ("quarantine", "quarantine")
        assert "cap-1" in held.set_aside[0]
        await store.save([saving("ada", 1, 2, entries=[moving("cap-2", 2)], state=owning("cap-2"))])
        (aside,) = await store.quarantined()
        await store.restore(aside.quarantine_id)
        (held,) = await store.holdings("", 1)
        assert [(row.event.cause, row.event.movement.target) for row in held.newest] == [
            ("reinstate", "carried:backpack"),
            ("quarantine", "quarantine"),
        ]
        assert held.stored.state == owning("cap-1")

    @pytest_twisted.ensureDeferred
    async def test_a_replaced_state_supersedes_the_owner_and_is_in_the_ledger(self, store):
        await store.claim([claiming("ada", token="first")])
        await store.save([saving("ada", 1, 3, entries=[moving("cap-1", 1)], state=owning("cap-1"))])
        assert await store.replace("ada", owning("cap-2")) == 2
        assert await store.save([saving("ada", 1, 9, x=9)]) == [SUPERSEDED]
        gone, come = await store.history("cap-1"), await store.history("cap-2")
        assert (gone[-1].event.cause, gone[-1].event.movement.target) == ("import", None)
        assert (come[-1].event.cause, come[-1].event.movement.target) == ("import", "carried:backpack")
        (claim,) = await store.claim([claiming("ada", presents="first")])
        assert (claim.state, claim.epoch, claim.resumed) == (owning("cap-2"), 3, False)
        assert claim.version > 3

    @pytest_twisted.ensureDeferred
    async def test_a_state_can_be_put_where_nobody_was(self, store):
        assert await store.replace("bob", owning("cap-1")) == 1
        (claim,) = await store.claim([claiming("bob")])
        assert (claim.state, claim.epoch) == (owning("cap-1"), 2)
        with pytest.raises(ValueError, match="empty"):
            await store.replace("", at(1))

    @pytest_twisted.ensureDeferred
    async def test_a_state_that_is_put_where_somebody_joins_for_the_first_time_is_never_saved_over(self, store):
        for player_id in map(str, range(10)):
            imported = owning(f"cap-{player_id}")
            (claim,), epoch = await gatherResults(
                [store.claim([claiming(player_id)]), store.replace(player_id, imported)], consumeErrors=True
            )
            assert {claim.epoch, epoch} == {1, 2}
            saved = await store.save([saving(player_id, claim.epoch, claim.version + 1, x=9)])
            lost = claim.epoch < epoch
            assert (saved, claim.state) == (([SUPERSEDED], None) if lost else ([STORED], imported))

    @pytest_twisted.ensureDeferred
    async def test_a_state_with_an_item_of_somebody_elses_is_not_put_in_place(self, store):
        await store.claim([claiming("ada")])
        await store.save([saving("ada", 1, 1, entries=[moving("cap-1", 1)], state=owning("cap-1"))])
        with pytest.raises(ItemTaken, match=r"cap-1.*ada"):
            await store.replace("bob", owning("cap-1", "cap-2"))
        assert await store.read("bob") is None
        await store.replace("ada", owning())
        assert await store.replace("bob", owning("cap-1")) == 1

    @pytest_twisted.ensureDeferred
    async def test_a_state_with_an_item_that_is_in_anothers_state_is_not_put_in_place_whatever_the_ledger_says(
        self, store
    ):
        await store.claim([claiming("ada"), claiming("cy")])
        worn = owning("cap-3", worn=[("head", 'cap "2"')])
        await store.save([saving("ada", 1, 1, state=owning("cap-1")), saving("cy", 1, 1, state=worn)])
        with pytest.raises(ItemTaken) as raised:
            await store.replace("bob", owning("cap-1", 'cap "2"', "cap-4"))
        assert raised.value.holders == {"cap-1": "ada", 'cap "2"': "cy"}
        assert await store.replace("bob", owning("cap", "cap-")) == 1

    @pytest_twisted.ensureDeferred
    async def test_of_states_with_one_item_that_are_put_in_place_at_once_one_is(self, store):
        results = await DeferredList(
            [store.replace(f"player-{number}", owning("cap-1")) for number in range(4)], consumeErrors=True
        )
        assert sum(success for success, _ in results) == 1
        assert sum(held.stored is not None for held in await store.holdings("", 10)) == 1

    @pytest_twisted.ensureDeferred
    async def test_disowned_players_are_nobodys_and_nobody_resumes(self, store):
        await store.claim([claiming("ada", token="first"), claiming("bob")])
        await store.save([saving("ada", 1, 1, x=1, ended_at=100.0)])
        assert await store.disown() == 2
        assert await store.save([saving("ada", 1, 2, x=2), saving("bob", 1, 1)]) == [SUPERSEDED] * 2
        (claim,) = await store.claim([claiming("ada", presents="first", now=101.0)])
        assert (claim.state, claim.resumed) == (at(1), False)

    @pytest_twisted.ensureDeferred
    async def test_daemons_that_took_players_after_the_backup_own_none_of_the_disowned(self, store):
        await store.claim([claiming("ada")])
        await store.save([saving("ada", 1, 1, x=1)])
        await store.disown()
        assert [await store.save([saving("ada", epoch, 9, x=9)]) for epoch in range(1, 50)] == [[SUPERSEDED]] * 49
        (claim,) = await store.claim([claiming("ada")])
        assert claim.epoch > 50
        assert await store.save([saving("ada", claim.epoch, 2, x=2)]) == [STORED]

    # --- life ---------------------------------------------------------------------------------------------------------

    @pytest_twisted.ensureDeferred
    async def test_it_answers_a_ping(self, store):
        assert await store.ping() is None

    @pytest_twisted.ensureDeferred
    async def test_migrating_again_changes_nothing(self, store):
        await store.claim([claiming("ada")])
        await store.migrate()
        assert (await store.read("ada")).epoch == 1

    @pytest_twisted.ensureDeferred
    async def test_closing_finishes_what_was_begun(self, store):
        await store.claim([claiming("ada")])
        saved = store.save([saving("ada", 1, 1)])
        await store.close()
        assert saved.called
        assert await saved == [STORED]

    @pytest_twisted.ensureDeferred
    async def test_closing_twice_is_closing_once(self, store):
        await gatherResults([store.close(), store.close()])
        await store.close()

    @pytest_twisted.ensureDeferred
    async def test_a_closed_store_is_away(self, store):
        await store.close()
        for question in (store.ping, lambda: store.read("ada"), lambda: store.claim([claiming("ada")])):
            with pytest.raises(StoreAway):
                await question()

    @pytest_twisted.ensureDeferred
    async def test_a_store_not_yet_migrated_is_away(self, tmp_path):
        with pytest.raises(StoreAway):
            await self.make_store(tmp_path).ping()
