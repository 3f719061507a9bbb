import { html, nothing, type TemplateResult } from 'lit';
import { heat, ofLogit, ofRange } from '../../draw/heat.js';
import { filled } from '../../strings/en.js';
import type { ViewContext } from '../../tab.js';
import { short } from '../shared/svg.js';
import { GRID } from './map.js';
import {
  drawEdges,
  drawHistogram,
  edgeAt,
  HISTOGRAM,
  type Layout,
  layoutOf,
  offsetsOf,
  type Place,
} from './network.js';
import { readable, update } from './rule.js';
import { unitsOf } from './spec.js';
import { warped } from './warp.js';

/** Points to a side of the units' maps, and bars of a histogram, as the engine has them. */
const SMALL = 24;
const BINS = 24;
/** The largest width of the picture of a warped plane. */
const WARP = 420;

const words = ({ strings }: ViewContext): Readonly<Record<string, string>> => strings.tabs.plane.words;
const hiddenOf = ({ state }: ViewContext): readonly number[] => unitsOf(String(state.layers));
const layout = (context: ViewContext): Layout =>
  layoutOf(hiddenOf(context), Math.max(240, Math.min(960, context.width)));
/** Whether a frame's weights are those of this network; those of an earlier one have other sizes. */
const fits = (context: ViewContext): boolean =>
  context.frame?.arrays.weights?.length === (offsetsOf(hiddenOf(context)).at(-1)?.bias ?? 0) + 1;

/** The network: its weights as lines, what each unit answers in the plane, and fields for the weights of one unit. */
export class Units {
  /** The unit that the pointer is over, and the one that was chosen. */
  #hovered?: Place;
  #chosen?: Place;
  #layers = '';
  /** The weight whose field is to get the focus. */
  #sought?: number;
  /** From which unit the weight comes whose updates are shown: into the chosen unit, or into the first. */
  #from = 0;

  /** The unit whose map is large. */
  at({ state }: ViewContext): Place | undefined {
    if (this.#layers !== state.layers) {
      this.#layers = String(state.layers);
      this.#hovered = this.#chosen = undefined;
      this.#from = 0;
    }
    return this.#hovered ?? this.#chosen;
  }

  template(context: ViewContext): TemplateResult {
    const w = words(context);
    return html`<section class="net" aria-labelledby="net-title">
      <div class="head"><h3 id="net-title">${w.network}</h3><span class="note">${w.networkHelp}</span></div>
      ${this.#network(context)}
      ${this.#chosen ? this.#weights(context, this.#chosen) : nothing}
      ${update(context, this.#watched(context))}
      ${fits(context) ? warped(context, Math.min(WARP, context.width)) : nothing}
    </section>`;
  }

  /** What to ask the engine for, so that the next update of the watched weight can be shown. */
  want(context: ViewContext): readonly string[] {
    if (!readable(context)) return [];
    this.at(context);
    const [layer, unit] = this.#chosen ?? [0, 0];
    const units = [...hiddenOf(context), 1][layer];
    return [`rule:${2 * layer}:${this.#from * units + unit}`];
  }
  /** The name of the watched weight. */
  #watched(context: ViewContext): string {
    const w = words(context);
    const [layer, unit] = this.#chosen ?? [0, 0];
    const from = layer ? filled(w.unit, { layer, unit: this.#from + 1 }) : `x${'₁₂'[this.#from]}`;
    const to = layer === hiddenOf(context).length ? w.output : filled(w.unit, { layer: layer + 1, unit: unit + 1 });
    return `${from} → ${to}`;
  }

  #network(context: ViewContext): TemplateResult {
    const { frame } = context;
    const w = words(context);
    const hidden = hiddenOf(context);
    const { side, width, height, columns } = layout(context);
    const current = this.at(context);
    const hover = (at: Place | undefined) => () => {
      this.#hovered = at;
      context.redraw();
    };
    return html`<div class="units" .style=${`height:${height + HISTOGRAM}px`}>
      <canvas id="edges" aria-hidden="true" .style=${`width:${width}px;height:${height}px`}
        @click=${(event: MouseEvent) => this.#edge(event, context)}></canvas>
      ${columns[0].units.map(
        ({ y }, i) =>
          html`<span class="input" .style=${`left:0;top:${y}px;width:${side}px;height:${side}px`}>x<sub>${i + 1}</sub></span>`,
      )}
      ${columns.slice(1).map(({ x, units }, layer) => {
        const last = layer === hidden.length;
        return html`${units.map(({ y }, unit) => {
          const label = last ? w.output : filled(w.unit, { layer: layer + 1, unit: unit + 1 });
          const on = this.#chosen?.[0] === layer && this.#chosen[1] === unit;
          return html`<button type="button" class="unit ${current?.[0] === layer && current[1] === unit ? 'current' : ''}"
            .style=${`left:${x}px;top:${y}px;width:${side}px;height:${side}px`} aria-label=${label} aria-pressed=${on}
            @pointerenter=${hover([layer, unit])} @pointerleave=${hover(undefined)}
            @click=${() => {
              this.#chosen = on ? undefined : [layer, unit];
              this.#from = 0;
              context.redraw();
            }}><canvas data-layer=${layer} data-unit=${unit}></canvas></button>`;
        })}${
          last
            ? nothing
            : html`<span class="histogram" .style=${`left:${x - 8}px;top:${height + 4}px;width:${side + 16}px`}>
                <canvas data-histogram=${layer} role="img" aria-label=${filled(w.histogram, { layer: layer + 1, std: frame?.numbers[`std${layer}`] ?? 0 })}
                  .style=${`width:100%;height:${HISTOGRAM - 16}px`}></canvas>
                <small aria-hidden="true">σ ${short(frame?.numbers[`std${layer}`] ?? 0)}</small></span>`
        }`;
      })}
    </div>`;
  }

  /** Chooses the unit into which the weight at a click leads, and goes to the weight's field. */
  #edge(event: MouseEvent, context: ViewContext): void {
    const found = edgeAt(layout(context), event.offsetX, event.offsetY);
    if (!found) return;
    this.#chosen = found.to;
    this.#sought = this.#from = found.from;
    context.redraw();
  }

  /** The weights into the chosen unit, as fields. */
  #weights(context: ViewContext, [layer, unit]: Place): TemplateResult {
    const w = words(context);
    const hidden = hiddenOf(context);
    const sizes = [2, ...hidden, 1];
    const { weight, bias } = offsetsOf(hidden)[layer];
    const all = context.frame?.arrays.weights as Float32Array | undefined;
    const field = (label: string, at: number, parameter: number, index: number, from = this.#from) =>
      html`<label>${label}<input @focus=${() => {
        if (from === this.#from) return;
        this.#from = from;
        context.redraw();
      }} type="number" step="0.1" .value=${String(Number((all?.[at] ?? 0).toPrecision(4)))}
        @change=${(event: Event) => {
          const value = Number((event.target as HTMLInputElement).value);
          if (Number.isFinite(value)) context.act({ name: 'weight', values: [parameter, index, value] });
        }} /></label>`;
    const title = layer === hidden.length ? w.intoOutput : filled(w.into, { layer: layer + 1, unit: unit + 1 });
    return html`<fieldset class="weights"><legend>${title}</legend>
      ${Array.from({ length: sizes[layer] }, (_, i) => {
        const index = i * sizes[layer + 1] + unit;
        const from = layer ? filled(w.from, { unit: i + 1 }) : `x${'₁₂'[i]}`;
        return field(from, weight + index, 2 * layer, index, i);
      })}
      ${field(w.bias, bias + unit, 2 * layer + 1, unit)}
    </fieldset>`;
  }

  draw(context: ViewContext, root: ParentNode): void {
    const { frame, theme } = context;
    if (!frame || !fits(context)) return;
    const { neurons, weights, map, output = map, histograms } = frame.arrays as Record<string, Float32Array>;
    const hidden = hiddenOf(context);
    const place = layout(context);
    const found = (selector: string) => root.querySelector(`canvas${selector}`) as HTMLCanvasElement | null;
    const edges = found('#edges');
    if (edges) drawEdges(edges, place, weights, hidden, this.at(context), theme);
    let at = 0;
    hidden.forEach((units, layer) => {
      const own = neurons.subarray(at, at + units * SMALL * SMALL);
      for (let unit = 0; unit < units; unit++) {
        const canvas = found(`[data-layer="${layer}"][data-unit="${unit}"]`);
        if (canvas) heat(canvas, SMALL, own, theme, ofRange(own, units, unit), { stride: units, offset: unit });
      }
      at += units * SMALL * SMALL;
      const canvas = found(`[data-histogram="${layer}"]`);
      const counts = (histograms as unknown as Int32Array)?.subarray(layer * BINS, (layer + 1) * BINS);
      if (canvas && counts) drawHistogram(canvas, place.side + 16, counts, theme);
    });
    const last = found(`[data-layer="${hidden.length}"]`);
    if (last && output) heat(last, GRID, output, theme, ofLogit);
    if (this.#sought === undefined) return;
    (root.querySelectorAll('.weights input')[this.#sought] as HTMLElement | undefined)?.focus();
    this.#sought = undefined;
  }
}
