/** Everything that some program takes for the end of a line. */
const lineBreaks = /[\n\v\f\r\u001c-\u001e\u0085\u2028\u2029]+/g;

/**
 * The text of a `labels.txt`: line n names logit n. A name that holds a line break gets a blank in its place, since a
 * line more would shift all that follow; the model's own metadata has the name as it is.
 */
export const labelsText = (classes: readonly string[]): string =>
  classes.map((name) => `${name.replace(lineBreaks, ' ')}\n`).join('');
