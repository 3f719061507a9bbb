import { html } from 'lit';
import type { View } from '../../tab.js';

export const planeView = (): View => ({
  want: () => [],
  template: () => html``,
  draw: () => undefined,
  status: ({ frame }) => `step ${frame?.step ?? 0}`,
  svg: () => '<svg xmlns="http://www.w3.org/2000/svg"/>',
});
