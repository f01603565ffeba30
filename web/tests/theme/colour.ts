/** Colour science for the palette's test: WCAG contrast, CIEDE2000, Machado's dichromacy matrices. */

type Triple = [number, number, number];
type Matrix = [Triple, Triple, Triple];

export interface Vision {
  name: string;
  matrix: Matrix;
}

/** Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB. */
export const VISIONS: Vision[] = [
  {
    name: 'normal',
    matrix: [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ],
  },
  {
    name: 'protan',
    matrix: [
      [0.152286, 1.052583, -0.204868],
      [0.114503, 0.786281, 0.099216],
      [-0.003882, -0.048116, 1.051998],
    ],
  },
  {
    name: 'deutan',
    matrix: [
      [0.367322, 0.860646, -0.227968],
      [0.280085, 0.672501, 0.047413],
      [-0.01182, 0.04294, 0.968881],
    ],
  },
  {
    name: 'tritan',
    matrix: [
      [1.255528, -0.076749, -0.178779],
      [-0.078411, 0.930809, 0.147602],
      [0.004733, 0.691367, 0.3039],
    ],
  },
];

const XYZ: Matrix = [
  [0.4124564, 0.3575761, 0.1804375],
  [0.2126729, 0.7151522, 0.072175],
  [0.0193339, 0.119192, 0.9503041],
];
const WHITE: Triple = [0.95047, 1, 1.08883];

const times = (m: Matrix, v: Triple): Triple =>
  m.map((row) => row[0] * v[0] + row[1] * v[1] + row[2] * v[2]) as Triple;

function linear(hex: string): Triple {
  return [1, 3, 5].map((i) => {
    const c = parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as Triple;
}

export function contrast(a: string, b: string): number {
  const luminance = (hex: string) => times(XYZ, linear(hex))[1];
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function lab(rgb: Triple): Triple {
  const f = times(XYZ, rgb).map((value, i) => {
    const t = value / WHITE[i]!;
    return t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116;
  }) as Triple;
  return [116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])];
}

/** CIEDE2000 between two colours as somebody with this vision sees them. */
export function difference(a: string, b: string, vision: Vision): number {
  const seen = (hex: string) =>
    lab(times(vision.matrix, linear(hex)).map((c) => Math.min(1, Math.max(0, c))) as Triple);
  return ciede2000(seen(a), seen(b));
}

const DEG = Math.PI / 180;
const turned = (b: number, a: number) => (a || b ? (Math.atan2(b, a) / DEG + 360) % 360 : 0);
const weight = (c: number) => Math.sqrt(c ** 7 / (c ** 7 + 25 ** 7));

function ciede2000([l1, a1, b1]: Triple, [l2, a2, b2]: Triple): number {
  const g = 0.5 * (1 - weight((Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2));
  const [p1, p2] = [a1 * (1 + g), a2 * (1 + g)];
  const [c1, c2] = [Math.hypot(p1, b1), Math.hypot(p2, b2)];
  const [h1, h2] = [turned(b1, p1), turned(b2, p2)];
  const grey = c1 * c2 === 0;
  let dh = grey ? 0 : h2 - h1;
  if (dh > 180) dh -= 360;
  if (dh < -180) dh += 360;
  let h = (h1 + h2) / 2;
  if (Math.abs(h1 - h2) > 180) h += h < 180 ? 180 : -180;
  if (grey) h = h1 + h2;
  const l = (l1 + l2) / 2;
  const c = (c1 + c2) / 2;
  const t =
    1 -
    0.17 * Math.cos((h - 30) * DEG) +
    0.24 * Math.cos(2 * h * DEG) +
    0.32 * Math.cos((3 * h + 6) * DEG) -
    0.2 * Math.cos((4 * h - 63) * DEG);
  const lTerm = (l2 - l1) / (1 + (0.015 * (l - 50) ** 2) / Math.sqrt(20 + (l - 50) ** 2));
  const cTerm = (c2 - c1) / (1 + 0.045 * c);
  const hTerm = (2 * Math.sqrt(c1 * c2) * Math.sin((dh / 2) * DEG)) / (1 + 0.015 * c * t);
  const turn = -Math.sin(60 * Math.exp(-(((h - 275) / 25) ** 2)) * DEG) * 2 * weight(c);
  return Math.sqrt(lTerm ** 2 + cTerm ** 2 + hTerm ** 2 + turn * cTerm * hTerm);
}
