import { digits } from '../../src/digits.js';
import * as regulus from '../../src/index.js';

const AsyncFunction = (async () => undefined).constructor as new (
  ...args: string[]
) => (...args: unknown[]) => Promise<void>;

/** Runs the text of a program with this build of the library, and returns what it prints. */
export async function printed(program: string): Promise<string> {
  const body = program
    .replace(/^import \{(.*)\} from 'regulus';$/m, 'const {$1} = regulus;')
    .replace(/^import \{ digits \} from 'regulus\/digits';$/m, 'const { digits } = regulus;');
  const lines: string[] = [];
  await new AsyncFunction('regulus', 'console', body)(
    { ...regulus, digits },
    { log: (line: unknown) => lines.push(String(line)) },
  );
  return lines.join('\n');
}
