import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as designing from '@kangbao/shared/contracts/designing.ts'
import * as contracts from '@kangbao/shared/contracts/own-templates.ts'
import { newDraft, ownContent } from '../../../test/own-form.ts'
import { startTestServer, type TestServer } from '../../../test/server.ts'
import { newWorld, type World } from '../../../test/world.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const label = { name: '停车', category: '行政', description: '每季度用' }
const keep = ({ admin }: World, of: { draftId: string } | { formId: string }, name = label.name) =>
  admin.inject(contracts.keepOwnTemplate, { body: { of, label: { ...label, name } } })

describe('Z-37: templates of one’s own', () => {
  it('a draft is kept, listed, copied from, called something else and thrown away; the copy stays', async () => {
    const world = await newWorld(server)
    const draftId = await newDraft(server, world, ownContent)
    const { status, body: kept } = await keep(world, { draftId })
    expect([status, kept]).toMatchObject([200, { ...label, fields: 2 }])
    // The draft goes; what was kept of it does not.
    await world.admin.inject(designing.deleteDraft, { params: { draftId } })
    const { body: copy } = await world.admin.inject(designing.createDraft, {
      body: { from: 'own-template', ownTemplateId: kept.id },
    })
    expect([copy.content, copy.formId, copy.problems]).toEqual([ownContent, null, []])

    expect((await keep(world, { draftId: copy.id })).problem.code).toBe('template.name-taken')
    const { body: other } = await keep(world, { draftId: copy.id }, '车位')
    const params = { ownTemplateId: other.id }
    const rename = (name: string) =>
      world.admin.inject(contracts.relabelOwnTemplate, { params, body: { ...label, name } })
    expect((await rename('停车')).problem.code).toBe('template.name-taken')
    expect((await rename('车位登记')).body).toMatchObject({ name: '车位登记', category: '行政' })
    const names = async () =>
      (await world.admin.inject(contracts.listOwnTemplates, { query: {} })).body.items.map(({ name }) => name)
    expect(await names()).toEqual(['车位登记', '停车'])
    expect((await world.admin.inject(contracts.removeOwnTemplate, { params })).status).toBe(200)
    expect(await names()).toEqual(['停车'])
    expect((await world.admin.inject(contracts.getOwnTemplate, { params })).status).toBe(404)
  })

  it('a form in use is kept as it is asked now, a locked one too; only main admins keep any', async () => {
    const world = await newWorld(server)
    const form = await world.publish('zhengzhou/daily')
    const { body: kept } = await keep(world, { formId: form.id })
    const { body } = await world.admin.inject(contracts.getOwnTemplate, {
      params: { ownTemplateId: kept.id },
    })
    expect(body.content.fields).toEqual(form.definition.fields)
    const { status } = await world
      .as(world.member, 'sub-admin')
      .inject(contracts.listOwnTemplates, { query: {} })
    expect(status).toBe(403)
  })
})
