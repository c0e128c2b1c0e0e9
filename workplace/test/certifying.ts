import type { CertificationLevel } from '../contracts/certification.ts'
import type { Json, Person, World } from './world.ts'

export const validCreditCode = '91410100MA4567895P'
export const validIdNumber = '410105198001011239'

/** As much of a PNG as the workplace reads: what it is and how large. */
export function pngHead(width: number, height: number): Buffer {
  const head = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
  const size = Buffer.alloc(13)
  size.writeUInt32BE(width, 0)
  size.writeUInt32BE(height, 4)
  return Buffer.concat([head, size, Buffer.from('made for a test')])
}

export async function uploadPaper(
  person: Person,
  orgId: string,
  item: 'licence' | 'letter',
  bytes = pngHead(800, 1100),
): Promise<Json> {
  return (await person.upload(`/orgs/${orgId}/certification-papers/${item}`, 'x.png', bytes)).body
}

/** Everything a request holds, and right. */
export async function fullRequest(person: Person, orgId: string): Promise<Record<string, unknown>> {
  return {
    kind: 'enterprise',
    applicantName: '王管理',
    idNumber: validIdNumber,
    registeredName: '河南测试有限公司',
    creditCode: validCreditCode,
    licenceId: (await uploadPaper(person, orgId, 'licence')).id,
    letterId: (await uploadPaper(person, orgId, 'letter')).id,
  }
}

/** The whole way: papers, request, and an operator who agrees (Z-06). */
export async function certify(
  world: World,
  admin: Person,
  orgId: string,
  level: CertificationLevel = 'advanced',
): Promise<void> {
  const asked = await admin.call('POST', `/orgs/${orgId}/certifications`, await fullRequest(admin, orgId))
  const decided = await world.app.inject({
    method: 'POST',
    url: `/client-api/operator/certifications/${orgId}/${asked.body.id}/decision`,
    payload: { approve: true, level },
  })
  if (decided.statusCode !== 200) throw new Error(decided.body)
}
