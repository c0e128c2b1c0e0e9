import { sql, type SQL } from 'drizzle-orm'
import type { FastifyInstance } from 'fastify'
import { seesDepartment, seesMember } from '../apps/apps.repo.ts'
import { literal } from '../directory/pinyin.ts'
import { refusals } from './errors.ts'
import { readInteger, requireText } from './fields.ts'
import { openapi, type Call } from './gateway.ts'
import { withCaller, type Caller } from './tokens.ts'

const mostAnswers = 50

interface Search {
  word: string
  /** The whole of it, as asked by fullMatchField. */
  isWhole: boolean
  offset: number
  size: number
}

/** Ids by words, inside the scope of the app. */
export function searchRoutes(app: FastifyInstance): void {
  const search = (what: string, find: (caller: Caller, asked: Search) => Promise<Record<string, unknown>>) =>
    openapi(app, 'POST', `/v1.0/contact/${what}/search`, (call) =>
      withCaller(call, (caller) => find(caller, readSearch(call))),
    )
  search('users', async ({ scope, app: row }, asked) =>
    pageOf(
      asked,
      await scope.rows<Found>(sql`
        select m.userid as id, count(*) over ()::int as total from members m
        where m.org_id = ${scope.orgId} and ${seesMember(row)}
          and (${matches(sql`m.name`, asked)} or (${!asked.isWhole} and m.pinyin like ${`%${literal(asked.word.toLowerCase())}%`}))
        order by m.userid limit ${asked.size} offset ${asked.offset}`),
    ),
  )
  search('departments', async ({ scope, app: row }, asked) =>
    pageOf(
      asked,
      await scope.rows<Found>(sql`
        select d.dept_id as id, count(*) over ()::int as total from departments d
        where d.org_id = ${scope.orgId} and ${seesDepartment(row)} and ${matches(sql`d.name`, asked)}
        order by d.dept_id limit ${asked.size} offset ${asked.offset}`),
    ),
  )
}

function readSearch({ body }: Call): Search {
  const [offset, size] = [readInteger(body, 'offset', 0), readInteger(body, 'size', 10)]
  if (offset < 0) throw refusals.badOffset()
  if (size < 1 || size > mostAnswers) throw refusals.badSize()
  return { word: requireText(body, 'queryWord'), isWhole: body['fullMatchField'] === 1, offset, size }
}

interface Found {
  id: string | number
  total: number
}

const matches = (column: SQL, { word, isWhole }: Search): SQL =>
  isWhole ? sql`${column} = ${word}` : sql`${column} ilike ${`%${literal(word)}%`}`

function pageOf({ offset, size }: Search, rows: readonly Found[]): Record<string, unknown> {
  const totalCount = rows[0]?.total ?? 0
  return { hasMore: offset + size < totalCount, totalCount, list: rows.map((row) => row.id) }
}
