import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { figure } from '@kangbao/launcher/figure.ts'
import { everyField, holdsAnswer } from '@kangbao/shared/forms/definition.ts'
import { answerClasses } from '@kangbao/shared/programmes/answer-classes.ts'
import { programmes } from '@kangbao/shared/programmes/catalogue.ts'
import { dataClasses, tableClasses, type TableClasses } from '../src/db/classification.ts'
import { sealedColumns } from '../src/keys/sealed-columns.ts'
import { startTestServer, type TestServer } from './server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

/** Columns of the catalogue as `table.column`; partitions count as their parents. */
async function columns(): Promise<string[]> {
  const { rows } = await server.deps.database.pool.query<{ name: string }>(`
    select c.relname || '.' || a.attname as name from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'm', 'f') and not c.relispartition
    order by 1`)
  return rows.map(({ name }) => name)
}

const namesOf = (table: TableClasses, classes: readonly (typeof dataClasses)[number][]) =>
  classes.flatMap((each) => table[each]?.split(' ') ?? [])
const classified = Object.entries(tableClasses).flatMap(([name, table]) =>
  namesOf(table, dataClasses).map((column) => `${name}.${column}`),
)
const fields = programmes.flatMap((programme) =>
  programme.templates.flatMap((form) =>
    everyField(form)
      .filter(({ field }) => holdsAnswer(field))
      .map(({ id }) => `${form.id}.${id}`),
  ),
)

describe('S-31: classes', () => {
  it('every column of every table and every field of every form has one, once', async () => {
    const there = await columns()
    const unclassified = [
      ...there.filter((name) => !classified.includes(name)),
      ...fields.filter((name) => !(name in answerClasses)),
    ]
    figure({
      id: 'S-31',
      n: there.length + fields.length,
      value: unclassified.length,
      unit: 'columns and fields without a class',
      target: '0',
      ok: unclassified.length === 0,
    })
    expect(unclassified).toEqual([])
    expect(classified.filter((name) => !there.includes(name))).toEqual([])
    expect(new Set(classified).size).toBe(classified.length)
    expect(Object.keys(answerClasses).filter((name) => !fields.includes(name))).toEqual([])
  })

  it('a column nobody has told of is noticed', async () => {
    const owner = new pg.Client({ connectionString: server.ownerUrl })
    await owner.connect()
    await owner.query('alter table orgs add column surprise text')
    const unclassified = (await columns()).filter((name) => !classified.includes(name))
    await owner.query('alter table orgs drop column surprise')
    await owner.end()
    expect(unclassified).toEqual(['orgs.surprise'])
  })

  it('what is P3 or P4 is sealed, hashed, or readable for a reason', () => {
    const silent = Object.entries(tableClasses).flatMap(([name, table]) =>
      namesOf(table, ['P3', 'P4'])
        .filter((column) => table.kept?.[column] === undefined)
        .map((column) => `${name}.${column}`),
    )
    expect(silent).toEqual([])
  })

  it('X-02: what is sealed is sealed anew when keys change', () => {
    const sealed = Object.entries(tableClasses).flatMap(([name, { kept = {} }]) =>
      Object.entries(kept).flatMap(([column, how]) => (how === 'sealed' ? [`${name}.${column}`] : [])),
    )
    const listed = sealedColumns.map(({ table, column }) => `${table}.${column}`)
    // A data key is wrapped anew, not sealed anew.
    expect(listed.toSorted()).toEqual(sealed.filter((name) => name !== 'data_keys.wrapped').toSorted())
  })
})
