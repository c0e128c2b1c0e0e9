import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { History, readHistory } from './history.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kangbao-history-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

it('keeps every operation on disk, in order, and leaves out a line that was cut', async () => {
  const path = join(folder, 'phones.jsonl')
  const history = History.open(path)
  await Promise.all(
    Array.from({ length: 50 }, (_, n) => history.note({ process: n, kind: 'invoke', what: 'file' })),
  )
  await history.note({ process: 1, kind: 'ok', what: 'file', value: 'm 1' })
  history.close()
  appendFileSync(path, '{"process":2,"ki')
  const read = readHistory(path)
  expect(read).toEqual(history.operations)
  expect(read.at(-1)).toMatchObject({ kind: 'ok', value: 'm 1' })
})
