import type { Random } from '../dataset/random.ts';

const adjectives =
  'amber bold brave bright calm clear clever cosy crisp curious deft eager early fair fine fleet fond fresh gentle ' +
  'glad golden grand happy honest jolly keen kind light lively lucky mellow merry mild misty neat nimble patient ' +
  'plain polite proud quick quiet rapid ready rosy round sharp shy silent silver sleek smart snowy soft solid ' +
  'steady still sunny sweet swift tidy tiny vivid warm wise witty young';
const nouns =
  'acorn anchor apple arrow badger beacon birch bridge brook canyon cedar cliff cloud comet coral crane creek ' +
  'dawn delta dove falcon fern finch fjord forest fox garden glacier harbor hare hawk heron hill island ivy ' +
  'kettle lake lantern lark leaf lily maple meadow mesa moon mosaic moss oak orchid otter owl pebble pine pond ' +
  'prairie quartz raven reef ridge river robin shell sparrow spruce star stone stream tile tulip valley willow wren';

/** `adjective-noun-12`: easy to say and to tell apart. `number` counts the project's runs. */
export function runName(random: Random, number: number): string {
  return `${pick(adjectives, random)}-${pick(nouns, random)}-${number}`;
}

function pick(words: string, random: Random): string {
  const list = words.split(' ');
  return list[random.below(list.length)] as string;
}
