import type { ThemeName } from '../theme/theme';

/** The theme in force, for those that cannot read it from the style sheet: the map's canvas. */
export const look = $state<{ theme: ThemeName }>({ theme: 'dark' });
