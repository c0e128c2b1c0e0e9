import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { WorkplaceErrorCode } from '../../contracts/errors.ts'
import { AppError } from '../errors.ts'
import type { Sheet } from './sheet.ts'
import { declaredSize, isCompoundDocument } from './zip-guard.ts'

export const maxUploadBytes = 10 * 1024 * 1024
const maxUncompressedBytes = 200 * 1024 * 1024
const timeLimitMs = 30_000

/** Reads the first sheet in a thread with limits on time and memory. */
export async function parseWorkbook(bytes: Buffer, maxRows: number): Promise<Sheet> {
  const size = declaredSize(bytes)
  if (size === null && !isCompoundDocument(bytes)) throw new AppError('import.unreadable')
  if (size !== null && size > maxUncompressedBytes) throw new AppError('import.too-large')
  const sheet = await inWorker(bytes, maxRows)
  if (sheet.isCut) throw new AppError('import.too-many-rows', { maxRows })
  return sheet
}

function inWorker(bytes: Buffer, maxRows: number): Promise<Sheet> {
  const refuse = (cause?: unknown, code: WorkplaceErrorCode = 'import.unreadable') =>
    new AppError(code, {}, { cause })
  return new Promise((resolve, reject) => {
    const worker = startWorker({ bytes, maxRows })
    const timer = setTimeout(() => {
      reject(refuse())
      void worker.terminate()
    }, timeLimitMs)
    worker.once('message', (sheet: Sheet) => resolve(sheet))
    worker.once('error', (error) => reject(refuse(error)))
    worker.once('exit', () => {
      clearTimeout(timer)
      reject(refuse()) // without effect once a message has come
    })
  })
}

function startWorker(workerData: { bytes: Buffer; maxRows: number }): Worker {
  const resourceLimits = { maxOldGenerationSizeMb: 1024 }
  const bundled = fileURLToPath(new URL('./parse.worker.js', import.meta.url))
  if (existsSync(bundled)) return new Worker(bundled, { workerData, resourceLimits })
  // From source: the thread needs the TypeScript loader too.
  const source = new URL('./parse.worker.ts', import.meta.url).href
  const boot = `import('tsx/esm/api').then(({ tsImport }) => tsImport(${JSON.stringify(source)}, ${JSON.stringify(import.meta.url)}))`
  return new Worker(boot, { eval: true, workerData, resourceLimits })
}
