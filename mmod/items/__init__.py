"""What players carry and wear: templates, inventory, equipment, encumbrance.  Every value here is immutable."""
