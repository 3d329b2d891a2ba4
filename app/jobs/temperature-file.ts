import { z } from 'zod';
import { temperatureFile, writeFileAtomic } from '../storage/files.ts';
import { orNotWritable, parseOwn, readIfThere } from './own-file.ts';

const schema = z.object({
  version: z.literal(1),
  /** Of the checkpoint that it was fitted for: a better one has none until its training comes to an end. */
  step: z.int(),
  temperature: z.number().positive(),
});

/** What the logits of the checkpoint of this step are divided by; 1 where none was fitted. Throws `fileMalformed`. */
export async function readTemperature(projectPath: string, runId: string, step: number): Promise<number> {
  const path = temperatureFile(projectPath, runId);
  const bytes = await readIfThere(path);
  if (bytes === null) return 1;
  const found = parseOwn(schema, new TextDecoder().decode(bytes), path, 'temperature');
  return found.step === step ? found.temperature : 1;
}

/** Throws `projectNotWritable`. */
export async function writeTemperature(
  projectPath: string,
  runId: string,
  found: { step: number; temperature: number },
): Promise<void> {
  const text = JSON.stringify({ version: 1, ...found } satisfies z.infer<typeof schema>);
  await orNotWritable(projectPath, writeFileAtomic(temperatureFile(projectPath, runId), text));
}
