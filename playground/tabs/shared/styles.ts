import { css } from 'lit';

/** The styles that the pictures of the tabs share. */
export const figures = css`
  .figures {
    display: flex;
    flex-wrap: wrap;
    gap: 20px;
    align-items: flex-start;
  }
  .figures > * {
    min-width: 0;
  }
  .figures h3 {
    margin: 0 0 6px;
    font-size: 15px;
  }
  .picture {
    position: relative;
  }
  .picture svg {
    display: block;
    width: 100%;
    height: auto;
  }
  .ground + div {
    position: absolute;
    inset: 0;
  }
  .pad {
    position: absolute;
    inset: 0;
    overflow: clip;
    overflow-clip-margin: 11px;
    cursor: crosshair;
    touch-action: manipulation;
  }
  .pad.ink {
    touch-action: none;
  }
  .pad .handle {
    position: absolute;
    width: 44px;
    height: 44px;
    min-height: 44px;
    margin: -22px 0 0 -22px;
    padding: 0;
    border: 0;
    border-radius: 50%;
    background: none;
    cursor: grab;
    touch-action: none;
  }
  .pad .handle::after {
    content: '';
    width: 16px;
    height: 16px;
    border-radius: 50%;
    background: var(--accent);
    border: 3px solid var(--page);
    box-shadow: 0 0 0 1.5px var(--text);
  }
  .pad .small.handle::after {
    width: 10px;
    height: 10px;
  }
  .pad .narrow.handle {
    width: 24px;
    margin-left: -12px;
  }
  .pad .narrow.handle::after {
    width: 8px;
    height: 8px;
    flex: none;
  }
  .pad .handle:active {
    cursor: grabbing;
  }
  .stack {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 16px;
  }
  .methods {
    width: 100%;
    border-collapse: collapse;
    font-variant-numeric: tabular-nums;
    font-size: 14px;
    white-space: nowrap;
  }
  .methods th {
    text-align: start;
    font-weight: 600;
  }
  .methods th,
  .methods td {
    padding: 2px 6px 2px 0;
    border-bottom: 1px solid var(--line);
  }
  .methods td:not(:first-child) {
    text-align: end;
  }
  .methods td:last-child {
    padding-inline-end: 0;
  }
  .methods label {
    display: flex;
    align-items: center;
    gap: 6px;
    min-height: 28px;
  }
  .methods tr.chosen {
    background: var(--panel);
  }
  .methods td.now {
    white-space: normal;
  }
  .methods input {
    width: 24px;
    height: 24px;
    margin: 0;
    accent-color: var(--accent);
  }
  .methods svg {
    width: 26px;
    height: 14px;
    flex: none;
  }
  .scroll {
    overflow-x: auto;
  }
  .next {
    margin-top: 12px;
  }
  .rule {
    margin: 0;
    padding: 8px 12px;
    border-radius: 8px;
    background: var(--panel);
    overflow-x: auto;
  }
  .rule dl {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 8px;
    margin: 0;
  }
  .rule dl > div {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 2px 24px;
  }
  .rule dt {
    min-width: 160px;
  }
  .rule dd {
    margin: 0;
  }
  .rule mtd {
    padding: 3px 0;
  }
  .twins {
    display: flex;
    flex-wrap: wrap;
    gap: 20px;
    width: 100%;
  }
  @container (max-width: 400px) {
    .methods {
      font-size: 13px;
    }
    .methods th,
    .methods td {
      padding-inline-end: 3px;
    }
    .methods label {
      gap: 4px;
    }
    .methods label svg {
      width: 18px;
    }
  }
`;
