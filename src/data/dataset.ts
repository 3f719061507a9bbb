import { fromCsv } from './csv.js';
import { fromMemory } from './fromMemory.js';
import { fromRows } from './fromRows.js';
import { fromIdx } from './idx.js';
import { fromNpy } from './npy.js';

/**
 * A data set: `dataset({ x, y })` from what is in memory, `dataset.fromRows`, `.fromCsv`, `.fromIdx` and `.fromNpy` from rows,
 * text and files' bytes.
 */
export const dataset = /*#__PURE__*/ Object.assign(fromMemory, { fromRows, fromCsv, fromIdx, fromNpy });
