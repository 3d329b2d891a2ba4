import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { App } from './app.ts';
import { makeLargeProject } from './large-project.ts';

const size = 2000;

/** What a tile shows; the number of a picture is its place in the list, as they were added. */
interface Seen {
  place: number;
  named: number;
  pictured: number | null;
}

describe('a grid whose rows take turns', () => {
  let app: App;
  beforeAll(async () => {
    app = await App.start();
    const path = join(app.home, 'rows');
    await makeLargeProject(path, 'Rows', size);
    const { page } = app;
    await page.getByRole('button', { name: 'Open a project' }).click();
    await page.getByLabel('Folder of the project').fill(path);
    await page.keyboard.press('Enter');
    await atRest();
  }, 120_000);
  afterAll(() => app[Symbol.asyncDispose]());

  /** Until every tile has its picture. */
  async function atRest(): Promise<void> {
    await app.page.waitForFunction(() => {
      const images = [...document.querySelectorAll<HTMLImageElement>('[role=option] img')];
      return images.length > 0 && images.every((image) => image.complete && image.naturalWidth > 0);
    });
  }

  const grid = () => app.page.getByRole('listbox', { name: 'Pictures' });
  const tiles = () =>
    app.page.evaluate((): Seen[] =>
      [...document.querySelectorAll('[role=option]')].map((tile) => ({
        place: Number(tile.getAttribute('aria-posinset')),
        named: Number(/picture-(\d+)/.exec(tile.getAttribute('aria-label') ?? '')?.[1]) + 1,
        pictured: Number(/(\d+)\/thumb/.exec(tile.querySelector('img')?.src ?? '')?.[1] ?? NaN),
      })),
    );

  /** Places of the options below an element with that role, as a screen reader is told them. */
  async function spokenOrder(role: string): Promise<{ label: string; places: number[] }[]> {
    const session = await app.context.newCDPSession(app.page);
    const { nodes } = await session.send('Accessibility.getFullAXTree');
    await session.detach();
    const byId = new Map(nodes.map((node) => [node.nodeId, node]));
    const placesBelow = (id: string): number[] => {
      const node = byId.get(id);
      if (node === undefined) return [];
      if (node.role?.value === 'option') {
        return [Number(/picture-(\d+)/.exec(String(node.name?.value))?.[1]) + 1];
      }
      return (node.childIds ?? []).flatMap(placesBelow);
    };
    return nodes
      .filter((node) => node.role?.value === role && placesBelow(node.nodeId).length > 0)
      .map((node) => ({ label: String(node.name?.value), places: placesBelow(node.nodeId) }));
  }

  test('shows other pictures in the same elements, each under its own name', async () => {
    const { page } = app;
    await page.evaluate(() => {
      for (const tile of document.querySelectorAll('[role=option]')) tile.toggleAttribute('data-old', true);
    });
    for (const by of [700, 1500, 3000, -900]) {
      await page.evaluate((y) => document.querySelector('[role=listbox]')?.scrollBy(0, y), by);
      await page.waitForTimeout(50);
    }
    await atRest();
    expect(await page.locator('[role=option]:not([data-old])').count()).toBe(0);
    const seen = await tiles();
    const places = seen.map(({ place }) => place).toSorted((a, b) => a - b);
    expect(places[0]).toBeGreaterThan(20);
    expect(places).toEqual(places.map((_, at) => (places[0] as number) + at));
    for (const { place, named, pictured } of seen) expect([named, pictured]).toEqual([place, place]);
  });

  test('never shows a picture under the name of another, and races by without', async () => {
    const { page } = app;
    const { wrong, blank } = await page.evaluate(
      () =>
        new Promise<{ wrong: number; blank: number }>((resolve) => {
          const list = document.querySelector('[role=listbox]') as HTMLElement;
          let [wrong, blank, frames] = [0, 0, 0];
          const frame = (): void => {
            for (const tile of document.querySelectorAll('[role=option]')) {
              const place = Number(tile.getAttribute('aria-posinset'));
              const src = tile.querySelector('img')?.getAttribute('src') ?? null;
              if (src === null) blank++;
              else if (!src.endsWith(`/${place}/thumb`)) wrong++;
            }
            list.scrollTop += frames < 60 ? 40 : 400;
            if (frames++ < 100) requestAnimationFrame(frame);
            else resolve({ wrong, blank });
          };
          requestAnimationFrame(frame);
        }),
    );
    expect(wrong).toBe(0);
    expect(blank).toBeGreaterThan(0);
    await atRest();
  });

  test('tells screen readers the order of the pictures, not that of the elements', async () => {
    const { page } = app;
    const elements = (await tiles()).map(({ place }) => place);
    const sorted = elements.toSorted((a, b) => a - b);
    expect(elements).not.toEqual(sorted);
    const [list] = await spokenOrder('listbox');
    expect(list?.places).toEqual(sorted);
    await grid().focus();
    await page.keyboard.press('End');
    // The tile is there with the next frame.
    const active = (): Promise<string | null | undefined> =>
      grid().evaluate((list) =>
        document
          .getElementById(list.getAttribute('aria-activedescendant') ?? '')
          ?.getAttribute('aria-posinset'),
      );
    await expect.poll(active).toBe(String(size));
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Space');
    const chosen = page.locator('[role=option][aria-selected=true]');
    await expect.poll(() => chosen.count()).toBe(1);
    await page.keyboard.press('Home');
    await expect.poll(() => chosen.count()).toBe(0);
    await page.keyboard.press('Escape');
  });

  test('puts tiles under their headings', async () => {
    const { page } = app;
    await page.getByRole('button', { name: 'Group', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Class', exact: true }).click();
    await page.getByRole('group', { name: 'anvil' }).waitFor();
    // To where one class ends and the next begins.
    await page.evaluate(() => document.querySelector('[role=listbox]')?.scrollBy(0, 3700));
    await expect
      .poll(async () => (await spokenOrder('group')).map(({ label }) => label))
      .toEqual(['anvil', 'birch']);
    await app.expectAccessible('grid with headings');
    for (const { label, places } of await spokenOrder('group')) {
      const wanted = ['anvil', 'birch'].indexOf(label);
      expect(places.length).toBeGreaterThan(5);
      for (const place of places) expect((place - 1) % 8).toBe(wanted);
      expect(places).toEqual(places.toSorted((a, b) => a - b));
    }
    expect(app.complaints).toEqual([]);
  });
});
