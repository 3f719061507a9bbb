import { expect, test } from 'vitest';
import { sha256 } from '../../src/hash/sha256.js';
import * as R from '../../src/index.js';
import { draw, type Picture, pictures } from '../../src/pictures/index.js';
import { pictured } from './cases.js';
import { type Element, elementsOf } from './xml.js';

/** SHA-256 of all pictures of the table, as SVG and as text: the same in every host. It changes where a picture is changed on purpose. */
const EXPECTED = '8725889d2f57b25e640f5870d61689cc4fcb0c947018b0f2ae7c2e5ad32c064f';

const drawn = await pictured();
const again = await pictured();

/** The numbers among the attributes of an element. */
const NUMBERS = /^(x|y|cx|cy|r|rx|ry|width|height|d|viewBox|opacity|[a-z]+-(width|opacity))$/;
function complaints(picture: Picture): string[] {
  const elements = elementsOf(picture.svg());
  const wrong: string[] = [];
  const [root, title, desc] = elements;
  if (root.name !== 'svg' || title.name !== 'title' || desc.name !== 'desc') wrong.push('no title and description');
  if (!title.text || desc.text.length < 10) wrong.push('they are empty');
  if (root.attributes['aria-label'] !== `${title.text}. ${desc.text}` || root.attributes.role !== 'img')
    wrong.push('screen readers do not see them');
  for (const { name, attributes } of elements)
    for (const [key, value] of Object.entries(attributes)) {
      if (key === 'id') wrong.push('an id, which another picture in the page may have');
      if (NUMBERS.test(key) && /NaN|Infinity|undefined|e[+-]?\d/.test(value)) wrong.push(`${name} ${key}=${value}`);
      if ((key === 'width' || key === 'height' || key === 'r') && Number(value) < 0) wrong.push(`${name} ${key} < 0`);
    }
  const text = picture.text();
  const [first] = text.split('\n');
  if (first !== title.text) wrong.push(`the text begins with ${first}`);
  if (/NaN|undefined|Infinity|\[object/.test(text + title.text + desc.text)) wrong.push(`text: ${text}`);
  if (text.split('\n').some((line) => line.length > 130 || line !== line.trimEnd())) wrong.push('long or padded lines');
  return wrong;
}

test.each(Object.entries(drawn))('%s is well-formed, described, and free of numbers that are none', (_, picture) => {
  expect(complaints(picture)).toEqual([]);
});
test.each(Object.keys(drawn))('%s has the same bytes again', (name) => {
  expect(again[name].svg()).toBe(drawn[name].svg());
  expect(again[name].text()).toBe(drawn[name].text());
});
test('all have the bytes that they have in every host', async () => {
  const all = Object.entries(drawn).map(([name, picture]) => `${name}\n${picture.svg()}\n${picture.text()}\n`);
  expect(await sha256(new TextEncoder().encode(all.join('')))).toBe(EXPECTED);
});

const svgOf = (picture: Picture): Element[] => elementsOf(picture.svg());
const named = (elements: readonly Element[], name: string, kind = ''): Element[] =>
  elements.filter(
    (e) =>
      e.name === name &&
      (e.attributes.class ?? '').split(' ').includes(kind || (e.attributes.class ?? '').split(' ')[0]),
  );

/** The scale of an axis, from the positions of two of its labels. */
function scaleOf(elements: readonly Element[], axis: 'x' | 'y'): (at: number) => number {
  const anchor = axis === 'x' ? 'middle' : 'end';
  const ticks = named(elements, 'text', 'rq')
    .filter(({ attributes }) => attributes['text-anchor'] === anchor)
    .map(({ attributes, text }) => [
      Number(attributes[axis]) - (axis === 'y' ? 4 : 0),
      Number(text.replace('−', '-').replace('⁻', '-')),
    ]);
  const [a, b] = [ticks[0], ticks[ticks.length - 1]];
  return (at) => a[1] + ((at - a[0]) / (b[0] - a[0])) * (b[1] - a[1]);
}
const numbersOf = (d: string): number[][] =>
  [...d.matchAll(/[ML](-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);

test('a line passes through its points', () => {
  const y = [0.5, 3, -2, 4.25, 1];
  const x = [0, 1, 2.5, 4, 10];
  const elements = svgOf(pictures.lines([{ name: 'a', x, y }]));
  const [across, up] = [scaleOf(elements, 'x'), scaleOf(elements, 'y')];
  const line = named(elements, 'path', 's0').find(({ parents }) => parents.length === 2) as Element;
  numbersOf(line.attributes.d).forEach(([px, py], i) => {
    expect(across(px)).toBeCloseTo(x[i], 1);
    expect(up(py)).toBeCloseTo(y[i], 1);
  });
  expect(numbersOf(line.attributes.d)).toHaveLength(5);
});
test('logarithmic axes have equal ratios at equal distances, and no place for 0', () => {
  const elements = svgOf(
    pictures.lines([{ name: 'a', x: [1, 10, 100, 1000], y: [1, 100, 0, 1e6] }], { xLog: true, yLog: true }),
  );
  const dots = elements.filter(({ name, parents }) => name === 'circle' && parents.length === 1);
  const at = dots.map(({ attributes }) => [Number(attributes.cx), Number(attributes.cy)]).slice(-3);
  expect(at[2][0] - at[1][0]).toBeCloseTo(2 * (at[1][0] - at[0][0]), 0);
  expect(at[0][1] - at[1][1]).toBeCloseTo((at[1][1] - at[2][1]) / 2, 0);
});
test('a gap stays open where a value is not finite', () => {
  const elements = svgOf(pictures.lines([{ name: 'a', y: [1, 2, Number.NaN, 2, Number.POSITIVE_INFINITY, 5, 6] }]));
  const line = named(elements, 'path', 's0').find(({ parents }) => parents.length === 2) as Element;
  expect(line.attributes.d.match(/M/g)).toHaveLength(2);
});
test('10,000 points look the same with a few for each pixel', () => {
  const y = Array.from({ length: 10_000 }, (_, i) => ((i * 7919) % 1000) / 1000);
  const svg = pictures.lines([{ name: 'a', y }]).svg();
  expect(svg.length).toBeLessThan(40_000);
  const elements = elementsOf(svg);
  const line = named(elements, 'path', 's0').find(({ parents }) => parents.length === 2) as Element;
  const up = numbersOf(line.attributes.d).map(([, v]) => scaleOf(elements, 'y')(v));
  expect(Math.min(...up)).toBeCloseTo(0, 2);
  expect(Math.max(...up)).toBeCloseTo(0.999, 2);
});
test('bars are as long as their values', () => {
  const rows = named(
    svgOf(
      pictures.bars([
        { name: 'a', value: 4 },
        { name: 'b', value: 1 },
        { name: 'c', value: -2 },
      ]),
    ),
    'rect',
  ).slice(1);
  const [a, b, c] = rows.map(({ attributes }) => Number(attributes.width));
  expect(a / b).toBeCloseTo(4, 1);
  expect(a / c).toBeCloseTo(2, 1);
  expect(rows[2].attributes.class).toBe('f1');
});
test('the level of a contour is where the function has it', () => {
  // x² + y² on a grid: lines of equal height are circles.
  const side = Array.from({ length: 41 }, (_, i) => (i - 20) / 10);
  const values = side.map((y) => side.map((x) => x * x + y * y));
  const elements = svgOf(pictures.contours({ x: side, y: side, values }, { levels: 3, width: 400, height: 400 }));
  const [across, up] = [scaleOf(elements, 'x'), scaleOf(elements, 'y')];
  const [inner] = named(elements, 'path', 'rc');
  // The outline of what is higher: the circle is where it does not run along the border.
  const radii = numbersOf(inner.attributes.d)
    .map(([x, y]) => [across(x), up(y)])
    .filter(([x, y]) => Math.abs(x) < 1.95 && Math.abs(y) < 1.95)
    .map(([x, y]) => Math.hypot(x, y));
  expect(radii.length).toBeGreaterThan(20);
  expect(Math.max(...radii) - Math.min(...radii)).toBeLessThan(0.03);
});
test('regions are where the model says', () => {
  // The sign of x₁ − x₂ / 2.
  const model = { predict: (x: R.Tensor) => x.matmul(R.tensor([[1], [-0.5]])) };
  const data = R.dataset({
    x: [
      [-2, -2],
      [2, 2],
      [-2, 2],
      [2, -2],
    ],
    y: ['no', 'yes', 'no', 'yes'],
  });
  const elements = svgOf(pictures.regions(model, data));
  const [across, up] = [scaleOf(elements, 'x'), scaleOf(elements, 'y')];
  const second = named(elements, 'path', 'f1').find(({ parents }) => parents.includes('g')) as Element;
  const border = numbersOf(second.attributes.d)
    .map(([x, y]) => [across(x), up(y)])
    .filter(([x, y]) => Math.abs(x) < 2.2 && Math.abs(y) < 2.2);
  expect(border.length).toBeGreaterThan(10);
  for (const [x, y] of border) expect(Math.abs(x - y / 2)).toBeLessThan(0.03);
});
test('each row has its own Voronoi cell: a random place lies in the cell of the row that is nearest', () => {
  const rows = [
    [0, 0],
    [3, 1],
    [1, 3],
    [4, 4],
    [2, 0.5],
  ];
  const data = R.dataset({ x: rows, y: ['a', 'b', 'c', 'd', 'e'] });
  const elements = svgOf(pictures.voronoi(R.nearestNeighbors().fit(data)));
  const [across, up] = [scaleOf(elements, 'x'), scaleOf(elements, 'y')];
  const cells = elements
    .filter(({ name, attributes }) => name === 'path' && attributes['fill-opacity'] === '0.3')
    .map(({ attributes }) => numbersOf(attributes.d).map(([x, y]) => [across(x), up(y)]));
  expect(cells).toHaveLength(5);
  const inside = (cell: readonly number[][], [x, y]: readonly number[]): boolean => {
    const sides = cell.map(([ax, ay], i) => {
      const [bx, by] = cell[(i + 1) % cell.length];
      return (bx - ax) * (y - ay) - (by - ay) * (x - ax);
    });
    return sides.every((s) => s > 0) || sides.every((s) => s < 0);
  };
  let checked = 0;
  for (let x = 0.05; x < 4; x += 0.31)
    for (let y = 0.05; y < 4; y += 0.29) {
      const distances = rows.map(([a, b]) => Math.hypot(x - a, y - b));
      const [first, second] = [...distances].sort((p, q) => p - q);
      if (second - first < 0.05) continue;
      expect(cells.map((cell) => inside(cell, [x, y]))).toEqual(distances.map((d) => d === first));
      checked++;
    }
  expect(checked).toBeGreaterThan(100);
});
/** [optimum, curvature, norm, the solution by a fine search over the ball's edge]. */
const GEOMETRY = [
  [
    [2, 0.4],
    [
      [1, 0],
      [0, 1.5],
    ],
    'l1',
  ],
  [
    [2, 1.2],
    [
      [1, 0.5],
      [0.5, 1.5],
    ],
    'l1',
  ],
  [
    [-1, 3],
    [
      [2, -0.3],
      [-0.3, 0.5],
    ],
    'l1',
  ],
  [
    [2, 1.2],
    [
      [1, 0.5],
      [0.5, 1.5],
    ],
    'l2',
  ],
  [
    [3, 0.1],
    [
      [1, 0],
      [0, 9],
    ],
    'l2',
  ],
] as const;
test.each(GEOMETRY)(
  'the contour at %j with curvature %j touches the %s ball in the solution',
  (optimum, curvature, norm) => {
    const [[p, q], [, r]] = curvature;
    const height = (x: number, y: number): number => {
      const [u, v] = [x - optimum[0], y - optimum[1]];
      return (p * u * u + 2 * q * u * v + r * v * v) / 2;
    };
    let best = [0, 0];
    for (let k = 0; k < 360_000; k++) {
      const [c, s] = [Math.cos((k * Math.PI) / 180_000), Math.sin((k * Math.PI) / 180_000)];
      const size = norm === 'l1' ? Math.abs(c) + Math.abs(s) : 1;
      if (height(c / size, s / size) < height(best[0], best[1])) best = [c / size, s / size];
    }
    const picture = pictures.penalties({ optimum, curvature, [norm]: true, radius: 1 } as never, { width: 1000 });
    const elements = svgOf(picture);
    const [across, up] = [scaleOf(elements, 'x'), scaleOf(elements, 'y')];
    const dot = named(elements, 'circle', 'f1')[0].attributes;
    expect(across(Number(dot.cx))).toBeCloseTo(best[0], 2);
    expect(up(Number(dot.cy))).toBeCloseTo(best[1], 2);
    const tangent = named(elements, 'path', 's1')[0];
    const level = height(best[0], best[1]);
    for (const [x, y] of numbersOf(tangent.attributes.d).map(([a, b]) => [across(a), up(b)])) {
      expect(height(x, y) / level).toBeCloseTo(1, 1);
      // Inside the ball the loss is nowhere smaller.
      expect(norm === 'l1' ? Math.abs(x) + Math.abs(y) : Math.hypot(x, y)).toBeGreaterThan(0.98);
    }
  },
);
test('an image has the levels of its numbers', async () => {
  const [image] = named(
    svgOf(
      pictures.images(
        R.tensor([
          [
            [0, 0.5],
            [1, 0.25],
          ],
        ]),
      ),
    ),
    'image',
  );
  const bytes = Uint8Array.from(atob(image.attributes.href.split(',')[1]), (c) => c.charCodeAt(0));
  expect([...bytes.slice(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
  // Not compressed: after zlib's header and the block's, rows of a filter byte and the levels.
  const at = bytes.findIndex((_, i) => String.fromCharCode(...bytes.slice(i, i + 4)) === 'IDAT') + 4;
  expect([...bytes.slice(at + 7, at + 13)]).toEqual([0, 0, 128, 0, 255, 64]);
});
test('a thinned network keeps about the share that it should, and every output', () => {
  const model = R.nn.sequential([R.nn.dense(400), R.nn.relu(), R.nn.dense(3)]).build([200]);
  const found = /kept: (\d+) → (\d+) → (\d+)/.exec(pictures.network(model, { keep: 0.8 }).text()) as RegExpExecArray;
  expect(Math.abs(Number(found[1]) / 200 - 0.8)).toBeLessThan(0.1);
  expect(Math.abs(Number(found[2]) / 400 - 0.8)).toBeLessThan(0.07);
  expect(found[3]).toBe('3');
  model.dispose();
});

test('width, height, theme and title are as they are asked for', () => {
  const [root, title] = svgOf(
    draw(
      [
        [1, 0],
        [0, 2],
      ],
      { width: 333, height: 222, theme: 'dark', title: 'Mine' },
    ),
  );
  expect(root.attributes).toMatchObject({ width: '333', height: '222', viewBox: '0 0 333 222', class: 'regulus-dark' });
  expect(title.text).toBe('Mine');
  const bars = [{ name: 'a', value: 1 }];
  expect(pictures.bars(bars, { theme: 'light' }).svg()).not.toContain('prefers-color-scheme');
  expect(pictures.bars(bars).svg()).toContain('@media (prefers-color-scheme:dark)');
  expect(pictures.bars(bars, { title: 'A title' }).text().split('\n')[0]).toBe('A title');
});
test('notebooks get an image, the element and the text', () => {
  const picture = pictures.bars([{ name: '<&">', value: 1 }], { title: 'Bars of "<&' });
  const shown = (picture as unknown as Record<symbol, () => Record<string, string>>)[Symbol.for('Jupyter.display')]();
  expect(shown['image/svg+xml']).toBe(picture.svg());
  expect(shown['text/plain']).toBe(picture.text());
  expect(String(picture)).toBe(picture.text());
  const source = /src="data:image\/svg\+xml,([^"]*)"/.exec(shown['text/html'])?.[1] as string;
  expect(decodeURIComponent(source)).toBe(picture.svg());
  expect(elementsOf(`${shown['text/html'].slice(0, -1)}/>`)[0].attributes.alt).toContain('Bars of "<&.');
});

const HOSTILE = '</text><script>alert(1)</script>&"\'\u0000\u0007\ud800 ☃ 😀';
/** Pictures of what is empty, not finite or meant to harm. */
const ODD: Record<string, () => Picture> = {
  'hostile names of lines': () =>
    pictures.lines([{ name: HOSTILE, y: [1, 2] }], {
      xLabel: HOSTILE,
      yLabel: HOSTILE,
      title: HOSTILE,
      marks: [{ x: 0, name: HOSTILE }],
    }),
  'hostile names of bars': () => pictures.bars([{ name: HOSTILE, value: 1 }]),
  'hostile names of histograms': () =>
    pictures.histograms([{ name: HOSTILE, edges: [0, 1], counts: [1], note: HOSTILE }]),
  'hostile names of cells': () => pictures.heatmap([[1]], { rows: [HOSTILE], columns: [HOSTILE] }),
  'hostile names of images': () => pictures.images(R.tensor([[[1]]]), { labels: [HOSTILE] }),
  'hostile names of paths': () =>
    pictures.paths([
      {
        name: HOSTILE,
        points: [
          [0, 0],
          [1, 1],
        ],
      },
    ]),
  'hostile names of classes': () => {
    const data = R.dataset({
      x: [
        [0, 0],
        [1, 1],
      ],
      y: [HOSTILE, 'b'],
    });
    return pictures.regions(R.nearestNeighbors().fit(data), data);
  },
  'hostile kind': () => draw({ kind: HOSTILE, gradientNorm: 1, eigenvalues: [1, 2] }),
  'no epoch': () => draw({ history: [] }),
  'one epoch': () => draw({ history: [{ epoch: 1, loss: 3 }] }),
  'a run that diverged': () =>
    draw({ history: [1, 2, 3].map((epoch) => ({ epoch, loss: epoch === 3 ? Number.NaN : 10 ** epoch })) }),
  'no finite value': () => pictures.lines([{ name: 'a', y: [Number.NaN, Number.POSITIVE_INFINITY] }]),
  'one point': () => pictures.lines([{ name: 'a', y: [5] }]),
  'no positive value on a logarithmic axis': () => pictures.lines([{ name: 'a', y: [-1, 0] }], { yLog: true }),
  'one value on logarithmic axes': () => pictures.lines([{ name: 'a', x: [3], y: [3] }], { xLog: true, yLog: true }),
  'the largest numbers': () => pictures.lines([{ name: 'a', y: [-Number.MAX_VALUE, Number.MAX_VALUE] }]),
  'the least numbers': () => pictures.lines([{ name: 'a', y: [5e-324, 1e-323] }], {}),
  'a wide logarithmic axis': () => pictures.lines([{ name: 'a', y: [1e-300, 1e300] }], { yLog: true }),
  'numbers that hardly differ': () => pictures.lines([{ name: 'a', y: [1, 1 + 2 ** -52] }]),
  'negative zero': () => pictures.lines([{ name: 'a', y: [-0, 0] }]),
  'bars that are not finite': () =>
    pictures.bars([Number.NaN, Number.POSITIVE_INFINITY, -Infinity, 0].map((value, i) => ({ name: `${i}`, value }))),
  'the largest bars': () =>
    pictures.bars([
      { name: 'a', value: Number.MAX_VALUE },
      { name: 'b', value: -Number.MAX_VALUE },
    ]),
  'histograms of nothing': () =>
    pictures.histograms([
      { name: 'a', edges: [0, 0, 0], counts: [0, 0] },
      { name: 'b', edges: [Number.NaN, 1], counts: [Number.NaN] },
    ]),
  'cells that are not finite': () =>
    pictures.heatmap([
      [Number.NaN, 1],
      [Number.POSITIVE_INFINITY, -Infinity],
    ]),
  'heights that are not finite': () =>
    pictures.contours({
      x: [0, 1, 2],
      y: [0, 1],
      values: [
        [0, Number.NaN, 1],
        [Number.POSITIVE_INFINITY, 2, -Infinity],
      ],
    }),
  'a flat surface': () =>
    pictures.contours({
      x: [0, 1],
      y: [0, 1],
      values: [
        [1, 1],
        [1, 1],
      ],
    }),
  'no finite height': () =>
    pictures.contours({
      x: [0, 1],
      y: [0, 1],
      values: [
        [Number.NaN, Number.NaN],
        [Number.NaN, Number.NaN],
      ],
    }),
  'a path that leaves': () =>
    pictures.paths(
      [
        {
          name: 'a',
          points: [
            [0, 0],
            [1e300, -1e300],
            [Number.NaN, 1],
          ],
        },
      ],
      {
        domain: [
          [-1, 1],
          [-1, 1],
        ],
      },
    ),
  'a path without a finite point': () => pictures.paths([{ name: 'a', points: [[Number.NaN, 0]] }]),
  'rows in one place': () => {
    const data = R.dataset({
      x: [
        [1, 1],
        [1, 1],
        [1, 1],
      ],
      y: ['a', 'b', 'a'],
    });
    return pictures.voronoi(R.nearestNeighbors().fit(data));
  },
  'images that are not finite': () => pictures.images(R.tensor([[[Number.NaN, Number.POSITIVE_INFINITY]]])),
  'equal levels': () => pictures.images(R.tensor([[[2, 2]]])),
  'a penalty that is 0': () => pictures.penalties({ optimum: [1, 1], l2: 0 }),
  'an optimum at 0': () => pictures.penalties({ optimum: [0, 0], l1: 1 }),
  'a tiny ball': () => pictures.penalties({ optimum: [5, 3], l1: true, radius: 1e-9 }),
  'the smallest picture': () =>
    pictures.lines([{ name: 'a long name of a line', y: [1, 2] }], {
      width: 160,
      height: 120,
      xLabel: 'x',
      yLabel: 'y',
    }),
  'the smallest matrix': () =>
    pictures.heatmap(
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      { width: 160, height: 120 },
    ),
};
test.each(Object.entries(ODD))('%s', (_, make) => {
  const picture = make();
  expect(complaints(picture)).toEqual([]);
  expect(svgOf(picture).some(({ name }) => name === 'script')).toBe(false);
});

test('results that are no longer what they were, and everything else, are refused by name', () => {
  for (const wrong of [{}, [], [[1, 2]], { history: [1] }, { rates: ['a'] }, R.tensor([1])])
    expect(() => draw(wrong)).toThrow(/^draw: result is .*capacityCurve/s);
});
test('a sealed set is not drawn', () => {
  const { test: sealed } = R.split(R.datasets.moons({ n: 40, seed: 1 }));
  const model = R.nearestNeighbors().fit(R.datasets.moons({ n: 20, seed: 2 }));
  expect(() => pictures.regions(model, sealed)).toThrow(R.LeakageError);
});
