import { UnsupportedError } from '../../index.js';
import type { Input, Node } from './read.js';

/** What cannot be imported, collected so that all of it is said at once. */
export class Problems {
  readonly #found = new Map<string, { nodes: Node[] }>();
  constructor(private readonly version: number) {}

  /** Notes that a node cannot be imported; '' where its op is unknown. */
  add(node: Node, why: string): undefined {
    const what = why ? `${node.op}, because ${why}` : node.op;
    const { nodes } = this.#found.get(what) ?? { nodes: [] };
    nodes.push(node);
    this.#found.set(what, { nodes });
    return undefined;
  }

  /** Throws where anything was noted. */
  refuse(inputs: readonly Input[]): void {
    const rows = [...this.#found].sort(([, a], [, b]) => b.nodes.length - a.nodes.length);
    if (!rows.length) return;
    const list = rows.map(([what, { nodes }]) => `${what} ×${nodes.length} (first '${nodes[0].name}')`);
    const before = rows
      .flatMap(([, { nodes }]) => nodes)
      .flatMap((node) => node.inputs)
      .find((name) => name && !inputs.some((input) => input.name === name));
    throw new UnsupportedError(
      `fromOnnx: the file has nodes that cannot be imported (opset ${this.version}): ${list.join('; ')}. End the model before them with outputs${before ? `, for example '${before}'` : ''}`,
    );
  }
}
