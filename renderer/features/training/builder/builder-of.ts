import { NetworkBuilder, type BuilderApi } from './network-builder.svelte.ts';

const builders = new Map<string, NetworkBuilder>();

/** The builder of a project: it stays while other screens are looked at. */
export function builderOf(api: BuilderApi, projectId: string): NetworkBuilder {
  const known = builders.get(projectId) ?? new NetworkBuilder(api, projectId);
  builders.set(projectId, known);
  return known;
}
