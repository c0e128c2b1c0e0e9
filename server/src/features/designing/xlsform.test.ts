import { deflateRawSync } from 'node:zlib'
import { read, utils } from 'xlsx'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Contract, ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import * as contracts from '@kangbao/shared/contracts/designing.ts'
import { blankContent } from '@kangbao/shared/forms/design/content.ts'
import { newDraft, ownContent, words } from '../../../test/own-form.ts'
import { startTestServer, type TestServer } from '../../../test/server.ts'
import { workbookOf, xlsForm } from '../../../test/workbooks.ts'
import { newWorld, type Person, type World } from '../../../test/world.ts'
import { apiPrefix } from '../../http/route.ts'

let server: TestServer
let world: World
beforeAll(async () => {
  server = await startTestServer()
  world = await newWorld(server)
})
afterAll(() => server.close())

async function upload<C extends Contract>(contract: C, bytes: Buffer, who: Person = world.admin) {
  const response = await server.app.inject({
    method: 'POST',
    url: `${apiPrefix}${contract.path}`,
    headers: { authorization: `Bearer ${who.token}`, 'content-type': 'application/octet-stream' },
    payload: bytes,
  })
  const body = response.json<ResponseOf<C> & { code: string }>()
  return { status: response.statusCode, body, code: body.code }
}

async function download(draftId: string): Promise<Buffer> {
  const response = await server.app.inject({
    method: 'GET',
    url: `${apiPrefix}/form-drafts/${draftId}/xlsform`,
    headers: { authorization: `Bearer ${world.admin.token}` },
  })
  expect(response.statusCode).toBe(200)
  expect(response.headers['content-disposition']).toContain('.xlsx')
  return response.rawPayload
}

describe('Z-37: forms move in from ODK and Kobo, and out again', () => {
  it('a workbook is read, what it does not carry is told, and a draft is made of it', async () => {
    const { status, body } = await upload(contracts.readXlsForm, xlsForm())
    expect(status).toBe(200)
    expect(body.carried).toBe(2)
    expect(body.items).toEqual([
      {
        sheet: 'survey',
        row: 4,
        column: 'type',
        outcome: 'left-out',
        reason: 'type.unknown',
        detail: 'audio',
      },
    ])
    const { body: draft } = await world.admin.inject(contracts.createDraft, {
      body: { from: 'content', content: body.content },
    })
    expect(draft.content.title['zh-CN']).toBe('健康打卡')
    expect(draft.content.fields).toMatchObject([
      { id: 'fever', type: 'single-choice', required: true },
      { id: 'temp', type: 'number', visibleWhen: { field: 'fever', is: 'y' } },
    ])
    expect(draft.problems.map(({ reason }) => reason)).toEqual(['purpose.missing'])
  })

  it('a draft leaves as a workbook with the three sheets, and comes back as it was', async () => {
    const content = {
      ...ownContent,
      description: words('=1+1 不是公式'),
      fields: [
        ...ownContent.fields,
        { id: 'l', number: 0, type: 'note', label: words('-备注'), text: words('=SUM(A1)') } as const,
      ],
    }
    const bytes = await download(await newDraft(server, world, content))
    const book = read(bytes)
    expect(book.SheetNames).toEqual(['survey', 'choices', 'settings'])
    const survey = book.Sheets['survey']
    const rows: unknown[][] = survey ? utils.sheet_to_json(survey, { header: 1 }) : []
    expect(rows[0]?.slice(0, 4)).toEqual(['type', 'name', 'label::zh', 'label::en'])
    expect(rows[2]).toEqual(expect.arrayContaining(['integer', 'seats', "${comes-by} = 'car'"]))
    const { body } = await upload(contracts.readXlsForm, bytes)
    expect(body.items).toEqual([])
    expect(body.content).toEqual(content)
  })

  it('a draft without a name or a field leaves as well', async () => {
    const { body } = await upload(
      contracts.readXlsForm,
      await download(await newDraft(server, world, blankContent())),
    )
    expect(body.content).toEqual(blankContent())
  })

  it.each<[string, () => Buffer, number, string]>([
    ['no spreadsheet', () => Buffer.from('type,name\ntext,a\n'.repeat(50)), 422, 'workbook.not-workbook'],
    ['nothing', () => Buffer.alloc(0), 422, 'file.empty'],
    ['a spreadsheet of something else', () => workbookOf({ Sheet1: [['a', 'b']] }), 422, 'xlsform.no-survey'],
    ['a survey without types', () => workbookOf({ survey: [['question']] }), 422, 'xlsform.no-survey'],
    ['too large a file', () => Buffer.alloc(contracts.mostWorkbookBytes + 1), 413, 'file.too-large'],
    ['a bomb', () => bomb(), 422, 'workbook.too-much-inside'],
  ])('%s is refused in words', async (_what, bytes, status, code) => {
    const reply = await upload(contracts.readXlsForm, bytes())
    expect([reply.status, reply.code]).toEqual([status, code])
  })

  it('what is no form makes no draft, and a member imports none', async () => {
    const { status, problem } = await world.admin.inject(contracts.createDraft, {
      body: { from: 'content', content: { fields: 'x' } as never },
    })
    expect([status, problem.code]).toEqual([400, 'draft.unreadable'])
    expect((await upload(contracts.readXlsForm, xlsForm(), world.member)).status).toBe(403)
  })
})

describe('Z-37: options come from a spreadsheet', () => {
  it('the first sheet is read as rows under their numbers, blank ones too', async () => {
    const bytes = workbookOf({
      stops: [['', ''], ['选项', '英文', '编码', 'more'], ['紫荆山', '', 7], [''], ['二七', true, 0.1]],
      other: [['x']],
    })
    const { status, body } = await upload(contracts.readOptionList, bytes)
    expect([status, body.rows]).toEqual([
      200,
      [
        { no: 2, cells: ['选项', '英文', '编码'] },
        { no: 3, cells: ['紫荆山', '', '7'] },
        { no: 4, cells: [] },
        { no: 5, cells: ['二七', 'true', '0.1'] },
      ],
    ])
    expect((await upload(contracts.readOptionList, workbookOf({ empty: [] }))).body.rows).toEqual([])
    const refused = await upload(contracts.readOptionList, Buffer.from('紫荆山\n二七'))
    expect([refused.status, refused.code]).toEqual([422, 'workbook.not-workbook'])
  })
})

/** A zip whose only part unpacks to more than there may be in one, as its directory says. */
function bomb(): Buffer {
  const packed = deflateRawSync(Buffer.alloc(110 * 1024 * 1024))
  const name = Buffer.from('xl/workbook.xml')
  const facts = Buffer.alloc(26)
  facts.writeUInt16LE(20)
  facts.writeUInt16LE(8, 4)
  facts.writeUInt32LE(packed.length, 14)
  facts.writeUInt32LE(110 * 1024 * 1024, 18)
  facts.writeUInt16LE(name.length, 22)
  const local = Buffer.concat([Buffer.from('504b0304', 'hex'), facts, name, packed])
  const central = Buffer.concat([Buffer.from('504b01021400', 'hex'), facts, Buffer.alloc(14), name])
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50)
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(local.length, 16)
  return Buffer.concat([local, central, end])
}
