import { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import type { ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import type * as contracts from '@kangbao/shared/contracts/designing.ts'
import { designLimits } from '@kangbao/shared/forms/design/content.ts'
import { exportXlsForm } from '@kangbao/shared/forms/xlsform/export-form.ts'
import { importXlsForm } from '@kangbao/shared/forms/xlsform/import-form.ts'
import type { XlsFormItem, XlsFormSheet } from '@kangbao/shared/forms/xlsform/report.ts'
import { AppError, found } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
import { wallTime, workbook, zipped } from '../exports/index.ts'
import { versionsOf } from '../forms/index.ts'
import { draftById } from './drafts.repo.ts'
import { readSheets } from './sheets.ts'

const sheetNames: readonly XlsFormSheet[] = ['survey', 'choices', 'settings']
const mostRows = 10_000

/**
 * A form out of an XLSForm; nothing is kept of the workbook.
 * @throws AppError `xlsform.no-survey`, and what `readSheets` throws.
 */
export async function readForm(request: FastifyRequest): Promise<ResponseOf<typeof contracts.readXlsForm>> {
  const wanted = { names: sheetNames, rows: mostRows, columns: 200 }
  const sheets = await readSheets(request, wanted)
  const rowsOf = (name: XlsFormSheet) => sheets.find((sheet) => sheet.name === name)?.rows ?? []
  const read = importXlsForm({
    survey: rowsOf('survey'),
    choices: rowsOf('choices'),
    settings: rowsOf('settings'),
  })
  if (!read) throw new AppError('xlsform.no-survey')
  const cut = sheets
    .filter(({ isCut }) => isCut)
    .map(({ name }): XlsFormItem => {
      const sheet = sheetNames.find((each) => each === name) ?? 'survey'
      const detail = String(mostRows)
      return { sheet, row: mostRows, column: '', outcome: 'left-out', reason: 'rows.too-many', detail }
    })
  return { content: read.content, carried: read.carried, items: [...read.items, ...cut] }
}

/** A draft as the bytes of an XLSForm, and what to call it. */
export async function formFile(
  ctx: MemberContext,
  draftId: string,
): Promise<{ name: string; bytes: Readable }> {
  const { draft, version } = await ctx.inOrg(async (scope) => {
    const draft = found(await draftById(scope, draftId))
    const earlier = draft.formId === null ? [] : await versionsOf(scope, draft.formId)
    return { draft, version: earlier.length + 1 }
  })
  const { sheets } = exportXlsForm(draft.content, { id: `form_${draft.formId ?? draft.id}`, version })
  const widths = [20, 20, 32, 32, 24, 24, 10, 36, 36, 24, 24, 36, 14, 20, 14, 24]
  const book = workbook(
    sheetNames.map((name) => ({
      name,
      rows: sheets[name],
      widths: widths.slice(0, sheets[name][0]?.length ?? 0),
      foot: '',
    })),
  )
  const title = draft.content.title['zh-CN'].slice(0, designLimits.labelLength)
  return {
    name: `${title.replace(/[\\/:*?"<>|]/g, '_') || 'form'}.xlsx`,
    bytes: Readable.from(zipped(book, wallTime(ctx.deps.clock.now(), 'UTC')), { objectMode: false }),
  }
}
