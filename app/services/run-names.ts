import { randomBytes, randomInt } from 'node:crypto';
import { timestamp } from './timestamp.ts';

const adjectives = [
  'amber',
  'brave',
  'bright',
  'calm',
  'clear',
  'clever',
  'crisp',
  'curious',
  'eager',
  'early',
  'fair',
  'gentle',
  'golden',
  'happy',
  'keen',
  'kind',
  'light',
  'lively',
  'lucky',
  'mellow',
  'merry',
  'neat',
  'noble',
  'patient',
  'proud',
  'quick',
  'quiet',
  'rapid',
  'ready',
  'silver',
  'steady',
  'sunny',
  'swift',
  'tidy',
  'warm',
  'wise',
];
const nouns = [
  'arch',
  'badger',
  'birch',
  'brook',
  'cedar',
  'comet',
  'crane',
  'dune',
  'falcon',
  'fern',
  'finch',
  'fox',
  'garden',
  'harbor',
  'heron',
  'island',
  'lantern',
  'lynx',
  'maple',
  'marble',
  'meadow',
  'mosaic',
  'otter',
  'owl',
  'pebble',
  'pine',
  'prism',
  'raven',
  'reef',
  'river',
  'robin',
  'sparrow',
  'stone',
  'tile',
  'willow',
  'wren',
];

/** An id that sorts by time and never changes: `20260131-094500-3fa9c1`. */
export const newRunId = (now = new Date()): string => `${timestamp(now)}-${randomBytes(3).toString('hex')}`;

/** `adjective-noun-12`: the number goes up by one from the greatest that the project's runs have. */
export function newRunName(existing: readonly string[]): string {
  const numbers = existing.map((name) => Number(/-(\d{1,6})$/.exec(name)?.[1] ?? 0));
  return `${pick(adjectives)}-${pick(nouns)}-${Math.max(0, ...numbers) + 1}`;
}

function pick(words: readonly string[]): string {
  return words[randomInt(words.length)] as string;
}
