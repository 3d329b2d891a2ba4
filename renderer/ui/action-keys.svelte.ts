import { remember, remembered } from './remembered.ts';

/** What a letter does where pictures are labeled, besides giving classes. */
export type KeyedAction = 'skip' | 'nextUnlabeled' | 'exclude' | 'newClass' | 'changeView' | 'listClasses';

type Bindings = Readonly<Record<KeyedAction, string>>;

const usual: Bindings = {
  skip: 's',
  nextUnlabeled: 'u',
  exclude: 'x',
  newClass: 'n',
  changeView: 'g',
  listClasses: 'c',
};
const actions = Object.keys(usual) as KeyedAction[];
const isKey = (key: unknown): key is string => typeof key === 'string' && /^[0-9a-z]$/.test(key);

/** As they were kept; whatever is not understood, or would give one key to two actions, is as usual. */
export function bindingsFrom(text: string | null): Bindings {
  let kept: Partial<Record<string, unknown>> = {};
  try {
    kept = (JSON.parse(text ?? '{}') ?? {}) as typeof kept;
  } catch {
    return usual;
  }
  const keys = actions.map((action) => (isKey(kept[action]) ? kept[action] : usual[action]));
  if (keys.some((key, at) => keys.indexOf(key) !== at)) return usual;
  return Object.fromEntries(actions.map((action, at) => [action, keys[at]])) as unknown as Bindings;
}

/** The keys of the actions, which the person may change; kept on this computer, for all projects. */
class ActionKeys {
  #keys = $state.raw(bindingsFrom(remembered('actionKeys')));

  /** Of an action, in lower case. */
  of(action: KeyedAction): string {
    return this.#keys[action];
  }

  /** As it is printed on a button. */
  printed(action: KeyedAction): string {
    return this.#keys[action].toUpperCase();
  }

  actionOf(key: string): KeyedAction | null {
    return actions.find((action) => this.#keys[action] === key) ?? null;
  }

  isUsual(action: KeyedAction): boolean {
    return this.#keys[action] === usual[action];
  }

  /** Gives the action a letter or digit. An action that had it gets the key of this one. False for any other key. */
  give(action: KeyedAction, key: string): boolean {
    if (!isKey(key)) return false;
    const other = this.actionOf(key);
    this.#keep({ ...this.#keys, ...(other && { [other]: this.#keys[action] }), [action]: key });
    return true;
  }

  /** All as they were at first. */
  reset(): void {
    this.#keep(usual);
  }

  get areUsual(): boolean {
    return actions.every((action) => this.isUsual(action));
  }

  #keep(keys: Bindings): void {
    this.#keys = keys;
    remember('actionKeys', this.areUsual ? null : JSON.stringify(keys));
  }
}

export const actionKeys = new ActionKeys();
