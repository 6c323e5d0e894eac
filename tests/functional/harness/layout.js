// What is wrong with how a page is laid out, as a list of sentences: empty when all can be seen, read and reached.
//
// Looked at are the boxes of everything that is visible: whether they stick out of the window, whether texts are cut
// off, whether controls lie below something else, and whether texts that float over the world lie upon each other.
() => {
  /** Rounding of the browser's (px). */
  const SLACK = 1;

  const CONTROLS = "button, input, select";
  const TEXTS = "h1, h2, h3, p, b, span, small, strong, li, dt, dd, label, button, figcaption";

  const name = (element) => `${element.tagName.toLowerCase()}#${element.id || element.className || element.textContent}`;
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !element.closest(".hidden-words");
  const shown = (selector) => [...document.querySelectorAll(selector)].filter(isShown);

  /** The element around one that scrolls, which may therefore hide it, or null. */
  const scroller = (element) => {
    for (let around = element.parentElement; around; around = around.parentElement) {
      if (/auto|scroll/.test(getComputedStyle(around).overflowY) && around.scrollHeight > around.clientHeight) return around;
    }
    return null;
  };

  const sticksOut = ({ left, top, right, bottom }) =>
    left < -SLACK || top < -SLACK || right > innerWidth + SLACK || bottom > innerHeight + SLACK;

  const outside = shown(`${CONTROLS}, ${TEXTS}, canvas, #hud > *`)
    .filter((element) => scroller(element) === null && sticksOut(element.getBoundingClientRect()))
    .map((element) => `${name(element)} sticks out of the window`);

  const sideways = shown("*")
    .filter((element) => /auto|scroll/.test(getComputedStyle(element).overflowX) && element.scrollWidth > element.clientWidth + SLACK)
    .map((element) => `${name(element)} must be scrolled sideways`);

  const cut = shown(TEXTS)
    .filter((element) => {
      const { overflowX, textOverflow } = getComputedStyle(element);
      return overflowX === "hidden" && textOverflow !== "ellipsis" && element.scrollWidth > element.clientWidth + SLACK;
    })
    .map((element) => `the text of ${name(element)} is cut off`);

  const spilt = shown(CONTROLS)
    .filter((element) => element.tagName === "BUTTON" && element.scrollWidth > element.clientWidth + SLACK + 1)
    .map((element) => `the text of ${name(element)} is wider than it`);

  const isCovered = (element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    const [x, y] = [left + width / 2, top + height / 2];
    const around = scroller(element)?.getBoundingClientRect();
    if (around && (y < around.top || y > around.bottom)) return false;
    const above = document.elementFromPoint(x, y);
    return above === null || !(element.contains(above) || above.closest("label")?.control === element);
  };

  const covered = shown(CONTROLS)
    .filter((element) => !element.disabled && !element.closest("[inert]") && isCovered(element))
    .map((element) => `${name(element)} lies below ${name(document.elementFromPoint(...middle(element)) ?? document.body)}`);

  function middle(element) {
    const { left, top, width, height } = element.getBoundingClientRect();
    return [left + width / 2, top + height / 2];
  }

  // An open panel of a narrow window lies over the world on purpose, and over what only helps to walk.
  const panels = ["bag", "gifts", "pulse"];
  const isNarrow = matchMedia("(max-width: 1000px)").matches;
  const hasPanel = isNarrow && panels.some((panel) => isShown(document.getElementById(panel)));
  const yielding = hasPanel ? ["stick", "dev-banner", "notices"] : [];
  const pieces = shown("#hud > *").filter(({ id, firstElementChild }) => !yielding.includes(id) && (id !== "notices" || firstElementChild));
  const upon = (one, other) => {
    const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
    const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    return across > SLACK && down > SLACK;
  };
  const overlapping = pieces.flatMap((one, index) =>
    pieces.slice(index + 1).filter((other) => upon(one, other)).map((other) => `${name(one)} and ${name(other)} overlap`));

  return [...outside, ...sideways, ...cut, ...spilt, ...covered, ...overlapping];
}
