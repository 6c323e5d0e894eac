import asyncio

import pytest
from attrs import define

from mmod.swarm.course import Course
from mmod.swarm.observation import ServerUnseen, Usage


@define
class Server:
    """A source that uses a second of CPU between two looks, and can be away."""

    cpu: float = 5.0
    away: bool = False

    async def read(self):
        if self.away:
            raise ServerUnseen("gone")
        self.cpu += 1.0
        return Usage(self.cpu, 2**20)


def test_a_sample_holds_what_happened_since_the_one_before():
    states, server = [100], Server()

    async def run():
        course = Course(server, lambda: states[0], lambda: 7)
        began = await course.begin()
        states[0] = 160
        first = await course.note()
        states[0] = 200
        second = await course.note()
        return course, began, first, second

    course, began, first, second = asyncio.run(run())
    assert [sample.at for sample in course.samples] == [first - began, second - began]
    assert course.samples[0].states * (first - began) == pytest.approx(60)
    assert course.samples[1].states * (second - first) == pytest.approx(40)
    assert course.samples[1].server_cpu * (second - first) == pytest.approx(1.0)
    assert (course.samples[0].clients, course.samples[0].server_memory) == (7, 2**20)
    assert course.usage == (Usage(6.0, 2**20), Usage(8.0, 2**20))


def test_a_server_that_ends_in_the_middle_is_unseen_and_the_run_goes_on():
    server = Server()

    async def run():
        course = Course(server, lambda: 0, lambda: 0)
        await course.begin()
        server.away = True
        await course.note()
        return course

    course = asyncio.run(run())
    assert course.samples[0].server_cpu is None
    assert course.usage == (Usage(6.0, 2**20), None)


def test_a_server_that_is_too_busy_to_tell_at_first_is_unseen_and_the_run_goes_on():
    server = Server(away=True)

    async def run():
        course = Course(server, lambda: 0, lambda: 0)
        await course.begin()
        server.away = False
        await course.note()
        return course

    course = asyncio.run(run())
    assert course.usage == (None, Usage(6.0, 2**20))
    assert course.samples[0].server_cpu is None


def test_nothing_has_to_be_seen():
    async def run():
        course = Course(None, lambda: 0, lambda: 0)
        await course.begin()
        await course.note()
        return course

    assert asyncio.run(run()).usage == (None, None)
