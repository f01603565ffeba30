export type Corner = [lon: number, lat: number];
/** The first ring is the outline, further rings are holes. Rings are kept open: the first corner once. */
export type Polygon = Corner[][];

/** Polygons of a POLYGON or MULTIPOLYGON text; null where it is neither. */
export function parseWkt(text: string): Polygon[] | null {
  const found = /^\s*(MULTIPOLYGON|POLYGON)\s*(\(.*\))\s*$/is.exec(text);
  if (!found) return null;
  const json = found[2]!
    .replace(/([-+\d.eE]+)\s+([-+\d.eE]+)/g, '[$1,$2]')
    .replaceAll('(', '[')
    .replaceAll(')', ']');
  try {
    const value = JSON.parse(json) as unknown;
    const polygons = found[1]!.toUpperCase() === 'POLYGON' ? [value] : (value as unknown[]);
    return polygons.map((rings) => (rings as unknown[]).map((ring) => opened(corners(ring))));
  } catch {
    return null;
  }
}

function corners(ring: unknown): Corner[] {
  if (!Array.isArray(ring)) throw new TypeError('a ring is a list');
  return ring.map((corner: unknown) => {
    if (!Array.isArray(corner) || corner.length !== 2 || !corner.every(Number.isFinite)) {
      throw new TypeError('a corner is two numbers');
    }
    return corner as Corner;
  });
}

function opened(ring: Corner[]): Corner[] {
  const [first, last] = [ring[0], ring.at(-1)];
  const closed = ring.length > 1 && first![0] === last![0] && first![1] === last![1];
  return closed ? ring.slice(0, -1) : ring;
}

/** The text of these polygons; empty where nothing is drawn. */
export function toWkt(polygons: readonly Polygon[]): string {
  const drawn = polygons.filter((rings) => rings[0]?.length);
  if (!drawn.length) return '';
  const bodies = drawn.map(
    (rings) =>
      `(${rings
        .filter((r) => r.length)
        .map(ring)
        .join(', ')})`,
  );
  return bodies.length === 1 ? `POLYGON ${bodies[0]}` : `MULTIPOLYGON (${bodies.join(', ')})`;
}

const ring = (open: Corner[]) =>
  `(${[...open, open[0]!].map(([lon, lat]) => `${figure(lon)} ${figure(lat)}`).join(', ')})`;

/** Six decimals are 0.1 m. */
const figure = (degrees: number) => String(Number(degrees.toFixed(6)));

/** Moves a corner along its ring by one place, around the end. */
export function moveCorner(ring: readonly Corner[], from: number, by: 1 | -1): Corner[] {
  const moved = [...ring];
  const to = (from + by + ring.length) % ring.length;
  const [corner] = moved.splice(from, 1);
  moved.splice(to, 0, corner!);
  return moved;
}

/** A new corner half way to the next one: on the border, so that the shape stays what it is. */
export function addCorner(ring: readonly Corner[], after: number): Corner[] {
  const [a, b] = [ring[after], ring[(after + 1) % ring.length]];
  if (!a || !b) return [...ring, [0, 0]];
  const middle: Corner = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  return [...ring.slice(0, after + 1), middle, ...ring.slice(after + 1)];
}
