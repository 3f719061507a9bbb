import { html, nothing, type TemplateResult } from 'lit';
import type { ViewContext } from '../../tab.js';
import { titled } from '../shared/pad.js';
import { type Drawn, placeIn, plot, type Point } from '../shared/plot.js';
import { element, rounded } from '../shared/svg.js';
import { unitsOf } from './spec.js';

/** Points to a side of the grid whose lines are drawn, as the engine has them. */
const SIDE = 24;

/** What the last hidden layer makes of the plane, where it has two units: the grid and the points, as the output sees them, and the line by
 *  which it parts them. Nothing for other layers. */
export function warped({ state, frame, theme, strings }: ViewContext, size: number): TemplateResult | typeof nothing {
  const hidden = unitsOf(String(state.layers));
  const { neurons, weights, warp, warpLabels } = (frame?.arrays ?? {}) as Record<string, Float32Array>;
  if (hidden.at(-1) !== 2 || !warp) return nothing;
  const { words } = strings.tabs.plane;
  const pairs = (values: Float32Array): Point[] =>
    Array.from({ length: values.length / 2 }, (_, i) => [values[2 * i], values[2 * i + 1]]);
  const grid = pairs(neurons.subarray(neurons.length - 2 * SIDE * SIDE));
  const line = (points: readonly Point[]): Drawn => ({ points, stroke: theme.muted, width: 1, opacity: '0.45' });
  const each = Array.from({ length: SIDE }, (_, i) => i);
  const lines = each.flatMap((i) => [
    line(each.map((j) => grid[SIDE * i + j])),
    line(each.map((j) => grid[SIDE * j + i])),
  ]);
  const spread = (axis: 0 | 1) => {
    const all = grid.map((point) => point[axis]);
    const [low, high] = [Math.min(...all), Math.max(...all)];
    const margin = 0.05 * (high - low) || 1;
    return { from: low - margin, to: high + margin };
  };
  const scales = { width: size, height: size, x: spread(0), y: spread(1) };
  // Where w₁h₁ + w₂h₂ + b = 0, from one edge of the picture to the other.
  const [w1, w2, b] = weights.subarray(weights.length - 3);
  const { x, y } = scales;
  const parting: Point[] =
    Math.abs(w2) > Math.abs(w1)
      ? [x.from, x.to].map((h) => [h, -(w1 * h + b) / w2])
      : [y.from, y.to].map((h) => [-(w2 * h + b) / w1, h]);
  const points = pairs(warp).map((point, i) => {
    const [px, py] = placeIn(scales, point);
    const look = { stroke: theme.page, fill: warpLabels[i] ? theme.one : theme.zero };
    return warpLabels[i]
      ? element('circle', { ...look, cx: rounded(px), cy: rounded(py), r: 4 })
      : element('rect', { ...look, x: rounded(px - 3.5), y: rounded(py - 3.5), width: 7, height: 7 });
  });
  const input = {
    ...scales,
    theme,
    title: words.warpLabel,
    lines: [...lines, { points: parting, stroke: theme.text, width: 2.5 }],
    inside: points.join(''),
  };
  return html`<div class="warp">${titled(words.warp, plot(input), size)}<p class="note">${words.warpHelp}</p></div>`;
}
