/** Places for the nodes of a graph without cycles: layers from above to below (Sugiyama, Tagawa & Toda 1981). All of it is arithmetic that
 *  hosts do alike. */

export interface Sized {
  readonly width: number;
  /** The places of the nodes above that this one reads. They stand from left to right in this order, where they can. */
  readonly from: readonly number[];
}
export interface Arranged {
  /** The middle of each node across, and its layer. */
  readonly at: readonly { readonly x: number; readonly layer: number }[];
  /** For each node and each of what it reads, the middles of the line on its way down, one for each layer from source to node. */
  readonly ways: readonly (readonly (readonly number[])[])[];
  readonly width: number;
  readonly layers: number;
}

/** The distance between neighbours, and the width of a line that passes through a layer. */
const [GAP, LANE] = [18, 14];

/** A node, or the place where a line passes through a layer. */
interface Item {
  readonly width: number;
  readonly layer: number;
  readonly above: Link[];
  readonly below: Link[];
  x: number;
}
/** A line between neighbouring layers. */
interface Link {
  readonly up: Item;
  readonly down: Item;
  /** Where it ends at the lower node, from −½ to ½. */
  readonly port: number;
}

/** The layer of each node: below all that it reads. What reads nothing stands right above its first reader. */
function layersOf(nodes: readonly Sized[]): number[] {
  const layer: number[] = [];
  nodes.forEach(({ from }, i) => {
    layer[i] = from.length ? 1 + Math.max(...from.map((j) => layer[j])) : 0;
  });
  nodes.forEach(({ from }, i) => {
    if (from.length) return;
    const readers = nodes.flatMap((node, j) => (node.from.includes(i) ? [layer[j]] : []));
    if (readers.length) layer[i] = Math.min(...readers) - 1;
  });
  return layer;
}

/** How many lines between neighbouring layers cross. */
function crossings(rows: readonly (readonly Item[])[]): number {
  let count = 0;
  for (const row of rows) {
    const lines = row.flatMap((item, i) =>
      item.above.map(({ up, port }) => [i + 0.5 * port, rows[up.layer].indexOf(up)] as const),
    );
    lines.forEach(([a, b], k) => {
      for (const [c, d] of lines.slice(k + 1)) if ((a - c) * (b - d) < 0) count++;
    });
  }
  return count;
}

/** Orders each row by the mean place of its neighbours, down and up again, and keeps the order with the fewest crossings. */
function ordered(start: readonly Item[][]): Item[][] {
  let rows = start.map((row) => [...row]);
  let [best, least] = [rows, crossings(rows)];
  for (let sweep = 0; sweep < 16 && least > 0; sweep++) {
    const down = sweep % 2 === 1;
    const next = rows.map((row) => [...row]);
    for (const row of down ? next : [...next].reverse()) {
      const mean = (item: Item): number => {
        const places = down
          ? item.above.map(({ up }) => next[up.layer].indexOf(up))
          : item.below.map(({ down: below, port }) => next[below.layer].indexOf(below) + 0.5 * port);
        return places.length ? places.reduce((a, b) => a + b, 0) / places.length : row.indexOf(item);
      };
      const keys = new Map(row.map((item) => [item, mean(item)]));
      row.sort((a, b) => (keys.get(a) as number) - (keys.get(b) as number));
    }
    rows = next;
    const now = crossings(rows);
    if (now < least) [best, least] = [rows, now];
  }
  return best;
}

/** The places of a row, in its order and without overlaps, that are nearest to what is wished for in the sense of least squares. */
function settled(row: readonly Item[], wished: readonly number[], weights: readonly number[]): number[] {
  // Less the room that all before take, places need only ascend: pool adjacent violators.
  let room = 0;
  const offsets = row.map((item, i) => {
    if (i) room += (row[i - 1].width + item.width) / 2 + GAP;
    return room;
  });
  const pools: { sum: number; weight: number; count: number }[] = [];
  wished.forEach((x, i) => {
    let pool = { sum: (x - offsets[i]) * weights[i], weight: weights[i], count: 1 };
    for (let last = pools.at(-1); last && last.sum / last.weight > pool.sum / pool.weight; last = pools.at(-1)) {
      pool = { sum: last.sum + pool.sum, weight: last.weight + pool.weight, count: last.count + pool.count };
      pools.pop();
    }
    pools.push(pool);
  });
  return pools
    .flatMap(({ sum, weight, count }) => new Array<number>(count).fill(sum / weight))
    .map((x, i) => x + offsets[i]);
}

export function arranged(nodes: readonly Sized[]): Arranged {
  const layer = layersOf(nodes);
  const layers = Math.max(...layer) + 1;
  const rows: Item[][] = Array.from({ length: layers }, () => []);
  const item = (width: number, at: number): Item => {
    const made: Item = { width, layer: at, above: [], below: [], x: 0 };
    rows[at].push(made);
    return made;
  };
  const join = (link: Link): void => {
    link.up.below.push(link);
    link.down.above.push(link);
  };
  const items = nodes.map(({ width }, i) => item(width, layer[i]));
  const chains = nodes.map(({ from }, i) =>
    from.map((source, operand) => {
      const chain = [items[source]];
      for (let at = layer[source] + 1; at < layer[i]; at++) chain.push(item(LANE, at));
      chain.push(items[i]);
      const port = from.length > 1 ? operand / (from.length - 1) - 0.5 : 0;
      chain.slice(1).forEach((down, k) => {
        join({ up: chain[k], down, port: down === items[i] ? port : 0 });
      });
      return chain;
    }),
  );
  const best = ordered(rows);
  for (const row of best) {
    const places = settled(
      row,
      row.map(() => 0),
      row.map(() => 1),
    );
    row.forEach((each, i) => {
      each.x = places[i];
    });
  }
  for (let sweep = 0; sweep < 24; sweep++) {
    const down = sweep % 2 === 0;
    for (const row of down ? best : [...best].reverse()) {
      const near = row.map((each) => (down ? each.above.map(({ up }) => up) : each.below.map((link) => link.down)));
      const wished = row.map((each, i) => {
        // What is computed stands below what it is computed from, rather than below a parameter.
        const shares = near[i].map((other) => (down && !other.above.length ? 0.2 : 1));
        const sum = near[i].reduce((all, other, k) => all + shares[k] * other.x, 0);
        return near[i].length ? sum / shares.reduce((a, b) => a + b, 0) : each.x;
      });
      // Lines that pass through should be straight, and inputs make room for what is computed.
      const weights = row.map(({ width, above }) => (width === LANE ? 8 : above.length ? 1 : 0.1));
      const places = settled(row, wished, weights);
      row.forEach((each, i) => {
        each.x = places[i];
      });
    }
  }
  const all = best.flat();
  const left = Math.min(...all.map(({ x, width }) => x - width / 2));
  const right = Math.max(...all.map(({ x, width }) => x + width / 2));
  return {
    at: items.map(({ x }, i) => ({ x: x - left, layer: layer[i] })),
    ways: chains.map((ofNode) => ofNode.map((chain) => chain.map(({ x }) => x - left))),
    width: right - left,
    layers,
  };
}
