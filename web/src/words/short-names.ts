const BEFORE = /^(?:city|town|township|borough|village|county|municipality|parish) of /i;
/** Not "Village" or "City": those end many a name that is said in full. */
const AFTER = / (?:township|borough)$/i;
const ASIDE = / \([^)]*\)$/;

/**
 * What people say for a jurisdiction: "Borough of Cedar Fen" is "Cedar Fen". Where two would sound
 * alike ("City of Marlow", "Marlow Township"), both keep their full names.
 */
export function shortNames(
  jurisdictions: readonly { id: string; name: string }[],
): Map<string, string> {
  const said = jurisdictions.map(({ name }) => shorten(name));
  return new Map(
    jurisdictions.map(({ id, name }, i) => {
      const unique =
        said.filter((other) => other.toLowerCase() === said[i]!.toLowerCase()).length === 1;
      return [id, unique ? said[i]! : name];
    }),
  );
}

function shorten(name: string): string {
  const short = name.replace(ASIDE, '').replace(BEFORE, '').replace(AFTER, '').trim();
  return short || name;
}
