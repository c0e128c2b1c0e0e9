import type { Locale, LocalText } from '../../locale.ts'

export type XlsFormSheet = 'survey' | 'choices' | 'settings'

/** Why something of a workbook became something else, or nothing. Public: add, never rename. */
export const xlsFormReasons = {
  'column.missing': { 'zh-CN': '缺少这一列', en: 'This column is missing' },
  'column.unknown': { 'zh-CN': '这一列没有对应的内容', en: 'Nothing here corresponds to this column' },
  'rows.too-many': { 'zh-CN': '只读取前 {detail} 行', en: 'Only the first {detail} rows were read' },
  'type.unknown': { 'zh-CN': '不支持题型“{detail}”', en: 'Questions of type “{detail}” are not supported' },
  'type.kept-anyway': {
    'zh-CN': '“{detail}”由系统自动记录，不需要字段',
    en: '“{detail}” is recorded by itself and needs no field',
  },
  'type.as-text': { 'zh-CN': '“{detail}”改为单行文本', en: '“{detail}” became a short text' },
  'type.in-rows': {
    'zh-CN': '可重复的一组里不能有“{detail}”',
    en: 'A repeated group cannot hold “{detail}”',
  },
  'name.changed': { 'zh-CN': '名称改为“{detail}”', en: 'The name became “{detail}”' },
  'label.missing': { 'zh-CN': '没有题目，用名称代替', en: 'No label: the name stands for it' },
  'label.no-chinese': { 'zh-CN': '没有中文，用“{detail}”代替', en: 'No Chinese: “{detail}” stands for it' },
  'value.unread': { 'zh-CN': '看不懂“{detail}”', en: '“{detail}” could not be read' },
  'text.cut': { 'zh-CN': '文字过长，已截短', en: 'The text was too long and was cut' },
  'choices.missing': { 'zh-CN': '没有选项列表“{detail}”', en: 'There is no list of choices “{detail}”' },
  'choices.from-file': {
    'zh-CN': '选项在外部文件“{detail}”里：请放进 choices 表后再导入',
    en: 'The choices are in the file “{detail}”: put them into the sheet choices and import again',
  },
  'choices.other': { 'zh-CN': '增加了选项“{detail}”', en: 'The choice “{detail}” was added' },
  'choices.filter': {
    'zh-CN': '选项不会随前面的回答筛选，全部列出',
    en: 'The choices are not filtered by earlier answers: all of them are offered',
  },
  'default.none': { 'zh-CN': '不预填“{detail}”', en: '“{detail}” is not filled in beforehand' },
  'message.own': {
    'zh-CN': '填错时由系统说明原因，不用“{detail}”',
    en: 'What is wrong is said in the words of this system, not as “{detail}”',
  },
  'message.missing': {
    'zh-CN': '没有不符合时的提示，请在草稿里补上',
    en: 'Nothing says what people are told: write it in the draft',
  },
  'choices.too-many': { 'zh-CN': '选项超过 {detail} 个，其余未导入', en: 'Only the first {detail} choices' },
  'choices.twice': { 'zh-CN': '选项“{detail}”重复', en: 'The choice “{detail}” occurs twice' },
  'fields.too-many': { 'zh-CN': '题目超过 {detail} 个，其余未导入', en: 'Only the first {detail} questions' },
  'group.flat': { 'zh-CN': '组内的组改为并列的小标题', en: 'A group in a group became a heading of its own' },
  'group.end': {
    'zh-CN': '小标题之后的题目会显示在该小标题下',
    en: 'Questions after the group stand under its heading',
  },
  'group.relevant': {
    'zh-CN': '组的显示条件写到了组内每道题',
    en: 'The condition of the group was put on each of its questions',
  },
  'group.not-ended': { 'zh-CN': '“begin”与“end”不成对', en: '“begin” and “end” do not match' },
  'repeat.nested': { 'zh-CN': '不支持重复组内再重复', en: 'A repeat in a repeat is not supported' },
  'repeat.count': { 'zh-CN': '行数改为可增减', en: 'The number of rows is up to the person' },
  'constraint.unknown': { 'zh-CN': '无法对应的填写要求“{detail}”', en: 'No check corresponds to “{detail}”' },
  'calculation.not-a-number': {
    'zh-CN': '只支持数字计算：{detail}',
    en: 'Only numbers can be calculated: {detail}',
  },
  'xpath.unexpected': { 'zh-CN': '“{detail}”处看不懂', en: 'It cannot be read at “{detail}”' },
  'xpath.function': { 'zh-CN': '不支持函数“{detail}”', en: 'The function “{detail}” is not supported' },
  'xpath.comparison': {
    'zh-CN': '不支持这样的比较：{detail}',
    en: 'Such a comparison is not supported: {detail}',
  },
  'xpath.unknown-field': {
    'zh-CN': '引用的“{detail}”不在导入的表单里',
    en: '“{detail}” is not in the imported form',
  },
  'xpath.too-deep': { 'zh-CN': '式子过长或嵌套过深', en: 'The expression is too long or nested too deeply' },
  'condition.unfit': {
    'zh-CN': '显示条件与所引用的题目不符或题目在后面',
    en: 'The condition does not fit the question it asks about, or that one comes later',
  },
  'kangbao.unread': { 'zh-CN': '“kangbao”列无法读取', en: 'The column “kangbao” cannot be read' },
  'field.unfit': { 'zh-CN': '内容超出限制', en: 'What it says lies outside the limits' },
  'export.type': {
    'zh-CN': '“{detail}”在其他软件中显示为普通文本',
    en: '“{detail}” shows as plain text in other software',
  },
  'export.people': {
    'zh-CN': '规则“{detail}”指名通知的人员不写入文件',
    en: 'The people whom rule “{detail}” names are not written to the file',
  },
  'export.kangbao': {
    'zh-CN': '写入“kangbao”列，其他软件不识别：{detail}',
    en: 'Written to the column “kangbao”, which other software does not know: {detail}',
  },
} as const satisfies Record<string, LocalText>
export type XlsFormReason = keyof typeof xlsFormReasons

/** One thing that was not carried as it stood. */
export interface XlsFormItem {
  readonly sheet: XlsFormSheet
  /** As the spreadsheet shows it, from 1; null for a whole sheet. */
  readonly row: number | null
  /** Its heading; empty for a whole row. */
  readonly column: string
  readonly outcome: 'changed' | 'left-out'
  readonly reason: XlsFormReason
  /** What it is about. */
  readonly detail?: string
}

/** An item in words. */
export function xlsFormItemText({ reason, detail = '' }: XlsFormItem, locale: Locale): string {
  return xlsFormReasons[reason][locale].replace('{detail}', () => detail)
}

/** A part of a workbook that cannot be carried, before it is said where. */
export class XlsFormFault extends Error {
  override readonly name = 'XlsFormFault'
  readonly reason: XlsFormReason
  readonly detail: string
  constructor(reason: XlsFormReason, detail = '') {
    super(reason)
    this.reason = reason
    this.detail = detail.slice(0, 120)
  }
}
