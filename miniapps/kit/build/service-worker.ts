import { createHash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import type { Plugin, Rolldown } from 'vite'

const source = fileURLToPath(new URL('../src/offline/worker.ts', import.meta.url))
const fileName = 'sw.js'
const placeholder = '__BUILD__'

/**
 * Builds the app's service worker beside it and tells it which files to keep: all that somebody who fills may need.
 * @param isLeftOut modules whose chunks only people with a network need, such as managing.
 */
export function serviceWorker(app: string, isLeftOut: (moduleId: string) => boolean): Plugin {
  return {
    name: 'kangbao:service-worker',
    apply: 'build',
    buildStart() {
      this.emitFile({ type: 'chunk', id: source, fileName })
    },
    generateBundle(_options, bundle) {
      const worker = bundle[fileName]
      if (worker?.type !== 'chunk' || worker.imports.length > 0)
        throw new Error('the service worker is not one file')
      const files = keptFiles(Object.values(bundle), isLeftOut).filter((name) => name !== fileName)
      const build = createHash('sha256')
        .update(JSON.stringify([files, worker.code]))
        .digest('hex')
        .slice(0, 12)
      if (!worker.code.includes(placeholder)) throw new Error('the service worker asks for no files')
      worker.code = worker.code.replace(placeholder, JSON.stringify({ name: `${app}:${build}`, files }))
    },
  }
}

/** Chunks of the app and the styles they bring; a chunk is left out when all it holds is. */
function keptFiles(
  bundle: readonly (Rolldown.OutputChunk | Rolldown.OutputAsset)[],
  isLeftOut: (moduleId: string) => boolean,
): string[] {
  const chunks = bundle.filter((each) => each.type === 'chunk')
  const kept = chunks.filter(({ moduleIds }) => moduleIds.length === 0 || !moduleIds.every(isLeftOut))
  const styles = kept.flatMap(({ viteMetadata }) => [...(viteMetadata?.importedCss ?? [])])
  return [...new Set([...kept.map(({ fileName: name }) => name), ...styles])].toSorted()
}
