import type { FeatureLike } from 'ol/Feature';
import VectorTileLayer from 'ol/layer/VectorTile';
import { Fill, Stroke, Style, Text } from 'ol/style';
import { PMTilesVectorSource } from 'ol-pmtiles';
import type { MapPalette } from './palette';

export const BASEMAP_URL = '/basemap.pmtiles';
const MAGIC = 'PMTiles';
const FONT = '"Inter Variable", sans-serif';

/** Whether the server has a basemap: the file is asked for its first bytes. */
export async function hasBasemap(): Promise<boolean> {
  try {
    const range = `bytes=0-${MAGIC.length - 1}`;
    const answer = await fetch(BASEMAP_URL, { headers: { Range: range } });
    if (answer.status !== 206) {
      await answer.body?.cancel();
      return false;
    }
    return (await answer.text()) === MAGIC;
  } catch {
    return false;
  }
}

export function basemapLayer(palette: MapPalette): VectorTileLayer {
  return new VectorTileLayer({
    source: new PMTilesVectorSource({ url: BASEMAP_URL }),
    style: basemapStyle(palette),
    declutter: true,
    renderBuffer: 120,
    zIndex: 0,
  });
}

/** Widths in px at zoom 10, 13 and 16; a class is drawn from its first zoom on. */
const ROADS: Record<string, { from: number; widths: [number, number, number]; z: number }> = {
  motorway: { from: 6, widths: [2, 4.2, 9], z: 29 },
  trunk: { from: 7, widths: [1.7, 3.6, 8], z: 28 },
  primary: { from: 8, widths: [1.2, 3, 7], z: 27 },
  secondary: { from: 10, widths: [0.9, 2.2, 6], z: 26 },
  tertiary: { from: 11, widths: [0.6, 1.7, 5], z: 25 },
  residential: { from: 12.5, widths: [0.3, 1.1, 4], z: 24 },
  service: { from: 14, widths: [0.2, 0.6, 2.2], z: 23 },
};

const PLACES: Record<string, { from: number; to: number; size: number; weight: number }> = {
  city: { from: 5, to: 15, size: 15, weight: 600 },
  town: { from: 8, to: 16, size: 13, weight: 600 },
  village: { from: 10.5, to: 17, size: 12, weight: 500 },
  suburb: { from: 11.5, to: 17, size: 11.5, weight: 500 },
  hamlet: { from: 12.5, to: 18, size: 11, weight: 450 },
};

const zoomOf = (resolution: number) => Math.log2(156543.033928 / resolution);

/**
 * The whole look of the basemap in one function. Styles are cached by what they depend on, so a
 * redraw allocates nothing.
 */
export function basemapStyle(palette: MapPalette) {
  const styles = new Map<string, Style>();
  const cached = (key: string, make: () => Style): Style => {
    let style = styles.get(key);
    if (!style) styles.set(key, (style = make()));
    return style;
  };

  const fill = (color: string, zIndex: number) =>
    cached(`f${color}${zIndex}`, () => new Style({ fill: new Fill({ color }), zIndex }));

  const stroke = (color: string, width: number, zIndex: number, dash?: number[]) =>
    cached(
      `s${color}${width}${zIndex}${dash?.join() ?? ''}`,
      () =>
        new Style({
          stroke: new Stroke({
            color,
            width,
            lineCap: dash ? 'butt' : 'round',
            lineJoin: 'round',
            ...(dash ? { lineDash: dash } : {}),
          }),
          zIndex,
        }),
    );

  /** One Style per font and colour; its text is set per feature, which OpenLayers reads at once. */
  const label = (
    text: string,
    look: { font: string; color: string; line: boolean; zIndex: number; width?: number },
  ) => {
    const key = `t${look.font}${look.color}${look.line}${text}`;
    return cached(
      key,
      () =>
        new Style({
          zIndex: look.zIndex,
          text: new Text({
            text,
            font: look.font,
            fill: new Fill({ color: look.color }),
            stroke: new Stroke({ color: palette.halo, width: look.width ?? 3 }),
            placement: look.line ? 'line' : 'point',
            ...(look.line ? { maxAngle: 0.5, repeat: 420 } : {}),
          }),
        }),
    );
  };

  const landFill: Record<string, string> = {
    park: palette.park,
    forest: palette.forest,
    urban: palette.urban,
    farm: palette.farm,
    industrial: palette.industrial,
    hospital: palette.hospital,
  };

  function road(feature: FeatureLike, zoom: number): Style[] {
    const kind = String(feature.get('class') ?? 'residential');
    const spec = ROADS[kind] ?? ROADS['residential']!;
    if (zoom < spec.from) return [];
    const width = widthAt(spec.widths, zoom);
    const out = [stroke(palette.roads[kind] ?? palette.roads['residential']!, width, spec.z)];
    if (width > 2) out.unshift(stroke(palette.casing, width + 2, spec.z - 10));
    const text = roadText(feature, kind, zoom);
    if (text) {
      const font = `500 ${zoom > 15 ? 12 : 11}px ${FONT}`;
      out.push(label(text, { font, color: palette.roadLabel, line: true, zIndex: spec.z }));
    }
    return out;
  }

  function place(feature: FeatureLike, zoom: number): Style[] {
    const spec = PLACES[String(feature.get('kind'))] ?? PLACES['hamlet']!;
    const name = feature.get('name') as string | undefined;
    if (!name || zoom < spec.from || zoom > spec.to) return [];
    const size = spec.size + Math.max(0, Math.min(3, zoom - 11) * 0.7);
    const major = spec.weight >= 600;
    const font = `${spec.weight} ${Math.round(size * 2) / 2}px ${FONT}`;
    const color = major ? palette.place : palette.placeMinor;
    return [label(name, { font, color, line: false, zIndex: 60 + spec.size })];
  }

  function water(feature: FeatureLike, zoom: number): Style[] {
    const kind = feature.get('kind') as string | undefined;
    if (feature.getGeometry()?.getType().includes('Polygon')) return [fill(palette.water, 4)];
    const width =
      (kind === 'stream' ? 0.5 : 1.4) * 2 ** Math.max(0, Math.min(4, (zoom - 10) / 1.6));
    const out = [stroke(kind === 'stream' ? palette.stream : palette.water, round(width), 4)];
    const name = feature.get('name') as string | undefined;
    if (name && zoom >= 12) {
      const font = `italic 500 11px ${FONT}`;
      out.push(label(name, { font, color: palette.waterLabel, line: true, zIndex: 40 }));
    }
    return out;
  }

  return (feature: FeatureLike, resolution: number): Style[] => {
    const zoom = zoomOf(resolution);
    switch (feature.get('layer')) {
      case 'land':
        return [fill(landFill[String(feature.get('kind'))] ?? palette.land, 1)];
      case 'water':
        return water(feature, zoom);
      case 'building':
        return zoom >= 14.5 ? [fill(palette.building, 8)] : [];
      case 'boundary':
        return zoom >= 9 ? [stroke(palette.boundary, 1, 30, [6, 3, 1.5, 3])] : [];
      case 'road':
        return road(feature, zoom);
      case 'place':
        return place(feature, zoom);
      default:
        // poi: hospitals and stations come from the region itself, with the units.
        return [];
    }
  };
}

function roadText(feature: FeatureLike, kind: string, zoom: number): string {
  const [name, ref] = [feature.get('name') as string, feature.get('ref') as string];
  if (kind === 'motorway' || kind === 'trunk') return zoom >= 11 ? ref || name || '' : '';
  if (kind === 'primary') return zoom >= 12.5 ? ref || name || '' : '';
  if (kind === 'secondary' || kind === 'tertiary') return zoom >= 14 ? name || ref || '' : '';
  return kind === 'residential' && zoom >= 15.5 ? name || '' : '';
}

function widthAt([at10, at13, at16]: [number, number, number], zoom: number): number {
  const [low, high, part] =
    zoom < 13 ? [at10, at13, (zoom - 10) / 3] : [at13, at16, (zoom - 13) / 3];
  return round(low * (high / low) ** Math.max(-1, Math.min(1.5, part)));
}

/** Half pixels are enough and keep the caches small. */
const round = (width: number) => Math.max(0.25, Math.round(width * 4) / 4);
