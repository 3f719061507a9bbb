import { css, unsafeCSS } from 'lit';
import { properties, THEMES } from './theme.js';

const light = unsafeCSS(properties(THEMES.light));
const dark = unsafeCSS(properties(THEMES.dark));

/** The style sheet of the element. Pages may set the custom properties, and style what has a `part`. */
export const styles = css`
  :host {
    ${light};
    color-scheme: light;
    display: block;
    container-type: inline-size;
    background: var(--page);
    color: var(--text);
    font: 15px/1.45 system-ui, sans-serif;
    text-align: start;
    -webkit-text-size-adjust: 100%;
  }
  :host([hidden]) {
    display: none;
  }
  :host([theme='dark']) {
    ${dark};
    color-scheme: dark;
  }
  @media (prefers-color-scheme: dark) {
    :host(:not([theme='light'])) {
      ${dark};
      color-scheme: dark;
    }
  }
  *,
  ::before,
  ::after {
    box-sizing: border-box;
  }
  .all {
    display: grid;
    gap: 12px;
    padding: 12px;
    min-width: 0;
  }
  button,
  select,
  input {
    font: inherit;
    color: inherit;
  }
  button,
  select,
  input[type='number'],
  input[type='text'] {
    min-height: 32px;
    min-width: 24px;
    padding: 3px 10px;
    border: 1px solid var(--edge);
    border-radius: 8px;
    background: var(--raised);
  }
  button {
    cursor: pointer;
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 6px;
    white-space: nowrap;
  }
  button:hover {
    border-color: var(--text);
  }
  button[aria-pressed='true'],
  button[aria-selected='true'],
  button.main {
    background: var(--accent);
    border-color: var(--accent);
    color: var(--onaccent);
  }
  button.main {
    min-width: 104px;
    font-weight: 600;
  }
  button svg {
    width: 16px;
    height: 16px;
    fill: currentColor;
    flex: none;
  }
  :focus-visible {
    outline: 3px solid var(--accent);
    outline-offset: 2px;
  }
  button:disabled {
    opacity: 0.55;
    cursor: default;
  }
  .toolbar {
    position: sticky;
    top: 0;
    z-index: 3;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
    padding: 8px 12px;
    margin: -12px -12px 0;
    background: var(--page);
    border-bottom: 1px solid var(--line);
  }
  .time {
    display: flex;
    align-items: center;
    gap: 8px;
    flex: 1 1 220px;
    min-width: 0;
    font-variant-numeric: tabular-nums;
  }
  .time input[type='range'] {
    flex: 1;
  }
  .time input[type='number'] {
    width: 92px;
  }
  input[type='range'] {
    min-width: 0;
    width: 100%;
    min-height: 24px;
    margin: 0;
    accent-color: var(--accent);
  }
  input[type='checkbox'] {
    width: 24px;
    height: 24px;
    accent-color: var(--accent);
  }
  .tabs,
  .presets {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .presets button {
    border-radius: 999px;
    padding: 3px 12px;
  }
  .look {
    margin: 0;
    max-width: 75ch;
    text-wrap: pretty;
  }
  .body {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 16px;
    align-items: start;
  }
  .view {
    min-width: 0;
  }
  .status {
    min-height: 1.45em;
    margin: 0;
    font-variant-numeric: tabular-nums;
  }
  .note {
    margin: 0;
    color: var(--muted);
    font-size: 13px;
  }
  .warning {
    color: var(--warning);
  }
  fieldset {
    border: 0;
    margin: 0 0 14px;
    padding: 0;
    min-width: 0;
  }
  legend {
    padding: 0;
    margin-bottom: 4px;
    font-weight: 600;
  }
  .row {
    display: grid;
    grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
    align-items: center;
    gap: 2px 8px;
    padding: 3px 0;
  }
  .row.number {
    grid-template-columns: minmax(0, 1fr) 84px;
  }
  .row.number .slide {
    grid-column: 1 / -1;
    grid-row: 2;
  }
  .row.number input[type='number'] {
    grid-column: 2;
    grid-row: 1;
  }
  .row select,
  .row input[type='text'],
  .row input[type='number'] {
    width: 100%;
    min-width: 0;
  }
  details.settings > summary,
  details.menu > summary {
    cursor: pointer;
    min-height: 32px;
    display: flex;
    align-items: center;
    gap: 6px;
    list-style: none;
  }
  details.settings > summary {
    font-weight: 600;
  }
  details.settings > summary::before {
    content: '▸';
  }
  details.settings[open] > summary::before {
    content: '▾';
  }
  .menu {
    position: relative;
  }
  details.menu > summary {
    padding: 3px 10px;
    border: 1px solid var(--edge);
    border-radius: 8px;
    background: var(--raised);
  }
  .menu .list {
    position: absolute;
    inset-inline-end: 0;
    z-index: 4;
    display: grid;
    gap: 4px;
    padding: 8px;
    margin-top: 4px;
    background: var(--raised);
    border: 1px solid var(--edge);
    border-radius: 10px;
    box-shadow: 0 6px 24px #0003;
  }
  .menu .list button {
    justify-content: start;
    border-color: transparent;
  }
  .menu .list button:hover {
    border-color: var(--edge);
  }
  textarea {
    width: 100%;
    font: 13px/1.4 ui-monospace, monospace;
    color: inherit;
    background: var(--panel);
    border: 1px solid var(--edge);
    border-radius: 8px;
  }
  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  canvas {
    display: block;
  }
  @container (min-width: 760px) {
    .body {
      grid-template-columns: 250px minmax(0, 1fr);
    }
    details.settings > summary {
      display: none;
    }
  }
  @media print {
    .toolbar,
    .presets,
    .tabs {
      display: none;
    }
    .body {
      grid-template-columns: 220px minmax(0, 1fr);
    }
  }
  @media (forced-colors: active) {
    button[aria-pressed='true'],
    button[aria-selected='true'] {
      forced-color-adjust: none;
      background: Highlight;
      color: HighlightText;
    }
  }
`;
