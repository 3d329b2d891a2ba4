import { prepare } from './prepare.mjs';
import { main, runNode } from './run.mjs';

await main(async () => {
  const args = process.argv.slice(2);
  await prepare({ addon: true, screens: args[0] === 'serve' });
  return runNode(['app/hosts/cli/main.ts', ...args]);
});
