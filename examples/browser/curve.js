/** Draws the losses of a history: training as a line, validation dashed. The scale is logarithmic, as losses fall by factors. */
export function drawCurve(canvas, history) {
  const { clientWidth: width, clientHeight: height } = canvas;
  const dots = window.devicePixelRatio || 1;
  canvas.width = width * dots;
  canvas.height = height * dots;
  const context = canvas.getContext('2d');
  context.scale(dots, dots);
  const color = (name) => getComputedStyle(canvas).getPropertyValue(name);
  const [left, bottom, top] = [44, height - 22, 8];
  const epochs = Math.max(10, history.length);
  const x = (epoch) => left + ((epoch - 1) / (epochs - 1)) * (width - left - 8);
  const y = (loss) => bottom - ((Math.log10(Math.max(loss, 0.01)) + 2) / 2.5) * (bottom - top);

  context.font = '12px system-ui, sans-serif';
  context.fillStyle = color('--soft');
  context.strokeStyle = color('--line');
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (const loss of [0.01, 0.03, 0.1, 0.3, 1, 3]) {
    line(context, [left, width - 8], [y(loss), y(loss)]);
    context.fillText(String(loss), left - 6, y(loss));
  }
  context.textAlign = 'center';
  for (let epoch = 5; epoch <= epochs; epoch += 5) context.fillText(String(epoch), x(epoch), bottom + 13);

  const steps = history.map(({ epoch }) => x(epoch));
  context.lineWidth = 2;
  context.lineJoin = 'round';
  const part = (name) => history.map((record) => y(record[name].loss));
  context.strokeStyle = color('--accent');
  line(context, steps, part('training'));
  context.strokeStyle = color('--second');
  context.setLineDash([6, 4]);
  line(context, steps, part('validation'));
  const last = history.at(-1);
  if (last)
    canvas.setAttribute(
      'aria-label',
      `The loss by epoch; after ${last.epoch}: training ${last.training.loss.toFixed(3)}, validation ${last.validation.loss.toFixed(3)}`,
    );
}

function line(context, xs, ys) {
  context.beginPath();
  xs.forEach((x, i) => context.lineTo(x, ys[i]));
  context.stroke();
}
