import js from '@eslint/js'
import vue from 'eslint-plugin-vue'
import tseslint from 'typescript-eslint'
import vueParser from 'vue-eslint-parser'
import { houseRules } from './sandbox/launcher/house-rules.mjs'

// Layout is Prettier's; these of the Vue plugin would argue with it.
const layoutRules = [
  'array-bracket-newline',
  'array-bracket-spacing',
  'array-element-newline',
  'arrow-spacing',
  'block-spacing',
  'block-tag-newline',
  'brace-style',
  'comma-dangle',
  'comma-spacing',
  'comma-style',
  'dot-location',
  'first-attribute-linebreak',
  'func-call-spacing',
  'html-closing-bracket-newline',
  'html-closing-bracket-spacing',
  'html-end-tags',
  'html-indent',
  'html-quotes',
  'html-self-closing',
  'key-spacing',
  'keyword-spacing',
  'max-attributes-per-line',
  'max-len',
  'multiline-html-element-content-newline',
  'multiline-ternary',
  'mustache-interpolation-spacing',
  'no-multi-spaces',
  'no-spaces-around-equal-signs-in-attribute',
  'object-curly-newline',
  'object-curly-spacing',
  'object-property-newline',
  'operator-linebreak',
  'quote-props',
  'script-indent',
  'singleline-html-element-content-newline',
  'space-in-parens',
  'space-infix-ops',
  'space-unary-ops',
  'template-curly-spacing',
]

const code = ['**/*.ts', '**/*.vue']

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      '**/.data/**',
      '**/.cache/**',
      '**/test-results/**',
      '**/playwright-report/**',
      'bench/out/**',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  ...tseslint.configs.strict.map((config) => ({ ...config, files: config.files ?? code })),
  ...vue.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parser: vueParser, parserOptions: { parser: tseslint.parser, sourceType: 'module' } },
  },
  {
    files: code,
    plugins: { house: houseRules },
    rules: {
      'house/imports': 'error',
      // TypeScript knows which names exist.
      'no-undef': 'off',
      'no-console': 'error',
      // Full-width spaces are part of the input we clean.
      'no-irregular-whitespace': [
        'error',
        { skipStrings: true, skipComments: true, skipRegExps: true, skipTemplates: true },
      ],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'separate-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      // "for (;;)" and "while (true)" are how a worker waits.
      'no-constant-condition': ['error', { checkLoops: false }],
      '@typescript-eslint/no-invalid-void-type': 'off',
    },
  },
  {
    files: ['**/*.vue'],
    rules: {
      'vue/no-v-html': 'error',
      'vue/multi-word-component-names': 'off',
      // An optional prop is optional in its type already.
      'vue/require-default-prop': 'off',
      // A composable handed down as one prop is meant to be used; the prop itself may not be replaced.
      'vue/no-mutating-props': ['error', { shallowOnly: true }],
      ...Object.fromEntries(layoutRules.map((name) => [`vue/${name}`, 'off'])),
    },
  },
  {
    files: ['{server,sandbox}/src/**/*.ts', 'workplace/api/**/*.ts'],
    plugins: { house: houseRules },
    rules: { 'house/environment': 'error', 'house/sql': 'error' },
  },
  {
    files: ['{server,shared}/src/**/*.ts'],
    plugins: { house: houseRules },
    rules: { 'house/clock': 'error' },
  },
  {
    files: [
      '{server,sandbox,shared}/src/**/*.ts',
      'workplace/api/**/*.ts',
      'miniapps/**/*.{ts,vue}',
      'admin-console/**/*.{ts,vue}',
    ],
    plugins: { house: houseRules },
    rules: { 'house/secrets': 'error', 'house/random': 'error' },
  },
  {
    files: ['miniapps/*/src/**/*.{ts,vue}'],
    rules: {
      // The build leaves of a contract its method and path: the rest would be undefined on a phone, and no test says so.
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[property.name='permission']",
          message: 'contracts carry no permission on a phone: name it, as in session.can("reports.send")',
        },
      ],
    },
  },
  // Programs of the terminal speak to it.
  {
    files: ['sandbox/launcher/**', '{e2e,bench}/**', '**/*.mjs', '**/*.test.ts', '**/demo/**', '**/cli.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: {
      globals: Object.fromEntries(
        ['process', 'console', 'URL', 'fetch', 'setTimeout', 'clearTimeout', 'Buffer', 'performance'].map(
          (name) => [name, 'readonly'],
        ),
      ),
    },
  },
  {
    files: ['sandbox/src/assets/*.js'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'document',
          'window',
          'location',
          'navigator',
          'fetch',
          'EventSource',
          'DOMParser',
          'CSS',
          'Element',
          'getSelection',
          'setTimeout',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
)
