import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import { expect } from 'vitest';
import ts from 'typescript';

/** Runs code as documents show it: blocks of Markdown, and examples of docstrings. */

export interface Block {
  /** js, ts, html, sh … */
  readonly language: string;
  readonly code: string;
  /** The document's line on which it begins, from 1. */
  readonly line: number;
}

/** The fenced blocks of a document. */
export function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(/^```(\w+)[^\n]*\n([\s\S]*?)^```$/gm)].map((found) => ({
    language: found[1],
    code: found[2],
    line: markdown.slice(0, found.index).split('\n').length,
  }));
}

export type Scope = Readonly<Record<string, unknown>>;
type Run = (...args: unknown[]) => Promise<Scope>;
/** Tests may change the folder they run in. */
const HOME = process.cwd();
const AsyncFunction = (async () => undefined).constructor as new (...args: string[]) => Run;
const { exports } = createRequire(import.meta.url)('../../package.json') as {
  exports: Record<string, { default: string }>;
};

/** Code made of text may not import: it calls this. */
const importing = (specifier: string): Promise<unknown> => import(/* @vite-ignore */ specifier);

/** Runs a block with the names of a scope, and returns its imports and top-level declarations. An expression at the end
 *  of a line is checked where a comment gives its value: `x.size // 4`, `verdict // 'good' or 'overfitting'`. */
export async function runBlock(code: string, scope: Scope): Promise<Scope> {
  const source = ts.createSourceFile('block.ts', code, ts.ScriptTarget.ESNext, true);
  const imported: Record<string, unknown> = {};
  const declared: string[] = [];
  const lines: string[] = [];
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement)) Object.assign(imported, await importsOf(statement));
    else if (ts.isExpressionStatement(statement)) lines.push(promising(statement, code));
    else lines.push(statement.getText());
    declared.push(...declaredBy(statement));
  }
  const text = lines.join('\n').replace(/\bimport\(/g, 'importing(');
  const body = ts.transpile(`${text}\nreturn { ${declared.join(', ')} };`, {
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.ESNext,
  });
  const all: Record<string, unknown> = { ...scope, ...imported, promised, importing };
  const names = Object.keys(all).filter((name) => !declared.includes(name));
  return { ...imported, ...(await new AsyncFunction(...names, body)(...names.map((name) => all[name]))) };
}

const textOf = (node: ts.Expression): string => (node as ts.StringLiteral).text;
function namedIn(statement: ts.ImportDeclaration): [string, string][] {
  const bindings = statement.importClause?.namedBindings;
  if (!bindings || !ts.isNamedImports(bindings)) return [];
  return bindings.elements.map(({ name, propertyName }) => [(propertyName ?? name).text, name.text]);
}

async function importsOf(statement: ts.ImportDeclaration): Promise<Scope> {
  const from = textOf(statement.moduleSpecifier);
  const entry = exports[from.replace(/^regulus/, '.')]?.default;
  if (from.startsWith('regulus') && !entry) throw new Error(`there is no entry '${from}'`);
  const module: Scope = await import(/* @vite-ignore */ entry ? pathToFileURL(resolve(HOME, entry)).href : from);
  return Object.fromEntries(
    namedIn(statement).map(([name, local]) => {
      if (!(name in module)) throw new Error(`'${from}' does not export ${name}`);
      return [local, module[name]];
    }),
  );
}
function declaredBy(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap(({ name }) => namesIn(name));
  const named = ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement);
  return named && statement.name ? [statement.name.text] : [];
}
function namesIn(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : namesIn(element.name)));
}

/** The statement, with its value checked where a comment after it gives one. */
function promising(statement: ts.ExpressionStatement, code: string): string {
  const comment = ts.getTrailingCommentRanges(code, statement.end)?.[0];
  const text = comment && code.slice(comment.pos, comment.end).replace(/^\/\/\s*/, '');
  const choices = text?.match(/^('[^']*'(, | or )?)+$/)
    ? text.split(/, | or /).map((one) => one.slice(1, -1))
    : undefined;
  const value = choices ?? parsed(text);
  if (value === undefined) return statement.getText();
  return `promised(${statement.expression.getText()}, ${JSON.stringify(value)}, ${choices !== undefined});`;
}
/** A comment that begins like JSON must be valid JSON. */
const parsed = (text = ''): unknown => (/^["[{\d-]|^(true|false|null)\b/.test(text) ? JSON.parse(text) : undefined);
function promised(value: unknown, expected: unknown, oneOf: boolean): void {
  if (oneOf) expect(expected).toContain(value);
  else expect(JSON.parse(JSON.stringify(value))).toEqual(expected);
}
