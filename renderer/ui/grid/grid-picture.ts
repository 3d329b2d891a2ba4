/** One picture as a grid shows it. */
export interface GridPicture {
  /** The picture's id in its project. */
  id: number;
  /** Address of its thumbnail. */
  src: string;
  name: string;
  /** One line below it; empty for none. */
  caption: string;
  /** Left out of training: shown faint. */
  isExcluded?: boolean;
  /** A note or tags, to be said with the name. */
  remark?: string;
  /** Its original lies outside of the project, or is not where it was any more. */
  original?: 'elsewhere' | 'missing' | null;
  /** Marked as a mistake. */
  isWrong: boolean;
  /** The mark of its class: index into the palette, and the key that gives it. */
  mark?: { color: number; key: string | null } | null;
}
