#!/usr/bin/env node
import { runCli } from './run-cli.ts';

// Whoever read the results has gone (`tessera … | head`): nothing is left to be done for them.
process.stdout.on('error', () => process.exit(1));

process.exitCode = await runCli(process.argv.slice(2));
