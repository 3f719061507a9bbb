/** Fits a canvas to its place on the page, at the resolution of the screen; coordinates are CSS pixels then. */
export function fitted(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const scale = globalThis.devicePixelRatio || 1;
  const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  context.setTransform(w / width, 0, 0, h / height, 0, 0);
  return context;
}
