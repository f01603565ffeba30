import Feature from 'ol/Feature';
import OlMap from 'ol/Map';
import type MapBrowserEvent from 'ol/MapBrowserEvent';
import View from 'ol/View';
import { defaults as defaultControls } from 'ol/control/defaults';
import { containsCoordinate, type Extent } from 'ol/extent';
import GeoJSON from 'ol/format/GeoJSON';
import { LineString, Point } from 'ol/geom';
import type VectorTileLayer from 'ol/layer/VectorTile';
import VectorLayer from 'ol/layer/Vector';
import { defaults as defaultInteractions } from 'ol/interaction/defaults';
import MouseWheelZoom from 'ol/interaction/MouseWheelZoom';
import { fromLonLat, toLonLat, transformExtent } from 'ol/proj';
import VectorSource from 'ol/source/Vector';
import type { StyleLike } from 'ol/style/Style';
import type { ThemeName } from '../theme/theme';
import { roundView, type MapView } from '../board/place';
import type { RegionInfo } from '../wire/types';
import { basemapLayer, hasBasemap } from './basemap';
import {
  buildingStyle,
  incidentStyle,
  jurisdictionStyle,
  pinStyle,
  reachStyles,
  ringStyle,
  unitStyles,
} from './looks';
import { mapPalette, type MapPalette } from './palette';
import type { IncidentMark, Reach, UnitMark } from './scene';

export type Hit = { kind: 'unit' | 'incident'; id: string };

export interface MapEvents {
  onSelect: (hit: Hit) => void;
  onPick: (lon: number, lat: number) => void;
  onHover: (hit: Hit | null, pixel: [number, number]) => void;
  /** Where the map stands now; null: at the own jurisdiction, as by itself. */
  onView: (view: MapView | null) => void;
}

/** The map, outside of the component tree: told what to draw, it answers clicks. Canvas only. */
export class BoardMap {
  private readonly map: OlMap;
  private palette: MapPalette;
  private basemap: VectorTileLayer | null = null;
  private picking = false;
  // All labels are decluttered together, the upper layers first: a street gives way to a unit.
  private readonly areas = layer(1, true);
  private readonly buildings = layer(3, true);
  private readonly rings = layer(4);
  private readonly reach = layer(5);
  private readonly units = layer(6, true);
  private readonly incidents = layer(7, true);
  private readonly pin = layer(8);
  /** What each layer shows now: a mark that says the same again is not touched. */
  private readonly drawn = new Map<VectorLayer, Map<string, object>>();
  private homeExtent: Extent;
  private atHome: MapView | null = null;
  private looksElsewhere = false;

  constructor(
    private readonly target: HTMLElement,
    private readonly region: RegionInfo,
    private readonly home: string | null,
    private theme: ThemeName,
    private readonly events: MapEvents,
  ) {
    this.palette = mapPalette(theme);
    this.homeExtent = transformExtent(region.bbox, 'EPSG:4326', 'EPSG:3857');
    const { areas, buildings, rings, reach, units, incidents, pin } = this;
    this.map = new OlMap({
      target,
      layers: [areas, buildings, rings, reach, units, incidents, pin],
      controls: defaultControls({ attribution: false, rotate: false }),
      interactions: defaultInteractions({ onFocusOnly: false, mouseWheelZoom: false }).extend([
        new MouseWheelZoom({ condition: () => this.hasWheel() }),
      ]),
      view: new View({ center: fromLonLat(region.centre), zoom: 11, minZoom: 6, maxZoom: 19 }),
    });
    this.map.getView().fit(this.homeExtent);
    this.map.on('moveend', () => this.stopped());
    // Nobody has moved it: the own jurisdiction fills the new room as it did the old.
    this.map.on('change:size', () => this.isHome() && this.goHome());
    this.map.on('singleclick', (event) => this.clicked(event));
    this.map.on('pointermove', (event) => this.moved(event));
    this.restyle();
    void this.loadBasemap();
    // Labels drawn before the font is there would keep the fallback font.
    void document.fonts.load('500 12px "Inter Variable"').then(() => this.map.render());
  }

  dispose(): void {
    this.map.setTarget(undefined);
    this.map.dispose();
  }

  setTheme(theme: ThemeName): void {
    if (theme === this.theme) return;
    this.theme = theme;
    this.palette = mapPalette(theme);
    // The same ids, but nothing said yet: every mark is drawn again in the new colours.
    for (const marks of this.drawn.values()) for (const id of marks.keys()) marks.set(id, {});
    this.restyle();
    if (this.basemap) this.showBasemap();
  }

  /** Areas come once, as GeoJSON; the view then shows the own one with some of its surroundings. */
  setJurisdictions(geojson: object): void {
    const source = this.areas.getSource()!;
    source.clear();
    const features = new GeoJSON().readFeatures(geojson, { featureProjection: 'EPSG:3857' });
    features.forEach((feature, index) => {
      const id = String(feature.get('id') ?? feature.getId());
      feature.setId(id);
      feature.set('index', index, true);
      feature.set('own', id === this.home, true);
    });
    source.addFeatures(features as Feature[]);
    const own = this.home ? source.getFeatureById(this.home) : null;
    this.homeExtent = own?.getGeometry()?.getExtent() ?? source.getExtent() ?? this.homeExtent;
    if (!this.looksElsewhere) this.goHome();
  }

  goHome(): void {
    this.looksElsewhere = false;
    this.map.getView().fit(this.homeExtent, { padding: [40, 60, 90, 60] });
    this.atHome = this.viewNow();
  }

  /** Shows the place that an address has named. */
  look(at: MapView): void {
    this.looksElsewhere = true;
    const view = this.map.getView();
    view.setCenter(fromLonLat([at.lon, at.lat]));
    view.setZoom(at.zoom);
  }

  setUnits(marks: readonly UnitMark[]): void {
    this.sync(this.units, marks, (mark) => unitStyles(mark, this.palette));
    const coarse = marks.filter((mark) => mark.coarse && !mark.doubtful);
    this.sync(this.rings, coarse, (mark) => ringStyle(mark, this.palette));
  }

  setIncidents(marks: readonly IncidentMark[]): void {
    this.sync(this.incidents, marks, (mark) => incidentStyle(mark, this.palette));
  }

  setReach(reach: Reach | null): void {
    const source = this.reach.getSource()!;
    source.clear();
    if (!reach) return;
    const way = [reach.from, reach.to].map((point) => fromLonLat(point));
    const line = new LineString(way);
    const [lineStyle, labelStyle] = reachStyles(reach, this.palette);
    const [onLine, onLabel] = [
      new Feature(line),
      new Feature(new Point(line.getCoordinateAt(0.5))),
    ];
    onLine.setStyle(lineStyle);
    onLabel.setStyle(labelStyle);
    source.addFeatures([onLine, onLabel]);
  }

  setPicking(picking: boolean): void {
    this.picking = picking;
    this.target.style.cursor = picking ? 'crosshair' : '';
  }

  setPin(pin: { lon: number; lat: number } | null): void {
    const source = this.pin.getSource()!;
    source.clear();
    if (!pin) return;
    const feature = new Feature(new Point(fromLonLat([pin.lon, pin.lat])));
    feature.setStyle(pinStyle(this.palette));
    source.addFeature(feature);
  }

  /** Moves the view only as far as needed: a map that jumps loses its reader. */
  reveal(points: [number, number][]): void {
    const view = this.map.getView();
    const seen = view.calculateExtent(this.map.getSize());
    const wanted = points.map((point) => fromLonLat(point));
    if (wanted.every((point) => containsCoordinate(shrunk(seen), point))) return;
    if (wanted.length === 1) {
      view.animate({ center: wanted[0]!, duration: 250 });
      return;
    }
    const line = new LineString(wanted);
    const zoom = view.getZoom() ?? 12;
    view.fit(line, { padding: [70, 90, 130, 90], maxZoom: zoom, duration: 250 });
  }

  /** Keeps one feature per mark; touches only what has changed. */
  private sync<T extends { id: string; lon: number; lat: number }>(
    into: VectorLayer,
    marks: readonly T[],
    styleOf: (mark: T) => StyleLike,
  ): void {
    const source = into.getSource()!;
    const before = this.drawn.get(into);
    const now = new Map<string, object>();
    this.drawn.set(into, now);
    for (const mark of marks) {
      const old = before?.get(mark.id);
      now.set(mark.id, mark);
      if (old && isSame(mark, old)) continue;
      const at = fromLonLat([mark.lon, mark.lat]);
      const known = source.getFeatureById(mark.id) as Feature<Point> | null;
      const feature = known ?? new Feature(new Point(at));
      if (known) known.getGeometry()!.setCoordinates(at);
      feature.setStyle(styleOf(mark));
      if (known) continue;
      feature.setId(mark.id);
      source.addFeature(feature);
    }
    for (const id of before?.keys() ?? []) {
      const gone = now.has(id) ? null : source.getFeatureById(id);
      if (gone) source.removeFeature(gone as Feature);
    }
  }

  private restyle(): void {
    this.target.style.background = this.palette.land;
    this.areas.setStyle(jurisdictionStyle(this.palette));
    this.buildings.setStyle(buildingStyle(this.palette));
    const source = this.buildings.getSource()!;
    if (source.getFeatures().length) return;
    const place = (kind: string, id: string, name: string, at: [number, number], own: boolean) => {
      const feature = new Feature({ geometry: new Point(fromLonLat(at)), kind, name, own });
      feature.setId(`${kind}:${id}`);
      source.addFeature(feature);
    };
    for (const h of this.region.hospitals) place('hospital', h.id, h.name, [h.lon, h.lat], true);
    for (const s of this.region.stations) {
      place('station', s.id, s.name, [s.lon, s.lat], s.jurisdiction === this.home);
    }
  }

  private async loadBasemap(): Promise<void> {
    if (await hasBasemap()) this.showBasemap();
  }

  private showBasemap(): void {
    if (this.basemap) this.map.removeLayer(this.basemap);
    this.basemap = basemapLayer(this.palette);
    this.map.getLayers().insertAt(0, this.basemap);
  }

  private viewNow(): MapView {
    const view = this.map.getView();
    const [lon, lat] = toLonLat(view.getCenter() ?? [0, 0]) as [number, number];
    return roundView({ lon, lat, zoom: view.getZoom() ?? 0 });
  }

  private isHome(): boolean {
    const [now, home] = [this.viewNow(), this.atHome];
    return home !== null && now.lon === home.lon && now.lat === home.lat && now.zoom === home.zoom;
  }

  private stopped(): void {
    // Before the areas are there the map has no home yet, and has not been moved.
    if (!this.atHome && !this.looksElsewhere) return;
    this.events.onView(this.isHome() ? null : this.viewNow());
  }

  /** The wheel is the map's even while the hands are elsewhere, unless the page itself scrolls. */
  private hasWheel(): boolean {
    const { scrollHeight } = document.documentElement;
    return scrollHeight <= innerHeight + 1 || this.target.contains(document.activeElement);
  }

  private clicked(event: MapBrowserEvent): void {
    if (this.picking) {
      const [lon, lat] = toLonLat(event.coordinate) as [number, number];
      this.events.onPick(lon, lat);
      return;
    }
    const hit = this.hitAt(event);
    if (hit) this.events.onSelect(hit);
  }

  private moved(event: MapBrowserEvent): void {
    const hit = event.dragging || this.picking ? null : this.hitAt(event);
    if (!this.picking) this.target.style.cursor = hit ? 'pointer' : '';
    this.events.onHover(hit, event.pixel as [number, number]);
  }

  private hitAt(event: MapBrowserEvent): Hit | null {
    const layers: [VectorLayer, Hit['kind']][] = [
      [this.incidents, 'incident'],
      [this.units, 'unit'],
    ];
    for (const [within, kind] of layers) {
      const found = this.map.forEachFeatureAtPixel(event.pixel, (feature) => feature, {
        layerFilter: (candidate) => candidate === within,
        hitTolerance: 5,
      });
      if (found) return { kind, id: String(found.getId()) };
    }
    return null;
  }
}

/** Whether `old` says the same as `mark`; a shift is a pair, all else is a plain value. */
function isSame<T extends object>(mark: T, old: Partial<T>): boolean {
  // No intermediate arrays: this runs for every unit twice a second.
  for (const name in mark) {
    const value = mark[name];
    const other = old[name];
    if (value === other) continue;
    if (!Array.isArray(value) || !Array.isArray(other)) return false;
    if (value[0] !== other[0] || value[1] !== other[1]) return false;
  }
  return true;
}

function layer(zIndex: number, declutter = false): VectorLayer {
  return new VectorLayer({
    source: new VectorSource(),
    zIndex,
    updateWhileAnimating: false,
    updateWhileInteracting: false,
    declutter,
  });
}

/** The middle of an extent: what lies at the very rim is not well seen. */
function shrunk([west, south, east, north]: Extent): Extent {
  const [dx, dy] = [(east! - west!) * 0.07, (north! - south!) * 0.07];
  return [west! + dx, south! + dy, east! - dx, north! - dy];
}
