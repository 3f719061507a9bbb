import { checkKeys, Dataset } from './index.js';
import { labels, pixels } from './digits.generated.js';

const PLACES = 64;

/** 1,797 real handwritten digits of 8×8 levels from 0 to 16, with labels 0 to 9: the test part of "Optical Recognition of
 *  Handwritten Digits" (Alpaydin & Kaynak 1998, UCI; CC BY 4.0). x is [1797, 64], or with `images` [1797, 8, 8, 1]; bytes.
 *  @example
 *  import { digits } from 'regulus/digits'
 *  const { train, validation, test } = split(digits(), { seed: 1 }) */
export function digits(options: { images?: boolean } = {}): Dataset {
  checkKeys('digits', options, ['images']);
  const values = Int32Array.from(labels, Number);
  const byLabel = [...values.keys()].sort((a, b) => values[a] - values[b]);
  const x = new Uint8Array(pixels.length);
  for (let i = 0; i < x.length; i++)
    x[byLabel[i % values.length] * PLACES + Math.floor(i / values.length)] = Number.parseInt(pixels[i], 17);
  // Not made by `dataset`, which would bring all readers of file formats with it.
  return new Dataset({
    x,
    shape: options.images ? [8, 8, 1] : [PLACES],
    scale: 1,
    size: values.length,
    targets: [{ name: '', values, shape: [], kind: 'classes', classes: 10 }],
    sealed: false,
  });
}
