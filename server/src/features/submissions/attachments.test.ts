import { readdir } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createClient } from '@kangbao/shared/contracts/client.ts'
import { decideConsents } from '@kangbao/shared/contracts/consents.ts'
import { getFile, uploadFile, type FilePurpose, type StoredFile } from '@kangbao/shared/contracts/files.ts'
import type { Form } from '@kangbao/shared/contracts/forms.ts'
import {
  correctSubmission,
  fileSubmission,
  getFilling,
  getSubmission,
  listSubmissionFiles,
} from '@kangbao/shared/contracts/submissions.ts'
import type { Answers, FileRef } from '@kangbao/shared/forms/answers.ts'
import { newId } from '../../db/ids.ts'
import { bitPng, pdf, phonePhoto } from '../../../test/pictures.ts'
import { startTestServer, type TestServer } from '../../../test/server.ts'
import { until } from '../../../test/until.ts'
import { newWorld, type Person, type World } from '../../../test/world.ts'

const template = 'zhengzhou/return-pledge'
const period = 'once'
let server: TestServer
let world: World
let form: Form
let origin: string

beforeAll(async () => {
  server = await startTestServer({ config: { RATE_LIMIT_SCALE: 100 } })
  await server.app.listen({ port: 0, host: '127.0.0.1' })
  origin = `http://127.0.0.1:${(server.app.server.address() as AddressInfo).port}`
  server.startJobs()
  world = await newWorld(server, { members: 8 })
  form = await world.publish(template, { repeat: null })
})
afterAll(() => server.close())

async function send(person: Person, purpose: FilePurpose, bytes: Buffer, key?: string): Promise<StoredFile> {
  const client = createClient({ baseUrl: `${origin}/api`, fetch, token: () => person.token })
  const file = { bytes: new Blob([new Uint8Array(bytes)]), name: `${purpose}.x` }
  return client.call(uploadFile, { query: { purpose, ...(key ? { key } : {}) } }, { file })
}
const photoOf = async (person: Person) => send(person, 'photo', await phonePhoto())
const signatureOf = (person: Person) => send(person, 'signature', bitPng(60, 20))

/** As a client would say it: of all this only the id is believed. */
const ref = ({ id, type }: StoredFile): FileRef => ({ id, type, name: 'x.exe', sizeBytes: 1 })
const pledge = (signature: StoredFile, changes: Answers = {}): Answers => ({
  name: '员工',
  department: '生产部',
  'returns-on': '2026-03-05',
  promise: true,
  signature: { files: [ref(signature)] },
  ...changes,
})
const fileBy = (person: Person, answers: Answers) =>
  person.inject(fileSubmission, { params: { formId: form.id, period }, body: { answers } })
const sheetOf = (person: Person) => ({ formId: form.id, period, memberId: person.memberId })
const filesOf = async (person: Person) =>
  (await world.admin.inject(listSubmissionFiles, { params: sheetOf(person) })).body.items
const problemsOf = (reply: { problem: { details: unknown } }) =>
  (reply.problem.details as { problems: { field: string; reason: string }[] }).problems.map(
    ({ field, reason }) => `${field} ${reason}`,
  )
const member = (i: number) => world.members[i] ?? world.member

/** What lies in the store of one file. */
async function shelfOf(fileId: string): Promise<string[]> {
  const root = join(server.deps.config.DATA_DIR, 'files')
  const names = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => [])
  return names
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name))
    .filter((path) => path.includes(fileId))
}
const bytesGone = (fileId: string) =>
  until(
    () => shelfOf(fileId),
    (paths) => paths.length === 0,
  )

it('X-06, Z-35: files become part of the answers with the filing; what is known of them is our own', async () => {
  const person = member(0)
  const [photo, signature] = [await photoOf(person), await signatureOf(person)]
  const paper = await send(person, 'document', pdf())
  const answers = pledge(signature, {
    'health-code': { files: [ref(photo)] },
    'test-report': { files: [ref(paper)] },
  })
  expect((await fileBy(person, answers)).body).toMatchObject({ revision: 1 })
  const { mine } = (await person.inject(getFilling, { params: { formId: form.id } })).body
  expect(mine?.answers['health-code']).toEqual({
    files: [{ id: photo.id, name: 'photo.jpg', type: 'image/jpeg', sizeBytes: photo.sizeBytes }],
  })
  // Still there when what is attached to nothing has been swept.
  server.deps.clock.advance(25 * 3_600_000)
  const again = await fileBy(person, { ...mine?.answers, name: '员工甲' })
  expect(again.body).toMatchObject({ revision: 2 })
  const shown = await filesOf(person)
  expect(shown.map(({ id }) => id)).toEqual([photo.id, signature.id, paper.id])
  expect((await fetch(`${origin}${shown[0]?.links?.thumbnail ?? ''}`)).status).toBe(200)
})

it('X-06: a file that is another’s, unknown, used elsewhere, or of the wrong kind is refused beside its field', async () => {
  const [person, other] = [member(1), member(2)]
  const [foreign, own, signature] = [await photoOf(other), await photoOf(person), await signatureOf(person)]
  const paper = await send(person, 'document', await phonePhoto())
  const attempt = async (file: StoredFile) =>
    problemsOf(await fileBy(person, pledge(signature, { 'health-code': { files: [ref(file)] } })))
  expect(await attempt(foreign)).toEqual(['health-code files.gone'])
  expect(await attempt({ ...own, id: newId() })).toEqual(['health-code files.gone'])
  expect(await attempt(paper)).toEqual(['health-code files.type'])
  const four = { files: [own, own, own, own].map((file, i) => ({ ...ref(file), id: i ? newId() : file.id })) }
  expect(problemsOf(await fileBy(person, pledge(signature, { 'health-code': four })))).toEqual([
    'health-code files.too-many',
  ])
  // Nothing came of all that: no answers, and the files are still free.
  expect((await world.admin.inject(getSubmission, { params: sheetOf(person) })).status).toBe(404)
  expect((await fileBy(person, pledge(signature))).status).toBe(200)
  expect((await fileBy(other, pledge(signature))).status).toBe(422)
  await server.deps.database.inOrg(world.orgId, { kind: 'system', name: 'test' }, ({ tx }) =>
    tx.execute(sql`update files set owner = 'submission:another' where id = ${own.id}`),
  )
  expect(await attempt(own)).toEqual(['health-code files.gone'])
})

it('S-70, R-07: a revision that drops a photo deletes it, its bytes as well; a file sent twice under one key is one, and the key names it', async () => {
  const person = member(3)
  const key = newId()
  const bytes = await phonePhoto()
  const [photo, same] = [await send(person, 'photo', bytes, key), await send(person, 'photo', bytes, key)]
  expect(same.id).toBe(photo.id)
  const byKey = { ...ref(photo), id: key }
  const [second, signature] = [await photoOf(person), await signatureOf(person)]
  await fileBy(person, pledge(signature, { 'health-code': { files: [byKey, ref(second)] } }))
  // The reply was lost: the same bytes and the same answers once more change nothing.
  expect((await send(person, 'photo', bytes, key)).id).toBe(photo.id)
  await fileBy(person, pledge(signature, { 'health-code': { files: [byKey, ref(second)] } }))
  expect(await filesOf(person)).toHaveLength(3)
  expect(await shelfOf(photo.id)).toHaveLength(2)
  const reply = await fileBy(person, pledge(signature, { 'health-code': { files: [ref(second)] } }))
  expect(reply.body.revision).toBe(3)
  expect((await filesOf(person)).map(({ id }) => id)).toEqual([second.id, signature.id])
  await bytesGone(photo.id)
  expect((await person.inject(getFile, { params: { fileId: photo.id } })).status).toBe(404)
  expect(await shelfOf(second.id)).toHaveLength(2)
})

it('S-40: withdrawing the consent to proofs takes the photos, not the signature', async () => {
  const person = member(4)
  const [photo, signature] = [await photoOf(person), await signatureOf(person)]
  await fileBy(person, pledge(signature, { 'health-code': { files: [ref(photo)] } }))
  const decision = { version: 1, granted: [] }
  const reply = await person.inject(decideConsents, { params: { formId: form.id }, body: decision })
  expect(reply.status).toBe(200)
  expect((await filesOf(person)).map(({ id }) => id)).toEqual([signature.id])
  await bytesGone(photo.id)
})

it('Z-35: an admin removes and adds files; what he adds is the member’s from then on', async () => {
  const person = member(5)
  const [photo, signature] = [await photoOf(person), await signatureOf(person)]
  await fileBy(person, pledge(signature, { 'health-code': { files: [ref(photo)] } }))
  const [added, foreign] = [await photoOf(world.admin), await photoOf(member(6))]
  const correct = (files: StoredFile[]) =>
    world.admin.inject(correctSubmission, {
      params: sheetOf(person),
      body: {
        answers: pledge(signature, { 'health-code': { files: files.map(ref) } }),
        reason: '换清晰的照片',
      },
    })
  expect(problemsOf(await correct([foreign]))).toEqual(['health-code files.gone'])
  expect((await correct([added])).status).toBe(200)
  expect((await filesOf(person)).map(({ id }) => id)).toEqual([signature.id, added.id])
  expect((await person.inject(getFile, { params: { fileId: added.id } })).status).toBe(200)
  expect((await world.admin.inject(getFile, { params: { fileId: added.id } })).status).toBe(404)
  await bytesGone(photo.id)
})

it('X-05: the files are seen by whoever may see the answers, and every look is written down', async () => {
  const person = member(6)
  await fileBy(person, pledge(await signatureOf(person)))
  const asked = async (who: Person) =>
    (await who.inject(listSubmissionFiles, { params: sheetOf(person) })).status
  expect(await asked(member(7))).toBe(403)
  expect(await asked(world.admin)).toBe(200)
  const { rows } = await server.deps.database.inOrg(world.orgId, { kind: 'system', name: 'test' }, ({ tx }) =>
    tx.execute(sql`
      select actor from audit_log
      where action = 'submission.files-read' and ${person.memberId}::uuid = any (people)`),
  )
  expect(rows).toEqual([{ actor: `member:${world.admin.memberId}` }])
})
