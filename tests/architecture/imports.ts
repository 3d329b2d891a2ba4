import ts from 'typescript';

export interface Import {
  /** As written. */
  specifier: string;
  line: number;
}

const lineOf = (text: string, position: number): number => text.slice(0, position).split('\n').length;

/** Everything that a TypeScript, JavaScript or Svelte file imports, statically, dynamically or for types. */
export function importsOf(path: string, text: string): Import[] {
  const source = path.endsWith('.svelte') ? scriptsOf(text) : text;
  return ts
    .preProcessFile(source, true, true)
    .importedFiles.map(({ fileName, pos }) => ({ specifier: fileName, line: lineOf(source, pos) }));
}

/** The scripts of a component with everything else blanked out, so that line numbers stay. */
function scriptsOf(component: string): string {
  const blank = (markup: string): string => markup.replace(/[^\n]/g, ' ');
  let source = '';
  let end = 0;
  for (const script of component.matchAll(/(<script[^>]*>)([\s\S]*?)<\/script>/g)) {
    const start = script.index + (script[1] ?? '').length;
    const code = script[2] ?? '';
    source += blank(component.slice(end, start)) + code;
    end = start + code.length;
  }
  return source + blank(component.slice(end));
}

/** The headers that a C++ file includes. */
export function includesOf(text: string): Import[] {
  return [...text.matchAll(/^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"]/gm)].map((match) => ({
    specifier: match[1] ?? '',
    line: lineOf(text, match.index),
  }));
}
