import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DataError, OptionError } from '../../src/index.js';
import { jsonLines, tensorBoard } from '../../src/loggers/index.js';
import { appendTo } from '../../src/loggersNode.js';
import { events } from './events.js';
import { epoch } from './records.js';

let directory: string;
const at = (name: string): string => join(directory, name);
const read = (name: string): string => readFileSync(at(name), 'utf8');
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'regulus-loggers-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test('text is in the file when the call returns; directories are made', () => {
  const to = appendTo(at('a/b/run.txt'));
  expect(read('a/b/run.txt')).toBe('');
  to('one\n');
  expect(read('a/b/run.txt')).toBe('one\n');
  to('zwölf\n');
  expect(read('a/b/run.txt')).toBe('one\nzwölf\n');
});
test('what was there stays, unless it is to be overwritten', () => {
  writeFileSync(at('run.txt'), 'old ');
  appendTo(at('run.txt'))('more ');
  appendTo(at('run.txt'), { overwrite: false })('still ');
  expect(read('run.txt')).toBe('old more still ');
  const to = appendTo(at('run.txt'), { overwrite: true });
  expect(read('run.txt')).toBe('');
  for (const chunk of ['new ', 'and on']) to(chunk);
  expect(read('run.txt')).toBe('new and on');
});
test('bytes are written as they are, of a part of a buffer that part', () => {
  const to = appendTo(at('bytes'));
  to(Uint8Array.of(0, 255, 10, 13).subarray(1, 3));
  to(Uint8Array.of(128));
  expect([...readFileSync(at('bytes'))]).toEqual([255, 10, 128]);
});
test('loggers write into files', () => {
  const path = at('events.out.tfevents.1');
  const all = [jsonLines({ to: appendTo(at('run.jsonl')) }), tensorBoard({ to: appendTo(path) })];
  for (const logger of all) for (const n of [1, 2]) logger.epoch(epoch(n));
  expect(events(readFileSync(path)).map(({ step }) => step)).toEqual([undefined, 40n, 80n]);
  const lines = read('run.jsonl').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).step)).toEqual([40, 80]);
});
test('a place that cannot be written to is named at once', () => {
  mkdirSync(at('folder'));
  writeFileSync(at('file'), '');
  for (const path of [at('folder'), at('file/run.txt')]) {
    expect(() => appendTo(path)).toThrow(DataError);
    expect(() => appendTo(path)).toThrow(`cannot write ${path}: E`);
  }
  expect(readdirSync(directory).sort()).toEqual(['file', 'folder']);
});
test('and so is one that was lost later', () => {
  const to = appendTo(at('gone/run.txt'));
  rmSync(at('gone'), { recursive: true });
  expect(() => to('one')).toThrow(DataError);
  expect(() => to('one')).toThrow(`cannot write ${at('gone/run.txt')}: ENOENT`);
});
test.each([
  [{ overwrite: 'yes' }, 'appendTo: overwrite is a value of type string; it must be true or false'],
  [{ append: true }, "appendTo: unknown option 'append'. Known: overwrite"],
])('refuses %o', (options, message) => {
  expect(() => appendTo(at('run.txt'), options as object)).toThrow(new OptionError(message));
  expect(readdirSync(directory)).toEqual([]);
});
