import { svg } from 'lit';

const icon = (path: string) => svg`<svg viewBox="0 0 16 16" aria-hidden="true"><path d=${path} /></svg>`;
export const ICONS = {
  run: icon('M4 2.5v11l9-5.5z'),
  pause: icon('M4 2.5h3v11H4zm5 0h3v11H9z'),
  step: icon('M3 2.5v11l7-5.5zM11 2.5h2v11h-2z'),
  again: icon('M8 3V.5L4 4l4 3.5V5a4 4 0 1 1-4 4H2a6 6 0 1 0 6-6z'),
  seed: icon('M2 2h12v12H2zm2 2v8h8V4zm1 1h2v2H5zm4 4h2v2H9zM7 7h2v2H7z'),
  share: icon('M8 1l4 4-1.2 1.2L9 4.4V11H7V4.4L5.2 6.2 4 5zM2 9h2v4h8V9h2v6H2z'),
};
