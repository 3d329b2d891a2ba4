import { z } from 'zod';

/** What a folder of pictures becomes: a table, an array, one object a line, or copies sorted by what they were taken for. */
export const answersFormat = z.enum(['csv', 'json', 'jsonl', 'folders']);
export type AnswersFormat = z.infer<typeof answersFormat>;

/** Where the model lies that is asked about a folder, when it is not a run: an exported ONNX file or a bundle. */
export const modelFile = z.object({ model: z.string().min(1) });

/** Below which probability a picture is “unsure”, where nobody said: sorting by a guess does more harm than a row does. */
export const usualThreshold: Readonly<Record<AnswersFormat, number>> = {
  csv: 0,
  json: 0,
  jsonl: 0,
  folders: 0.5,
};

export const folderAnswers = z.object({
  /** Pictures that were answered, the unsure ones among them. */
  images: z.int(),
  unsure: z.int(),
  /** Files that could not be read. */
  unreadable: z.int(),
  /** The first of them, with the reason; all are in what was written. */
  problems: z.array(z.object({ path: z.string(), reason: z.string() })),
  path: z.string(),
});
export type FolderAnswers = z.infer<typeof folderAnswers>;
