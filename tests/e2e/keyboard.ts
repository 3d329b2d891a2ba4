import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** Where a Tab key came to, and whether a person sees that. */
interface Stop {
  /** Its element and role. */
  is: string;
  /** Met for the first time since the page was loaded. */
  isNew: boolean;
  /** It, or a part of it, is within the window. */
  isSeen: boolean;
  /** Something is drawn around it. */
  isMarked: boolean;
}

/** In the page: what has the focus now. */
function lookAtFocus(): Stop {
  const known = ((window as Window & { knownStops?: WeakSet<Element> }).knownStops ??= new WeakSet());
  const element = document.activeElement ?? document.body;
  const isNew = !known.has(element);
  known.add(element);
  const active = document.getElementById(element.getAttribute('aria-activedescendant') ?? '');
  // A list marks the one of its options that is active, a hidden input what is drawn for it, a link its card.
  const marked = [element, element.nextElementSibling, element.closest('label, article'), active];
  const isMarked = marked.some((each) => {
    if (each === null) return false;
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(each);
    return (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1) || boxShadow !== 'none';
  });
  const { width, height, left, top, right, bottom } = element.getBoundingClientRect();
  const isSeen =
    width > 0 &&
    height > 0 &&
    right > 0 &&
    bottom > 0 &&
    left < window.innerWidth &&
    top < window.innerHeight;
  return { is: `${element.tagName} ${element.getAttribute('role') ?? ''}`.trim(), isNew, isSeen, isMarked };
}

/**
 * A person without a mouse: everything is reached by Tab and Shift+Tab. What has the focus on the way must have a name, be
 * seen, and be marked.
 */
export class Keys {
  readonly #page: Page;
  /** Where the focus came to rest, each once. */
  readonly stops = new Set<string>();
  /** What was wrong with them. */
  readonly faults: string[] = [];

  constructor(page: Page) {
    this.#page = page;
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.#page.keyboard.press(key);
  }

  type(text: string): Promise<void> {
    return this.#page.keyboard.insertText(text);
  }

  /** Tabs to an element, in its direction. */
  async to(wanted: Locator): Promise<void> {
    await wanted.waitFor({ timeout: 15_000 });
    for (let step = 0; step < 150; step++) {
      const way = await wanted.evaluate((element) => {
        const now = document.activeElement ?? document.body;
        if (now === element) return null;
        const isBefore = now.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING;
        return isBefore === 0 ? 'Tab' : 'Shift+Tab';
      });
      if (way === null) return;
      await this.press(way);
      await this.#judge();
    }
    throw new Error(`Tab does not come to ${String(wanted)}`);
  }

  /** Tabs to an element and presses a key there. */
  async on(wanted: Locator, key = 'Enter'): Promise<void> {
    await this.to(wanted);
    await this.press(key);
  }

  /** Writes into a field in place of what stands there. */
  async fill(field: Locator, text: string): Promise<void> {
    await this.to(field);
    await this.press('ControlOrMeta+a');
    await this.type(text);
  }

  /** Opens a menu with Enter and chooses by the arrows. */
  async choose(button: Locator, item: string | RegExp): Promise<void> {
    await this.on(button);
    const named = { name: item, exact: typeof item === 'string' };
    const wanted = this.#page.getByRole('menuitem', named).first();
    await wanted.waitFor();
    for (let step = 0; step < 60; step++) {
      if (await wanted.evaluate((element) => element === document.activeElement)) return this.press('Enter');
      await this.press('ArrowDown');
    }
    throw new Error(`the arrows do not come to ${String(item)}`);
  }

  /** Chooses in a drop-down list by the arrows. */
  async pick(list: Locator, label: string): Promise<void> {
    await this.to(list);
    await this.press('Home');
    const chosen = (): Promise<string> =>
      list.evaluate((element) => (element as HTMLSelectElement).selectedOptions[0]?.label ?? '');
    for (let step = 0; step < 40 && (await chosen()) !== label; step++) await this.press('ArrowDown');
    expect(await chosen()).toBe(label);
  }

  /** Something has the focus, though what was done may have taken away what had it. */
  async kept(after: string): Promise<void> {
    const hasFocus = (): Promise<boolean> =>
      this.#page.evaluate(() => document.activeElement !== document.body);
    await expect
      .poll(hasFocus, { message: `something has the focus after ${after}`, timeout: 2000 })
      .toBe(true);
  }

  async #judge(): Promise<void> {
    const { is, isNew, isSeen, isMarked } = await this.#page.evaluate(lookAtFocus);
    if (!isNew || is === 'BODY') return;
    const [said = ''] = (await this.#page.locator(':focus').ariaSnapshot()).split('\n');
    this.stops.add(said.replace(/^- /, '').replace(/:$/, ''));
    if (!/".+"|: \S/.test(said)) this.faults.push(`${is} has no name: ${said}`);
    if (!isSeen) this.faults.push(`${said} is not within the window`);
    if (!isMarked) this.faults.push(`${said} is not marked`);
  }
}
