/** The screens, in the order of the work. */
export const screenIds = ['home', 'data', 'label', 'train', 'evaluate', 'use', 'share'] as const;
export type ScreenId = (typeof screenIds)[number];

/** What a screen has in its address besides its name: a filter, a chosen run. */
export type Query = Readonly<Record<string, string>>;

/** Where the person is. Every screen but `home` belongs to a project. */
export interface Address {
  projectId: string | null;
  screen: ScreenId;
  query: Query;
}

export const homeAddress: Address = { projectId: null, screen: 'home', query: {} };

/** `#/p/<project>/<screen>?<query>`; `#/` is the home screen. */
export function formatAddress({ projectId, screen, query }: Address): string {
  if (projectId === null || screen === 'home') return '#/';
  const text = new URLSearchParams(query).toString();
  return `#/p/${encodeURIComponent(projectId)}/${screen}${text && `?${text}`}`;
}

/** The other direction; whatever is not an address of ours is the home screen. */
export function parseAddress(hash: string): Address {
  const [, encodedId, name, text = ''] = /^#\/p\/([^/?]+)\/([a-z]+)(?:\?(.*))?$/.exec(hash) ?? [];
  const screen = screenIds.find((id) => id === name);
  const projectId = encodedId === undefined ? null : decode(encodedId);
  if (projectId === null || screen === undefined || screen === 'home') return homeAddress;
  return { projectId, screen, query: Object.fromEntries(new URLSearchParams(text)) };
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
