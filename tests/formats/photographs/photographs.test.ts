import { expect, test } from 'vitest';
import { answersOf, askImageNet, foundPhotographs } from './photographs.ts';

const found = foundPhotographs();

test.skipIf(found.length < 10)(
  `the network that comes with the app knows at least ten of ${found.length} photographs`,
  async () => {
    const { logits } = await askImageNet(found.map(({ path }) => path));
    const answers = answersOf(logits);
    const wrong = found.filter(({ classes }, at) => !classes.includes(answers[at] ?? -1));
    expect(found.length - wrong.length, wrong.map(({ file }) => file).join(', ')).toBeGreaterThanOrEqual(10);
  },
);
