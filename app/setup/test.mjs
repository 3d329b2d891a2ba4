import { mkdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, relative } from 'node:path';
import { ensureBrowser } from './browser.mjs';
import { check } from './check.mjs';
import { packageFile, root } from './paths.mjs';
import { prepare } from './prepare.mjs';
import { checkRequirements } from './requirements.mjs';
import { main, run, runNode, say } from './run.mjs';

const results = join(root, 'build', 'test-results');

/** One vitest suite; gives how many tests passed, failed and were skipped. */
async function suite(name, args, env) {
  const report = join(results, `${name}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await runNode([packageFile('vitest', 'vitest.mjs'), 'run', ...args, ...reporters], { env });
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(
    readFileSync(report, 'utf8'),
  );
  return {
    name,
    passed: numPassedTests,
    failed: numFailedTests,
    skipped: numPendingTests,
    ok: code === 0,
    failures: testResults.flatMap(failuresOf),
  };
}

/** What failed in one test file, a text each: the file, the test and the beginning of its message. */
function failuresOf({ name: file, message, assertionResults }) {
  const place = relative(root, file);
  const failed = assertionResults.filter(({ status }) => status === 'failed');
  // A file that could not be read, or whose hooks failed, has a message of its own.
  if (failed.length === 0) return message ? [`${place}\n    ${beginning(message)}`] : [];
  return failed.map(
    ({ fullName, failureMessages }) => `${place} > ${fullName}\n    ${beginning(failureMessages.join('\n'))}`,
  );
}

/** The first lines of a message, enough to tell what went wrong. */
function beginning(message) {
  return message.split('\n').slice(0, 12).join('\n    ');
}

/** The C++ tests, built and run without Node. */
async function native() {
  const folder = join('build', 'native-tests');
  const report = join(results, 'native.xml');
  const steps = [
    ['cmake', ['-S', 'native', '-B', folder, '-DCMAKE_BUILD_TYPE=Release', '-DTESSERA_TESTS=ON']],
    ['cmake', ['--build', folder, '--config', 'Release', '--parallel', String(cpus().length)]],
    ['ctest', ['--test-dir', folder, '-C', 'Release', '--output-on-failure', '--output-junit', report]],
  ];
  for (const [command, args] of steps) {
    if ((await run(command, args, { quiet: command === 'cmake' })) !== 0) {
      return { name: 'native', passed: 0, failed: 1, skipped: 0, ok: false };
    }
  }
  const [, tests = '0'] = /tests="(\d+)"/.exec(readFileSync(report, 'utf8')) ?? [];
  return { name: 'native', passed: Number(tests), failed: 0, skipped: 0, ok: Number(tests) > 0 };
}

/** What everything ends with: each suite, and one line that counts it all. */
function verdict(outcomes) {
  const counts = outcomes.map(({ name, passed, failed, skipped }) => {
    const rest = [failed > 0 && `${failed} failed`, skipped > 0 && `${skipped} skipped`].filter(Boolean);
    return `${name} ${passed} passed${rest.map((part) => `, ${part}`).join('')}`;
  });
  const total = (key) => outcomes.reduce((sum, outcome) => sum + outcome[key], 0);
  const good = outcomes.every(({ ok }) => ok);
  for (const { failures = [] } of outcomes) for (const failure of failures) say(`FAILED ${failure}`);
  say(`tessera: ${good ? 'all green' : 'NOT green'} — ${counts.join(' · ')}`);
  say(`total: ${total('passed')} passed, ${total('failed')} failed, ${total('skipped')} skipped`);
  return good ? 0 : 1;
}

await main(async () => {
  await prepare({ addon: true, screens: true, desktop: true });
  // The compiler and CMake: the C++ tests are built here, even where the addon was built before.
  checkRequirements();
  const TESSERA_BROWSER = ensureBrowser();
  mkdirSync(results, { recursive: true });
  const { failed, ran } = await check();
  const outcomes = [{ name: 'checks', passed: ran - failed, failed, skipped: 0, ok: failed === 0 }];
  outcomes.push(await native());
  outcomes.push(await suite('unit', [], { TESSERA_BROWSER }));
  outcomes.push(await suite('browser', ['--config', 'tests/e2e/vitest.config.ts'], { TESSERA_BROWSER }));
  return verdict(outcomes);
});
