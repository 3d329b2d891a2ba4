import { split as splitSchema, type ImageFilter, type Split } from '../../../app/contract/index.ts';

/** The parts of the address that say which pictures are shown. */
export type FilterKey = 'class' | 'split' | 'search';

/** Stands for pictures without a label, or without a split. */
export const none = 'none';

/** The filter that an address asks for; what is not understood counts as absent. */
export function filterOf(query: (key: FilterKey) => string | null): ImageFilter {
  const classId = classOf(query('class'));
  const split = splitOf(query('split'));
  const search = query('search') ?? '';
  return {
    ...(classId !== undefined && { classId }),
    ...(split !== undefined && { split }),
    ...(search !== '' && { search }),
  };
}

function classOf(text: string | null): number | null | undefined {
  if (text === none) return null;
  return text !== null && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
}

function splitOf(text: string | null): Split | null | undefined {
  if (text === none) return null;
  return splitSchema.safeParse(text).data;
}

/** How a class or a split is written into the address; undefined takes it out. */
export const queryValue = (value: number | Split | null | undefined): string | null =>
  value === undefined ? null : value === null ? none : String(value);
