import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, test, vi } from 'vitest';
import { menuTemplate } from '../../app/hosts/electron/menu.ts';
import { sampleFrom } from '../../app/hosts/electron/options.ts';
import { wordsFor } from '../../app/hosts/electron/words.ts';
import { openedOutside } from './double.ts';

vi.mock('electron', () => import('./double.ts'));

const flat = (items: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
  items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flat(item.submenu) : [])]);
const roles = (isMac: boolean, isPackaged: boolean): unknown[] =>
  flat(menuTemplate(wordsFor('en'), { isMac, isPackaged })).map(({ role }) => role);

describe('the menus', () => {
  test('are those of the system', () => {
    expect(
      menuTemplate(wordsFor('en'), { isMac: false, isPackaged: true }).map(({ label }) => label),
    ).toEqual(['File', 'Edit', 'View', 'Window', 'Help']);
    expect(
      menuTemplate(wordsFor('ko-KR'), { isMac: true, isPackaged: true }).map(({ label }) => label),
    ).toEqual(['Tessera', '파일', '편집', '보기', '창', '도움말']);
  });

  test('everything has words of its own, in both languages', () => {
    for (const isMac of [true, false]) {
      for (const locale of ['en', 'ko']) {
        for (const { type, label } of flat(menuTemplate(wordsFor(locale), { isMac, isPackaged: false }))) {
          if (type !== 'separator') expect(label).toMatch(/\S/);
        }
      }
    }
    const [english, korean] = [wordsFor('en'), wordsFor('ko')];
    for (const key of Object.keys(english) as (keyof typeof english)[])
      expect(korean[key]).not.toBe(english[key]);
  });

  test('developer tools are for a checkout alone', () => {
    for (const isMac of [true, false]) {
      expect(roles(isMac, true)).not.toContain('toggleDevTools');
      expect(roles(isMac, true)).not.toContain('reload');
      expect(roles(isMac, false)).toContain('toggleDevTools');
    }
  });

  test('each can be left by', () => {
    expect(roles(true, true)).toEqual(expect.arrayContaining(['close', 'quit']));
    expect(roles(false, true)).toContain('quit');
  });

  test('Help opens the constant links', () => {
    const clicks = flat(menuTemplate(wordsFor('en'), { isMac: false, isPackaged: true })).filter(
      ({ click }) => click,
    );
    for (const { click } of clicks) (click as () => void)();
    expect(openedOutside).toEqual(['https://onnx.ai/', 'https://github.com/zalandoresearch/fashion-mnist']);
  });
});

test('Korean is for Korean systems, English for every other one', () => {
  expect(wordsFor('ko')).toBe(wordsFor('ko-KR'));
  for (const locale of ['', 'en-GB', 'de', 'kok-IN', 'xx']) expect(wordsFor(locale)).toBe(wordsFor('en'));
});

test('--sample is read among the switches of Chromium', () => {
  expect(sampleFrom(['electron', '.', '--sample', 'xo'])).toBe('xo');
  expect(sampleFrom(['electron', '--inspect=0', '--no-sandbox', '.', '--sample=fashion'])).toBe('fashion');
  expect(sampleFrom(['electron', '.'])).toBeNull();
  expect(sampleFrom(['electron', '.', '--sample', '../../etc'])).toBeNull();
  expect(sampleFrom(['electron', '.', '--sample'])).toBeNull();
});
