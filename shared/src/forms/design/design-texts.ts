import type { Locale, LocalText } from '../../locale.ts'
import type { FieldType } from '../definition.ts'
import type { DefinitionChange } from './definition-diff.ts'
import type { DefinitionProblem } from './definition-problems.ts'
import type { DefinitionReason } from './field-problems.ts'

/** What each type of field is called; a new type does not compile until it has a name. */
export const fieldTypeNames: Readonly<Record<FieldType, LocalText>> = {
  text: { 'zh-CN': '单行文本', en: 'Short text' },
  'long-text': { 'zh-CN': '多行文本', en: 'Long text' },
  number: { 'zh-CN': '数字', en: 'Number' },
  temperature: { 'zh-CN': '体温', en: 'Temperature' },
  'single-choice': { 'zh-CN': '单选', en: 'One choice' },
  'multiple-choice': { 'zh-CN': '多选', en: 'Several choices' },
  date: { 'zh-CN': '日期', en: 'Date' },
  'date-time': { 'zh-CN': '日期和时间', en: 'Date and time' },
  rating: { 'zh-CN': '评分', en: 'Rating' },
  region: { 'zh-CN': '地区', en: 'Region' },
  place: { 'zh-CN': '当前位置', en: 'Current position' },
  phone: { 'zh-CN': '手机号', en: 'Mobile number' },
  'id-number': { 'zh-CN': '身份证号', en: 'ID number' },
  photo: { 'zh-CN': '照片', en: 'Photo' },
  file: { 'zh-CN': '文件', en: 'File' },
  signature: { 'zh-CN': '手写签名', en: 'Signature' },
  computed: { 'zh-CN': '自动计算', en: 'Computed' },
  declaration: { 'zh-CN': '勾选承诺', en: 'Declaration' },
  profile: { 'zh-CN': '填报人信息', en: 'Who is filling' },
  note: { 'zh-CN': '说明文字', en: 'Note' },
  section: { 'zh-CN': '分节标题', en: 'Section' },
  group: { 'zh-CN': '可重复的一组', en: 'Repeated group' },
  table: { 'zh-CN': '表格', en: 'Table' },
}

const problems: Readonly<Record<DefinitionReason, LocalText>> = {
  'title.missing': { 'zh-CN': '请填写表单名称', en: 'Give the form a title' },
  'title.too-long': { 'zh-CN': '表单名称最多 200 个字', en: 'A title has at most 200 characters' },
  'purpose.missing': { 'zh-CN': '请填写收集目的', en: 'Say what the form is for' },
  'fields.none': { 'zh-CN': '请至少添加一个字段', en: 'Add at least one field' },
  'fields.too-many': { 'zh-CN': '字段过多，最多 200 个', en: 'A form has at most 200 fields' },
  'field.asks-nothing': {
    'zh-CN': '表单里还没有需要填写的字段',
    en: 'Nothing in the form asks for an answer',
  },
  'id.unsafe': {
    'zh-CN': '字段标识“{names}”不能使用，只能以字母开头，由字母、数字、-、_ 和 . 组成',
    en: 'The name “{names}” cannot be used: letters, digits, -, _ and . only, beginning with a letter',
  },
  'id.twice': { 'zh-CN': '字段标识与前面的重复', en: 'An earlier field has the same name' },
  'number.outside': {
    'zh-CN': '这份表单历次版本的字段总数已用完',
    en: 'The versions of this form have used up the numbers of fields',
  },
  'number.twice': { 'zh-CN': '字段编号重复', en: 'Two fields have the same number' },
  'label.missing': { 'zh-CN': '请填写名称', en: 'Give it a name' },
  'label.too-long': { 'zh-CN': '名称最多 200 个字', en: 'A name has at most 200 characters' },
  'text.missing': { 'zh-CN': '有文字没有填写', en: 'A text is missing' },
  'options.none': { 'zh-CN': '请至少添加一个选项', en: 'Add at least one option' },
  'options.too-many': {
    'zh-CN': '全部字段的选项合计最多 10000 个',
    en: 'The fields of a form have at most 10000 options together',
  },
  'option.unsafe': { 'zh-CN': '选项标识“{names}”不能使用', en: 'The option name “{names}” cannot be used' },
  'option.twice': { 'zh-CN': '选项标识“{names}”重复', en: 'The option name “{names}” occurs twice' },
  'option.same-label': { 'zh-CN': '选项“{names}”重复', en: 'The option “{names}” occurs twice' },
  'exclusive.misplaced': {
    'zh-CN': '互斥选项只用于多选，并且要有其他选项',
    en: 'An option that excludes the others needs several choices, and others to exclude',
  },
  'limits.reversed': { 'zh-CN': '最小值大于最大值', en: 'The least lies above the most' },
  'bands.empty': { 'zh-CN': '有分段的起点不小于终点', en: 'A band ends before it begins' },
  'bands.overlap': { 'zh-CN': '分段之间有重叠', en: 'Two bands overlap' },
  'code.outside': {
    'zh-CN': '历次版本的选项总数已用完',
    en: 'The versions have used up the codes of options',
  },
  'code.twice': { 'zh-CN': '选项编号重复', en: 'Two options have the same code' },
  'alerts.nobody': { 'zh-CN': '请选择异常时通知谁', en: 'Say who is told of an abnormal answer' },
  'alerts.unknown-person': {
    'zh-CN': '异常通知的人员中有 {names} 人已不在组织内，请重新选择',
    en: '{names} of the people to be told have left the organisation: choose again',
  },
  'alerts.words-too-long': { 'zh-CN': '处理提示最多 200 个字', en: 'What to do has at most 200 characters' },
  'condition.unknown-field': {
    'zh-CN': '条件引用的字段已不存在',
    en: 'The condition asks about a field that is gone',
  },
  'condition.later-field': {
    'zh-CN': '条件只能引用排在它前面的字段',
    en: 'A condition can ask about fields before it only',
  },
  'condition.operator': {
    'zh-CN': '条件与所引用字段的类型不符',
    en: 'The condition does not fit the type of the field it asks about',
  },
  'condition.unknown-option': {
    'zh-CN': '条件引用的选项已不存在',
    en: 'The condition names an option that is gone',
  },
  'condition.empty': { 'zh-CN': '条件没有填写完整', en: 'The condition is not complete' },
  'condition.reversed': {
    'zh-CN': '条件的起点在终点之后',
    en: 'The condition begins after its end',
  },
  'condition.too-deep': { 'zh-CN': '条件嵌套过深', en: 'The condition is nested too deeply' },
  'check.asks-nothing': {
    'zh-CN': '这个字段没有需要填写的内容，不能设校验条件',
    en: 'This field asks for nothing that could be checked',
  },
  'check.no-message': {
    'zh-CN': '请填写不符合校验条件时的提示',
    en: 'Say what people are told when the check fails',
  },
  'check.message-too-long': {
    'zh-CN': '校验提示最多 200 个字',
    en: 'What people are told has at most 200 characters',
  },
  'expression.not-before': {
    'zh-CN': '只能用排在它前面的字段计算',
    en: 'It can be computed from fields before it only',
  },
  'expression.not-a-number': {
    'zh-CN': '只能用数字字段计算',
    en: 'It can be computed from numbers only',
  },
  'expression.no-rows': {
    'zh-CN': '只能对可重复的一组或表格汇总',
    en: 'Only a repeated group or a table can be summed up',
  },
  'expression.too-deep': { 'zh-CN': '算式嵌套过深', en: 'The expression is nested too deeply' },
}

const changes: Readonly<Record<DefinitionChange['kind'], LocalText>> = {
  title: { 'zh-CN': '表单名称由“{from}”改为“{to}”', en: 'Title changed from “{from}” to “{to}”' },
  description: { 'zh-CN': '修改了表单说明', en: 'Description changed' },
  'field.added': { 'zh-CN': '新增“{label}”', en: 'Added “{label}”' },
  'field.removed': { 'zh-CN': '删除“{label}”', en: 'Removed “{label}”' },
  'field.moved': { 'zh-CN': '移动“{label}”', en: 'Moved “{label}”' },
  'field.renamed': { 'zh-CN': '“{from}”改名为“{label}”', en: 'Renamed “{from}” to “{label}”' },
  'field.type': {
    'zh-CN': '“{label}”由{from}改为{to}',
    en: '“{label}” changed from {from} to {to}',
  },
  'field.required': { 'zh-CN': '“{label}”改为必填', en: '“{label}” is required now' },
  'field.optional': { 'zh-CN': '“{label}”改为选填', en: '“{label}” is optional now' },
  'field.condition': { 'zh-CN': '“{label}”的显示条件已修改', en: 'When “{label}” is shown has changed' },
  'field.check': { 'zh-CN': '“{label}”的校验条件已修改', en: 'What is checked of “{label}” has changed' },
  'field.limits': { 'zh-CN': '“{label}”的填写要求已修改', en: 'What “{label}” takes has changed' },
  'field.hint': { 'zh-CN': '“{label}”的提示已修改', en: 'The hint of “{label}” has changed' },
  'option.added': { 'zh-CN': '“{label}”新增选项“{option}”', en: '“{label}”: added option “{option}”' },
  'option.removed': { 'zh-CN': '“{label}”删除选项“{option}”', en: '“{label}”: removed option “{option}”' },
  'option.renamed': {
    'zh-CN': '“{label}”的选项改为“{option}”',
    en: '“{label}”: option renamed to “{option}”',
  },
  'finding.added': { 'zh-CN': '新增异常规则“{label}”', en: 'Added rule “{label}”' },
  'finding.removed': { 'zh-CN': '删除异常规则“{label}”', en: 'Removed rule “{label}”' },
  'finding.alerts': {
    'zh-CN': '异常规则“{label}”的通知对象已修改',
    en: 'Who is told by rule “{label}” changed',
  },
  'finding.changed': { 'zh-CN': '异常规则“{label}”已修改', en: 'Rule “{label}” changed' },
  notice: {
    'zh-CN': '告知内容有变化，填写人需要重新确认',
    en: 'The notice changed: people are asked to confirm it again',
  },
}

const filled = (text: string, values: ReadonlyMap<string, string>) =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => values.get(name) ?? '')

/** What keeps a form from being published, in words. */
export function definitionProblemText({ reason, names = '' }: DefinitionProblem, locale: Locale): string {
  return filled(problems[reason][locale], new Map([['names', names]]))
}

/** One difference between two versions, in words. */
export function changeText(change: DefinitionChange, locale: Locale): string {
  const values = Object.entries(change).flatMap(([name, value]: [string, string | LocalText]) => {
    if (name === 'kind') return []
    if (typeof value !== 'string') return [[name, value[locale]] as const]
    const type = Object.entries(fieldTypeNames).find(([each]) => each === value)
    return type ? [[name, type[1][locale]] as const] : []
  })
  return filled(changes[change.kind][locale], new Map(values))
}
