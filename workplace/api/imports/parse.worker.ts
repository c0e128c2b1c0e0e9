import { parentPort, workerData } from 'node:worker_threads'
import { readSheet } from './sheet.ts'

// Spreadsheets come from outside: a thread of its own can be ended when one takes too long or too much memory.
const given: unknown = workerData
if (
  typeof given === 'object' &&
  given &&
  'bytes' in given &&
  given.bytes instanceof Uint8Array &&
  'maxRows' in given
)
  parentPort?.postMessage(readSheet(given.bytes, Number(given.maxRows)))
