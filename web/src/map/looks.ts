import type { FeatureLike } from 'ol/Feature';
import { Circle, Fill, Icon, Stroke, Style, Text } from 'ol/style';
import type { StyleFunction } from 'ol/style/Style';
import { token, type MapPalette } from './palette';
import type { IncidentMark, Reach, UnitMark } from './scene';
import { buildingSymbol, pinSymbol, symbol, SYMBOL_SCALE } from './symbols';

const FONT = '"Inter Variable", sans-serif';
/** Half of a coarse cell of about 500 m, with its corners. */
const COARSE_M = 330;

export function unitStyles(mark: UnitMark, palette: MapPalette): Style[] {
  const [dx, dy] = mark.shift;
  const color = mark.doubtful ? palette.labelQuiet : token(mark.look);
  const image = symbol({
    look: mark.look,
    color,
    edge: palette.symbolEdge,
    own: mark.own,
    doubtful: mark.doubtful,
    lent: mark.lent,
    selected: mark.selected,
    accent: palette.accent,
    ring: palette.text,
  });
  const zIndex = (mark.selected ? 40 : 0) + (mark.own ? 20 : 0);
  return [
    new Style({
      zIndex,
      image: new Icon({
        img: image,
        scale: SYMBOL_SCALE,
        // Displacement counts from the bottom; the mark's shift from the top, as the screen does.
        displacement: [dx, -dy],
        declutterMode: 'none',
      }),
    }),
    new Style({
      zIndex,
      text: new Text({
        text: mark.label,
        font: `${mark.own ? 650 : 500} ${mark.own ? 11.5 : 10.5}px ${FONT}`,
        offsetX: dx,
        offsetY: dy + (mark.own ? 16 : 14),
        fill: new Fill({ color: mark.own && !mark.doubtful ? palette.label : palette.labelQuiet }),
        stroke: new Stroke({ color: palette.halo, width: 3 }),
        declutterMode: mark.selected ? 'none' : 'declutter',
      }),
    }),
  ];
}

/** A neighbour's position is known to a cell only: a soft ring says "somewhere here". */
export function ringStyle(mark: UnitMark, palette: MapPalette): StyleFunction {
  const stroke = new Stroke({ color: alpha(token(mark.look), 0.45), width: 1, lineDash: [2, 3] });
  const fill = new Fill({ color: alpha(palette.labelQuiet, 0.045) });
  const mercator = 1 / Math.cos((mark.lat * Math.PI) / 180);
  const byRadius = new Map<number, Style>();
  return (_feature, resolution) => {
    const radius = Math.round(Math.max(14, (COARSE_M * mercator) / resolution));
    let style = byRadius.get(radius);
    if (!style) {
      const image = new Circle({ radius, stroke, fill });
      byRadius.set(radius, (style = new Style({ image })));
    }
    return style;
  };
}

export function incidentStyle(mark: IncidentMark, palette: MapPalette): Style[] {
  const box = mark.alarm ? token('alarm') : palette.panel;
  const ink = mark.alarm ? token('on-alarm') : palette.text;
  const edge = mark.selected ? palette.accent : mark.own ? palette.text : palette.line;
  const zIndex = mark.selected ? 100 : mark.alarm ? 90 : 50;
  return [
    new Style({
      zIndex,
      image: new Circle({
        radius: 5,
        fill: new Fill({ color: box }),
        stroke: new Stroke({ color: edge, width: mark.selected ? 3 : 2 }),
        declutterMode: 'none',
      }),
    }),
    new Style({
      zIndex,
      text: new Text({
        text: mark.alarm ? `${mark.label} !` : mark.label,
        font: `700 11.5px ${FONT}`,
        offsetY: -19,
        padding: [3, 6, 2, 6],
        fill: new Fill({ color: ink }),
        backgroundFill: new Fill({ color: box }),
        backgroundStroke: new Stroke({ color: edge, width: mark.selected ? 2 : 1 }),
        declutterMode: 'obstacle',
      }),
    }),
  ];
}

export function reachStyles(reach: Reach, palette: MapPalette): [Style[], Style] {
  return [
    [
      new Style({ stroke: new Stroke({ color: palette.halo, width: 6 }) }),
      new Style({
        stroke: new Stroke({ color: palette.accent, width: 2.5, lineDash: [9, 7] }),
      }),
    ],
    new Style({
      zIndex: 10,
      text: new Text({
        text: reach.label,
        font: `600 11.5px ${FONT}`,
        padding: [3, 6, 2, 6],
        fill: new Fill({ color: palette.text }),
        backgroundFill: new Fill({ color: palette.panel }),
        backgroundStroke: new Stroke({ color: palette.accent, width: 1 }),
      }),
    }),
  ];
}

export function jurisdictionStyle(palette: MapPalette): StyleFunction {
  const cache = new Map<string, Style[]>();
  return (feature: FeatureLike) => {
    const own = feature.get('own') === true;
    const tint = palette.tints[Number(feature.get('index')) % palette.tints.length]!;
    const name = String(feature.get('name') ?? '');
    const key = `${name}${own}${tint}`;
    let styles = cache.get(key);
    if (styles) return styles;
    styles = [
      new Style({
        zIndex: own ? 2 : 1,
        fill: new Fill({ color: own ? palette.ownFill : tint }),
        stroke: new Stroke({
          color: own ? palette.own : palette.jurisdiction,
          width: own ? 2 : 1.25,
          lineDash: [12, 4, 2, 4],
          lineCap: 'butt',
        }),
      }),
      new Style({
        zIndex: 3,
        text: new Text({
          text: [...name.toUpperCase()].join('\u200a'),
          font: `650 12px ${FONT}`,
          fill: new Fill({ color: own ? palette.own : palette.jurisdictionLabel }),
          stroke: new Stroke({ color: palette.halo, width: 4 }),
          overflow: true,
        }),
      }),
    ];
    cache.set(key, styles);
    return styles;
  };
}

export function buildingStyle(palette: MapPalette): StyleFunction {
  const cache = new Map<string, Style[]>();
  return (feature, resolution) => {
    const kind = feature.get('kind') as 'hospital' | 'station';
    const own = feature.get('own') === true;
    const named = resolution < (kind === 'hospital' ? 40 : 16);
    const name = String(feature.get('name'));
    const key = `${kind}${own}${named}${named ? name : ''}`;
    let styles = cache.get(key);
    if (styles) return styles;
    const colors =
      kind === 'hospital'
        ? { fill: '#2b5f9e', edge: palette.symbolEdge, mark: '#ffffff' }
        : { fill: palette.panel, edge: own ? palette.own : palette.line, mark: palette.text };
    const image = new Icon({
      img: buildingSymbol(kind, colors),
      scale: SYMBOL_SCALE,
      declutterMode: 'none',
    });
    const text = new Text({
      text: name,
      font: `500 10.5px ${FONT}`,
      offsetY: kind === 'hospital' ? 16 : 13,
      fill: new Fill({ color: palette.placeMinor }),
      stroke: new Stroke({ color: palette.halo, width: 3 }),
      declutterMode: 'declutter',
    });
    styles = [new Style({ image }), ...(named ? [new Style({ text })] : [])];
    cache.set(key, styles);
    return styles;
  };
}

export function pinStyle(palette: MapPalette): Style {
  const img = pinSymbol(palette.accent, palette.halo);
  return new Style({ image: new Icon({ img, scale: SYMBOL_SCALE }) });
}

/** A hex colour made see-through. */
function alpha(hex: string, share: number): string {
  const value = parseInt(hex.slice(1), 16);
  return `rgba(${(value >> 16) & 255},${(value >> 8) & 255},${value & 255},${share})`;
}
