// The colours of style.css, for the canvas.

const NAMES = ["ground", "land", "edge", "ink", "muted", "panel", "accent", "self", "player", "bot", "alarm"];

let known = null;

function resolved() {
  const probe = document.createElement("span");
  document.body.append(probe);
  const colours = {};
  for (const name of NAMES) {
    probe.style.color = `var(--${name})`;
    colours[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  return colours;
}

/** Every colour by its name, as it is now. */
export function palette() {
  known ??= resolved();
  return known;
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  known = null;
});
