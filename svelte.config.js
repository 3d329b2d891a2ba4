/** TypeScript in components is erasable, as everywhere else; no preprocessor is needed. */
export default { compilerOptions: { runes: true } };
