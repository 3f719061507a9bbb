import { escaped } from '../src/markup.js';

/** Where a copied link leads: the page itself where it keeps the state in its address, else the playground's own page beside the script. */
export const linkOf = (text: string, ownPage: boolean): string => {
  const page = new URL(ownPage ? location.href : new URL('./playground.html', import.meta.url).href);
  page.hash = text;
  return page.href;
};

/** The element for a page of one's own. */
export const embedOf = (text: string): string => {
  const source = import.meta.url.startsWith('http') ? import.meta.url : './playground.js';
  return `<script type="module" src="${escaped(source)}"></script>\n<regulus-playground state="${escaped(text)}"></regulus-playground>\n`;
};

/** Writes to the clipboard; false where the browser does not allow it. */
export async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Offers bytes or text as a file to save. */
export function download(name: string, content: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Paints an SVG as a PNG of twice its size. */
export async function pngOf(svg: string): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = 2 * image.width;
  canvas.height = 2 * image.height;
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the browser made no picture')))),
  );
}
