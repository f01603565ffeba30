/** What a key does in the form that offers another unit: a number chooses the row of that number. */
export type InsteadAct = 'back' | 'offer' | number;

type Key = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'altKey' | 'metaKey'>;

/** On what the key was struck: the note is typed in; a button or a summary keeps its own Enter. */
export type InsteadPlace = 'note' | 'pressed by Enter' | 'elsewhere';

/** Null: the key is not the form's. */
export function insteadAct(key: Key, on: InsteadPlace): InsteadAct | null {
  if (key.key === 'Escape') return 'back';
  if (key.key === 'Enter') return on === 'pressed by Enter' ? null : 'offer';
  const shortcut = key.ctrlKey || key.altKey || key.metaKey;
  return on !== 'note' && !shortcut && /^[1-9]$/.test(key.key) ? Number(key.key) : null;
}
