import { getContext, setContext, untrack } from 'svelte';
import { leave } from '../agreements/leaving';
import { FORM_FIRST, type Board } from './board.svelte';
import { isDeliberate, losesForm, readPlace, writePlace, type Page, type Place } from './place';

/** Browsers limit how often an address may change; nobody reads it while rows are walked through. */
const REPLACE_MS = 300;

/** Keeps the window's address and what the window shows the same, either way. */
export class Address {
  private written: Place;
  private pending: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly board: Board,
    /** The page that the person's role begins with; it need not stand in the address. */
    private readonly first: Page,
  ) {
    this.take(readPlace(location.search));
    this.written = this.place;
  }

  get place(): Place {
    const { view, selectedUnit, selectedIncident, side } = this.board;
    return {
      page: view.page === this.first ? null : view.page,
      panel: view.panel,
      only: view.only,
      mine: view.mine,
      sort: view.sort,
      columns: view.columns,
      incidents: view.incidents,
      unit: selectedUnit,
      incident: selectedIncident,
      side,
      map: view.map,
      theme: view.theme,
    };
  }

  /** Called while a component is made: lives as long as it does. */
  follow(): void {
    $effect(() => {
      const place = this.place;
      untrack(() => this.write(place));
    });
    $effect(() => {
      const back = () => this.goBack();
      addEventListener('popstate', back);
      return () => {
        removeEventListener('popstate', back);
        clearTimeout(this.pending);
      };
    });
    this.forgetStrangers();
  }

  /** What a link points at may be over by now, or not for this person to see. */
  private forgetStrangers(): void {
    let looked = false;
    $effect(() => {
      const { picture } = this.board;
      if (!picture || looked) return;
      looked = true;
      untrack(() => {
        const { selectedUnit, selectedIncident } = this.board;
        if (selectedUnit && !picture.units.has(selectedUnit)) this.board.selectedUnit = null;
        if (selectedIncident && !picture.incidents.has(selectedIncident)) {
          this.board.selectIncident(null);
        }
      });
    });
  }

  private goBack(): void {
    const place = readPlace(location.search);
    if (losesForm(this.place, place)) {
      this.board.announce(FORM_FIRST);
      return this.stay();
    }
    let gone = false;
    leave(() => {
      gone = true;
      this.take(place);
      this.written = this.place;
    });
    // Unsaved edits are being asked about: until that is answered the page is still this one.
    if (!gone) this.stay();
  }

  /** "Back" has changed the address only: it is put back on top. */
  private stay(): void {
    this.written = this.place;
    history.pushState(null, '', this.url(this.written));
  }

  private take(place: Place): void {
    const { board } = this;
    Object.assign(board.view, {
      page: place.page ?? this.first,
      panel: place.panel,
      only: place.only,
      mine: place.mine,
      sort: place.sort,
      columns: place.columns,
      incidents: place.incidents,
      map: place.map,
      theme: place.theme,
    });
    board.selectedUnit = place.unit;
    board.selectIncident(place.incident);
    board.openSide(place.side);
  }

  private write(place: Place): void {
    if (writePlace(place) === writePlace(this.written)) return;
    const deliberate = isDeliberate(this.written, place);
    // "Back" leads to where somebody was last, not to where the page was a moment before.
    if (deliberate) this.settle();
    this.written = place;
    if (deliberate) history.pushState(null, '', this.url(place));
    else this.pending ??= setTimeout(() => this.settle(), REPLACE_MS);
  }

  private settle(): void {
    if (this.pending === undefined) return;
    clearTimeout(this.pending);
    this.pending = undefined;
    history.replaceState(null, '', this.url(this.written));
  }

  private url = (place: Place) => location.pathname + writePlace(place);
}

const KEY = Symbol('address');
export const provideAddress = (address: Address): Address => setContext(KEY, address);
export const useAddress = (): Address => getContext<Address>(KEY);
