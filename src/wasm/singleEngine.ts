import { UnsupportedError } from '../errors.js';

/** The names of the package's entries that have an engine of their own. */
type Entry = 'regulus' | 'regulus/external';
const ENGINE: unique symbol = Symbol.for('regulus.engine');
type Program = { [ENGINE]?: Entry };

/** The entry that this copy of the code belongs to. */
let own: Entry | undefined;

/** Registers the entry whose engine starts here; the first call counts. Throws an UnsupportedError if the other entry has started an
 *  engine in this program already: two engines share neither memory nor classes, so that one would not know the other's tensors.
 *  Copies of the same entry may start, because a page that reloads its modules makes them. Throws without WebAssembly, too. */
export function reserveEngine(entry: Entry): void {
  if (own) return;
  if (typeof WebAssembly === 'undefined')
    throw new UnsupportedError(`${entry} needs WebAssembly with SIMD, which this host lacks or has turned off`);
  const program = globalThis as Program;
  const other = program[ENGINE];
  if (other && other !== entry)
    throw new UnsupportedError(
      `${entry}: this program runs ${other} already, and two engines share nothing; import everything from one of them (regulus/digits, regulus/node and the like belong to regulus)`,
    );
  own = program[ENGINE] = entry;
}
