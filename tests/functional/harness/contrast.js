// Texts that are too faint to read, as a list of sentences: those whose contrast with what is painted below them is less
// than WCAG 2.1 asks for at level AA (4.5, or 3 for large letters).
() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });

  /** Red, green, blue (0 to 255) and opacity (0 to 1) of a colour in any notation. */
  const parts = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const linear = (value) => (value <= 0.04045 * 255 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([red, green, blue]) => 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  const contrast = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };

  /** The colour painted below an element, null for the canvas of the world. */
  const ground = (element) => {
    for (let around = element; around; around = around.parentElement) {
      const colour = parts(getComputedStyle(around).backgroundColor);
      if (colour[3] > 0.9) return around === document.body ? null : colour;
    }
    return null;
  };

  const isText = (element) => [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest(".hidden-words, .old, :disabled");
  const faint = [];
  for (const element of document.querySelectorAll("body *")) {
    if (!isText(element) || !isShown(element)) continue;
    const below = ground(element);
    if (below === null) continue;
    const { color, fontSize, fontWeight } = getComputedStyle(element);
    const isLarge = parseFloat(fontSize) >= (Number(fontWeight) >= 700 ? 18.66 : 24);
    const found = contrast(parts(color), below);
    if (found < (isLarge ? 3 : 4.5)) faint.push(`${element.id || element.className || element.tagName}: ${found.toFixed(2)}`);
  }
  return faint;
}
