/** The square in the middle of a picture or video, as large as the network wants it: pixels from 0 to 1 in its shape. */
export function pixelsOf(source, [height, width, channels], canvas = document.createElement('canvas')) {
  const [w, h] = [source.videoWidth ?? source.width, source.videoHeight ?? source.height];
  const side = Math.min(w, h);
  Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(source, (w - side) / 2, (h - side) / 2, side, side, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  const pixels = new Float32Array(height * width * channels);
  for (let i = 0; i < height * width; i++) {
    const [red, green, blue] = data.subarray(4 * i, 4 * i + 3);
    if (channels === 1) pixels[i] = (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
    else pixels.set([red / 255, green / 255, blue / 255], 3 * i);
  }
  return pixels;
}

/** Starts the camera in a video element. Throws what the browser says where it may not. */
export async function camera(video) {
  video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  video.hidden = false;
  await video.play();
}

/** Lets the page breathe. */
export const breath = () => new Promise((again) => setTimeout(again));
