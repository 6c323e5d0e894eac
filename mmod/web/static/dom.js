// The page as elements.  Text from the wire becomes text nodes here and never markup.

/** The element with an id of index.html. */
export function byId(id) {
  return document.getElementById(id);
}

/** A new element with properties, data attributes (`data: {}`) and children (elements or text). */
export function element(tag, { data = {}, ...properties } = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  Object.assign(made.dataset, data);
  made.append(...children);
  return made;
}

/** A new SVG element with attributes and children. */
export function drawn(tag, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** Sets a text, unless it is there already: an unchanged live region is not read out again. */
export function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/** Replaces the children of a list; the focus stays on the element of the same id, or else goes to the list. */
export function refill(list, children) {
  const focused = list.contains(document.activeElement) ? document.activeElement : null;
  list.replaceChildren(...children);
  if (focused !== null) (byId(focused.id) ?? list).focus({ preventScroll: true });
}

/** Sets a bar to a share of 0 to 1, and says so to those who do not see it. */
export function setBar(bar, value, most, words) {
  const share = most > 0 ? Math.min(1, Math.max(0, value / most)) : 0;
  bar.firstElementChild.style.transform = `scaleX(${share})`;
  bar.ariaValueMax = String(most);
  bar.ariaValueNow = String(Math.min(value, most));
  bar.ariaValueText = words;
}

/** The storage of this tab or (`local`) of this browser, or null where it is forbidden. */
export function storage(name = "sessionStorage") {
  try {
    return window[name];
  } catch {
    return null;
  }
}

/** Whether the reader wants nothing to move that need not. */
export const still = window.matchMedia("(prefers-reduced-motion: reduce)");
