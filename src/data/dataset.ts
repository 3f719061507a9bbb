import { fromCsv } from './csv.js';
import { fromMemory } from './fromMemory.js';
import { fromColumns, fromRows } from './fromRows.js';
import { fromIdx } from './idx.js';
import { fromImageData } from './images.js';
import { fromNpy } from './npy.js';
import { sequences } from './sequences.js';
import { stream } from './stream.js';
import { windows } from './windows.js';

/**
 * A data set: `dataset({ x, y })` from arrays or lists, `dataset.fromRows`, `.fromColumns`, `.fromCsv`, `.fromIdx`, `.fromNpy` and
 * `.fromImageData` from rows, columns, text, files' bytes and images; `dataset.windows` and `.sequences` from series and rows of unequal length;
 * `dataset.stream` for data that does not fit into memory.
 */
export const dataset = /*#__PURE__*/ Object.assign(fromMemory, {
  fromRows,
  fromColumns,
  fromCsv,
  fromIdx,
  fromImageData,
  fromNpy,
  sequences,
  stream,
  windows,
});
