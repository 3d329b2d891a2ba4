import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodePng } from '../../app/formats/images/plain-png.ts';
import { ZipArchive } from '../../app/formats/layouts/zip-archive.ts';
import { findBrowser } from '../../app/setup/browser.mjs';
import { TrainedProject } from '../jobs/export/trained-project.ts';

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));

/** Without these a browser runs neither a module nor WebAssembly. */
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** A bundle as somebody unpacks and serves it, with `npm install onnxruntime-web` done. */
async function served(channels: 1 | 3): Promise<{ project: TrainedProject; server: Server; url: string }> {
  const project = await TrainedProject.train(channels);
  const { result, error } = await project.export('bundle', join(project.folder(), 'model.zip'));
  if (result?.kind !== 'export') throw new Error(error?.message ?? 'no result');
  const folder = project.folder();
  await using archive = await ZipArchive.open(result.path);
  for (const file of archive.contents.files) {
    const place = join(folder, ...file.name.split('/'));
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, await file.read());
  }
  symlinkSync(modules, join(folder, 'example', 'browser', 'node_modules'), 'junction');
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    readFile(join(folder, ...decodeURIComponent(pathname).split('/'))).then(
      (bytes) =>
        response.setHeader('content-type', types[extname(pathname)] ?? 'application/octet-stream').end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { project, server, url: `http://127.0.0.1:${port}/example/browser/index.html` };
}

describe.each([1, 3] as const)('the page of a bundle whose pictures have %i channels', (channels) => {
  let bundle: Awaited<ReturnType<typeof served>>;
  let browser: Browser;
  beforeAll(async () => {
    bundle = await served(channels);
    browser = await chromium.launch({
      executablePath: findBrowser() ?? '',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
  });
  afterAll(async () => {
    await browser.close();
    bundle.server.close();
    await bundle.project[Symbol.asyncDispose]();
  });

  test('checks the golden pictures, answers about another one, and asks nobody else', async () => {
    const page = await browser.newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).host));
    await page.goto(bundle.url);
    await page.locator('body[data-golden]').waitFor();
    expect(await page.locator('body').getAttribute('data-golden')).toBe('agrees');
    expect(await page.getByRole('row').count()).toBe(8);

    const shape = { width: 40, height: 24, channels: 3 } as const;
    const buffer = Buffer.from(encodePng(new Uint8Array(40 * 24 * 3).fill(30), shape));
    await page.getByLabel('A picture').setInputFiles({ name: 'dark.png', mimeType: 'image/png', buffer });
    await page.getByText(/^(X|O \(円\) ○|two lines), \d+\.\d %$/).waitFor();
    expect(new Set(asked)).toEqual(new Set([new URL(bundle.url).host]));
  });
});
