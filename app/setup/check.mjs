import { packageFile } from './paths.mjs';
import { prepare } from './prepare.mjs';
import { main, runNode, say } from './run.mjs';

/** What `npm run check` looks at; all of them run, so that one look shows everything. */
const checks = [
  ['format', ['prettier', 'bin', 'prettier.cjs'], ['--check', '--log-level', 'warn', '.']],
  ['types', ['typescript', 'bin', 'tsc'], ['-p', '.']],
  [
    'screens',
    ['svelte-check', 'bin', 'svelte-check'],
    ['--tsconfig', './tsconfig.json', '--fail-on-warnings', '--output', 'human'],
  ],
  ['lint', ['eslint', 'bin', 'eslint.js'], ['--max-warnings', '0', '.']],
  ['architecture', ['vitest', 'vitest.mjs'], ['run', 'tests/architecture']],
];

/**
 * All at the same time; what one of them complains about is printed when it ends.
 * @returns {Promise<{ ran: number, failed: number }>}
 */
export async function check() {
  const codes = await Promise.all(
    checks.map(async ([name, file, args]) => {
      const begun = performance.now();
      const code = await runNode([packageFile(...file), ...args], { quiet: true });
      const seconds = ((performance.now() - begun) / 1000).toFixed(1);
      say(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
      return code;
    }),
  );
  return { ran: checks.length, failed: codes.filter((code) => code !== 0).length };
}

if (process.argv[1]?.endsWith('check.mjs')) {
  await main(async () => {
    await prepare({});
    const { failed } = await check();
    return failed === 0 ? 0 : 1;
  });
}
