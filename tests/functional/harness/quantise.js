// Reduces a picture to a palette, by median cut (Heckbert, 1982): the box of colours whose longest side, weighted with
// its pixels, is the greatest is cut at its median, until there are enough.  Returns the palette as bytes of red, green
// and blue, and each pixel's place in it, both in base64.
async ({ png, colours }) => {
  const bytes = Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d");
  context.drawImage(bitmap, 0, 0);
  const pixels = context.getImageData(0, 0, width, height).data;

  /** Red, green and blue of a bin: five bits each. */
  const partsOf = (bin) => [bin >> 10, (bin >> 5) & 31, bin & 31];
  const counts = new Uint32Array(32768);
  const sums = [0, 1, 2].map(() => new Float64Array(32768));
  const bins = new Uint16Array(width * height);
  for (let at = 0; at < bins.length; at += 1) {
    const parts = pixels.subarray(4 * at, 4 * at + 3);
    bins[at] = ((parts[0] >> 3) << 10) | ((parts[1] >> 3) << 5) | (parts[2] >> 3);
    counts[bins[at]] += 1;
    for (let part = 0; part < 3; part += 1) sums[part][bins[at]] += parts[part];
  }

  const total = (box) => box.reduce((sum, bin) => sum + counts[bin], 0);
  function measured(box) {
    const lengths = [0, 1, 2].map((part) => {
      const values = box.map((bin) => partsOf(bin)[part]);
      return values.reduce((most, value) => Math.max(most, value)) - values.reduce((least, value) => Math.min(least, value));
    });
    const length = Math.max(...lengths);
    return { box, axis: lengths.indexOf(length), weight: length * Math.sqrt(total(box)) };
  }
  function halves({ box, axis }) {
    const sorted = [...box].sort((one, other) => partsOf(one)[axis] - partsOf(other)[axis]);
    const half = total(sorted) / 2;
    let [at, seen] = [0, 0];
    while (at < sorted.length - 1 && seen + counts[sorted[at]] <= half) seen += counts[sorted[at++]];
    const cut = Math.max(1, at);
    return [sorted.slice(0, cut), sorted.slice(cut)].map(measured);
  }

  let boxes = [measured([...counts.keys()].filter((bin) => counts[bin] > 0))];
  while (boxes.length < colours) {
    const widest = boxes.reduce((one, other) => (other.weight > one.weight ? other : one));
    if (widest.weight === 0) break;
    boxes = [...boxes.filter((box) => box !== widest), ...halves(widest)];
  }

  const palette = new Uint8Array(3 * boxes.length);
  const places = new Uint8Array(32768);
  boxes.forEach(({ box }, place) => {
    for (let part = 0; part < 3; part += 1) {
      palette[3 * place + part] = Math.round(box.reduce((sum, bin) => sum + sums[part][bin], 0) / total(box));
    }
    for (const bin of box) places[bin] = place;
  });
  const indices = Uint8Array.from(bins, (bin) => places[bin]);
  return { width, height, palette: palette.toBase64(), indices: indices.toBase64() };
}
