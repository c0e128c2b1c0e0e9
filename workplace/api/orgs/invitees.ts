import { sql } from 'drizzle-orm'
import { mostInvited, type Invitee } from '../../contracts/team-invitations.ts'
import { parsePhone } from '../accounts/phone.ts'
import { array } from '../db/database.ts'
import type { OrgCtx } from '../http/context.ts'

const maxName = 80

/** A line's phone, and beside it the words that are most like a name; null for a line without anything like a phone. */
export function inviteeOf(
  cells: readonly string[],
): (Pick<Invitee, 'phone' | 'name'> & { isPhone: boolean }) | null {
  const words = cells.map((cell) => cell.trim()).filter(Boolean)
  const at = words.findIndex((word) => parsePhone(word) !== null)
  const likeAt = at >= 0 ? at : words.findIndex((word) => /\d{7,}/.test(word))
  const like = words[likeAt]
  if (like === undefined) return null
  const others = words.filter((_word, index) => index !== likeAt && !/^\d+$/.test(_word))
  // Beside the name of an enterprise, that of a person is the shorter one.
  const name =
    others.filter((word) => /^\p{Script=Han}{2,}$/u.test(word)).sort((a, b) => a.length - b.length)[0] ??
    others[0] ??
    ''
  return { phone: parsePhone(like) ?? like.slice(0, 24), name: name.slice(0, maxName), isPhone: at >= 0 }
}

/** A number as people set it, in groups. */
const grouped = /(?<!\d)(1\d{2})[ -](\d{4})[ -](\d{4})(?!\d)/g

/** One person a line, his parts apart by tabs, commas or blanks. */
export const linesOf = (text: string): string[][] =>
  text
    .replaceAll(grouped, '$1$2$3')
    .split(/\r?\n|[;；]/)
    .map((line) => line.split(/[\t,，、|]|\s+/))

/** Who is in it, and who of them cannot be invited. */
export async function check(
  { scope, orgId, now }: OrgCtx,
  lines: readonly (readonly string[])[],
): Promise<{ items: Invitee[]; isCut: boolean }> {
  const found = lines.map(inviteeOf).filter((one) => one !== null)
  const shown = found.slice(0, mostInvited)
  const phones = array(shown.map(({ phone }) => phone))
  const members = await scope.rows<{ phone: string }>(
    sql`select phone from members where org_id = ${orgId} and phone = any(${phones}::text[])`,
  )
  const waiting = await scope.rows<{ phone: string }>(sql`
    select phone from team_invitations
    where org_id = ${orgId} and phone = any(${phones}::text[]) and state = 'waiting' and expires_at > ${now}`)
  const [inOrg, asked] = [members, waiting].map((rows) => new Set(rows.map(({ phone }) => phone)))
  const seen = new Set<string>()
  const items = shown.map(({ phone, name, isPhone }): Invitee => {
    const isTwice = seen.has(phone)
    seen.add(phone)
    if (!isPhone) return { phone, name, problem: 'phone' }
    if (isTwice) return { phone, name, problem: 'twice' }
    if (inOrg?.has(phone)) return { phone, name, problem: 'member' }
    return { phone, name, problem: asked?.has(phone) ? 'waiting' : null }
  })
  return { items, isCut: found.length > mostInvited }
}
