import { cpSync, rmSync } from 'node:fs'
import { build } from 'esbuild'

rmSync('dist', { recursive: true, force: true })
await build({
  entryPoints: ['src/main.ts'],
  outfile: 'dist/main.js',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: true,
  logLevel: 'warning',
  plugins: [
    {
      // Workspace packages are TypeScript and go into the bundle; npm packages stay outside.
      name: 'npm-packages-outside',
      setup({ onResolve }) {
        onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
          kind === 'entry-point' || path.startsWith('@kangbao/') ? undefined : { path, external: true },
        )
      },
    },
  ],
})
cpSync('src/assets', 'dist/assets', { recursive: true })
cpSync('migrations', 'dist/migrations', { recursive: true })
