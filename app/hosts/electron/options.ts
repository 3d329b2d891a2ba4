import { parseArgs } from 'node:util';
import { sampleName, type SampleName } from '../../contract/index.ts';

/** The sample project that `--sample xo` asks for; null without the option, and for a sample that there is not. */
export function sampleFrom(argv: readonly string[]): SampleName | null {
  // Not strict: Chromium's own switches stand in the same list.
  const { values } = parseArgs({ args: [...argv], strict: false, options: { sample: { type: 'string' } } });
  return sampleName.safeParse(values.sample).data ?? null;
}
