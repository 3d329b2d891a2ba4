import { remember, remembered } from './remembered.ts';

/** The languages of the screens. */
export type Language = 'en' | 'ko';

/** What a feature says, in every language; `ko` has the keys of `en`, or it does not compile. */
export type Messages<T> = Readonly<Record<Language, T>>;

function preferred(): Language {
  const chosen = remembered('language');
  if (chosen === 'en' || chosen === 'ko') return chosen;
  return globalThis.navigator?.languages.some((tag) => tag.toLowerCase().startsWith('ko')) ? 'ko' : 'en';
}

/** The language that is shown; whatever was read from `translate` follows when it changes. */
class Locale {
  language = $state<Language>(preferred());

  /** Shows this language from now on, and after a restart too. */
  choose(language: Language): void {
    this.language = language;
    remember('language', language);
  }
}

export const locale = new Locale();

/** A feature's messages in the language that is shown. */
export function translate<T>(messages: Messages<T>): T {
  return messages[locale.language];
}
