import type { Picture } from './picture';

/**
 * Whether a jurisdiction is a partner, by an agreement in force: those whose cover we see are. Without
 * any data everybody is named, so that there is somebody to telephone.
 */
export function isPartner(picture: Picture | null, home: string | null, id: string): boolean {
  if (id === home) return false;
  return picture ? picture.covers.has(id) : true;
}
