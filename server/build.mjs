import { readdirSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { build } from 'esbuild'

/**
 * Everything goes into few files, npm packages too: looking up and reading a thousand small ones is most of a start.
 * What has files of its own beside its code stays outside.
 */
const outside = ['@fastify/swagger-ui', 'pg-native', 'sharp']

/** Bundled CommonJS packages ask for these, which modules do not have. */
const commonJs = `
import { createRequire as createRequireOfBundle } from 'node:module'
const require = createRequireOfBundle(import.meta.url)
const __filename = import.meta.filename ?? new URL(import.meta.url).pathname
const __dirname = __filename.slice(0, __filename.lastIndexOf('/'))
`

/**
 * Stack traces tell the lines of our own sources. Packages stay out of the map, which is read at every start: each is
 * said to come from a source of one character.
 */
const noMapsOfPackages = {
  name: 'no-maps-of-packages',
  setup({ onLoad }) {
    const map = Buffer.from('{"version":3,"sources":[""],"mappings":"AAAA"}').toString('base64')
    const comment = `//# sourceMappingURL=data:application/json;base64,${map}`
    onLoad({ filter: /[\\/]node_modules[\\/].*\.[cm]?js$/ }, async ({ path }) => ({
      contents: `${await readFile(path, 'utf8')}\n${comment}`,
      loader: 'js',
    }))
  },
}

/** Commands of operators, one file each; reached as dist/commands/<name>.js. */
const commands = Object.fromEntries(
  readdirSync('src/commands')
    .filter((name) => /^[^.]+\.ts$/.test(name))
    .map((name) => [`commands/${name.slice(0, -3)}`, `src/commands/${name}`]),
)

rmSync('dist', { recursive: true, force: true })
await build({
  entryPoints: {
    main: 'src/main.ts',
    'image-cage.child': 'src/features/files/image-cage.child.ts',
    'sheets-cage.child': 'src/features/designing/sheets-cage.child.ts',
    ...commands,
  },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  mainFields: ['module', 'main'],
  minifyWhitespace: true,
  minifySyntax: true,
  sourcemap: true,
  sourcesContent: false,
  banner: { js: commonJs },
  external: outside,
  logLevel: 'warning',
  plugins: [noMapsOfPackages],
})
