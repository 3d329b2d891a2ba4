/** What the frame shows instead of a screen, or over it, wherever it was asked for. */
class DurabilityPlaces {
  /** The snapshots of the project that is shown. */
  showsSnapshots = $state(false);
  /** The folder of a damaged project that has no address, because it was never opened here. */
  salvagePath = $state<string | null>(null);
}

export const durabilityPlaces = new DurabilityPlaces();
