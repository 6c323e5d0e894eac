// Colours as three numbers of 0 to 255, and how they mix.  Pure.

/** The numbers in "rgb(1, 2, 3)" or "#010203". */
export function parsed(css) {
  if (css.startsWith("#")) return [1, 3, 5].map((at) => Number.parseInt(css.slice(at, at + 2), 16));
  return css
    .match(/[\d.]+/g)
    .slice(0, 3)
    .map(Number);
}

/** A colour of three numbers as the canvas and style sheets take it. */
export function css([red, green, blue], alpha = 1) {
  return `rgb(${Math.round(red)} ${Math.round(green)} ${Math.round(blue)} / ${alpha})`;
}

/** What lies between two colours: 0 is the first, 1 the second. */
export function mix(one, other, part) {
  return [
    one[0] + (other[0] - one[0]) * part,
    one[1] + (other[1] - one[1]) * part,
    one[2] + (other[2] - one[2]) * part,
  ];
}

/** A colour made lighter (above 0, at most 1) or darker (below 0, at least -1). */
export function shaded(colour, amount) {
  return amount >= 0 ? mix(colour, [255, 255, 255], amount) : mix(colour, [16, 20, 40], -amount);
}
