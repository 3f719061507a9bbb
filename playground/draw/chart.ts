import uPlot from 'uplot';
import type { Theme } from '../theme.js';

export interface Line {
  readonly label: string;
  readonly color: string;
  readonly dash?: readonly number[];
  readonly values: ArrayLike<number>;
}
export interface ChartData {
  readonly x: ArrayLike<number>;
  readonly lines: readonly [Line, ...Line[]];
  /** Whether the space between the first two lines is shaded. */
  readonly gap?: boolean;
  readonly marks: readonly number[];
  readonly flag?: number;
  readonly log?: boolean;
  readonly format: (value: number) => string;
}

/** The most points of a line that are drawn. */
const MOST = 2000;
/** Takes every n-th point, and always the last. */
const thinned = (values: ArrayLike<number>): number[] => {
  const every = Math.ceil(values.length / MOST);
  // Where there is no number, uPlot wants null.
  const all = Array.from(values, (value) => (Number.isNaN(value) ? null : value)) as number[];
  return every === 1 ? all : all.filter((_, i) => i % every === 0 || i === all.length - 1);
};

/** Curves that grow: uPlot, with marks where settings were changed and a flag. */
export class Chart {
  #plot?: uPlot;
  #data?: ChartData;
  #key = '';
  draw(parent: HTMLElement, data: ChartData, theme: Theme): void {
    const { clientWidth: width, clientHeight: height } = parent;
    this.#data = data;
    const key = [theme.name, data.log, data.lines.map(({ label }) => label).join()].join();
    if (!this.#plot || key !== this.#key || this.#plot.root.parentNode !== parent) {
      this.dispose();
      this.#key = key;
      this.#plot = new uPlot(
        this.#options(width, height, data, theme),
        [[], ...data.lines.map(() => [])] as never,
        parent,
      );
    }
    if (Math.abs(this.#plot.width - width) > 1 || this.#plot.height !== height) this.#plot.setSize({ width, height });
    this.#plot.setData([thinned(data.x), ...data.lines.map(({ values }) => thinned(values))] as never);
  }

  #options(width: number, height: number, data: ChartData, theme: Theme): uPlot.Options {
    const axis = {
      stroke: theme.muted,
      grid: { stroke: theme.line, width: 1 },
      ticks: { stroke: theme.line, width: 1 },
    };
    const font = '12px system-ui, sans-serif';
    return {
      width,
      height,
      legend: { show: false },
      cursor: { y: false, points: { size: 7 }, drag: { x: false, y: false } },
      scales: {
        x: { time: false },
        y: data.log ? { distr: 3 } : { range: (_, low, high) => [Math.min(0, low), high || 1] },
      },
      axes: [
        { ...axis, font, size: 26 },
        {
          ...axis,
          font,
          size: 46,
          values: (_, ticks) => ticks.map((tick) => (tick === null ? '' : data.format(tick))),
        },
      ],
      series: [
        {},
        ...data.lines.map(({ label, color, dash }) => ({
          label,
          stroke: color,
          width: 2,
          dash: dash as number[] | undefined,
          points: { show: false },
        })),
      ],
      bands: data.gap ? [{ series: [2, 1], fill: theme.gap }] : [],
      hooks: { draw: [(plot) => this.#marked(plot, theme)] },
    };
  }

  #marked(plot: uPlot, theme: Theme): void {
    const { ctx, bbox } = plot;
    const line = (at: number, color: string, dash: number[]): void => {
      const x = Math.round(plot.valToPos(at, 'x', true)) + 0.5;
      if (x < bbox.left || x > bbox.left + bbox.width) return;
      ctx.beginPath();
      ctx.setLineDash(dash);
      ctx.strokeStyle = color;
      ctx.lineWidth = devicePixelRatio;
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
    };
    ctx.save();
    for (const at of this.#data?.marks ?? []) line(at, theme.muted, [3, 3]);
    if (this.#data?.flag !== undefined) line(this.#data.flag, theme.accent, []);
    ctx.restore();
  }

  /** Puts the cursor on a place of the x axis. */
  point(at: number): void {
    const plot = this.#plot;
    if (plot) plot.setCursor({ left: plot.valToPos(at, 'x'), top: 0 });
  }

  dispose(): void {
    this.#plot?.destroy();
    this.#plot = undefined;
  }
}
