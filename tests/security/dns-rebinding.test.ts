import { chromium } from 'playwright-core';
import { expect, test } from 'vitest';
import { ensureBrowser } from '../../app/setup/browser.mjs';
import { WebHarness } from './web-harness.ts';

test('a name that was made to point here reaches nothing, in a real browser', async () => {
  await using web = await WebHarness.start();
  const browser = await chromium.launch({
    executablePath: ensureBrowser(),
    args: ['--no-sandbox', '--host-resolver-rules=MAP evil.test 127.0.0.1'],
  });
  try {
    const page = await browser.newPage();
    const evil = await page.goto(`http://evil.test:${web.port}/`);
    expect(evil?.status()).toBe(403);
    const answers = await page.evaluate(async (token) => {
      const post = await fetch('/session', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ token }),
      });
      const socket = new WebSocket('/rpc');
      const opened = await new Promise((resolve) => {
        socket.onopen = () => resolve(true);
        socket.onerror = () => resolve(false);
      });
      return { post: post.status, opened };
    }, web.token);
    expect(answers).toEqual({ post: 403, opened: false });
    expect((await page.goto(web.host.url))?.status()).toBe(200);
  } finally {
    await browser.close();
  }
});
