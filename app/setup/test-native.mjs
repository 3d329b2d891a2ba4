import { prepare } from './prepare.mjs';
import { main, run } from './run.mjs';

// The long form of the native tests: everything under AddressSanitizer and UndefinedBehaviorSanitizer.
await main(async () => {
  await prepare({ addon: true });
  return run('bash', ['native/sanitize.sh']);
});
