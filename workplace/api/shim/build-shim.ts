import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

export const shimSource = fileURLToPath(new URL('./browser/shim.ts', import.meta.url))

/** One classic script without imports. */
export async function buildShim(): Promise<string> {
  const result = await build({
    entryPoints: [shimSource],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2020',
    minify: true,
    legalComments: 'none',
  })
  return result.outputFiles[0]?.text ?? ''
}
