import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Browser, type BrowserContext, type Locator, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { findBrowser } from '../../app/setup/browser.mjs';
import { childrenOf } from './processes.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Where pictures of the screens are put. */
export const screenshots = join(root, 'build', 'screenshots');

const browserFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  // A camera that shows a test picture; pages have to be allowed to use it all the same.
  '--use-fake-device-for-media-stream',
];

/** The real browser host with a home of its own, and a real browser on it. */
export class App implements AsyncDisposable {
  readonly home: string;
  url: URL;
  readonly browser: Browser;
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the page said on its console as errors, and what it threw. */
  readonly complaints: string[] = [];
  #host: ChildProcess;

  private constructor(
    home: string,
    host: ChildProcess,
    url: URL,
    browser: Browser,
    context: BrowserContext,
    page: Page,
  ) {
    this.home = home;
    this.#host = host;
    this.url = url;
    this.browser = browser;
    this.context = context;
    this.page = page;
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
    // The page talks to its host and to nobody else.
    page.on('request', (request) => {
      const { protocol, hostname } = new URL(request.url());
      if (/^(https?|wss?):$/.test(protocol) && hostname !== '127.0.0.1') {
        this.complaints.push(`it asked ${request.url()}`);
      }
    });
  }

  static async start(): Promise<App> {
    const home = mkdtempSync(join(tmpdir(), 'tessera-e2e-'));
    const { host, url } = await startHost(home);
    const browser = await chromium.launch({ executablePath: findBrowser() ?? '', args: browserFlags });
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-US' });
    const page = await context.newPage();
    const app = new App(home, host, url, browser, context, page);
    await page.goto(url.href);
    return app;
  }

  get hostId(): number {
    return this.#host.pid ?? 0;
  }

  /** The worker processes of the host, by their process ids. */
  workers(): number[] {
    return childrenOf(this.#host.pid ?? 0);
  }

  /** Ends the host as a person who quits does, and starts it again on what lies in its home; the page is a new one on it. */
  async quitAndStart(): Promise<void> {
    await this.page.goto('about:blank');
    await ended(this.#host);
    const { host, url } = await startHost(this.home);
    this.#host = host;
    this.url = url;
    await this.page.goto(url.href);
  }

  /** Goes to a screen of the project by the rail. */
  async open(screen: string): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: screen }).click();
    await this.page.getByRole('main', { name: screen }).waitFor();
  }

  /** Waits until nothing is at work any more. */
  async noJobs(): Promise<void> {
    await this.page.getByText('Nothing is running').waitFor();
  }

  /** Drops files on an element, as a person would from a folder window. */
  async drop(
    onto: Locator,
    files: readonly { name: string; bytes: Uint8Array; type: string }[],
  ): Promise<void> {
    const given = files.map(({ name, bytes, type }) => ({
      name,
      type,
      base64: Buffer.from(bytes).toString('base64'),
    }));
    const dataTransfer = await this.page.evaluateHandle((all) => {
      const transfer = new DataTransfer();
      for (const { name, type, base64 } of all) {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        transfer.items.add(new File([bytes], name, { type }));
      }
      return transfer;
    }, given);
    for (const event of ['dragenter', 'dragover', 'drop']) await onto.dispatchEvent(event, { dataTransfer });
  }

  /** A screenshot of what is shown, and axe's word on it, in light and in dark. */
  async look(name: string): Promise<void> {
    await this.page.waitForFunction(
      () =>
        // The images of a grid get their addresses one after the other.
        document.querySelector('[role=option]:not([aria-label=loading]) img:not([src])') === null &&
        [...document.images].every(({ complete }) => complete),
    );
    await this.screenshot(name);
    await this.expectAccessible(name);
  }

  /** A picture of the screen in light and in dark, for people to look at. */
  async screenshot(name: string): Promise<void> {
    mkdirSync(screenshots, { recursive: true });
    for (const colorScheme of ['dark', 'light'] as const) {
      await this.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await this.page.screenshot({ path: join(screenshots, `${name}-${colorScheme}.png`) });
    }
  }

  /** No serious or critical finding of axe on this screen, in light and in dark. */
  async expectAccessible(name: string): Promise<void> {
    for (const colorScheme of ['dark', 'light'] as const) {
      await this.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const { violations } = await new AxeBuilder({ page: this.page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21aa'])
        .analyze();
      const serious = violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(
          ({ id, nodes }) =>
            `${name} (${colorScheme}): ${id} at ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
        );
      expect(serious).toEqual([]);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser.close();
    await ended(this.#host);
    rmSync(this.home, { recursive: true, force: true });
  }
}

async function ended(host: ChildProcess): Promise<void> {
  host.kill('SIGTERM');
  await new Promise((resolve) => {
    if (host.exitCode !== null || host.signalCode !== null) resolve(null);
    else host.once('exit', resolve);
  });
}

/** Starts `tessera serve` on a free port and reads the address that it prints. */
async function startHost(home: string): Promise<{ host: ChildProcess; url: URL }> {
  const host = spawn(process.execPath, ['app/hosts/cli/main.ts', 'serve', '--port', '0'], {
    cwd: root,
    env: { ...process.env, TESSERA_HOME: home },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: host.stdout })) {
    const address = /http:\/\/127\.0\.0\.1:\d+\/#token=\S+/.exec(line);
    if (address) return { host, url: new URL(address[0]) };
  }
  throw new Error('the browser host ended before it printed its address');
}
