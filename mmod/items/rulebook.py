"""The rules and the catalogue in one value, and what the two say about a single item."""

from __future__ import annotations

from attrs import frozen

from mmod.errors import UnknownTemplate
from mmod.items.instances import ItemInstance
from mmod.items.rules import ItemRules
from mmod.items.templates import Catalogue, ItemTemplate


@frozen
class Rulebook:
    """Everything the item functions must know besides the belongings they work on."""

    rules: ItemRules
    catalogue: Catalogue

    def template_of(self, instance: ItemInstance) -> ItemTemplate:
        """Return the template of an item; raise `UnknownTemplate` when the catalogue has none."""
        template = self.catalogue.get(instance.template_id)
        if template is None:
            raise UnknownTemplate(f"the catalogue has no item {instance.template_id!r}")
        return template

    def weight_of(self, instance: ItemInstance) -> float:
        """Return the weight of all its pieces together."""
        return instance.quantity * self.template_of(instance).weight

    def bulk_of(self, instance: ItemInstance) -> float:
        """Return the bulk of all its pieces together."""
        return instance.quantity * self.template_of(instance).bulk
