import type { Priority, UnitType } from '../wire/types';
import { codeName, PRIORITIES } from '../words/names';
import { UNIT_TYPES } from '../words/statuses';

/** A choice's word on the screen; a code that this page does not know is shown as it is. */
export function choiceWords(choice: string): string {
  if (choice in UNIT_TYPES) return UNIT_TYPES[choice as UnitType].name;
  const priority = PRIORITIES.find((one) => one.id === (choice as Priority));
  return priority?.name ?? codeName(choice);
}
