/** A room of the house: what lies in it, which other rooms it may import, and which packages. */
export interface Rule {
  room: string;
  /** Path prefix, from the top of the project; the longest that matches decides. */
  path: string;
  /** Path prefixes that it may import, besides its own. */
  mayImport: string[];
  /** Packages; `node:*` stands for Node's own modules. `null` allows every package but electron. */
  packages: string[] | null;
  why: string;
}

const domain = ['app/contract/', 'app/core/'];

export const rules: Rule[] = [
  {
    room: 'contract',
    path: 'app/contract/',
    mayImport: [],
    packages: ['zod', '@orpc/contract'],
    why: 'the contract knows only the schema library',
  },
  {
    room: 'core',
    path: 'app/core/',
    mayImport: ['app/contract/'],
    packages: [],
    why: 'the core is pure: no Node, no Electron, no native code',
  },
  {
    room: 'engine',
    path: 'app/engine/',
    mayImport: domain,
    packages: ['node:*'],
    why: 'the engine wraps the addon and nothing else',
  },
  {
    room: 'formats',
    path: 'app/formats/',
    mayImport: domain,
    packages: null,
    why: 'formats read and write files',
  },
  {
    room: 'storage',
    path: 'app/storage/',
    mayImport: domain,
    packages: ['node:*'],
    why: 'storage is a project on disk',
  },
  {
    room: 'jobs',
    path: 'app/jobs/',
    mayImport: [
      ...domain,
      'app/engine/',
      'app/formats/',
      'app/storage/files.ts',
      'app/storage/many-files.ts',
    ],
    packages: null,
    why: 'the worker never opens the database',
  },
  {
    room: 'services',
    path: 'app/services/',
    mayImport: domain,
    packages: ['node:*', 'zod', '@orpc/server'],
    why: 'services are handed what they need; only the composition root builds',
  },
  {
    room: 'composition root',
    path: 'app/services/compose.ts',
    mayImport: ['app/'],
    packages: null,
    why: 'the composition root builds everything, and knows no host',
  },
  {
    room: 'hosts',
    path: 'app/hosts/',
    mayImport: ['app/services/', 'app/jobs/', 'app/contract/'],
    packages: null,
    why: 'hosts only carry the services',
  },
  {
    room: 'setup',
    path: 'app/setup/',
    mayImport: [],
    packages: ['node:*'],
    why: 'setup runs before anything is installed',
  },
  {
    room: 'renderer',
    path: 'renderer/',
    mayImport: ['app/contract/'],
    packages: [
      '@orpc/client',
      '@orpc/contract',
      'svelte',
      'bits-ui',
      '@lucide/svelte',
      '@tanstack/svelte-virtual',
      'uplot',
    ],
    why: 'screens know the contract and the client',
  },
];

/** Rules that no path prefix can say. */
export const electronRoom = 'app/hosts/electron/';
export const featuresFolder = 'renderer/features/';
/** The composition root serves every host, so it may not know one. */
export const forbidden = [{ from: 'app/services/', to: 'app/hosts/', why: 'services know no host' }];

/** addon → network → augment and kernels, and never back; only the addon knows Node-API. */
export const nativeOrder = ['native/kernels/', 'native/augment/', 'native/network/', 'native/addon/'];
export const nodeApiHeaders = /^(napi|node_api|js_native_api)/;
