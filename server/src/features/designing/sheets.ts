import type { FastifyRequest } from 'fastify'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { CageBroken, inCage } from '@kangbao/cage/cage.ts'
import { turns } from '@kangbao/cage/turns.ts'
import type { WorkbookFault } from '@kangbao/cage/workbooks/unpack.ts'
import { mostWorkbookBytes } from '@kangbao/shared/contracts/designing.ts'
import { AppError } from '../../errors.ts'
import { received } from '../files/index.ts'

const mebibyte = 1024 * 1024
const limits = {
  timeMs: 20_000,
  memoryBytes: 512 * mebibyte,
  heapMebibytes: 192,
  outputBytes: 16 * mebibyte,
}
const inTurn = turns(1, 16, () => new AppError('server.overloaded'))

const Sheet = Type.Object({
  /** In small letters. */
  name: Type.String(),
  /** Whether there are more rows than were read. */
  isCut: Type.Boolean(),
  rows: Type.Array(Type.Object({ no: Type.Integer(), cells: Type.Array(Type.String()) })),
})
export type Sheet = Static<typeof Sheet>
const Answer = Type.Union([
  Type.Object({ sheets: Type.Array(Sheet) }),
  Type.Object({ refused: Type.String() }),
])

/** What is read of a workbook. */
export interface Wanted {
  /** Names in small letters; the first sheet when there are none. */
  readonly names: readonly string[]
  readonly rows: number
  readonly columns: number
}

/**
 * Sheets of a workbook as text, read in a process with limits on time and memory (S-61), one at a time.
 * @throws AppError `file.empty`, `file.too-large`, `file.cut-off`, `workbook.…`, `server.overloaded`.
 */
export async function readSheets(request: FastifyRequest, wanted: Wanted): Promise<readonly Sheet[]> {
  const bytes = await bodyOf(request)
  return inTurn(async () => {
    const answer = Value.Parse(Answer, JSON.parse((await caged(bytes, wanted)).toString('utf8')))
    if ('refused' in answer) throw new AppError(`workbook.${faultOf(answer.refused)}`)
    return answer.sheets
  })
}

async function caged(bytes: Buffer, wanted: Wanted): Promise<Buffer> {
  try {
    const args = [JSON.stringify(wanted)]
    return await inCage('sheets-cage.child', { beside: import.meta.url, args, input: bytes, limits })
  } catch (error) {
    // Out of time or memory: the file asked for more than any form needs.
    if (error instanceof CageBroken) throw new AppError('workbook.too-much-inside', {}, { cause: error })
    throw error
  }
}

const faults: Readonly<Record<WorkbookFault, true>> = {
  'not-workbook': true,
  encrypted: true,
  'active-content': true,
  unreadable: true,
  'too-much-inside': true,
}
const isFault = (reason: string): reason is WorkbookFault => Object.hasOwn(faults, reason)
const faultOf = (reason: string): WorkbookFault => (isFault(reason) ? reason : 'unreadable')

const bodyOf = (request: FastifyRequest): Promise<Buffer> =>
  received(request, async ({ announcedBytes = 0, bytes }) => {
    const tooLarge = () => new AppError('file.too-large', { maxBytes: mostWorkbookBytes })
    if (announcedBytes > mostWorkbookBytes) throw tooLarge()
    const pieces: Buffer[] = []
    let length = 0
    for await (const piece of bytes) {
      length += piece.length
      if (length > mostWorkbookBytes) throw tooLarge()
      pieces.push(piece)
    }
    if (length === 0) throw new AppError('file.empty')
    return Buffer.concat(pieces)
  })
