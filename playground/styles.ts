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
  button svg,
  summary svg {
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
    position: relative;
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
    padding: 7px 12px;
    border-inline-start: 4px solid var(--line);
    border-radius: 6px;
    background: var(--panel);
    font-variant-numeric: tabular-nums;
    text-wrap: pretty;
  }
  .status.done {
    border-color: var(--accent);
    font-weight: 600;
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
  .row input[type='number'] {
    min-height: 28px;
    padding: 2px 6px;
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
  /* In WebKit a long choice would widen the page. */
  .row select {
    padding-inline: 8px 2px;
    text-overflow: ellipsis;
  }
  fieldset {
    overflow-x: clip;
    overflow-clip-margin: 4px;
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
    white-space: nowrap;
    padding: 3px 10px;
    border: 1px solid var(--edge);
    border-radius: 8px;
    background: var(--raised);
  }
  details:not([open]) > .list {
    display: none;
  }
  details[open] > .list {
    position: absolute;
    inset-inline-end: 0;
    z-index: 4;
    display: grid;
    gap: 4px;
    width: max-content;
    max-width: 90vw;
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
  .plane {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 16px;
  }
  figure {
    margin: 0;
  }
  h3 {
    margin: 0;
    font-size: 15px;
  }
  .square {
    position: relative;
    aspect-ratio: 1;
    max-width: 520px;
    border-radius: 10px;
    overflow: clip;
    border: 1px solid var(--line);
  }
  .square canvas {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
  }
  #map {
    cursor: crosshair;
    touch-action: manipulation;
  }
  #map:focus-visible {
    outline-offset: -4px;
  }
  .square + .note {
    margin-top: 6px;
  }
  .tools {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
    margin: 8px 0 6px;
  }
  .tools button,
  .head button,
  .presets button {
    font-size: 14px;
    min-height: 30px;
  }
  .joined {
    display: contents;
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 12px;
    margin-bottom: 6px;
  }
  .head > :last-child {
    margin-inline-start: auto;
  }
  .keys {
    font-weight: 400;
    display: inline-flex;
    align-items: center;
    gap: 5px;
    font-size: 13px;
    color: var(--muted);
  }
  .keys i {
    width: 20px;
    border-top: 3px solid var(--training);
    margin-inline-start: 6px;
  }
  .keys i.validation {
    border-top: 3px dashed var(--validation);
  }
  #curves {
    border-radius: 8px;
  }
  .seal {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: 10px;
    align-items: center;
    margin-top: 12px;
    padding: 10px;
    border-radius: 10px;
    background: var(--panel);
  }
  .units {
    position: relative;
  }
  #edges {
    position: absolute;
    left: 0;
    top: 0;
  }
  .table > summary {
    min-height: 24px;
    margin-top: 8px;
    cursor: pointer;
  }
  .file {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px;
    font-size: 14px;
    min-width: 0;
  }
  .file input {
    min-height: 32px;
    max-width: 100%;
  }
  .warp {
    margin-top: 16px;
  }
  .unit,
  .input,
  .histogram {
    position: absolute;
  }
  .unit {
    min-height: 0;
    padding: 0;
    overflow: clip;
    border: 1.5px solid var(--edge);
    border-radius: 8px;
    background: var(--raised);
  }
  .unit canvas {
    width: 100%;
    height: 100%;
    image-rendering: auto;
  }
  .unit[aria-pressed='true'],
  .unit.current {
    border-color: var(--text);
    box-shadow: 0 0 0 2px var(--accent);
  }
  .input {
    display: grid;
    place-content: center;
    grid-auto-flow: column;
    border: 1.5px solid var(--line);
    border-radius: 8px;
    background: var(--panel);
    font-style: italic;
  }
  .histogram small {
    display: block;
    text-align: center;
    font-size: 11px;
    line-height: 16px;
    color: var(--muted);
    white-space: nowrap;
  }
  .weights {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    margin-top: 12px;
    padding: 10px;
    border-radius: 10px;
    background: var(--panel);
  }
  .weights legend {
    float: left;
    width: 100%;
  }
  .weights label {
    display: grid;
    gap: 2px;
    font-size: 13px;
    color: var(--muted);
  }
  .weights input {
    width: 92px;
    color: var(--text);
  }
  .plane.wide {
    grid-template-columns: minmax(0, 11fr) minmax(0, 10fr);
  }
  .plane.wide.paired {
    grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
  }
  .plane.wide .net,
  .paired .beside {
    grid-column: 1 / -1;
  }
  .map h3 {
    margin-bottom: 6px;
  }
  .twin {
    margin-top: 8px;
    padding: 6px 10px;
    border-radius: 10px;
    background: var(--panel);
  }
  @container (min-width: 760px) {
    .toolbar {
      position: sticky;
      top: var(--sticky-top, 0);
    }
    .body.formed {
      grid-template-columns: 250px minmax(0, 1fr);
    }
    details.settings > summary {
      display: none;
    }
  }
  @media print {
    :host([theme]) {
      ${light};
      color-scheme: light;
    }
    .toolbar,
    .presets,
    .tabs,
    .tools,
    .twin,
    .table,
    .pad,
    .seal button {
      display: none;
    }
    figure,
    .figures > * {
      break-inside: avoid;
    }
    details.settings > summary {
      display: none;
    }
    .body.formed {
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
