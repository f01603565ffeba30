import { getContext, setContext } from 'svelte';
import type { Draft } from './draft.svelte';

const KEY = Symbol('draft');

/** The form's fields find their draft here: one form, one draft. */
export const provideDraft = (draft: Draft): Draft => setContext(KEY, draft);
export const useDraft = (): Draft => getContext<Draft>(KEY);
