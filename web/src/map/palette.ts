import type { ThemeName } from '../theme/theme';

/** The basemap's colours: dim, so that units and incidents are what one sees first. */
export interface MapPalette {
  land: string;
  urban: string;
  park: string;
  forest: string;
  farm: string;
  industrial: string;
  hospital: string;
  water: string;
  stream: string;
  waterLabel: string;
  building: string;
  boundary: string;
  casing: string;
  roads: Record<string, string>;
  place: string;
  placeMinor: string;
  roadLabel: string;
  halo: string;
  jurisdiction: string;
  own: string;
  ownFill: string;
  tints: string[];
  jurisdictionLabel: string;
  symbolEdge: string;
  label: string;
  labelQuiet: string;
  panel: string;
  line: string;
  accent: string;
  text: string;
}

const DARK: MapPalette = {
  land: '#0e141b',
  urban: '#121a23',
  park: '#11211c',
  forest: '#0f1f1a',
  farm: '#10171d',
  industrial: '#151b25',
  hospital: '#201b29',
  water: '#0c2536',
  stream: '#123349',
  waterLabel: '#4d86ab',
  building: '#19222d',
  boundary: '#4b4a63',
  casing: '#0b1016',
  roads: {
    motorway: '#53687f',
    trunk: '#485b71',
    primary: '#3d4d60',
    secondary: '#334252',
    tertiary: '#2a3644',
    residential: '#212c38',
    service: '#1b242e',
  },
  place: '#c9d4e0',
  placeMinor: '#8d9bab',
  roadLabel: '#8494a6',
  halo: '#0e141b',
  jurisdiction: '#66788d',
  own: '#7cb7ff',
  ownFill: 'rgba(124,183,255,0.055)',
  tints: ['rgba(212,151,63,0.04)', 'rgba(207,189,251,0.04)', 'rgba(124,253,221,0.035)'],
  jurisdictionLabel: '#6f8197',
  symbolEdge: '#0a0e13',
  label: '#f2f6fa',
  labelQuiet: '#aab7c5',
  panel: '#161d26',
  line: '#44556a',
  accent: '#7cb7ff',
  text: '#e6ecf3',
};

const LIGHT: MapPalette = {
  land: '#eef1f3',
  urban: '#e4e8ec',
  park: '#d5e6d6',
  forest: '#cbe0ce',
  farm: '#edf0e8',
  industrial: '#e3e2e8',
  hospital: '#f3e1e8',
  water: '#b9d6ea',
  stream: '#9cc4e0',
  waterLabel: '#3b759c',
  building: '#d9dee4',
  boundary: '#a29cba',
  casing: '#c3ccd6',
  roads: {
    motorway: '#f3c98b',
    trunk: '#f6dcae',
    primary: '#fbedcd',
    secondary: '#ffffff',
    tertiary: '#ffffff',
    residential: '#ffffff',
    service: '#f8f9fa',
  },
  place: '#1f2a36',
  placeMinor: '#55636f',
  roadLabel: '#5c6a78',
  halo: '#ffffff',
  jurisdiction: '#7c8797',
  own: '#1556b0',
  ownFill: 'rgba(21,86,176,0.06)',
  tints: ['rgba(190,120,20,0.05)', 'rgba(90,60,180,0.05)', 'rgba(0,120,90,0.05)'],
  jurisdictionLabel: '#5d6a7a',
  symbolEdge: '#ffffff',
  label: '#10151c',
  labelQuiet: '#44515f',
  panel: '#ffffff',
  line: '#9aa8b8',
  accent: '#1556b0',
  text: '#17202b',
};

export const mapPalette = (theme: ThemeName): MapPalette => (theme === 'dark' ? DARK : LIGHT);

/** A colour of tokens.css, so that map and table can never disagree about a status. */
export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
