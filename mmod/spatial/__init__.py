"""Points, cells and the interest index: the geometry every other part stands on."""
