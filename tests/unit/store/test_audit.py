"""The audit over a store in memory: whatever really happened is clean, and every single corruption is found."""

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from twisted.internet.defer import Deferred

from mmod.items.equipment import WornState
from mmod.items.instances import ItemInstance, Stowed
from mmod.items.inventory import Inventory
from mmod.items.movements import movements, placed
from mmod.session.claims import ClaimRequest, Save
from mmod.session.ledger import Entry, ItemEvent
from mmod.session.resume import ResumeAttempt
from mmod.store.audit import PAGE, Audit, audited
from mmod.store.findings import Summary, Violation
from mmod.store.memory import MemoryStore
from mmod.store.records import encoded
from mmod.world.state import PlayerState

NOW = 1_000.0

#: Why a record is set aside that nobody could read.
UNREADABLE = "it cannot be read"

PLAYERS = ("ada", "ben", "cy")
PLACES = ("carried:backpack", "carried:belt", "worn:head", "worn:chest")


def result_of(deferred):
    results = []
    deferred.addBoth(results.append)
    return results[0]


class Chronicle:
    """A store in which things happen to players as daemons let them happen."""

    def __init__(self):
        self.store = MemoryStore(lambda: NOW)
        self.store.migrate()
        self._items = 0
        self._numbers = 0

    def items_of(self, player_id):
        """What the player has, with places."""
        state = self._state(player_id)
        return [] if state is None else list(placed(state.inventory, state.equipment.slots))

    def give(self, player_id, place="carried:backpack", quantity=1):
        self._items += 1
        instance = ItemInstance(f'item "{self._items}"', "cap", quantity)
        self._become(player_id, [*self.items_of(player_id), (instance, place)], "grant")
        return instance.instance_id

    def move(self, player_id, which, place):
        items = self.items_of(player_id)
        if items:
            items[which % len(items)] = (items[which % len(items)][0], place)
            self._become(player_id, items, "equip")

    def destroy(self, player_id, which):
        items = self.items_of(player_id)
        if items:
            del items[which % len(items)]
            self._become(player_id, items, "unequip")

    def set_aside(self, player_id, reason="unknown item"):
        if player_id in self.store.rows:
            self.store.quarantine(player_id, self.store.rows[player_id].epoch, reason)

    def set_aside_unread(self, player_id):
        row = self.store.rows.get(player_id)
        if row is not None and row.columns is not None:
            self.edit(player_id, x="nowhere")
            self.set_aside(player_id, UNREADABLE)

    def put_back(self, which):
        records = [record for record in result_of(self.store.quarantined()) if record.reason != UNREADABLE]
        if records:
            self.store.restore(records[which % len(records)].quarantine_id)

    def bring_back(self, player_id, which):
        """Replace the state by one that lacks an item."""
        items = self.items_of(player_id)
        self.store.replace(player_id, state_of([item for at, item in enumerate(items) if at != which]))

    def edit(self, player_id, **columns):
        """Change a row behind everybody's back."""
        row = self.store.rows[player_id]
        self.store.rows[player_id] = evolve(row, columns=replace(row.columns, **columns))

    def put(self, player_id, items):
        """Give a player other items behind everybody's back."""
        row = self.store.rows[player_id]
        self.store.rows[player_id] = evolve(row, columns=encoded(state_of(items)))

    def audit(self):
        """Return findings and summary."""
        found = []
        summary = result_of(Deferred.fromCoroutine(audited(self.store.holdings, found.append)))
        assert summary.findings == len(found)
        return found, summary

    def _state(self, player_id):
        row = self.store.rows.get(player_id)
        return None if row is None else row.reading().state

    def _become(self, player_id, items, cause):
        state = state_of(items)
        moved = movements(self.items_of(player_id), placed(state.inventory, state.equipment.slots))
        request = ClaimRequest(player_id, "Ada", ResumeAttempt(None, NOW, NOW, 60.0), b"hash")
        (claim,) = result_of(self.store.claim([request]))
        events = [ItemEvent(movement, cause, 0, NOW) for movement in moved]
        entries = tuple(Entry(claim.epoch, number, event) for number, event in enumerate(events))
        self.store.save([Save(player_id, claim.epoch, claim.version + 1, state, None, entries)])


def state_of(items):
    """Return a state with these items; two in one slot are carried."""
    worn, carried = {}, []
    for instance, place in items:
        where, _, name = place.partition(":")
        if where == "worn" and name not in worn:
            worn[name] = instance
        else:
            carried.append(Stowed(instance, name))
    return PlayerState("Ada", inventory=Inventory(tuple(carried)), equipment=WornState(worn))


_players = st.sampled_from(PLAYERS)
_places = st.sampled_from(PLACES)
_which = st.integers(0, 5)
_steps = st.one_of(
    st.tuples(st.just("give"), _players, _places, st.integers(1, 9)),
    st.tuples(st.just("move"), _players, _which, _places),
    st.tuples(st.just("destroy"), _players, _which),
    st.tuples(st.just("set_aside"), _players),
    st.tuples(st.just("set_aside_unread"), _players),
    st.tuples(st.just("put_back"), _which),
    st.tuples(st.just("bring_back"), _players, _which),
)
histories = st.lists(_steps, max_size=30)


def played(history):
    chronicle = Chronicle()
    for what, *arguments in history:
        getattr(chronicle, what)(*arguments)
    return chronicle


# --- whatever happened is clean ---------------------------------------------------------------------------------------


@given(histories)
def test_whatever_daemons_and_operators_do_in_order_is_clean(history):
    chronicle = played(history)
    found, summary = chronicle.audit()
    assert found == []
    assert summary.items == sum(len(chronicle.items_of(player_id)) for player_id in PLAYERS)


def test_every_player_is_looked_at_whatever_the_pages():
    chronicle = Chronicle()
    for number in range(2 * PAGE + 1):
        chronicle.give(f"player-{number:03}")
    assert chronicle.audit() == ([], Summary(players=2 * PAGE + 1, items=2 * PAGE + 1))


def test_an_empty_store_is_clean():
    assert Chronicle().audit() == ([], Summary())


def test_items_of_a_record_that_was_set_aside_are_accounted_for_readable_or_not():
    chronicle = Chronicle()
    chronicle.give("ada")
    chronicle.set_aside("ada")
    chronicle.give("ben")
    chronicle.set_aside_unread("ben")
    assert chronicle.audit() == ([], Summary(players=2, items=0, set_aside=2))


def test_an_item_whose_quarantined_record_is_gone_is_missing():
    chronicle = Chronicle()
    chronicle.give("ada")
    chronicle.set_aside("ada")
    (holding,) = result_of(chronicle.store.holdings("", 1))
    assert Audit().examine(holding) == []
    (finding,) = Audit().examine(evolve(holding, set_aside=()))
    assert (finding.violation, finding.player_id) == (Violation.MISSING, "ada")


# --- every corruption is found ----------------------------------------------------------------------------------------


def corrupt_by_adding(chronicle, items, item, place):
    chronicle.put("ada", [*items, (ItemInstance("forged", "cap"), place)])
    return {("ada", "forged"): Violation.UNRECORDED}


def corrupt_by_removing(chronicle, items, item, place):
    chronicle.put("ada", [other for other in items if other[0] != item])
    return {("ada", item.instance_id): Violation.MISSING}


def corrupt_by_moving(chronicle, items, item, place):
    chronicle.put("ada", [(each, "carried:craft_bag") if each == item else (each, at) for each, at in items])
    return {("ada", item.instance_id): Violation.MISPLACED}


def corrupt_by_multiplying(chronicle, items, item, place):
    more = replace(item, quantity=item.quantity + 1)
    chronicle.put("ada", [(more, at) if each == item else (each, at) for each, at in items])
    return {("ada", item.instance_id): Violation.MISPLACED}


def corrupt_by_turning_into_another(chronicle, items, item, place):
    other = replace(item, template_id="crown")
    chronicle.put("ada", [(other, at) if each == item else (each, at) for each, at in items])
    return {("ada", item.instance_id): Violation.MISPLACED}


def corrupt_by_doubling(chronicle, items, item, place):
    chronicle.put("ada", [*items, (item, "carried:craft_bag")])
    return {("ada", item.instance_id): Violation.DOUBLED}


def corrupt_by_copying(chronicle, items, item, place):
    chronicle.give("dan")
    chronicle.put("dan", [*chronicle.items_of("dan"), (item, place)])
    return {("dan", item.instance_id): Violation.DOUBLED}


def corrupt_by_damaging(chronicle, items, item, place):
    chronicle.edit("ada", inventory="{")
    return {("ada", None): Violation.UNREADABLE}


def corrupt_by_deleting(chronicle, items, item, place):
    del chronicle.store.rows["ada"]
    return {("ada", each.instance_id): Violation.MISSING for each, _ in items}


CORRUPTIONS = (
    corrupt_by_adding,
    corrupt_by_removing,
    corrupt_by_moving,
    corrupt_by_multiplying,
    corrupt_by_turning_into_another,
    corrupt_by_doubling,
    corrupt_by_copying,
    corrupt_by_damaging,
    corrupt_by_deleting,
)


@given(histories, st.sampled_from(CORRUPTIONS), _places)
def test_a_single_corruption_of_any_history_is_found_and_nothing_else(history, corrupt, place):
    chronicle = played(history)
    chronicle.give("ada")
    items = chronicle.items_of("ada")
    expected = corrupt(chronicle, items, items[-1][0], place)
    found, _ = chronicle.audit()
    assert {(finding.player_id, finding.instance_id): finding.violation for finding in found} == expected
    assert len(found) == len(expected)


def test_what_is_set_aside_with_one_player_and_had_by_another_is_doubled_in_either_order():
    for first, second in (("ada", "ben"), ("ben", "ada")):
        chronicle = Chronicle()
        chronicle.give(first)
        items = chronicle.items_of(first)
        chronicle.set_aside(first)
        chronicle.give(second)
        chronicle.put(second, [*chronicle.items_of(second), *items])
        found, _ = chronicle.audit()
        assert Violation.DOUBLED in {finding.violation for finding in found}
        assert {finding.instance_id for finding in found} == {items[0][0].instance_id}


def test_what_has_ceased_to_be_and_is_there_all_the_same_is_misplaced():
    chronicle = Chronicle()
    chronicle.give("ada")
    items = chronicle.items_of("ada")
    chronicle.destroy("ada", 0)
    chronicle.put("ada", items)
    (finding,), _ = chronicle.audit()
    assert finding.violation is Violation.MISPLACED
    assert "by the ledger 1 of 'cap' in no place any more" in finding.detail


def test_a_player_that_only_the_ledger_knows_is_counted():
    chronicle = Chronicle()
    chronicle.give("ada")
    del chronicle.store.rows["ada"]
    assert chronicle.audit()[1] == Summary(players=1, findings=1)


# --- how it is told ---------------------------------------------------------------------------------------------------


def test_a_finding_names_player_item_and_ledger_row():
    chronicle = Chronicle()
    item = chronicle.give("ada", quantity=3)
    chronicle.put("ada", [])
    (finding,), summary = chronicle.audit()
    assert str(finding) == (
        f"missing: player 'ada', item {item!r}, ledger row 1: not in the state; "
        "by the ledger 3 of 'cap' in carried:backpack"
    )
    assert str(summary) == "1 players, 0 items, 0 set aside, 1 findings"


def test_a_finding_names_both_players_of_a_doubled_item():
    chronicle = Chronicle()
    chronicle.give("ada")
    chronicle.give("ben")
    chronicle.put("ben", [*chronicle.items_of("ben"), *chronicle.items_of("ada")])
    (finding,), _ = chronicle.audit()
    assert (finding.player_id, finding.entry_id) == ("ben", None)
    assert finding.detail.endswith("the ledger has no row about it; also player 'ada' has it")


def test_an_audit_of_nobody_has_nothing_to_tell():
    assert Audit().summary == Summary()
