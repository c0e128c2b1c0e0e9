import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { CageBroken, inCage } from '@kangbao/cage/cage.ts'
import { workplaceErrors, type WorkplaceErrorCode } from '../../contracts/errors.ts'
import { AppError } from '../errors.ts'
import type { Sheet } from './sheet.ts'

const mebibyte = 1024 * 1024
export const maxUploadBytes = 10 * mebibyte
const limits = {
  timeMs: 20_000,
  memoryBytes: 768 * mebibyte,
  heapMebibytes: 256,
  outputBytes: 64 * mebibyte,
}

const Answer = Type.Union([
  Type.Object({ refused: Type.String() }),
  Type.Object({
    sheet: Type.Object({
      rows: Type.Array(Type.Object({ no: Type.Integer(), cells: Type.Array(Type.String()) })),
      isCut: Type.Boolean(),
    }),
  }),
])

/**
 * Reads the first sheet of a workbook in a process with limits on time and memory (S-61).
 * @throws AppError `import.…` saying what is wrong with the file.
 */
export async function parseWorkbook(bytes: Buffer, maxRows: number): Promise<Sheet> {
  const answer = Value.Parse(Answer, JSON.parse(await caged(bytes, maxRows)))
  if ('refused' in answer) throw new AppError(isCode(answer.refused) ? answer.refused : 'import.unreadable')
  if (answer.sheet.isCut) throw new AppError('import.too-many-rows', { maxRows })
  return answer.sheet
}

async function caged(bytes: Buffer, maxRows: number): Promise<string> {
  try {
    const given = { beside: import.meta.url, args: [String(maxRows)], input: bytes, limits }
    const output = await inCage('sheet-cage.child', given)
    return output.toString('utf8')
  } catch (error) {
    // Out of time or memory: the file asked for more than any contact book needs.
    if (error instanceof CageBroken) throw new AppError('import.too-much-inside', {}, { cause: error })
    throw error
  }
}

const isCode = (code: string): code is WorkplaceErrorCode => Object.hasOwn(workplaceErrors, code)
