import { posix } from 'node:path';
import { importsOf, includesOf } from './imports.ts';
import {
  electronRoom,
  featuresFolder,
  forbidden,
  nativeOrder,
  nodeApiHeaders,
  rules,
  type Rule,
} from './rules.ts';

const isNative = (path: string): boolean => /\.(cpp|cc|h|hpp)$/.test(path);

/** The rule with the longest path that matches. */
function ruleOf(path: string): Rule | undefined {
  return rules
    .filter((rule) => path.startsWith(rule.path))
    .sort((a, b) => b.path.length - a.path.length)
    .at(0);
}

function featureOf(path: string): string | undefined {
  return path.startsWith(featuresFolder) ? path.slice(featuresFolder.length).split('/')[0] : undefined;
}

/** `@scope/name/deep` → `@scope/name`. */
function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/**
 * Which imports of one file break which rule, each as a sentence that names the file and line, the import and the rule.
 * @param path from the top of the project, with forward slashes
 */
export function violationsOf(path: string, text: string): string[] {
  if (isNative(path)) return nativeViolations(path, text);
  const rule = ruleOf(path);
  return importsOf(path, text).flatMap(({ specifier, line }) => {
    const broken = specifier.startsWith('.')
      ? brokenByFile(rule, path, posix.join(posix.dirname(path), specifier))
      : brokenByPackage(rule, path, specifier);
    return broken === null ? [] : [`${path}:${line} imports ${specifier}: ${broken}`];
  });
}

function brokenByFile(rule: Rule | undefined, from: string, to: string): string | null {
  if (rule === undefined) return null;
  const ban = forbidden.find((pair) => from.startsWith(pair.from) && to.startsWith(pair.to));
  if (ban !== undefined) return ban.why;
  const own = rule.path.endsWith('/') ? rule.path : posix.dirname(rule.path);
  if (![own, ...rule.mayImport].some((prefix) => to.startsWith(prefix))) {
    return `${rule.room} may not import ${ruleOf(to)?.room ?? to} (${rule.why})`;
  }
  const [feature, other] = [featureOf(from), featureOf(to)];
  if (feature !== undefined && other !== undefined && feature !== other) {
    return `the feature ${feature} may not import the feature ${other}`;
  }
  return null;
}

function brokenByPackage(rule: Rule | undefined, from: string, specifier: string): string | null {
  const name = packageOf(specifier);
  if (name === 'electron' && !from.startsWith(electronRoom) && !from.startsWith('tests/')) {
    return `electron is imported in ${electronRoom} and nowhere else`;
  }
  if (rule === undefined || rule.packages === null) return null;
  const allowed = rule.packages.some((entry) =>
    entry === 'node:*' ? name.startsWith('node:') : entry === name,
  );
  return allowed ? null : `${rule.room} may not import the package ${name} (${rule.why})`;
}

function nativeViolations(path: string, text: string): string[] {
  const level = nativeOrder.findIndex((folder) => path.startsWith(folder));
  return includesOf(text).flatMap(({ specifier, line }) => {
    const where = `${path}:${line} includes ${specifier}: `;
    if (nodeApiHeaders.test(posix.basename(specifier)) && !path.startsWith('native/addon/')) {
      return [`${where}only native/addon knows Node-API`];
    }
    // Written from the including file, or from the top of native/.
    const targets = [posix.join(posix.dirname(path), specifier), `native/${specifier}`];
    const target = nativeOrder.findIndex((folder) => targets.some((to) => to.startsWith(folder)));
    return level >= 0 && target > level ? [`${where}the order is addon → network → kernels, never back`] : [];
  });
}
