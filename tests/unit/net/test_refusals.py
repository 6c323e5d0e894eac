from mmod.errors import RemoteError
from mmod.net.refusals import status_of
from mmod.session.closing import Kicked


def errors_of(kind):
    return [kind, *(error for child in kind.__subclasses__() for error in errors_of(child))]


def test_every_refusal_has_a_status_of_its_family():
    statuses = {error.__name__: status_of(error("why")) for error in errors_of(RemoteError)}
    assert set(statuses.values()) == {400, 403, 404, 409, 503}
    assert statuses["UnknownTemplate"] == statuses["BadRequest"] == statuses["UnknownType"] == 400
    assert statuses["UnknownPlayer"] == statuses["UnknownRecord"] == 404
    assert statuses["ExceedsBulk"] == statuses["DuplicateInstance"] == statuses["IdempotencyConflict"] == 409
    assert statuses["AuthRefused"] == 403
    assert status_of(Kicked("why")) == 400
