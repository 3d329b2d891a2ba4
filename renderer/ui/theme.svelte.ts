import { remember, remembered } from './remembered.ts';

/** `system` follows what the computer is set to. */
export type ThemeChoice = 'system' | 'light' | 'dark';

/** When the dark colours hold, for each choice. */
const darkWhen: Readonly<Record<ThemeChoice, string>> = {
  system: '(prefers-color-scheme: dark)',
  light: 'not all',
  dark: 'all',
};

const isChoice = (text: string | null): text is ThemeChoice => text !== null && Object.hasOwn(darkWhen, text);

/** Light or dark. It works by the `media` of the link to `tokens-dark.css`, so that the system's choice needs no script. */
class Theme {
  choice = $state<ThemeChoice>('system');

  /** Applies what the person chose last time. */
  restore(): void {
    const chosen = remembered('theme');
    if (isChoice(chosen)) this.choose(chosen);
  }

  choose(choice: ThemeChoice): void {
    this.choice = choice;
    remember('theme', choice === 'system' ? null : choice);
    const dark = document.querySelector<HTMLLinkElement>('link[data-colors="dark"]');
    if (dark) dark.media = darkWhen[choice];
    // Charts repaint when the root's attributes change.
    document.documentElement.dataset.theme = choice;
  }
}

export const theme = new Theme();
