import prettier from 'eslint-config-prettier';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

export default ts.config(
  { ignores: ['build/', 'dist/', 'node_modules/', 'coverage/'] },
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  prettier,
  ...svelte.configs.prettier,
  { languageOptions: { globals: { ...globals.node, ...globals.browser } } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig, extraFileExtensions: ['.svelte'] } },
  },
  {
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // `void promise` marks a promise that is meant to run on its own.
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      // Addresses are `#/…` fragments of one page; SvelteKit's resolve() has no meaning here.
      'svelte/no-navigation-without-resolve': 'off',
    },
  },
  {
    // Programs that talk to a terminal.
    files: [
      'app/setup/**',
      'app/hosts/cli/**',
      'app/formats/bundle/examples/node/**',
      'tests/bench/**',
      'tests/e2e/**',
    ],
    rules: { 'no-console': 'off' },
  },
);
