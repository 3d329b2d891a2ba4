import {
  imageGrouping,
  imageSort,
  pictureProblem,
  split as splitSchema,
  type ImageFilter,
  type Split,
} from '../../../app/contract/index.ts';

/** The parts of the address that say which pictures are shown, and in which order. */
export const filterKeys = [
  'class',
  'split',
  'search',
  'problem',
  'model',
  'noted',
  'excluded',
  'tag',
  'import',
  'original',
  'sort',
  'order',
  'group',
] as const;
export type FilterKey = (typeof filterKeys)[number];

/** These say which pictures, the others in which order they stand. */
const orderKeys: readonly FilterKey[] = ['sort', 'order', 'group'];
export const conditionKeys = filterKeys.filter((key) => !orderKeys.includes(key));

/** Stands for pictures without a label, or without a split. */
export const none = 'none';
const yes = 'yes';
const no = 'no';

/** The filter that an address asks for; what is not understood counts as absent. */
export function filterOf(query: (key: FilterKey) => string | null): ImageFilter {
  const filter: ImageFilter = {
    classId: classOf(query('class')),
    split: splitOf(query('split')),
    search: query('search') ?? undefined,
    problem: pictureProblem.safeParse(query('problem')).data,
    disagrees: query('model') === 'disagrees' ? true : undefined,
    noted: flagOf(query('noted')),
    excluded: flagOf(query('excluded')),
    tag: query('tag') ?? undefined,
    importId: numberOf(query('import')),
    referenced: query('original') === 'elsewhere' ? true : undefined,
    sort: imageSort.safeParse(query('sort')).data,
    descending: query('order') === 'turned' ? true : undefined,
    group: imageGrouping.safeParse(query('group')).data,
  };
  return Object.fromEntries(
    Object.entries(filter).filter(([, value]) => value !== undefined && value !== ''),
  ) as ImageFilter;
}

/** The other direction: what the address must say for a filter; null takes a part out of it. */
export function queryOf(filter: ImageFilter): Record<FilterKey, string | null> {
  const flag = (value: boolean | undefined): string | null => (value === undefined ? null : value ? yes : no);
  return {
    class: queryValue(filter.classId),
    split: queryValue(filter.split),
    search: filter.search ?? null,
    problem: filter.problem ?? null,
    model: filter.disagrees === true ? 'disagrees' : null,
    noted: flag(filter.noted),
    excluded: flag(filter.excluded),
    tag: filter.tag ?? null,
    import: queryValue(filter.importId),
    original: filter.referenced === true ? 'elsewhere' : null,
    sort: filter.sort ?? null,
    order: filter.descending === true ? 'turned' : null,
    group: filter.group ?? null,
  };
}

function classOf(text: string | null): number | null | undefined {
  return text === none ? null : numberOf(text);
}

function numberOf(text: string | null): number | undefined {
  return text !== null && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
}

function splitOf(text: string | null): Split | null | undefined {
  if (text === none) return null;
  return splitSchema.safeParse(text).data;
}

function flagOf(text: string | null): boolean | undefined {
  return text === yes ? true : text === no ? false : undefined;
}

/** How a class or a split is written into the address; undefined takes it out. */
export const queryValue = (value: number | Split | null | undefined): string | null =>
  value === undefined ? null : value === null ? none : String(value);
