// The colours of the canvas: those of the style sheet, in whichever scheme the reader prefers.

const NAMES = ["grid", "border", "ink", "ground", "muted", "self", "player", "bot"];

const dark = window.matchMedia("(prefers-color-scheme: dark)");

function read() {
  const style = getComputedStyle(document.documentElement);
  return Object.freeze(Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])));
}

let present = null;
dark.addEventListener("change", () => {
  present = null;
});

/** The colours by name, as they are now. */
export function palette() {
  present ??= read();
  return present;
}
