import { spawn } from 'node:child_process';
import { environment, packageFile, pinnedNode, root } from './paths.mjs';
import { prepare } from './prepare.mjs';
import { main, runNode, say } from './run.mjs';

/** Starts the browser host and gives the address that it prints, token included. */
function startHost() {
  const host = spawn(
    pinnedNode,
    ['app/hosts/cli/main.ts', 'serve', '--sample', 'xo', ...process.argv.slice(2)],
    {
      cwd: root,
      env: environment(),
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  process.once('exit', () => host.kill());
  return new Promise((resolve, reject) => {
    let printed = '';
    host.stdout.on('data', (data) => {
      printed += data;
      const address = /http:\/\/127\.0\.0\.1:\d+\/#token=\S+/.exec(printed);
      if (address) resolve(new URL(address[0]));
    });
    host.on('exit', (code) => reject(new Error(`the browser host ended (exit code ${code})`)));
  });
}

// Vite serves the screens with hot reload and passes everything else on to the real host.
await main(async () => {
  await prepare({ addon: true, screens: true });
  const address = await startHost();
  say(`tessera: open http://127.0.0.1:5173/${address.hash}`);
  return runNode(
    [packageFile('vite', 'bin', 'vite.js'), '--host', '127.0.0.1', '--port', '5173', '--strictPort'],
    {
      env: { TESSERA_HOST: address.origin },
    },
  );
});
