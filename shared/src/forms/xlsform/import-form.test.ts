import { describe, expect, it } from 'vitest'
import { designLimits } from '../design/content.ts'
import { importXlsForm } from './import-form.ts'
import { xlsFormItemText, xlsFormReasons } from './report.ts'
import type { XlsFormBook } from './tables.ts'

const rowsOf = (rows: readonly (readonly string[])[]) => rows.map((cells, i) => ({ no: i + 1, cells }))
const bookOf = (
  survey: readonly (readonly string[])[],
  choices: readonly (readonly string[])[] = [],
  settings: readonly (readonly string[])[] = [],
): XlsFormBook => ({ survey: rowsOf(survey), choices: rowsOf(choices), settings: rowsOf(settings) })
function read(...sheets: Parameters<typeof bookOf>) {
  const given = importXlsForm(bookOf(...sheets))
  if (!given) throw new Error('it has a survey')
  const told = given.items.map(
    ({ sheet, row, column, outcome, reason }) => `${sheet} ${row} ${column} ${outcome} ${reason}`,
  )
  return { ...given, told, fields: given.content.fields }
}
const head = ['type', 'name', 'label', 'relevant', 'constraint', 'calculation', 'required', 'appearance']
const yesNo = [
  ['list_name', 'name', 'label::中文 (zh)', 'label::English (en)'],
  ['yn', '1', '是', 'Yes'],
  ['yn', '0', '否', 'No'],
]

describe('Z-37: a form of ODK or Kobo moves in', () => {
  it('a usual form comes whole', () => {
    const { fields, told, content, carried } = read(
      [
        ['type', 'name', 'label::Chinese (zh)', 'label::English (en)', 'required', 'relevant', 'constraint'],
        ['select_one yn', 'fever', '发热', 'Fever', 'yes', '', ''],
        ['decimal', 'temp', '体温', 'Temperature', 'true()', "${fever} = '1'", '. >= 35 and . <= 42'],
        ['select_multiple yn', 'both', '都选', '', '', '${temp} >= 37.3', ''],
        ['text', 'why', '原因', 'Why', 'no', "selected(${both}, '1') and not(${temp} > 40)", ''],
        ['date', 'since', '起始', 'Since', '', "${why} != ''", '. <= today() and . >= today() - 14'],
        ['begin_group', 'g', '家庭', 'Family', '', '', ''],
        ['begin_repeat', 'people', '家人', 'Person', '', '', ''],
        ['text', 'who', '姓名', 'Name', '', '', 'string-length(.) <= 20'],
        ['integer', 'age', '年龄', 'Age', '', '', '. > 0'],
        ['end_repeat', '', '', '', '', '', ''],
        ['end_group', '', '', '', '', '', ''],
      ],
      yesNo,
      [['form_title'], ['健康']],
    )
    expect(told).toEqual([])
    expect(content.title['zh-CN']).toBe('健康')
    expect(carried).toBe(9)
    expect(fields.map(({ id, type }) => `${id} ${type}`)).toEqual([
      'fever single-choice',
      'temp number',
      'both multiple-choice',
      'why text',
      'since date',
      'g section',
      'people group',
    ])
    const [fever, temp, both, why, since] = fields
    expect(fever).toMatchObject({ required: true, label: { 'zh-CN': '发热', en: 'Fever' } })
    expect(fever).toMatchObject({
      options: [{ value: '1', label: { 'zh-CN': '是', en: 'Yes' } }, { value: '0' }],
    })
    expect(temp).toMatchObject({ min: 35, max: 42, decimals: 2, visibleWhen: { field: 'fever', is: '1' } })
    expect(both?.visibleWhen).toEqual({ field: 'temp', atLeast: 37.3 })
    expect(why?.visibleWhen).toEqual({
      all: [{ field: 'both', is: '1' }, { not: { field: 'temp', moreThan: 40 } }],
    })
    expect(since).toMatchObject({ min: { daysFromToday: -14 }, max: { daysFromToday: 0 } })
    expect(fields.at(-1)).toMatchObject({
      fields: [
        { id: 'who', maxLength: 20 },
        { id: 'age', min: 1 },
      ],
    })
  })

  it.each([
    ['no survey', {}],
    ['a survey without types', { survey: rowsOf([['question', 'answer']]) }],
  ])('%s is no XLSForm', (_name, book) => expect(importXlsForm(book)).toBeNull())

  it('what cannot be carried is told by sheet, row and column', () => {
    const { told, fields, items } = read(
      [
        [...head, 'default', 'notes'],
        ['start', 'start', '', '', '', '', '', ''],
        ['geoshape', 'shape', '地块', '', '', '', '', ''],
        ['time', 'at', '时间', '', '', '', '', ''],
        ['select_one nowhere', 'x', '选', '', '', '', '', ''],
        ['select_one yn', '名 字', '选', '', '', '', '', 'likert'],
        ['integer', 'n', '数', '${shape} = 1', '. mod 2 = 0', '', 'maybe', ''],
        ['text', 'n', '', "regex(${n}, 'a')", '', '', '', ''],
        ['calculate', 'c', '', '', '', "concat(${n}, 'x')", '', ''],
        ['text', 'early', '早', '${late} = 5', '', '', '', ''],
        ['integer', 'late', '晚', '${n} = ', '', '', '', ''],
        ['begin_repeat', 'r', '组', '', '', '', '', ''],
        ['note', 'in', '注', '', '', '', '', ''],
        ['begin_repeat', 'rr', '组中组', '', '', '', '', ''],
        ['text', 'deep', '深', '', '', '', '', ''],
        ['end_repeat', '', '', '', '', '', '', ''],
        ['end_repeat', '', '', '', '', '', '', ''],
        ['end_group', '', '', '', '', '', '', '', '', 'a remark'],
        ['text', 'given', '默认', '', '', '', '', '', 'x'],
      ],
      [...yesNo, ['yn', '1', '又是', 'Again'], ['yn', 'a b', '', 'Both'], ['', 'z', '空', '']],
    )
    expect(told).toEqual([
      'choices 4 name left-out choices.twice',
      'choices 5 name changed name.changed',
      'choices 5 label changed label.no-chinese',
      'choices 6 name left-out column.missing',
      'survey 2 type left-out type.kept-anyway',
      'survey 3 type left-out type.unknown',
      'survey 4 type changed type.as-text',
      'survey 5 type left-out choices.missing',
      'survey 6 appearance left-out value.unread',
      'survey 6 name changed name.changed',
      'survey 7 required left-out value.unread',
      'survey 7 constraint left-out constraint.unknown',
      'survey 8 name changed name.changed',
      'survey 8 label changed label.missing',
      'survey 9 label changed label.missing',
      'survey 13 type left-out type.in-rows',
      'survey 14  left-out repeat.nested',
      'survey 15  left-out repeat.nested',
      'survey 18 type left-out group.not-ended',
      'survey 19 default left-out default.none',
      'survey 7 relevant left-out xpath.unknown-field',
      'survey 8 relevant left-out xpath.function',
      'survey 9 calculation left-out xpath.function',
      'survey 10 relevant left-out condition.unfit',
      'survey 11 relevant left-out xpath.unexpected',
      'survey 12  left-out field.unfit',
    ])
    expect(fields.map(({ id }) => id)).toEqual(['at', 'q_6', 'n', 'q_8', 'early', 'late', 'given'])
    for (const item of items)
      for (const locale of ['zh-CN', 'en'] as const)
        expect(xlsFormItemText(item, locale)).not.toContain('{detail}')
  })

  it('the condition of a group is put on each of its questions, in front of their own', () => {
    const { fields, told } = read(
      [
        head,
        ['select_one yn', 'a', '甲', '', '', '', '', ''],
        ['begin group', 'g', '组', "${a} = '1'", '', '', '', ''],
        ['text', 'b', '乙', '', '', '', '', ''],
        ['text', 'c', '丙', "${b} != ''", '', '', '', ''],
        ['end group', '', '', '', '', '', '', ''],
        ['text', 'd', '丁', '', '', '', '', ''],
      ],
      yesNo,
    )
    const yes = { field: 'a', is: '1' }
    expect(fields.map((field) => field.visibleWhen)).toEqual([
      undefined,
      yes,
      yes,
      { all: [yes, { field: 'b', answered: true }] },
      undefined,
    ])
    expect(told).toEqual(['survey 3 relevant changed group.relevant', 'survey 7  changed group.end'])
  })

  it.each<[string, object]>([
    ["${a} = '1' or ${a} = '0'", { field: 'a', anyOf: ['1', '0'] }],
    ["${a} != '1'", { not: { field: 'a', is: '1' } }],
    ["${a} != '' and ${a} != '1'", { field: 'a', isNot: '1' }],
    ['1 = ${a}', { field: 'a', is: '1' }],
    ['${n} < 5', { field: 'n', lessThan: 5 }],
    ['5 < ${n}', { field: 'n', moreThan: 5 }],
    ["${n} = '5'", { field: 'n', equals: 5 }],
    ['${n} != 5', { not: { field: 'n', equals: 5 } }],
    ["${n} != '' and ${n} != 5", { field: 'n', differs: 5 }],
    ['${n} > -2.5', { field: 'n', moreThan: -2.5 }],
    ['${n} >= 1 and ${n} <= 5', { field: 'n', between: { from: 1, to: 5 } }],
    ['${d} < today()', { field: 'd', before: { daysFromToday: 0 } }],
    ['today() - ${d} <= 14', { field: 'd', notBefore: { daysFromToday: -14 } }],
    ["${d} > date('2026-02-28') + 1", { field: 'd', after: { date: '2026-03-01' } }],
    ["'2026-02-28' = ${d}", { field: 'd', onDay: { date: '2026-02-28' } }],
    [
      '${d} >= today() - 14 and ${d} <= today()',
      { field: 'd', within: { from: { daysFromToday: -14 }, to: { daysFromToday: 0 } } },
    ],
    ["contains(${t}, '咳')", { field: 't', contains: '咳' }],
    ['string-length(${a}) > 0', { field: 'a', answered: true }],
    ['count-selected(${a}) = 0', { field: 'a', answered: false }],
    [
      "not((${a} = '1') and (${n} >= 3))",
      {
        not: {
          all: [
            { field: 'a', is: '1' },
            { field: 'n', atLeast: 3 },
          ],
        },
      },
    ],
  ])('%s', (relevant, condition) => {
    const { fields, told } = read(
      [
        head,
        ['select_one yn', 'a', '甲', '', '', '', '', ''],
        ['integer', 'n', '数', '', '', '', '', ''],
        ['date', 'd', '日', '', '', '', '', ''],
        ['text', 't', '字', '', '', '', '', ''],
        ['text', 'b', '乙', relevant, '', '', '', ''],
      ],
      yesNo,
    )
    expect(told).toEqual([])
    expect(fields.at(-1)?.visibleWhen).toEqual(condition)
  })

  it.each([
    ['(((', 'xpath.unexpected'],
    ['${a} = "1', 'xpath.unexpected'],
    ['${a} = ${a}', 'xpath.comparison'],
    ["${a} > 'x'", 'xpath.comparison'],
    ['${gone}', 'xpath.comparison'],
    ['position(..) = 1', 'xpath.unexpected'],
    ['('.repeat(60) + '1' + ')'.repeat(60), 'xpath.too-deep'],
  ])('%s is refused with a reason', (relevant, reason) => {
    const { told } = read([head, ['select_one yn', 'a', '甲'], ['text', 'b', '乙', relevant]], yesNo)
    expect(told).toEqual([`survey 3 relevant left-out ${reason}`])
  })

  it('a form larger than any here is cut, and that is told once', () => {
    const rows = Array.from({ length: 5_000 }, (_, i) => ['text', `q${i}`, '问'])
    const options = Array.from({ length: 5_000 }, (_, i) => ['yn', `o${i}`, '选', ''])
    const { fields, told } = read(
      [head, ['select_one yn', 'a', '甲'], ...rows],
      [...yesNo.slice(0, 1), ...options],
    )
    expect(fields).toHaveLength(designLimits.fields)
    expect(told).toEqual([
      'choices 2002 name left-out choices.too-many',
      'survey 202  left-out fields.too-many',
    ])
  })

  it('a form as ODK and Kobo users write them: what is not carried is told in its row', () => {
    const { fields, told } = read(
      [
        [
          'type',
          'name',
          'label::Chinese (zh)',
          'label::English (en)',
          'hint::Chinese (zh)',
          'required',
          'relevant',
          'constraint',
          'constraint_message::Chinese (zh)',
          'default',
          'appearance',
          'choice_filter',
          'readonly',
        ],
        ['start', 'start'],
        ['begin group', 'basic', '基本', 'Basic'],
        ['select one yn', 'home', '在家吗', 'At home', '按实际', 'yes', '', '', '', '1', 'minimal'],
        ['select_multiple yn or_other', 'seen', '见到', 'Seen', '', 'true()', "selected(${home}, '1')"],
        ['select_one yn', 'town', '镇', 'Town', '', '', '', '', '', '', '', 'county=${home}'],
        ['end group'],
        ['select_one_from_file towns.csv', 'from_file', '村', 'Village'],
        ['integer', 'age', '年龄', 'Age', '', '', '', '. >= 0 and . <= 120', '请核对年龄'],
        ['decimal', 'heat', '体温', 'Heat', '', '', '${age} >= 18 and not(${age} > 60)'],
        ['range', 'pain', '疼痛', 'Pain'],
        ['time', 'at', '时间', 'Time'],
        ['dateTime', 'met', '见面', 'Met', '', '', '', '. <= now()'],
        ['geopoint', 'where', '地点', 'Where'],
        ['image', 'pic', '照片', 'Picture'],
        ['file', 'doc', '文件', 'File'],
        ['barcode', 'code', '条码', 'Code'],
        ['audio', 'voice', '录音', 'Voice'],
        ['acknowledge', 'ok', '属实', 'True'],
        ['begin repeat', 'trips', '行程', 'Trips'],
        ['text', 'to', '去向', 'To'],
        ['end repeat'],
        ['calculate', 'twice', '', '', '', '', '', '', '', '', '', '', 'yes'],
        ['note', 'bye', '谢谢', 'Thanks'],
      ],
      yesNo,
    )
    expect(fields.map(({ id, type }) => `${id} ${type}`)).toEqual([
      'basic section',
      'home single-choice',
      'seen multiple-choice',
      'town single-choice',
      'age number',
      'heat number',
      'pain number',
      'at text',
      'met date-time',
      'where place',
      'pic photo',
      'doc file',
      'code text',
      'ok declaration',
      'trips group',
      'bye note',
    ])
    expect(fields.find(({ id }) => id === 'heat')?.visibleWhen).toEqual({
      all: [{ field: 'age', atLeast: 18 }, { not: { field: 'age', moreThan: 60 } }],
    })
    expect(fields.find(({ id }) => id === 'met')).toMatchObject({ max: { daysFromToday: 0 } })
    expect(told).toEqual([
      'survey 1 readonly left-out column.unknown',
      'survey 2 type left-out type.kept-anyway',
      'survey 4 appearance left-out value.unread',
      'survey 4 default left-out default.none',
      'survey 5 type changed choices.other',
      'survey 6 choice_filter left-out choices.filter',
      'survey 8 type left-out choices.from-file',
      'survey 9  changed group.end',
      'survey 12 type changed type.as-text',
      'survey 17 type changed type.as-text',
      'survey 18 type left-out type.unknown',
      'survey 23 label changed label.missing',
      'survey 9 constraint_message left-out message.own',
      'survey 23 calculation left-out xpath.unexpected',
    ])
  })

  it('a constraint is limits, and a condition with its message in both languages', () => {
    const { fields, told } = read(
      [
        [
          'type',
          'name',
          'label',
          'constraint',
          'constraint_message::中文 (zh)',
          'constraint_message::English (en)',
        ],
        ['select_one yn', 'night', '夜班'],
        [
          'integer',
          'hours',
          '小时',
          ". >= 0 and . <= 24 and (. <= 8 or ${night} = '0')",
          '夜班最多 8 小时',
          'At most 8 at night',
        ],
        ['text', 'plate', '车牌', "string-length(.) <= 9 and contains(., '豫')", '本省车牌'],
        ['select_multiple yn', 'both', '选', "not(selected(., '1') and ${hours} > 8)", '请核对'],
        ['date', 'back', '返回', '. >= today() and . < date("2026-12-31")', '请核对日期'],
        ['integer', 'odd', '单', '. mod 2 = 1', '单数'],
        ['integer', 'more', '多', '. > ${hours} and . <= 40', '要更多'],
        ['integer', 'quiet', '静', ". = 3 or ${night} = '1'"],
        ['text', 'code', '码', "regex(., '[0-9]+')", '数字'],
      ],
      yesNo,
    )
    const checkOf = (id: string) => fields.find((field) => field.id === id)?.check
    expect(fields.find(({ id }) => id === 'hours')).toMatchObject({ min: 0, max: 24 })
    expect(checkOf('hours')).toEqual({
      when: {
        any: [
          { field: 'hours', atMost: 8 },
          { field: 'night', is: '0' },
        ],
      },
      message: { 'zh-CN': '夜班最多 8 小时', en: 'At most 8 at night' },
    })
    expect(fields.find(({ id }) => id === 'plate')).toMatchObject({
      maxLength: 9,
      check: { when: { field: 'plate', contains: '豫' }, message: { 'zh-CN': '本省车牌', en: '' } },
    })
    expect(checkOf('both')?.when).toEqual({
      not: {
        all: [
          { field: 'both', is: '1' },
          { field: 'hours', moreThan: 8 },
        ],
      },
    })
    expect(fields.find(({ id }) => id === 'back')).toMatchObject({
      min: { daysFromToday: 0 },
      check: { when: { field: 'back', before: { date: '2026-12-31' } } },
    })
    expect(fields.find(({ id }) => id === 'more')).toMatchObject({ max: 40 })
    expect(['odd', 'more', 'code'].map(checkOf)).toEqual([undefined, undefined, undefined])
    expect(told).toEqual([
      'survey 7 constraint left-out constraint.unknown',
      'survey 7 constraint_message left-out message.own',
      'survey 8 constraint left-out constraint.unknown',
      'survey 8 constraint_message left-out message.own',
      'survey 9 constraint_message changed message.missing',
      'survey 10 constraint left-out constraint.unknown',
      'survey 10 constraint_message left-out message.own',
    ])
  })

  it('every reason is said in both languages', () => {
    for (const text of Object.values(xlsFormReasons))
      expect(Object.values(text).every(({ length }) => length > 1)).toBe(true)
  })
})
