import { prepare } from './prepare.mjs';
import { main, runNode } from './run.mjs';

await main(async () => {
  await prepare({ addon: true });
  return runNode(['tests/bench/main.ts', ...process.argv.slice(2)]);
});
