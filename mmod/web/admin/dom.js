// The page as elements.  Text from the server becomes text nodes here and never markup.

/** The element with an id of index.html. */
export function byId(id) {
  return document.getElementById(id);
}

/** A new element with properties and children (elements or text). */
export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** Sets a text, unless it is there already: an unchanged live region is not read out again. */
export function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}
