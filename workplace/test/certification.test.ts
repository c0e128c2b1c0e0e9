import { randomBytes } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { certify, fullRequest, pngHead, uploadPaper, validIdNumber } from './certifying.ts'
import { newWorld, type Json, type Person, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await newWorld()
})
afterAll(() => world.close())

async function operator(method: 'GET' | 'POST', path: string, payload?: object) {
  const answer = await world.app.inject({
    method,
    url: `/client-api/operator/certifications${path}`,
    ...(payload && { payload }),
  })
  return { status: answer.statusCode, body: answer.json<Json>() }
}

async function applied(name?: string): Promise<{ admin: Person; orgId: string; asked: Json; given: Json }> {
  const { admin, orgId } = await world.orgWithAdmin(name)
  const given = await fullRequest(admin, orgId)
  const answer = await admin.call('POST', `/orgs/${orgId}/certifications`, given)
  expect(answer.status).toBe(200)
  return { admin, orgId, asked: answer.body, given }
}

const latest = (admin: Person, orgId: string) =>
  admin.call('GET', `/orgs/${orgId}/certifications/latest`).then(({ body }) => body)

describe('what is handed in', () => {
  it('Z-06: the number is sealed where it lies and masked where it is shown', async () => {
    const { admin, orgId, asked } = await applied()
    expect(asked).toMatchObject({
      state: 'submitted',
      idNumber: '41**************39',
      reasons: [],
      level: null,
    })
    expect(asked.licence).toMatchObject({ mime: 'image/png' })
    const row = await world.db.withOrg(orgId, (scope) =>
      scope.one<{ id_number: Buffer; whole: string }>(
        sql`select id_number, row_to_json(c)::text as whole from certifications c where org_id = ${orgId}`,
      ),
    )
    expect(row?.whole).not.toContain(validIdNumber)
    expect(row?.id_number.toString('latin1')).not.toContain(validIdNumber)
    expect(JSON.stringify(await latest(admin, orgId))).not.toContain(validIdNumber)
  })

  it.each([
    ['idNumber', { idNumber: '410105198001011238' }, 'check-digit'],
    ['idNumber', { idNumber: '' }, 'length'],
    ['idNumber', { idNumber: undefined }, 'length'], // nothing before it to keep
    ['creditCode', { creditCode: '91410100MA4567895Q' }, 'check-character'],
    ['creditCode', { creditCode: '' }, 'length'],
    ['licence', { licenceId: '01890000-0000-7000-8000-000000000000' }, 'missing'],
  ])('Z-06: a wrong %s is named', async (item, change, problem) => {
    const { admin, orgId } = await world.orgWithAdmin()
    const body = { ...(await fullRequest(admin, orgId)), ...change }
    const refused = await admin.call('POST', `/orgs/${orgId}/certifications`, body)
    expect(refused).toMatchObject({
      status: 422,
      body: { code: 'certification.item', details: { item, problem } },
    })
    expect((await latest(admin, orgId)).certification).toBeNull()
  })

  it('Z-06: a letter is no licence, and another org’s paper is not there', async () => {
    const { admin, orgId } = await world.orgWithAdmin()
    const other = await world.orgWithAdmin()
    const given = await fullRequest(admin, orgId)
    const foreign = await uploadPaper(other.admin, other.orgId, 'licence')
    for (const licenceId of [given.letterId, foreign.id]) {
      const refused = await admin.call('POST', `/orgs/${orgId}/certifications`, { ...given, licenceId })
      expect(refused.body.details).toMatchObject({ item: 'licence' })
    }
  })

  it('Z-06: what is no clear picture is refused', async () => {
    const { admin, orgId } = await world.orgWithAdmin()
    const bad = [
      Buffer.from('%PDF-1.7 ...'),
      randomBytes(2000),
      Buffer.alloc(0),
      pngHead(199, 2000),
      pngHead(100_000, 100_000),
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
    ]
    for (const bytes of bad)
      expect((await uploadPaper(admin, orgId, 'licence', bytes)).code).toBe('certification.paper')
    const long = Buffer.concat([pngHead(800, 800), Buffer.alloc(10 * 1024 * 1024)])
    expect((await uploadPaper(admin, orgId, 'licence', long)).code).toBe('media.too-large')
  })

  it('Z-06: pictures nobody handed in are few and do not stay', async () => {
    const { admin, orgId } = await world.orgWithAdmin()
    const kept = () =>
      world.db.withOrg(orgId, (scope) =>
        scope.rows<{ id: string }>(
          sql`select id from certification_files where org_id = ${orgId} order by id`,
        ),
      )
    const given = await fullRequest(admin, orgId)
    await admin.call('POST', `/orgs/${orgId}/certifications`, given)
    for (let i = 0; i < 25; i += 1) await uploadPaper(admin, orgId, 'letter')
    expect(await kept()).toHaveLength(22)
    world.clock.advance(25 * 3_600_000)
    const nextDay = await world.person('王管理', admin.phone)
    await nextDay.call('POST', `/orgs/${orgId}/admin-access/elevation`, { password: 'Qy123456' })
    const { id } = await uploadPaper(nextDay, orgId, 'letter')
    expect((await kept()).map((file) => file.id)).toEqual([given.licenceId, given.letterId, id])
  })

  it('Z-06: of two requests at once one comes through; a second waits for the first', async () => {
    const { admin, orgId } = await world.orgWithAdmin()
    const given = await fullRequest(admin, orgId)
    const answers = await Promise.all(
      [1, 2, 3].map(() => admin.call('POST', `/orgs/${orgId}/certifications`, given)),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409])
    expect(answers.find(({ status }) => status === 409)?.body.code).toBe('certification.pending')
  })

  it('Z-06: it is the main admin’s act; a member sees nothing of it', async () => {
    const { admin, orgId, asked } = await applied()
    const member = await world.person('成员')
    const { code } = (await admin.call('GET', `/orgs/${orgId}/invite`)).body
    await member.call('POST', `/join-codes/${code}`, {})
    for (const [method, path] of [
      ['GET', 'certifications/latest'],
      ['GET', `certification-papers/${asked.licence.id}`],
      ['GET', 'certification-letter'],
      ['POST', `certifications/${asked.id}/withdrawal`],
    ] as const)
      expect((await member.call(method, `/orgs/${orgId}/${path}`)).status).toBe(403)
  })

  it('Z-06: the letter is a Word document that names the team', async () => {
    const { admin, orgId } = await world.orgWithAdmin('甲<乙>&"丙"有限公司')
    const answer = await world.app.inject({
      url: `/client-api/orgs/${orgId}/certification-letter`,
      headers: { authorization: `Bearer ${admin.token}` },
    })
    expect(answer.rawPayload.subarray(0, 2).toString()).toBe('PK')
    expect(answer.rawPayload.toString()).toContain('甲&#60;乙&#62;&#38;&#34;丙&#34;有限公司')
  })
})

describe('what the operator does', () => {
  it('Z-06: returned with reasons per item, handed in again with the number kept, approved', async () => {
    const { admin, orgId, asked, given } = await applied()
    const reasons = [{ item: 'letter', text: '公章不清晰' }]
    expect(
      (await operator('POST', `/${orgId}/${asked.id}/decision`, { approve: false, reasons })).status,
    ).toBe(200)
    const returned = await latest(admin, orgId)
    expect(returned).toMatchObject({ certification: { state: 'returned', reasons }, holds: null })
    expect((await admin.call('GET', `/orgs/${orgId}`)).body).toMatchObject({
      certification: 'returned',
      memberLimit: 500,
    })
    const { idNumber: _left, ...rest } = given
    const letterId = (await uploadPaper(admin, orgId, 'letter')).id
    const again = await admin.call('POST', `/orgs/${orgId}/certifications`, { ...rest, letterId })
    expect(again.body).toMatchObject({ state: 'submitted', idNumber: asked.idNumber })
    const reveal = await operator('POST', `/${orgId}/${again.body.id}/id-number`, { reason: '核对实名' })
    expect(reveal.body).toEqual({ idNumber: validIdNumber })
    await operator('POST', `/${orgId}/${again.body.id}/decision`, { approve: true, level: 'advanced' })
    expect(await latest(admin, orgId)).toMatchObject({
      certification: { state: 'approved' },
      holds: 'advanced',
    })
    expect((await admin.call('POST', `/orgs/${orgId}/certifications`, given)).body.code).toBe(
      'certification.done',
    )
  })

  it('Z-05: intermediate lets more people in, advanced lets them be imported; the first stays while the second waits', async () => {
    const { admin, orgId } = await world.orgWithAdmin()
    await certify(world, admin, orgId, 'intermediate')
    const org = () => admin.call('GET', `/orgs/${orgId}`).then(({ body }) => body)
    expect(await org()).toMatchObject({
      certification: 'approved',
      memberLimit: world.deps.config.limits.certifiedPeople,
    })
    const asked = await admin.call('POST', `/orgs/${orgId}/certifications`, await fullRequest(admin, orgId))
    expect(await org()).toMatchObject({
      certification: 'approved',
      memberLimit: world.deps.config.limits.certifiedPeople,
    })
    expect(await latest(admin, orgId)).toMatchObject({
      certification: { state: 'submitted' },
      holds: 'intermediate',
    })
    const reasons = [{ item: 'licence', text: '已过期' }]
    await operator('POST', `/${orgId}/${asked.body.id}/decision`, { approve: false, reasons })
    expect(await org()).toMatchObject({
      certification: 'approved',
      memberLimit: world.deps.config.limits.certifiedPeople,
    })
  })

  it('Z-06: two operators at once decide once, and one of them is told', async () => {
    const { orgId, asked } = await applied()
    const reasons = [{ item: 'kind', text: '类型不符' }]
    const answers = await Promise.all([
      operator('POST', `/${orgId}/${asked.id}/decision`, { approve: true, level: 'advanced' }),
      operator('POST', `/${orgId}/${asked.id}/decision`, { approve: false, reasons }),
      operator('POST', `/${orgId}/${asked.id}/decision`, { approve: true, level: 'intermediate' }),
    ])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409])
    const refused = answers.find(({ status }) => status === 409)
    expect(refused?.body).toMatchObject({ code: 'certification.decided', details: { by: 'API' } })
  })

  it('Z-06: withdrawn before the decision, and not after it', async () => {
    const { admin, orgId, asked } = await applied()
    const withdraw = () => admin.call('POST', `/orgs/${orgId}/certifications/${asked.id}/withdrawal`)
    expect((await withdraw()).body).toMatchObject({ state: 'withdrawn' })
    expect((await withdraw()).body.code).toBe('certification.decided')
    expect(
      (await operator('POST', `/${orgId}/${asked.id}/decision`, { approve: true, level: 'advanced' })).body
        .code,
    ).toBe('certification.decided')
    expect((await admin.call('GET', `/orgs/${orgId}`)).body.certification).toBe('none')
  })

  it.each([
    [{ approve: false, reasons: [] }],
    [{ approve: false }],
    [{ approve: true }],
    [{ approve: true, level: 'gold' }],
    [{ approve: false, reasons: [{ item: 'mood', text: '不好' }] }],
    [{ approve: false, reasons: [{ item: 'kind', text: '   ' }] }],
  ])('Z-06: %j is no decision', async (body) => {
    const { orgId, asked } = await applied()
    expect((await operator('POST', `/${orgId}/${asked.id}/decision`, body)).body.code).toBe('request.invalid')
  })

  it('Z-06: the queue is paged, whoever waits longest first, and found by name or code', async () => {
    const name = `排队${Date.now()}有限公司`
    const made = []
    for (let i = 0; i < 3; i += 1) made.push(await applied(`${name}${i}`))
    const page = await operator('POST', '/search', { state: 'submitted', search: name, limit: 2 })
    expect(page.body.items.map(({ orgName }: Json) => orgName)).toEqual([`${name}0`, `${name}1`])
    const rest = await operator('POST', '/search', {
      state: 'submitted',
      search: name,
      limit: 2,
      cursor: page.body.next,
    })
    expect(rest.body).toMatchObject({ items: [{ orgName: `${name}2` }], next: null })
    expect((await operator('POST', '/search', { search: name, kind: 'other' })).body.items).toEqual([])
    expect((await operator('POST', '/search', { cursor: 'zzz' })).body.code).toBe('request.invalid')
    expect(JSON.stringify(page.body)).not.toContain('王管理')
  })

  it('Z-06: the pictures are for the operator and the org’s admins; the code of another certified org is noticed', async () => {
    const first = await applied()
    await operator('POST', `/${first.orgId}/${first.asked.id}/decision`, { approve: true, level: 'advanced' })
    const { admin, orgId, asked } = await applied()
    const bytes = pngHead(800, 1100)
    const seen = await world.app.inject({
      url: `/client-api/operator/certifications/${orgId}/${asked.id}/papers/licence`,
    })
    expect([seen.headers['content-type'], seen.rawPayload.equals(bytes)]).toEqual(['image/png', true])
    const own = await world.app.inject({
      url: `/client-api/orgs/${orgId}/certification-papers/${asked.letter.id}`,
      headers: { authorization: `Bearer ${admin.token}` },
    })
    expect(own.rawPayload.equals(bytes)).toBe(true)
    expect(
      (await first.admin.call('GET', `/orgs/${orgId}/certification-papers/${asked.letter.id}`)).status,
    ).toBe(404)
    const read = await operator('GET', `/${orgId}/${asked.id}`)
    expect(read.body.sameCodeElsewhere).toBeGreaterThan(0)
  })

  it('X-02: opening a number takes a reason, and the reason is kept', async () => {
    const { orgId, asked } = await applied()
    expect((await operator('POST', `/${orgId}/${asked.id}/id-number`, { reason: '' })).status).toBe(400)
    await operator('POST', `/${orgId}/${asked.id}/id-number`, { reason: '与公安库比对' })
    const act = await world.db.one(sql`select * from operator_acts where about_org = ${orgId}`)
    expect(act).toMatchObject({ action: 'certification.id-opened', detail: { reason: '与公安库比对' } })
  })
})
