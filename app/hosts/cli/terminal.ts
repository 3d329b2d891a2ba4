/** A stream that may be a terminal. */
type Stream = Pick<NodeJS.WritableStream, 'write'> & { isTTY?: boolean; columns?: number };

/** Where the command line writes: results for programs on stdout, everything for people on stderr. */
export class Terminal {
  readonly #out: Stream;
  readonly #err: Stream;
  #bar = '';

  constructor(out: Stream = process.stdout, err: Stream = process.stderr) {
    this.#out = out;
    this.#err = err;
  }

  /** One line of JSON on stdout. */
  json(value: unknown): void {
    this.#out.write(`${JSON.stringify(value)}\n`);
  }

  /** One line of text on stdout, for what programs read as it is. */
  result(line: string): void {
    this.#out.write(`${line}\n`);
  }

  say(line: string): void {
    this.#wipe();
    this.#err.write(`${line}\n`);
    this.#draw();
  }

  /** A table with columns as wide as they need to be; numbers stand to the right. */
  table(rows: readonly (readonly (string | number)[])[]): void {
    const widths = (rows[0] ?? []).map((_, column) =>
      Math.max(...rows.map((row) => String(row[column] ?? '').length)),
    );
    for (const row of rows) {
      const cells = row.map((cell, column) => {
        const width = widths[column] ?? 0;
        return typeof cell === 'number' ? String(cell).padStart(width) : cell.padEnd(width);
      });
      this.say(cells.join('  ').trimEnd());
    }
  }

  /** Shows a line that the next one replaces, where stderr is a terminal; elsewhere nothing. */
  bar(line: string): void {
    if (!this.#err.isTTY) return;
    this.#wipe();
    this.#bar = line.slice(0, (this.#err.columns ?? 80) - 1);
    this.#draw();
  }

  endBar(): void {
    this.#wipe();
    this.#bar = '';
  }

  #wipe(): void {
    if (this.#bar !== '') this.#err.write('\r\x1b[K');
  }

  #draw(): void {
    if (this.#bar !== '') this.#err.write(this.#bar);
  }
}
