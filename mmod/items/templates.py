"""The catalogue of item templates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import field, frozen


@frozen
class ItemTemplate:
    """What all instances of one kind of item share; weight and bulk are per piece."""

    template_id: str
    display_name: str
    #: The slots in which it may be worn; empty for things that are only carried.
    slots: frozenset[str] = frozenset()
    weight: float = 0.0
    bulk: float = 0.0
    damage_type: str | None = None
    #: Skill name to the least level that lets a player wear it.
    skill_req: Mapping[str, int] = field(factory=dict)


@frozen
class Catalogue(Mapping[str, ItemTemplate]):
    """All templates by id, in the order of the file."""

    templates: Mapping[str, ItemTemplate] = field(factory=dict)

    @classmethod
    def empty(cls) -> Catalogue:
        """Return a catalogue without items."""
        return cls({})

    def __getitem__(self, template_id: str) -> ItemTemplate:
        return self.templates[template_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self.templates)

    def __len__(self) -> int:
        return len(self.templates)
