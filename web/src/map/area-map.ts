import Feature from 'ol/Feature';
import OlMap from 'ol/Map';
import View from 'ol/View';
import { defaults as defaultControls } from 'ol/control/defaults';
import { createEmpty, extend, isEmpty, type Extent } from 'ol/extent';
import GeoJSON from 'ol/format/GeoJSON';
import { Polygon } from 'ol/geom';
import { Draw, Modify, Snap } from 'ol/interaction';
import { defaults as defaultInteractions } from 'ol/interaction/defaults';
import VectorLayer from 'ol/layer/Vector';
import { fromLonLat, toLonLat, transformExtent } from 'ol/proj';
import VectorSource from 'ol/source/Vector';
import { Circle, Fill, Stroke, Style, Text } from 'ol/style';
import type { ThemeName } from '../theme/theme';
import type { RegionInfo } from '../wire/types';
import { basemapLayer, hasBasemap } from './basemap';
import { mapPalette } from './palette';

type LonLat = [number, number];
/** The first ring is the outline; rings are open. */
type Shape = LonLat[][];

export interface AreaMapEvents {
  onPick: (jurisdiction: string) => void;
  /** The drawn shapes, after each stroke. */
  onDraw: (shapes: Shape[]) => void;
}

export interface AreaScene {
  parties: ReadonlySet<string>;
  /** Jurisdictions that a clause names. */
  zones: ReadonlySet<string>;
  /** Areas that clauses draw and that are not being changed now. */
  shapes: Shape[];
}

const FONT = '"Inter Variable", sans-serif';

/** The map of what an agreement covers: jurisdictions to pick, and exceptions to draw. */
export class AreaMap {
  private readonly map: OlMap;
  private readonly areas = new VectorLayer({
    source: new VectorSource(),
    zIndex: 1,
    declutter: true,
  });
  private readonly still = new VectorLayer({ source: new VectorSource(), zIndex: 2 });
  private readonly drawn = new VectorLayer({ source: new VectorSource(), zIndex: 3 });
  private scene: AreaScene = { parties: new Set(), zones: new Set(), shapes: [] };
  private tools: (Draw | Modify | Snap)[] = [];
  private picking = false;
  private basemap: ReturnType<typeof basemapLayer> | null = null;
  private isKnown = false;

  constructor(
    private readonly target: HTMLElement,
    region: RegionInfo,
    private theme: ThemeName,
    private readonly events: AreaMapEvents,
  ) {
    this.map = new OlMap({
      target,
      layers: [this.areas, this.still, this.drawn],
      controls: defaultControls({ attribution: false, rotate: false }),
      interactions: defaultInteractions({ onFocusOnly: false }),
      view: new View({ center: fromLonLat(region.centre), zoom: 9, minZoom: 5, maxZoom: 18 }),
    });
    this.map.getView().fit(transformExtent(region.bbox, 'EPSG:4326', 'EPSG:3857'));
    this.map.on('singleclick', (event) => {
      if (!this.picking) return;
      const hit = this.map.forEachFeatureAtPixel(event.pixel, (feature) => feature, {
        layerFilter: (layer) => layer === this.areas,
      });
      if (hit) this.events.onPick(String(hit.getId()));
    });
    this.restyle();
    void this.loadBasemap();
    void document.fonts.load('500 12px "Inter Variable"').then(() => this.map.render());
  }

  dispose(): void {
    this.map.setTarget(undefined);
    this.map.dispose();
  }

  setTheme(theme: ThemeName): void {
    if (theme === this.theme) return;
    this.theme = theme;
    this.restyle();
    if (this.basemap) this.showBasemap();
  }

  setJurisdictions(geojson: object): void {
    const source = this.areas.getSource()!;
    const features = new GeoJSON().readFeatures(geojson, { featureProjection: 'EPSG:3857' });
    source.clear();
    for (const feature of features) feature.setId(String(feature.get('id') ?? feature.getId()));
    source.addFeatures(features as Feature[]);
    this.isKnown = true;
    this.reveal();
  }

  /** What the agreement covers; `anew` when it is another one, so that the view goes there. */
  setScene(scene: AreaScene, anew: boolean): void {
    this.scene = scene;
    this.areas.changed();
    this.fill(this.still, scene.shapes);
    if (anew) this.reveal();
  }

  setPicking(picking: boolean): void {
    this.picking = picking;
    this.target.style.cursor = picking ? 'pointer' : '';
  }

  /** Begins to draw, beside the shapes that are there; null: puts the pencil down. */
  setDrawing(shapes: Shape[] | null): void {
    const begun = this.tools.length > 0;
    if ((shapes !== null) !== begun) this.toggleTools(shapes !== null);
    this.fill(this.drawn, shapes ?? []);
    // What is to be changed must be seen; afterwards the view is left alone.
    if (shapes?.length && !begun) this.reveal();
  }

  private toggleTools(on: boolean): void {
    for (const tool of this.tools) this.map.removeInteraction(tool);
    this.tools = [];
    this.target.style.cursor = on ? 'crosshair' : '';
    if (!on) return;
    const source = this.drawn.getSource()!;
    const draw = new Draw({ source, type: 'Polygon' });
    const modify = new Modify({ source });
    // The feature joins the source only after this event.
    draw.on('drawend', () => setTimeout(() => this.tell()));
    modify.on('modifyend', () => this.tell());
    // Snap comes last: it must see the pointer before the others do.
    this.tools = [
      draw,
      modify,
      new Snap({ source }),
      new Snap({ source: this.areas.getSource()! }),
    ];
    for (const tool of this.tools) this.map.addInteraction(tool);
  }

  private tell(): void {
    const shapes = this.drawn
      .getSource()!
      .getFeatures()
      .map((feature) =>
        (feature.getGeometry() as Polygon).getCoordinates().map((ring) =>
          // A ring of the map is closed; ours are open.
          ring.slice(0, -1).map((corner) => toLonLat(corner) as LonLat),
        ),
      );
    this.events.onDraw(shapes);
  }

  private fill(layer: VectorLayer, shapes: Shape[]): void {
    const source = layer.getSource()!;
    source.clear();
    for (const rings of shapes) {
      if (!rings[0] || rings[0].length < 3) continue;
      const closed = rings.map((ring) => [...ring, ring[0]!].map((corner) => fromLonLat(corner)));
      source.addFeature(new Feature(new Polygon(closed)));
    }
  }

  private reveal(): void {
    if (!this.isKnown) return;
    const wanted = createEmpty();
    const source = this.areas.getSource()!;
    for (const id of [...this.scene.parties, ...this.scene.zones]) {
      const found: Extent | undefined = source.getFeatureById(id)?.getGeometry()?.getExtent();
      if (found) extend(wanted, found);
    }
    const drawn = this.drawn.getSource()!.getExtent();
    if (drawn && !isEmpty(drawn)) extend(wanted, drawn);
    const extent = isEmpty(wanted) ? source.getExtent() : wanted;
    if (extent && !isEmpty(extent)) this.map.getView().fit(extent, { padding: [30, 30, 40, 30] });
  }

  private restyle(): void {
    const palette = mapPalette(this.theme);
    this.target.style.background = palette.land;
    const line = (width: number, color: string, dash?: number[]) =>
      new Stroke({ color, width, ...(dash ? { lineDash: dash } : {}) });
    this.areas.setStyle((feature) => {
      const id = String(feature.getId());
      const [party, zone] = [this.scene.parties.has(id), this.scene.zones.has(id)];
      const color = party ? palette.own : palette.jurisdiction;
      return new Style({
        zIndex: zone ? 3 : party ? 2 : 1,
        fill: new Fill({ color: faint(palette.own, zone ? 0.3 : party ? 0.12 : 0.01) }),
        stroke: line(zone ? 2.5 : party ? 2 : 1, color, zone ? undefined : [10, 4, 2, 4]),
        text: new Text({
          text: String(feature.get('name') ?? '') + (zone ? ' ✓' : ''),
          font: `${party ? 650 : 500} 11.5px ${FONT}`,
          fill: new Fill({ color: party || zone ? palette.own : palette.jurisdictionLabel }),
          stroke: line(3, palette.halo),
          overflow: true,
        }),
      });
    });
    const shape = (width: number) =>
      new Style({
        fill: new Fill({ color: faint(palette.text, 0.16) }),
        stroke: line(width, palette.text, [6, 4]),
        image: new Circle({ radius: 5, fill: new Fill({ color: palette.accent }) }),
      });
    this.still.setStyle(shape(1.5));
    this.drawn.setStyle(shape(2.5));
  }

  private async loadBasemap(): Promise<void> {
    if (await hasBasemap()) this.showBasemap();
  }

  private showBasemap(): void {
    if (this.basemap) this.map.removeLayer(this.basemap);
    this.basemap = basemapLayer(mapPalette(this.theme));
    this.map.getLayers().insertAt(0, this.basemap);
  }
}

/** A hex colour made see-through. */
function faint(hex: string, share: number): string {
  const value = parseInt(hex.slice(1), 16);
  return `rgba(${(value >> 16) & 255},${(value >> 8) & 255},${value & 255},${share})`;
}
