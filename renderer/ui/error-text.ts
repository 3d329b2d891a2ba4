import {
  errorSentences,
  fillSentence,
  reportError,
  type ErrorCode,
  type ErrorDetails,
} from '../../app/contract/index.ts';
import { errorsInKorean } from './errors-korean.ts';
import { hostText } from './host-text.ts';
import { translate, type Messages } from './i18n.svelte.ts';

export const errorTexts: Messages<Readonly<Record<ErrorCode, string>>> = {
  en: errorSentences,
  ko: errorsInKorean,
};

/** What happened and what to do, in the language that is shown; anything thrown may be given. */
export function errorText(thrown: unknown): string {
  const { code, details } = reportError(thrown);
  return fillSentence(translate(errorTexts)[code], inLanguage(details));
}

/** Names and paths stay; what the host says of them does not. */
const inLanguage = (details: ErrorDetails): ErrorDetails =>
  Object.fromEntries(
    Object.entries(details).map(([name, value]) => [
      name,
      typeof value === 'string' && (name === 'reason' || name === 'what') ? hostText(value) : value,
    ]),
  );
