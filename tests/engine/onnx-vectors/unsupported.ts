/** What the engine does not do, by the reason that the list of vectors gives. */
export class Unsupported extends Error {}
