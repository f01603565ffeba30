/** The panels that may stand in a window of their own, by the name that the address gives them. */
export const PANELS = [
  { name: 'units', title: 'Units', width: 620, height: 900 },
  { name: 'map', title: 'Map', width: 1200, height: 900 },
  { name: 'incidents', title: 'Incidents', width: 980, height: 520 },
  { name: 'recommendation', title: 'Recommendation', width: 560, height: 900 },
  { name: 'requests', title: 'Requests', width: 560, height: 720 },
  { name: 'assignments', title: 'Assignments', width: 560, height: 520 },
  { name: 'cover', title: 'Cover', width: 560, height: 760 },
] as const;

export type PanelName = (typeof PANELS)[number]['name'];

export const isPanel = (name: unknown): name is PanelName =>
  PANELS.some((panel) => panel.name === name);

export const panelOf = (name: PanelName) => PANELS.find((panel) => panel.name === name)!;

/** The `data-panel` that holds it: where the keys call a panel something else than the address does. */
export const DOM_PANELS: Record<string, PanelName> = {
  units: 'units',
  map: 'map',
  incidents: 'incidents',
  advice: 'recommendation',
  requests: 'requests',
  assignments: 'assignments',
  cover: 'cover',
};
