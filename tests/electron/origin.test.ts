import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isOurs } from '../../app/hosts/electron/origin.ts';

test('our own addresses are ours, with any path, query and fragment', () => {
  const rest = fc.webUrl().map((url) => new URL(url).pathname + new URL(url).search);
  fc.assert(fc.property(rest, (path) => isOurs(`app://tessera${path}`)));
  expect(isOurs('app://tessera')).toBe(true);
});

test('nothing else is, however alike it begins', () => {
  const host = fc.oneof(
    fc.domain(),
    fc.string({ minLength: 1 }).map((text) => `tessera${text}`),
    fc.string({ minLength: 1 }).map((text) => `${text}tessera`),
    fc.constantFrom(
      'tessera.evil',
      'tessera@evil',
      'tessera:1',
      'evil#@tessera',
      'evil?tessera',
      'evil/tessera',
    ),
  );
  const scheme = fc.constantFrom(
    'app',
    'apps',
    'http',
    'https',
    'file',
    'data',
    'blob:app',
    'javascript',
    'App',
  );
  fc.assert(
    fc.property(scheme, host, (before, after) => {
      const address = `${before}://${after}`;
      if (!isOurs(address)) return true;
      const { protocol, host: parsed } = new URL(address);
      return protocol === 'app:' && parsed === 'tessera';
    }),
    { numRuns: 2000 },
  );
});

test('text that is no address is not ours', () => {
  fc.assert(fc.property(fc.string(), (text) => !isOurs(text)));
});
