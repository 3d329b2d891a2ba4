import type { ImageGroup, ImageGrouping, Split } from '../../../app/contract/index.ts';
import { locale, translate } from '../../ui/index.ts';
import { curationMessages } from './curation-messages.ts';

/** What stands above a group of pictures; `at` is its place among the groups. */
export function groupHeading(
  { key, name }: ImageGroup,
  at: number,
  grouping: ImageGrouping | undefined,
): string {
  const c = translate(curationMessages);
  switch (grouping) {
    case 'class':
      return name || c.noLabel;
    case 'split':
      return key === '' ? c.noSplit : c.splits[key as Split];
    case 'import':
      return c.importOf(new Date(Number(name)).toLocaleString(locale.language));
    case 'duplicates':
      return key === '' ? c.alone : c.groupOf(at + 1);
    case 'day':
      return new Date(`${key}T12:00`).toLocaleDateString(locale.language, { dateStyle: 'full' });
    case undefined:
      return key;
  }
}
