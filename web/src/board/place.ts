import type { Sort } from '../picture/order';
import type { ThemeChoice } from '../theme/theme';
import { LOOKS, type Look } from '../words/statuses';
import type { Side } from './board.svelte';
import { isColumn, readColumns } from './columns';
import { isPanel, type PanelName } from './panels';

export type Page = 'board' | 'agreements';
export type IncidentsTab = 'active' | 'closed';

export interface MapView {
  lon: number;
  lat: number;
  zoom: number;
}

/** Where somebody is: all of it stands in the address, so that a link shows another the same. */
export interface Place {
  /** Null: the page that the person's role begins with. */
  page: Page | null;
  /** The one panel of a window of its own; null: the whole board. */
  panel: PanelName | null;
  only: Look | null;
  mine: boolean;
  sort: Sort;
  /** This window's own columns; null: those that the person prefers. */
  columns: Sort['key'][] | null;
  incidents: IncidentsTab;
  unit: string | null;
  incident: string | null;
  side: Side;
  /** Null: the own jurisdiction. */
  map: MapView | null;
  /** Forced by the link, as for a wall of screens; null: as the person prefers. */
  theme: ThemeChoice | null;
}

export const START: Place = {
  page: null,
  panel: null,
  only: null,
  mine: false,
  sort: { key: 'status', down: false },
  columns: null,
  incidents: 'active',
  unit: null,
  incident: null,
  side: 'advice',
  map: null,
  theme: null,
};

const PAGES: readonly Page[] = ['board', 'agreements'];
const SIDES: readonly Side[] = ['advice', 'entry', 'cover', 'order'];
const THEMES: readonly ThemeChoice[] = ['dark', 'light', 'system'];
const LONGEST_ID = 100;

/** The place that an address names. Whatever it does not understand is as if it were not there. */
export function readPlace(query: string): Place {
  const said = new URLSearchParams(query);
  const panel = said.get('panel');
  return {
    page: oneOf(PAGES, said.get('page')),
    panel: isPanel(panel) ? panel : null,
    only:
      oneOf(
        LOOKS.map(({ look }) => look),
        said.get('show'),
      ) ?? null,
    mine: said.get('mine') === '1',
    sort: readSort(said.get('sort')) ?? START.sort,
    columns: readColumns(said.get('columns')?.split(',')),
    incidents: said.get('incidents') === 'closed' ? 'closed' : 'active',
    unit: readId(said.get('unit')),
    incident: readId(said.get('incident')),
    side: oneOf(SIDES, said.get('side')) ?? 'advice',
    map: readMap(said.get('map')),
    theme: oneOf(THEMES, said.get('theme')),
  };
}

/** The address of a place: "" where it is the start, else "?…" with what differs from it. */
export function writePlace(place: Place): string {
  const said = new URLSearchParams();
  const say = (name: string, value: string | null) => value && said.set(name, value);
  say('page', place.page);
  say('panel', place.panel);
  say('show', place.only);
  say('mine', place.mine ? '1' : null);
  say('sort', isStartSort(place.sort) ? null : (place.sort.down ? '-' : '') + place.sort.key);
  say('columns', place.columns?.join(',') ?? null);
  say('incidents', place.incidents === 'closed' ? 'closed' : null);
  say('unit', place.unit);
  say('incident', place.incident);
  say('side', place.side === 'advice' ? null : place.side);
  say('map', place.map ? writeMap(place.map) : null);
  say('theme', place.theme);
  // Commas and colons may stand in a query as they are; people read these.
  const query = said.toString().replaceAll('%2C', ',').replaceAll('%3A', ':');
  return query && `?${query}`;
}

/** Whether going from one place to the other is a move of its own, which "Back" takes back. */
export function isDeliberate(from: Place, to: Place): boolean {
  return from.page !== to.page || from.side !== to.side;
}

/** Whether going there throws away an incident that is being typed: that is for its own form to do. */
export function losesForm(
  from: Pick<Place, 'page' | 'side'>,
  to: Pick<Place, 'page' | 'side'>,
): boolean {
  return from.side === 'entry' && (to.side !== 'entry' || to.page !== from.page);
}

/** Six decimals of a degree are a hand's breadth; a hundredth of a zoom step nobody sees. */
export function roundView(view: MapView): MapView {
  return {
    lon: Number(view.lon.toFixed(6)),
    lat: Number(view.lat.toFixed(6)),
    zoom: Number(view.zoom.toFixed(2)),
  };
}

const isStartSort = ({ key, down }: Sort) => key === START.sort.key && down === START.sort.down;

function oneOf<T extends string>(choices: readonly T[], given: string | null): T | null {
  return choices.find((choice) => choice === given) ?? null;
}

function readSort(given: string | null): Sort | null {
  const key = given?.replace(/^-/, '');
  return isColumn(key) ? { key, down: given!.startsWith('-') } : null;
}

function readId(given: string | null): string | null {
  return given && given.length <= LONGEST_ID ? given : null;
}

function readMap(given: string | null): MapView | null {
  const parts = given?.split(',');
  if (parts?.length !== 3 || parts.some((part) => !part.trim())) return null;
  const [lon, lat, zoom] = parts.map(Number) as [number, number, number];
  // Mercator ends at 85 degrees; what is no number is within no bounds.
  const fits = Math.abs(lon) <= 180 && Math.abs(lat) <= 85 && zoom >= 0 && zoom <= 24;
  return fits ? roundView({ lon, lat, zoom }) : null;
}

function writeMap(view: MapView): string {
  const { lon, lat, zoom } = roundView(view);
  return `${lon},${lat},${zoom}`;
}
