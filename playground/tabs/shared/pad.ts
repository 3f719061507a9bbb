import { html, nothing, type TemplateResult } from 'lit';
import type { Line } from './mathml.js';

/** A point that is moved over a picture: by dragging its handle, by clicking a place, or with the arrow keys. Places are shares of the
 *  picture's width and height from its upper left corner. */
export interface PadOptions {
  readonly label: string;
  readonly x: number;
  readonly y: number;
  move(x: number, y: number): void;
  /** How far one press of an arrow key goes; ten times as far with Shift. */
  readonly step?: number;
  /** Whether the handle looks smaller than the first one. */
  readonly small?: boolean;
  /** Whether it is one of many beside one another: its handle is narrow, and a click moves the one that is nearest to the right or left. */
  readonly narrow?: boolean;
}

const placed = (event: PointerEvent | MouseEvent, box: Element): readonly [number, number] => {
  const { left, top, width, height } = box.getBoundingClientRect();
  const inside = (share: number): number => Math.min(1, Math.max(0, share));
  return [inside((event.clientX - left) / width), inside((event.clientY - top) / height)];
};
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Lies over a picture and moves its points; a click moves the first. */
export function pad(...points: readonly PadOptions[]): TemplateResult {
  const box = (event: Event): Element => (event.currentTarget as Element).closest('.pad') as Element;
  return html`<div class="pad" @click=${(event: MouseEvent) => {
    if (event.target !== event.currentTarget) return;
    const [x, y] = placed(event, box(event));
    const far = (point: PadOptions): number => (point.narrow ? Math.abs(point.x - x) : 0);
    points.reduce((a, b) => (far(b) < far(a) ? b : a)).move(x, y);
  }}>${points.map((point) => handle(point, box))}</div>`;
}
const clamped = (share: number): number => Math.min(1, Math.max(0, share));
function handle(
  { label, x, y, move, step = 0.01, small, narrow }: PadOptions,
  box: (event: Event) => Element,
): TemplateResult {
  return html`<button type="button" class="handle ${small ? 'small' : narrow ? 'narrow' : ''}" aria-label=${label}
      .style=${`left:${100 * clamped(x)}%;top:${100 * clamped(y)}%`}
      @pointerdown=${(event: PointerEvent) => {
        (event.currentTarget as Element).setPointerCapture(event.pointerId);
      }}
      @pointermove=${(event: PointerEvent) => {
        const at = event.currentTarget as Element;
        if (at.hasPointerCapture(event.pointerId)) move(...placed(event, box(event)));
      }}
      @keydown=${(event: KeyboardEvent) => {
        const way = ARROWS[event.key];
        if (!way) return;
        event.preventDefault();
        const far = step * (event.shiftKey ? 10 : 1);
        move(clamped(clamped(x) + way[0] * far), clamped(clamped(y) + way[1] * far));
      }}></button>`;
}
/** A picture of text, with something over it. What seldom changes may be a picture of its own below, so that it is not made with each frame. */
export const figure = (
  picture: string,
  over: TemplateResult | undefined,
  width: number,
  ground?: string,
): TemplateResult =>
  html`<div class="picture" .style=${`max-width:${width}px`}>
    ${ground === undefined ? nothing : html`<div class="ground" .innerHTML=${ground}></div>`}
    <div .innerHTML=${picture}></div>${over}</div>`;
/** A picture below a title. */
export const titled = (title: unknown, picture: string, width: number, over?: TemplateResult): TemplateResult =>
  html`<div .style=${`width:${width}px`}><h3>${title}</h3>${figure(picture, over, width)}</div>`;

/** The lines of a rule, each with its numbers. */
export const ruleLines = (lines: readonly Line[], label: string): TemplateResult =>
  html`<div class="rule" role="group" tabindex="0" aria-label=${label}><dl>${lines.map(
    ({ rule, filled }) => html`<div><dt .innerHTML=${rule}></dt><dd .innerHTML=${filled}></dd></div>`,
  )}</dl></div>`;
