import type { ThemeChoice } from '../theme/theme';
import type { PanelName } from './panels';
import { START, type IncidentsTab, type MapView, type Page, type Place } from './place';

/** How the window shows the picture: what its address says beside what is pointed at. */
export class View {
  page = $state<Page>('board');
  /** The one panel of a window of its own; null: the whole board. */
  panel = $state<PanelName | null>(null);
  only = $state<Place['only']>(START.only);
  mine = $state(START.mine);
  sort = $state.raw<Place['sort']>(START.sort);
  columns = $state.raw<Place['columns']>(START.columns);
  incidents = $state<IncidentsTab>(START.incidents);
  /** Null: the own jurisdiction, as the map shows it by itself. */
  map = $state.raw<MapView | null>(START.map);
  theme = $state<ThemeChoice | null>(START.theme);
}
