import { describe } from './names';
import type { LinePicture } from './picture';
import { unitThing } from './resolve';
import { squash } from './text';

export interface Match {
  kind: 'unit' | 'incident';
  id: string;
}

/** Units by any of their names, active incidents by number, nature and address; incidents first. */
export function find(text: string, picture: LinePicture): Match[] {
  const key = squash(text);
  if (!key) return [];
  const incidents = picture.incidents.filter(
    (row) =>
      row.state === 'active' &&
      [row.number, row.nature, row.address ?? ''].some((field) => squash(field).includes(key)),
  );
  const units = picture.units.filter((unit) =>
    unitThing(unit, picture).names.some((name) => name.includes(key)),
  );
  return [
    ...incidents.map(({ id }): Match => ({ kind: 'incident', id })),
    ...units.map(({ id }): Match => ({ kind: 'unit', id })),
  ];
}

export function sayFound(match: Match, picture: LinePicture): string {
  const { label, sentence } = describe(match.kind, match.id, picture);
  return `${label}: ${sentence}`;
}
