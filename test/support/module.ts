/** The address of a module with this text. Bun's test runner takes files only. */
export function addressOf(code: string): string {
  const { process } = globalThis;
  if (!process?.versions?.bun) return `data:text/javascript,${encodeURIComponent(code)}`;
  const { mkdtempSync, writeFileSync } = process.getBuiltinModule('node:fs');
  const { tmpdir } = process.getBuiltinModule('node:os');
  const file = `${mkdtempSync(`${tmpdir()}/module-`)}/module.mjs`;
  writeFileSync(file, code);
  return file;
}
