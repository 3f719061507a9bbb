import { fromCsv } from './csv.js';
import { fromMemory } from './fromMemory.js';
import { fromColumns, fromRows } from './fromRows.js';
import { fromIdx } from './idx.js';
import { fromNpy } from './npy.js';

/**
 * A data set: `dataset({ x, y })` from what is in memory, `dataset.fromRows`, `.fromColumns`, `.fromCsv`, `.fromIdx` and `.fromNpy`
 * from rows, columns, text and files' bytes.
 */
export const dataset = /*#__PURE__*/ Object.assign(fromMemory, { fromRows, fromColumns, fromCsv, fromIdx, fromNpy });
