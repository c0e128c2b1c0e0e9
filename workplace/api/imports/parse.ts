import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { CageBroken, inCage } from '@kangbao/cage/cage.ts'
import { workplaceErrors, type WorkplaceErrorCode } from '../../contracts/errors.ts'
import { AppError } from '../errors.ts'
import { breathe } from './breathe.ts'
import { Cancelled } from './running.ts'
import type { Sheet } from './sheet.ts'

const mebibyte = 1024 * 1024
export const maxUploadBytes = 20 * mebibyte
const limits = {
  timeMs: 20_000,
  memoryBytes: 768 * mebibyte,
  heapMebibytes: 256,
  outputBytes: 64 * mebibyte,
}

const Line = Compile(
  Type.Union([
    Type.Object({ refused: Type.String() }),
    Type.Object({ isCut: Type.Boolean() }),
    Type.Object({
      rows: Type.Array(Type.Object({ no: Type.Integer(), cells: Type.Array(Type.String()) })),
    }),
  ]),
)

/**
 * Reads the first sheet of a workbook in a process with limits on time and memory (S-61).
 * @throws AppError `import.…` saying what is wrong with the file.
 */
export async function parseWorkbook(bytes: Buffer, maxRows: number, signal?: AbortSignal): Promise<Sheet> {
  const output = await caged(bytes, maxRows, signal)
  const sheet: Sheet = { rows: [], isCut: false }
  for (let start = 0; start < output.length;) {
    const end = output.indexOf('\n', start)
    const line: unknown = JSON.parse(output.toString('utf8', start, end))
    if (end < 0 || !Line.Check(line)) throw new Error('the cage answered something else')
    if ('refused' in line) throw new AppError(isCode(line.refused) ? line.refused : 'import.unreadable')
    if ('isCut' in line) sheet.isCut = line.isCut
    else sheet.rows.push(...line.rows)
    start = end + 1
    await breathe()
  }
  if (sheet.isCut) throw new AppError('import.too-many-rows', { maxRows })
  return sheet
}

async function caged(bytes: Buffer, maxRows: number, signal: AbortSignal | undefined): Promise<Buffer> {
  try {
    const given = { beside: import.meta.url, args: [String(maxRows)], input: bytes, limits, signal }
    return await inCage('sheet-cage.child', given)
  } catch (error) {
    if (signal?.aborted) throw new Cancelled()
    // Out of time or memory: the file asked for more than any contact book needs.
    if (error instanceof CageBroken) throw new AppError('import.too-much-inside', {}, { cause: error })
    throw error
  }
}

const isCode = (code: string): code is WorkplaceErrorCode => Object.hasOwn(workplaceErrors, code)
