import { type AnyModel, isModel, type Shape, type Tensor, refuse } from '../index.js';
import { type Arranged, arranged } from './arranged.js';
import { checkOptions, type Drawing, type Picture, pictureOf, type PictureOptions } from './picture.js';
import { element, fitted, num, widthOf, words } from './svg.js';
import { inputsOf, type Node, ofFunction, ofModel } from './traced.js';

export interface GraphOptions extends PictureOptions {
  /** The shapes of a function's inputs, by name in the order of its arguments. Required for a function; a model knows its own. */
  inputs?: Readonly<Record<string, Shape>>;
}

/** The height of a node, and from one layer to the next. */
const [HIGH, STEP] = [38, 64];
/** The longest label. */
const WIDEST = 200;

function nodesSvg(nodes: readonly Node[], widths: readonly number[], { at, ways }: Arranged): string {
  const top = (layer: number): number => layer * STEP;
  let out = '';
  nodes.forEach(({ from, inOrder }, i) => {
    const sides = from.map((_, k) => k);
    if (!inOrder) sides.sort((a, b) => (ways[i][a].at(-2) as number) - (ways[i][b].at(-2) as number));
    sides.forEach((operand, k) => {
      const way = ways[i][operand];
      const first = at[i].layer - way.length + 1;
      // Operands end side by side; those of differences and quotients in their order, from left to right.
      const reach = Math.min(12, (widths[i] - 16) / Math.max(1, from.length - 1));
      const end = at[i].x + (k - (from.length - 1) / 2) * reach;
      let d = `M${num(way[0])} ${num(top(first) + HIGH)}`;
      way.slice(1).forEach((x, step) => {
        const [y, next] = [top(first + step) + HIGH, top(first + step + 1)];
        const last = step === way.length - 2;
        const [to, middle] = [last ? end : x, (y + next) / 2];
        d += `C${num(way[step])} ${num(middle)} ${num(to)} ${num(middle)} ${num(to)} ${num(last ? next - 5 : next)}`;
        if (!last) d += `V${num(next + HIGH)}`;
      });
      out += element('path', { d, class: 'ra', 'stroke-width': 1.3 });
      out += element('path', { d: `M${num(end)} ${num(top(at[i].layer))}l-3.5-7h7z`, class: 'rq' });
    });
  });
  nodes.forEach(({ label, shape, from, result }, i) => {
    const { x, layer } = at[i];
    const kind = result ? 's1 rb' : from.length ? 'ra rb' : 's0 rb';
    out += element('rect', {
      x: x - widths[i] / 2,
      y: top(layer),
      width: widths[i],
      height: HIGH,
      rx: from.length ? 6 : HIGH / 2,
      class: kind,
      'stroke-width': result ? 2 : 1.5,
    });
    const middle = { 'text-anchor': 'middle' };
    out += words(x, top(layer) + 16, fitted(label, WIDEST), middle);
    out += words(x, top(layer) + 31, fitted(shape, WIDEST, 11), { ...middle, class: 'rt rq', style: 'font-size:11px' });
  });
  return out;
}

function graphDrawing(nodes: readonly Node[], title: string): Drawing {
  const widths = nodes.map(({ label, shape, from }) =>
    Math.max(44, Math.min(WIDEST, Math.max(widthOf(label), widthOf(shape, 11))) + (from.length ? 16 : 26)),
  );
  const places = arranged(nodes.map(({ from }, i) => ({ from, width: widths[i] })));
  const high = (places.layers - 1) * STEP + HIGH + 4;
  const lines = nodes.map(({ name, shape, formula, result }) => {
    const line = formula ? `${name} = ${formula}  ${shape}` : `${name}  ${shape}`;
    return result ? `${line}  (result)` : line;
  });
  return {
    title,
    description: `${nodes.length} nodes: ${lines.join('; ')}.`,
    height: (w) => 46 + high * Math.min(1, (w - 24) / places.width),
    svg: (box) => {
      const scale = Math.min(1, box.width / places.width, box.height / high);
      const [x, y] = [box.x + (box.width - places.width * scale) / 2, box.y + 1];
      const shrunk = scale < 1 ? ` scale(${scale.toFixed(3)})` : '';
      return element('g', { transform: `translate(${num(x)} ${num(y)})${shrunk}` }, nodesSvg(nodes, widths, places));
    },
    text: () => lines.map((line) => (line.length > 120 ? `${line.slice(0, 119).trimEnd()}…` : line)).join('\n'),
  };
}

/** Draws a computation graph, from the inputs above to the results below. Of a function of tensors it shows the ops of a call, each with the
 *  shape of what it gives; `inputs` says of what shapes. The function is called once, without numbers, so that it may be a gradient too.
 *  Of a model it shows the layers, also where several read one output, or one joins several; n is the number of rows. The operands of an
 *  op whose order counts end at it from left to right.
 *
 *  Throws an OptionError for a function that returns no tensor and for graphs of more than 120 nodes, and a ShapeError for a model that is not built.
 *  @example pictures.graph((x, w) => x.matmul(w).relu().mean(), { inputs: { x: [32, 4], w: [4, 3] } }).text()
 *  @example pictures.graph(nn.sequential([nn.dense(8), nn.relu(), nn.dense(1)]).build([4])).svg().startsWith('<svg') // true */
export function graph(of: AnyModel | ((...inputs: Tensor[]) => unknown), options: GraphOptions = {}): Picture {
  const where = 'pictures.graph';
  const base = checkOptions(where, options, ['inputs']);
  const { inputs } = options;
  if (isModel(of)) {
    if (inputs !== undefined) refuse(where, 'inputs', inputs, 'left out for a model, which knows its own');
    return pictureOf(graphDrawing(ofModel(where, of), 'The layers of a model'), base);
  }
  // Layers are functions of nodes.
  if (typeof of !== 'function' || Object.hasOwn(of, 'call'))
    return refuse(where, 'of', of, 'a function of tensors, or a model');
  return pictureOf(graphDrawing(ofFunction(where, of, inputsOf(where, inputs)), 'A computation graph'), base);
}
