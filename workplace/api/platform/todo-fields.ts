import { sql } from 'drizzle-orm'
import type { TodoPriority } from '../../contracts/todos.ts'
import { seesMember } from '../apps/apps.repo.ts'
import { array } from '../db/database.ts'
import type { NewTodo } from '../todos/todos.repo.ts'
import { refusals } from './errors.ts'
import { readInteger, readObject, requireText } from './fields.ts'
import { textOf, type Fields } from './gateway.ts'
import type { Caller } from './tokens.ts'

const mostPeople = 1000
const urlBytes = 1024

function limited(fields: Fields, name: string, most: number): string {
  const text = textOf(fields[name])
  if (text.length > most) throw refusals.badValue(name, `最大长度${most}`)
  return text
}

export const readSubject = (body: Fields): string => {
  requireText(body, 'subject')
  return limited(body, 'subject', 1024)
}

export const readDescription = (body: Fields): string => limited(body, 'description', 4096)

export const readSourceId = (body: Fields): string | null => limited(body, 'sourceId', 256) || null

export function readDueTime(body: Fields): Date | null {
  const ms = readInteger(body, 'dueTime', 0)
  if (ms === 0) return null
  const at = new Date(ms)
  if (ms < 0 || Number.isNaN(at.getTime())) throw refusals.badValue('dueTime', '不合法的时间')
  return at
}

export function readPriority(body: Fields): TodoPriority {
  const value = readInteger(body, 'priority', 20)
  if (value !== 10 && value !== 20 && value !== 30 && value !== 40)
    throw refusals.badValue('priority', '取值 10、20、30、40')
  return value
}

export function readKind(body: Fields): 'TODO' | 'READ' {
  const kind = textOf(body['todoType']) || 'TODO'
  if (kind !== 'TODO' && kind !== 'READ') throw refusals.badValue('todoType', '取值 TODO、READ')
  return kind
}

/** Required since February 2024: what the person opens is a page of the app. */
export function readDetailUrl(body: Fields): { appUrl: string; pcUrl: string } {
  const detail = readObject(body['detailUrl'])
  if (!detail) throw refusals.missing('detailUrl')
  const [appUrl, pcUrl] = [readUrl(detail, 'appUrl'), readUrl(detail, 'pcUrl')]
  if (!appUrl && !pcUrl) throw refusals.missing('detailUrl')
  return { appUrl, pcUrl }
}

function readUrl(detail: Fields, name: string): string {
  const url = textOf(detail[name])
  if (url === '') return ''
  const scheme = URL.canParse(url) ? new URL(url).protocol : ''
  if (Buffer.byteLength(url) > urlBytes || !['https:', 'http:', 'dingtalk:'].includes(scheme))
    throw refusals.badValue(`detailUrl.${name}`, '不合法的链接')
  return url
}

export function readContentFields(body: Fields): NewTodo['fields'] {
  const value = body['contentFieldList']
  if (value === undefined || value === null) return []
  if (!Array.isArray(value) || value.length > 50) throw refusals.badValue('contentFieldList', '不合法的列表')
  return value.map((item: unknown) => {
    const field = readObject(item) ?? {}
    return { fieldKey: limited(field, 'fieldKey', 1024), fieldValue: limited(field, 'fieldValue', 1024) }
  })
}

/** Union ids of a list, as members the app may see; whoever else is named fails the call. */
export async function readPeople(caller: Caller, body: Fields, name: string): Promise<string[] | null> {
  const value = body[name]
  if (value === undefined || value === null) return null
  if (!Array.isArray(value)) throw refusals.badValue(name, '不是列表')
  const unionIds = [...new Set(value.map(textOf))]
  if (unionIds.length > mostPeople) throw refusals.badValue(name, `最大数量${mostPeople}`)
  const users = await usersOf(caller, unionIds)
  if (users.length !== unionIds.length) throw refusals.badValue(name, '用户不存在或不在授权范围内')
  return users.map((user) => user.userid)
}

export const usersOf = (
  { scope, app }: Caller,
  unionIds: readonly string[],
): Promise<{ userid: string; unionId: string }[]> =>
  scope.rows<{ userid: string; unionId: string }>(sql`
    select m.userid, p.union_id as "unionId" from members m join persons p on p.id = m.person_id
    where m.org_id = ${scope.orgId} and p.union_id = any(${array(unionIds)}::text[]) and ${seesMember(app)}`)

/** The person of the path, by his union id. */
export async function requireUnionId(caller: Caller, unionId: string): Promise<string> {
  const [user] = await usersOf(caller, [unionId])
  if (!user) throw refusals.noSuchUser()
  return user.userid
}
