import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder where the package is installed from its tarball, as a user would do. */
export interface Stranger {
  readonly folder: string;
  /** Writes a file and returns its path. */
  write(name: string, text: string): string;
  remove(): void;
}

export function stranger(): Stranger {
  const folder = mkdtempSync(join(tmpdir(), 'stranger-'));
  const write = (name: string, text: string): string => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const npm = (...args: string[]): string => execFileSync('npm', args, { encoding: 'utf8' });
  const [{ filename }] = JSON.parse(npm('pack', '--ignore-scripts', '--json', '--pack-destination', folder));
  write('package.json', '{ "private": true, "type": "module" }');
  npm('install', '--prefix', folder, '--offline', '--no-audit', '--no-fund', join(folder, filename));
  return { folder, write, remove: () => rmSync(folder, { recursive: true }) };
}
