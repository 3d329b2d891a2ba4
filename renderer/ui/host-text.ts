import { errorSentences, fillSentence, type ErrorCode } from '../../app/contract/index.ts';
import { errorsInKorean } from './errors-korean.ts';
import { hostSentences } from './host-sentences.ts';
import { settingsSentences } from './settings-sentences.ts';
import { locale } from './i18n.svelte.ts';

/** A sentence with gaps, as an expression that finds what is in them. */
interface Pattern {
  found: RegExp;
  names: string[];
  /** Letters that are no gap. */
  fixed: number;
  korean: string;
}

let patterns: readonly Pattern[] | null = null;

/** The host's own sentences and those of its errors: one may be the reason of another. */
const allPatterns = (): readonly Pattern[] =>
  (patterns ??= [
    ...Object.entries(hostSentences),
    ...Object.entries(settingsSentences),
    ...Object.entries(errorSentences).map(([code, sentence]) => [
      sentence,
      errorsInKorean[code as ErrorCode],
    ]),
  ]
    .map(([english = '', korean = '']) => patternOf(english, korean))
    // The most exact one first; one that is all gap would take everything.
    .filter(({ fixed }) => fixed > 0)
    .sort((a, b) => b.fixed - a.fixed));

function patternOf(english: string, korean: string): Pattern {
  const names: string[] = [];
  const source = english
    .split(/(\{\w+\})/)
    .map((part) => {
      if (!/^\{\w+\}$/.test(part)) return part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
      names.push(part.slice(1, -1));
      return '(.+?)';
    })
    .join('');
  const fixed = english.replaceAll(/\{\w+\}|[^a-z]/gi, '').length;
  return { found: new RegExp(`^${source}$`, 's'), names, fixed, korean };
}

/** A sentence of the host in Korean, what fills its gaps too; null where nobody has translated it. */
export function koreanOf(sentence: string): string | null {
  for (const { found, names, korean } of allPatterns()) {
    const match = found.exec(sentence);
    if (match === null) continue;
    const filled = names.map((name, at) => {
      const value = match[at + 1] ?? '';
      return [name, name === 'reason' || name === 'what' ? (koreanOf(value) ?? value) : value];
    });
    return fillSentence(korean, Object.fromEntries(filled) as Record<string, string>);
  }
  return null;
}

/** A sentence that the host says in English, in the language that is shown; as it is where nobody has translated it. */
export const hostText = (sentence: string): string =>
  locale.language === 'ko' ? (koreanOf(sentence) ?? sentence) : sentence;
