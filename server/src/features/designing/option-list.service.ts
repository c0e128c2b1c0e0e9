import type { FastifyRequest } from 'fastify'
import type { ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import type { readOptionList } from '@kangbao/shared/contracts/designing.ts'
import { readSheets } from './sheets.ts'

/** Far more than a question may have options, so that each row too many can be told. */
const mostRows = 5_000

/**
 * The first sheet of a workbook as rows of text; what they mean is decided on the screen, by the same code as pasted lines.
 * @throws AppError what `readSheets` throws.
 */
export async function optionRows(request: FastifyRequest): Promise<ResponseOf<typeof readOptionList>> {
  const [sheet] = await readSheets(request, { names: [], rows: mostRows, columns: 3 })
  const rows = sheet?.rows ?? []
  const byNo = new Map(rows.map((row) => [row.no, row]))
  const first = rows[0]?.no ?? 1
  const last = rows.at(-1)?.no ?? 0
  // Those without any text are there too, so that each can be told.
  const all = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i)
  return { rows: all.map((no) => byNo.get(no) ?? { no, cells: [] }) }
}
