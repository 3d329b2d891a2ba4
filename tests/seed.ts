/**
 * The same cases in every run of the property tests, so that a commit is green or red and not now this, now that.
 * `TESSERA_SEED=N` looks at other cases; fast-check says which one broke.
 */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.TESSERA_SEED ?? 20_260_101) });
