import {
  formatAddress,
  homeAddress,
  parseAddress,
  type Address,
  type Query,
  type ScreenId,
} from './address.ts';

/** Where the person is, kept in the window's address so that a reload, Back and Forward find it again. */
class Router {
  #address = $state.raw<Address>(parseAddress(location.hash));
  /** What every screen of this project last had in its address. */
  readonly #left = new Map<ScreenId, Query>();

  constructor() {
    this.#arrive(this.#address);
    window.addEventListener('popstate', () => this.#arrive(parseAddress(location.hash)));
  }

  get screen(): ScreenId {
    return this.#address.screen;
  }

  get projectId(): string | null {
    return this.#address.projectId;
  }

  /** A value of this screen's address, e.g. its filter; null where it has none. */
  query(key: string): string | null {
    return this.#address.query[key] ?? null;
  }

  /** Changes a value in place (null takes it away): Back does not go through the steps of a filter. */
  setQuery(key: string, value: string | null): void {
    const { [key]: _, ...rest } = this.#address.query;
    const query = value === null ? rest : { ...rest, [key]: value };
    this.#arrive({ ...this.#address, query });
    history.replaceState(null, '', formatAddress(this.#address));
  }

  /** To another screen of this project. Without `query` it comes up as it was left. */
  go(screen: ScreenId, query?: Query): void {
    if (screen === 'home' || this.projectId === null) this.#push(homeAddress);
    else this.open(this.projectId, screen, query);
  }

  /** Where a link to another screen of this project leads: to the screen as it was left. */
  href(screen: ScreenId): string {
    return formatAddress({ projectId: this.projectId, screen, query: this.#left.get(screen) ?? {} });
  }

  /** To a screen of a project, which may be another one. */
  open(projectId: string, screen: ScreenId = 'data', query?: Query): void {
    const left = projectId === this.projectId ? this.#left.get(screen) : undefined;
    this.#push({ projectId, screen, query: query ?? left ?? {} });
  }

  #push(address: Address): void {
    history.pushState(null, '', formatAddress(address));
    this.#arrive(address);
  }

  #arrive(address: Address): void {
    if (address.projectId !== this.projectId) this.#left.clear();
    this.#left.set(address.screen, address.query);
    this.#address = address;
  }
}

export const router = new Router();
