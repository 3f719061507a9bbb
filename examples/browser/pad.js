/** A canvas to draw on, with a pointer or by keyboard; calls `changed` when the drawing has changed. Points are shares of the pad's side,
 *  from 0 to 1, so that a pad of another size is the same drawing. */
export function pad(canvas, changed) {
  let strokes = [];
  /** The pen of the keyboard. */
  const pen = { x: 0.5, y: 0.2, down: false };
  let waiting = false;

  function change() {
    draw(canvas, strokes, document.activeElement === canvas && canvas.matches(':focus-visible') ? pen : undefined);
    if (waiting) return;
    waiting = true;
    // A pointer may tell of its way more often than the screen shows it.
    requestAnimationFrame(() => {
      waiting = false;
      changed();
    });
  }
  function clear() {
    strokes = [];
    Object.assign(pen, { x: 0.5, y: 0.2, down: false });
    change();
  }
  byPointer(canvas, (point, begins) => {
    if (begins) strokes.push([]);
    strokes.at(-1).push(point);
    change();
  });
  byKeyboard(canvas, pen, {
    moved() {
      if (pen.down) strokes.at(-1).push({ x: pen.x, y: pen.y });
      change();
    },
    toggled() {
      if (pen.down) strokes.push([{ x: pen.x, y: pen.y }]);
      change();
    },
    clear,
  });
  for (const event of ['focus', 'blur']) canvas.addEventListener(event, change);
  new ResizeObserver(change).observe(canvas);
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', change);
  return { strokes: () => strokes, clear };
}

function byPointer(canvas, drawn) {
  const at = ({ clientX, clientY }) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return { x: (clientX - left) / width, y: (clientY - top) / height };
  };
  let pointer;
  canvas.addEventListener('pointerdown', (event) => {
    if (pointer !== undefined || event.button !== 0) return;
    pointer = event.pointerId;
    canvas.setPointerCapture(pointer);
    drawn(at(event), true);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (event.pointerId === pointer) drawn(at(event), false);
  });
  for (const name of ['pointerup', 'pointercancel'])
    canvas.addEventListener(name, (event) => {
      if (event.pointerId === pointer) pointer = undefined;
    });
}

const STEP = 0.04;
const MOVES = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
const inside = (x) => Math.max(0.05, Math.min(0.95, x));

function byKeyboard(canvas, pen, { moved, toggled, clear }) {
  // Screen readers leave the keys to an application.
  canvas.setAttribute('role', 'application');
  canvas.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const move = MOVES[event.key];
    if (move) {
      pen.x = inside(pen.x + move[0]);
      pen.y = inside(pen.y + move[1]);
      moved();
    } else if (event.key === ' ') {
      pen.down = !pen.down;
      toggled();
    } else if (event.key === 'Delete' || event.key === 'Backspace') clear();
    else return;
    event.preventDefault();
  });
}

/** The strokes, and the keyboard's pen where that has the focus: full while it is down. */
function draw(canvas, strokes, pen) {
  const side = canvas.clientWidth;
  const dots = window.devicePixelRatio || 1;
  canvas.width = side * dots;
  canvas.height = side * dots;
  const context = canvas.getContext('2d');
  context.scale(dots, dots);
  const color = (name) => getComputedStyle(canvas).getPropertyValue(name);
  Object.assign(context, { lineWidth: side / 16, lineCap: 'round', lineJoin: 'round', strokeStyle: color('--ink') });
  for (const stroke of strokes) {
    context.beginPath();
    context.moveTo(stroke[0].x * side, stroke[0].y * side);
    for (const { x, y } of stroke) context.lineTo(x * side, y * side);
    context.stroke();
  }
  if (!pen) return;
  context.beginPath();
  context.arc(pen.x * side, pen.y * side, side / 28, 0, 2 * Math.PI);
  Object.assign(context, { lineWidth: 2, strokeStyle: color('--accent'), fillStyle: color('--accent') });
  if (pen.down) context.fill();
  context.stroke();
}
