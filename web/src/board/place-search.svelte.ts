import { Latest } from '../agreements/latest';
import type { Api } from '../wire/api';
import { findPlaces, placeAt, singleMatch } from '../wire/places';
import type { PlaceRow, PlacesAnswer, PointRow } from '../wire/places';
import { parseLonLat } from '../words/format';
import { addressOf, searchNote, unresolvedNote } from '../words/places';
import { stepIn, wantsOutside, withOutside } from './place-list';

export interface LonLat {
  lon: number;
  lat: number;
}

const REST_MS = 150;
/** The geocoder outside is asked when the hands rest, not at every letter. */
const OUTSIDE_REST_MS = 600;

/**
 * One place field: its text, the places that this may mean, and the point that was chosen. The newest text
 * counts: answers that were overtaken are dropped, and a point is forgotten as soon as its text changes.
 */
export class PlaceSearch {
  text = $state('');
  rows = $state.raw<readonly PlaceRow[]>([]);
  open = $state(false);
  /** The row that the arrow keys point at; -1 is the text. */
  active = $state(-1);
  /** The chosen point; null while the text means none. The map shows the same object. */
  pin = $state.raw<LonLat | null>(null);
  /** The row that was chosen, where one was. */
  chosen = $state.raw<PlaceRow | null>(null);
  /** Who is in charge of the point, once the server has said so. */
  point = $state.raw<PointRow | null>(null);
  /** The address that goes with the point. */
  address = $state('');
  note = $state('');

  private readonly names: Latest<string, PlacesAnswer>;
  private readonly outside: Latest<string, PlacesAnswer>;
  private readonly points: Latest<LonLat, PointRow>;
  /** What the point's own address is wanted for: nobody has named one, or nobody has typed anything. */
  private naming: 'nothing' | 'address' | 'text' = 'nothing';

  constructor(
    private readonly api: Pick<Api, 'get'>,
    private readonly onPin: (pin: LonLat | null) => void = () => undefined,
  ) {
    this.names = new Latest((text) => findPlaces(api, text), this.hear, this.fail, REST_MS);
    this.outside = new Latest(
      (text) => findPlaces(api, text, true),
      this.hearOutside,
      () => undefined,
      OUTSIDE_REST_MS,
    );
    this.points = new Latest(
      ({ lon, lat }) => placeAt(api, lon, lat),
      this.hearPoint,
      undefined,
      0,
    );
  }

  /** The text was changed by hand. */
  typed(text: string): void {
    this.forget();
    this.text = text;
    const at = parseLonLat(text);
    if (at) this.put(at, 'address');
    else if (text.trim().length > 1) this.names.give(text);
  }

  /** The map was clicked: the text follows, an address that was typed for an unknown number stays. */
  picked(pin: LonLat): void {
    const kept = this.chosen?.without_number ? this.address : '';
    this.forget();
    this.text = kept || `${pin.lon.toFixed(5)}, ${pin.lat.toFixed(5)}`;
    this.address = kept;
    this.put(pin, kept ? 'nothing' : 'text');
  }

  /** As it was before the form was left. */
  restore(left: { at: LonLat; place?: string; address?: string; chosen?: PlaceRow | null }): void {
    this.forget();
    [this.text, this.address] = [left.place ?? '', left.address ?? ''];
    this.chosen = left.chosen ?? null;
    this.put(left.at, 'nothing');
  }

  choose(row: PlaceRow): void {
    const typed = this.text;
    this.forget();
    this.text = row.without_number ? typed.trim() : row.name;
    this.chosen = row;
    this.address = addressOf(row, typed);
    this.put({ lon: row.lon, lat: row.lat }, 'nothing');
  }

  /** Arrow keys: opens the list where it is closed. */
  step(by: 1 | -1): void {
    if (this.open) this.active = stepIn(this.rows.length, this.active, by);
    else if (this.rows.length) {
      this.open = true;
      this.active = by > 0 ? 0 : this.rows.length - 1;
    }
  }

  close(): void {
    this.open = false;
    this.active = -1;
  }

  /**
   * Finds the point of what is typed now, without waiting for the hands to rest. Where the text may mean
   * several places, the list opens, its first row is pointed at, and the answer is null.
   */
  async resolve(): Promise<LonLat | null> {
    if (this.pin) return this.pin;
    const text = this.text;
    this.names.stop();
    if (text.trim().length > 1) {
      try {
        const answer = await findPlaces(this.api, text);
        if (text !== this.text) return null;
        this.hear(answer);
      } catch (error) {
        this.fail(error);
        return null;
      }
    }
    const only = singleMatch(this.rows);
    if (only) this.choose(only);
    else {
      this.note = unresolvedNote(this.rows, text);
      this.open = this.rows.length > 0;
      this.active = this.open ? 0 : -1;
    }
    return this.pin;
  }

  stop(): void {
    for (const each of [this.names, this.outside, this.points]) each.stop();
  }

  private forget(): void {
    this.stop();
    this.close();
    this.rows = [];
    [this.chosen, this.point, this.note, this.address] = [null, null, '', ''];
    if (this.pin) this.onPin(null);
    this.pin = null;
  }

  private put(pin: LonLat, naming: 'nothing' | 'address' | 'text'): void {
    this.pin = pin;
    this.naming = naming;
    this.onPin(pin);
    this.points.give(pin);
  }

  private readonly hear = (answer: PlacesAnswer): void => {
    this.rows = answer.rows;
    this.active = -1;
    this.open = answer.rows.length > 0;
    this.note = searchNote(answer, this.text);
    if (wantsOutside(answer, this.text)) this.outside.give(this.text);
  };

  private readonly hearOutside = (answer: PlacesAnswer): void => {
    if (this.pin) return;
    this.rows = withOutside(this.rows, answer);
    this.open = this.rows.length > 0;
    this.note = searchNote({ ...answer, rows: [...this.rows] }, this.text);
  };

  private readonly fail = (error: unknown): void => {
    this.note = error instanceof Error ? error.message : 'The search did not work';
  };

  private readonly hearPoint = (point: PointRow): void => {
    this.point = point;
    if (this.naming === 'nothing' || !point.address) return;
    if (!this.address) this.address = point.address;
    if (this.naming === 'text') this.text = point.address;
  };
}
