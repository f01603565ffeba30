import type { Look } from '../words/statuses';

export interface SymbolLook {
  look: Look;
  color: string;
  edge: string;
  /** Own units are drawn larger than a neighbour's. */
  own: boolean;
  doubtful: boolean;
  lent: boolean;
  selected: boolean;
  accent: string;
  ring: string;
}

const SCALE = 2;
export const SYMBOL_SCALE = 1 / SCALE;
const HALF = 16;

const drawn = new Map<string, HTMLCanvasElement>();

/** A unit's symbol: shape and colour tell the status, hollow and dashed that the position is old. */
export function symbol(look: SymbolLook): HTMLCanvasElement {
  const key = Object.values(look).join('|');
  let canvas = drawn.get(key);
  if (!canvas) drawn.set(key, (canvas = draw(look)));
  return canvas;
}

function draw(look: SymbolLook): HTMLCanvasElement {
  const [canvas, c] = sheet();
  const r = look.own ? 7.5 : 6;
  if (look.selected) {
    c.beginPath();
    c.arc(0, 0, r + 6, 0, Math.PI * 2);
    c.fillStyle = look.accent;
    c.globalAlpha = 0.25;
    c.fill();
    c.globalAlpha = 1;
    c.lineWidth = 2;
    c.strokeStyle = look.accent;
    c.stroke();
  }
  outline(c, look.look, r);
  c.lineJoin = 'round';
  if (look.look === 'OO') {
    stroke(c, look.edge, 5.5);
    stroke(c, look.color, 2.5, look.doubtful ? [2, 2] : []);
    return canvas;
  }
  if (look.lent && !look.doubtful) stroke(c, look.ring, 4.5);
  else stroke(c, look.edge, 3);
  c.fillStyle = look.doubtful ? look.edge : look.color;
  c.fill();
  if (look.doubtful) stroke(c, look.color, 1.6, [2.5, 2]);
  return canvas;
}

function outline(c: CanvasRenderingContext2D, look: Look, r: number): void {
  c.beginPath();
  switch (look) {
    case 'AV':
      c.arc(0, 0, r, 0, Math.PI * 2);
      break;
    case 'DP':
      polygon(c, [0, -r * 1.1], [r * 1.12, r * 0.85], [-r * 1.12, r * 0.85]);
      break;
    case 'ER':
      polygon(c, [-r * 0.85, -r * 1.12], [r * 1.2, 0], [-r * 0.85, r * 1.12]);
      break;
    case 'OS':
      c.rect(-r * 0.88, -r * 0.88, r * 1.76, r * 1.76);
      break;
    case 'TR':
      polygon(c, [0, -r * 1.22], [r * 1.22, 0], [0, r * 1.22], [-r * 1.22, 0]);
      break;
    case 'AH':
      cross(c, r * 1.08, r * 0.4);
      break;
    case 'OO':
      c.moveTo(-r * 0.7, -r * 0.7);
      c.lineTo(r * 0.7, r * 0.7);
      c.moveTo(r * 0.7, -r * 0.7);
      c.lineTo(-r * 0.7, r * 0.7);
      break;
  }
}

function polygon(c: CanvasRenderingContext2D, ...points: [number, number][]): void {
  points.forEach(([x, y], i) => (i ? c.lineTo(x, y) : c.moveTo(x, y)));
  c.closePath();
}

function cross(c: CanvasRenderingContext2D, a: number, b: number): void {
  polygon(
    c,
    [-b, -a],
    [b, -a],
    [b, -b],
    [a, -b],
    [a, b],
    [b, b],
    [b, a],
    [-b, a],
    [-b, b],
    [-a, b],
    [-a, -b],
    [-b, -b],
  );
}

function stroke(c: CanvasRenderingContext2D, color: string, width: number, dash: number[] = []) {
  c.setLineDash(dash);
  c.lineWidth = width;
  c.strokeStyle = color;
  c.stroke();
  c.setLineDash([]);
}

/** A hospital: a white H on a blue plate. A station: a small house, tinted for the own ones. */
export function buildingSymbol(
  kind: 'hospital' | 'station',
  colors: { fill: string; edge: string; mark: string },
): HTMLCanvasElement {
  const key = `${kind}|${Object.values(colors).join('|')}`;
  let canvas = drawn.get(key);
  if (canvas) return canvas;
  const [sheetCanvas, c] = sheet();
  canvas = sheetCanvas;
  if (kind === 'hospital') {
    c.beginPath();
    c.roundRect(-8, -8, 16, 16, 3);
    c.fillStyle = colors.fill;
    c.fill();
    stroke(c, colors.edge, 1.5);
    c.fillStyle = colors.mark;
    c.fillRect(-4.2, -5, 2.4, 10);
    c.fillRect(1.8, -5, 2.4, 10);
    c.fillRect(-3, -1.2, 6, 2.4);
  } else {
    c.beginPath();
    polygon(c, [-5, 5], [-5, -1], [0, -5.5], [5, -1], [5, 5]);
    c.lineJoin = 'round';
    c.fillStyle = colors.fill;
    c.fill();
    stroke(c, colors.edge, 1.4);
  }
  drawn.set(key, canvas);
  return canvas;
}

/** Where the new incident will stand: a cross-hair with a clear middle. */
export function pinSymbol(color: string, edge: string): HTMLCanvasElement {
  const [canvas, c] = sheet();
  for (const [paint, width] of [
    [edge, 5],
    [color, 2.2],
  ] as const) {
    c.beginPath();
    c.arc(0, 0, 8, 0, Math.PI * 2);
    for (const [x, y] of [
      [0, -1],
      [0, 1],
      [1, 0],
      [-1, 0],
    ] as const) {
      c.moveTo(x * 5, y * 5);
      c.lineTo(x * 14, y * 14);
    }
    stroke(c, paint, width);
  }
  return canvas;
}

function sheet(): [HTMLCanvasElement, CanvasRenderingContext2D] {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = HALF * 2 * SCALE;
  const c = canvas.getContext('2d', { willReadFrequently: true })!;
  c.scale(SCALE, SCALE);
  c.translate(HALF, HALF);
  return [canvas, c];
}
