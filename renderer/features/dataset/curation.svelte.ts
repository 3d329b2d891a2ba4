import type {
  DatasetVersion,
  ImageFilter,
  ImageGroup,
  QualityReport,
  SavedView,
  VersionComparison,
} from '../../../app/contract/index.ts';
import type { client } from '../../client/index.ts';

type Api = Pick<typeof client, 'dataset'>;

/** What is known about a project's pictures as a whole: their quality, the views that are kept, the frozen versions. */
export class Curation {
  quality = $state.raw<QualityReport | null>(null);
  views = $state.raw<readonly SavedView[]>([]);
  versions = $state.raw<readonly DatasetVersion[]>([]);
  /** The version that is compared with a later one, or with now (null). */
  comparison = $state.raw<{
    version: DatasetVersion;
    to: DatasetVersion | null;
    changes: VersionComparison;
  } | null>(null);
  /** Of the filter that is shown. */
  groups = $state.raw<readonly ImageGroup[]>([]);
  readonly #api: Api;
  readonly #projectId: string;
  #asked = 0;

  constructor(api: Api, projectId: string) {
    this.#api = api;
    this.#projectId = projectId;
  }

  async read(): Promise<void> {
    const which = { projectId: this.#projectId };
    [this.quality, this.views, this.versions] = await Promise.all([
      this.#api.dataset.quality(which),
      this.#api.dataset.views(which),
      this.#api.dataset.versions(which),
    ]);
  }

  /** The groups of a filter; those of an earlier one that arrive later are left alone. */
  async readGroups(filter: ImageFilter): Promise<void> {
    const asked = ++this.#asked;
    const groups =
      filter.group === undefined
        ? []
        : await this.#api.dataset.groups({ projectId: this.#projectId, filter });
    if (asked === this.#asked) this.groups = groups;
  }

  async saveView(name: string, filter: ImageFilter): Promise<void> {
    this.views = await this.#api.dataset.saveView({ projectId: this.#projectId, name, filter });
  }

  async removeView(viewId: number): Promise<void> {
    this.views = await this.#api.dataset.removeView({ projectId: this.#projectId, viewId });
  }

  async saveVersion(name: string): Promise<void> {
    await this.#api.dataset.saveVersion({ projectId: this.#projectId, name });
    this.versions = await this.#api.dataset.versions({ projectId: this.#projectId });
  }

  async removeVersion(versionId: number): Promise<void> {
    await this.#api.dataset.removeVersion({ projectId: this.#projectId, versionId });
    if (this.comparison?.version.id === versionId || this.comparison?.to?.id === versionId) {
      this.comparison = null;
    }
    this.versions = await this.#api.dataset.versions({ projectId: this.#projectId });
  }

  async compare(version: DatasetVersion, to: DatasetVersion | null): Promise<void> {
    const changes = await this.#api.dataset.compareVersions({
      projectId: this.#projectId,
      from: version.id,
      to: to?.id ?? null,
    });
    this.comparison = { version, to, changes };
  }

  async measure(): Promise<void> {
    await this.#api.dataset.startMeasuring({ projectId: this.#projectId });
  }
}
